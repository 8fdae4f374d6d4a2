// SPDX-License-Identifier: MIT
//
// Connect Four: discs fall into columns, and four of a kind in a line win.

import { useId, useRef, useState } from 'preact/hooks';

import { match } from '../../text/match';
import type { View } from '../model/state';
import type { Board, BoardProps } from './board';
import './connect-four.css';
import { type Place, useRoving } from './roving';

const CELL = 100;
const words = match.connectFour;

interface Grid {
  board: string;
  columns: number;
  rows: number;
  last: number;
  line: string;
}

/** Before the start there is nothing: that is an empty board. */
function gridOf(view: View): Grid {
  const { columns = 7, rows = 6, last = 0, line = '' } = view;
  const { board = '.'.repeat(columns * rows) } = view;
  return { board, columns, rows, last, line };
}

/** The row, from the top, into which a disc falls; -1: the column is full. */
function landing({ board, columns, rows }: Grid, column: number): number {
  for (let row = rows - 1; row >= 0; row--)
    if (board[row * columns + column] === '.') return row;
  return -1;
}

function guess(view: View, seat: number, move: string): View {
  const grid = gridOf(view);
  const column = Number(move) - 1;
  const at = landing(grid, column) * grid.columns + column;
  if (at < 0) return view;
  const { board } = grid;
  return {
    ...view, last: column + 1,
    board: board.slice(0, at) + seat + board.slice(at + 1),
  };
}

/** The row of the disc that has come last. */
function lastRow(grid: Grid): number {
  return grid.last ? landing(grid, grid.last - 1) + 1 : -1;
}

