// SPDX-License-Identifier: MIT
//
// A grid of which one cell can be reached with Tab, and the others from there
// with the arrow keys, as the ARIA Authoring Practices describe grids.

import { useRef, useState } from 'preact/hooks';

export interface Place {
  column: number;
  row: number;
}

interface Roving {
  columns: number;
  rows: number;
  start: Place;
  /** Enter, or the space bar. */
  onPick: (place: Place) => void;
}

export function useRoving({ columns, rows, start, onPick }: Roving) {
  const [place, setPlace] = useState(start);
  const [inside, setInside] = useState(false);
  const cells = useRef(new Map<string, SVGGElement>());
  const key = (at: Place) => `${at.column}.${at.row}`;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') onPick(place);
    else {
      const to = moved(event.key, place, columns, rows);
      if (!to) return;
      setPlace(to);
      cells.current.get(key(to))?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return {
    place,
    /** Where the keyboard is; null: elsewhere. */
    focused: inside ? place : null,
    /** The cell that Tab goes to from now on. */
    moveTo: setPlace,
    onKeyDown,
    onFocusOut: () => setInside(false),
    /** What a cell of the grid has. */
    cell: (at: Place) => ({
      tabIndex: at.column === place.column && at.row === place.row ? 0 : -1,
      ref: (element: SVGGElement | null) => {
        if (element) cells.current.set(key(at), element);
        else cells.current.delete(key(at));
      },
      onFocus: (event: FocusEvent) => {
        setPlace(at);
        const { target } = event;
        setInside(target instanceof Element
          && target.matches(':focus-visible'));
      },
    }),
  };
}

function moved(
  key: string, { column, row }: Place, columns: number, rows: number,
): Place | null {
  const to = {
    ArrowLeft: { column: column - 1, row },
    ArrowRight: { column: column + 1, row },
    ArrowUp: { column, row: row - 1 },
    ArrowDown: { column, row: row + 1 },
    Home: { column: 0, row },
    End: { column: columns - 1, row },
    PageUp: { column, row: 0 },
    PageDown: { column, row: rows - 1 },
  }[key];
  if (!to) return null;
  return {
    column: Math.min(columns - 1, Math.max(0, to.column)),
    row: Math.min(rows - 1, Math.max(0, to.row)),
  };
}