function Draw({ view, you, names, play, over }: BoardProps) {
  const grid = gridOf(view);
  const { columns, rows } = grid;
  const [aimed, setAimed] = useState<number | null>(null);
  const roving = useRoving({
    columns, rows,
    start: { column: Math.floor((columns - 1) / 2), row: rows - 1 },
    onPick: ({ column }) => play?.(String(column + 1)),
  });
  const svg = useRef<SVGSVGElement>(null);
  const held = useRef(false);
  const mask = useId();
  const ghost = play ? (aimed ?? roving.focused?.column ?? null) : null;
  const lands = ghost === null ? -1 : landing(grid, ghost);

  /** The column below a pointer; null: it is beside the board. */
  const columnAt = (event: PointerEvent): number | null => {
    const box = svg.current!.getScreenCTM()?.inverse();
    if (!box) return null;
    const point = new DOMPoint(event.clientX, event.clientY)
      .matrixTransform(box);
    const column = Math.floor(point.x / CELL);
    const inside = column >= 0 && column < columns
      && point.y >= -CELL / 2 && point.y <= (rows + 1.5) * CELL;
    return inside ? column : null;
  };

  return (
    <svg
      ref={svg}
      class="four"
      data-open={play ? true : undefined}
      data-seat={you ?? undefined}
      viewBox={`0 0 ${columns * CELL} ${(rows + 1) * CELL}`}
      role="grid"
      aria-label={words.board}
      onPointerDown={(event) => {
        if (event.button !== 0 || !play) return;
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        setAimed(columnAt(event));
      }}
      onPointerMove={(event) => setAimed(play ? columnAt(event) : null)}
      onPointerUp={(event) => {
        const column = columnAt(event);
        if (held.current && play && column !== null) {
          roving.moveTo({ column, row: roving.place.row });
          play(String(column + 1));
        }
        held.current = false;
        if (event.pointerType !== 'mouse') setAimed(null);
      }}
      onPointerCancel={() => {
        held.current = false;
        setAimed(null);
      }}
      onPointerLeave={() => {
        if (!held.current) setAimed(null);
      }}
      onKeyDown={roving.onKeyDown}
      onFocusOut={roving.onFocusOut}
    >
      <mask id={mask}>
        <rect y={CELL} width="100%" height={rows * CELL} fill="#fff" />
        {cells(grid).map(({ column, row }) => (
          <circle
            key={`${column}.${row}`} r="40" fill="#000"
            cx={(column + 0.5) * CELL} cy={(row + 1.5) * CELL}
          />
        ))}
      </mask>
      <rect
        class="four-back" y={CELL} rx="18"
        width={columns * CELL} height={rows * CELL}
      />
      {ghost !== null && lands >= 0 && (
        <g aria-hidden="true" class="four-ghosts">
          <rect
            class="four-lane" x={ghost * CELL} y={CELL}
            width={CELL} height={rows * CELL}
          />
          <Disc seat={you ?? 0} column={ghost} row={-1} />
          <Disc seat={you ?? 0} column={ghost} row={lands} faint />
        </g>
      )}
      <Discs grid={grid} over={over} />
      <rect
        class="four-front" y={CELL} rx="18" mask={`url(#${mask})`}
        width={columns * CELL} height={rows * CELL}
      />
      {Array.from({ length: rows }, (_, row) => (
        <g role="row" key={row}>
          {Array.from({ length: columns }, (_, column) => (
            <Cell
              key={column}
              place={{ column, row }} grid={grid} names={names}
              roving={roving.cell({ column, row })}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

function cells({ columns, rows }: Grid): Place[] {
  return Array.from({ length: columns * rows }, (_, i) => ({
    column: i % columns, row: Math.floor(i / columns),
  }));
}

function Discs({ grid, over }: { grid: Grid; over: boolean }) {
  const { board, columns, line } = grid;
  const first = useRef(true);
  const settled = first.current;
  first.current = false;
  return (
    <g aria-hidden="true">
      {cells(grid).map(({ column, row }) => {
        const at = row * columns + column;
        const mark = board[at];
        if (mark === '.') return null;
        const isLast = column === grid.last - 1 && row === lastRow(grid);
        return (
          <Disc
            key={`${at}.${mark}`}
            seat={Number(mark)} column={column} row={row}
            last={isLast} falls={isLast && !settled}
            line={line[at] === 'x'}
            faded={over && line !== '' && line[at] !== 'x'}
          />
        );
      })}
    </g>
  );
}

interface DiscProps {
  seat: number;
  column: number;
  row: number;
  last?: boolean;
  falls?: boolean;
  line?: boolean;
  faint?: boolean;
  faded?: boolean;
}

/** The seats differ in a shape too: a ring, and a diamond. */
function Disc(props: DiscProps) {
  const { seat, column, row, last, falls, line, faint, faded } = props;
  const kind = [
    'disc', `seat-${seat}`, falls && 'falls', line && 'line',
    faint && 'faint', faded && 'faded',
  ].filter(Boolean).join(' ');
  const x = (column + 0.5) * CELL;
  const y = (row + 1.5) * CELL;
  return (
    <g
      class={kind}
      style={{ '--fall': `${-(row + 1) * CELL}px`, '--rows': row + 2 }}
    >
      <circle class="disc-body" cx={x} cy={y} r="43" />
      {seat === 0
        ? <circle class="disc-mark" cx={x} cy={y} r="24" />
        : <path
            class="disc-mark"
            d={`M${x} ${y - 27}l27 27l-27 27l-27 -27Z`}
          />}
      {last && <circle class="disc-last" cx={x} cy={y} r="9" />}
      {line && <circle class="disc-line" cx={x} cy={y} r="37" />}
    </g>
  );
}

interface CellProps {
  place: Place;
  grid: Grid;
  names: [string, string];
  roving: ReturnType<ReturnType<typeof useRoving>['cell']>;
}

function Cell({ place: { column, row }, grid, names, roving }: CellProps) {
  const at = row * grid.columns + column;
  const mark = grid.board[at];
  const what = mark === '.' ? words.empty
    : words.disc(words.colours[Number(mark)]!, names[Number(mark)]!);
  const isLast = column === grid.last - 1 && row === lastRow(grid);
  return (
    <g
      role="gridcell"
      class="four-cell"
      aria-label={words.cell(
        column + 1, grid.rows - row, what,
        isLast ? words.isLast : grid.line[at] === 'x' ? words.isLine : '')}
      {...roving}
    >
      <rect x={column * CELL} y={(row + 1) * CELL} width={CELL} height={CELL} />
      <rect
        class="ring" rx="14" x={column * CELL + 5} y={(row + 1) * CELL + 5}
        width={CELL - 10} height={CELL - 10}
      />
    </g>
  );
}

export const connectFour: Board = {
  shape: 'square',
  Draw,
  guess,
  again: () => false,
  short: (move) => move ?? '',
  words: (move) => words.move(move ?? ''),
  tone: () => 'move',
  piece: (seat) => ({
    name: words.colours[seat]!, class: `piece-disc-${seat}`,
  }),
};
