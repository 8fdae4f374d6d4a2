// SPDX-License-Identifier: MIT
//
// The fleet before the first shot: ships are dragged, turned and moved by
// keys; whether they may be so is shown at once.

import { useRef, useState } from 'preact/hooks';

import { match } from '../../text/match';
import { Button } from '../../ui/button';
import { recall, remember } from '../../ui/memory';
import {
  clashes, LENGTHS, nameOf, partsOf, readFleet, SEA, type Ship, shuffle,
  within, writeFleet,
} from './fleet';
import type { Place } from './roving';
import { CELL, Hull, Waters } from './sea';

const words = match.battleship;

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

interface Held {
  index: number;
  /** Which of its cells is held. */
  part: number;
  moved: boolean;
}

export function Placing({ id, onPlace }: {
  id: string;
  onPlace: (move: string) => void;
}) {
  const key = `match.${id}.fleet`;
  const [fleet, setFleet] = useState(
    () => readFleet(recall(key, 'tab')) ?? shuffle());
  const [chosen, setChosen] = useState(0);
  const [said, setSaid] = useState('');
  const held = useRef<Held | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const wrong = clashes(fleet);

  const set = (next: Ship[]) => {
    setFleet(next);
    remember(key, writeFleet(next), 'tab');
    setSaid(clashes(next).size ? words.clash : '');
  };
  const put = (index: number, ship: Ship) =>
    set(fleet.map((old, i) => (i === index ? ship : old)));
  const turn = (index: number, part = 0) => {
    const { cell, down } = fleet[index]!;
    const column = cell % SEA + (down ? -part : part);
    const row = Math.floor(cell / SEA) + (down ? part : -part);
    put(index, within(column, row, !down, index));
  };
  const shift = (index: number, [x, y]: [number, number]) => {
    const { cell, down } = fleet[index]!;
    put(index, within(
      cell % SEA + x, Math.floor(cell / SEA) + y, down, index));
  };

  const drag = (event: PointerEvent, index: number) => {
    const hold = held.current;
    if (hold?.index !== index) return;
    const at = cellUnder(event);
    if (!at) return;
    const { cell, down } = fleet[index]!;
    const next = within(
      at.column - (down ? 0 : hold.part), at.row - (down ? hold.part : 0),
      down, index);
    if (next.cell === cell) return;
    hold.moved = true;
    put(index, next);
  };

  return (
    <div
      class="placing"
      ref={place}
      onKeyDown={(event) => {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key === 'r' || event.key === 'R') turn(chosen);
      }}
    >
      <div class="placing-sea">
        <Waters role="group" label={words.yourFleet} open>
          {fleet.map((ship, index) => (
            <g
              key={index}
              class="placing-ship"
              role="button"
              tabIndex={0}
              data-chosen={index === chosen || undefined}
              aria-label={words.ship(
                words.ships[index]!, LENGTHS[index]!, nameOf(ship.cell),
                ship.down, wrong.has(index))}
              onFocus={() => setChosen(index)}
              onKeyDown={(event) => {
                const step = STEPS[event.key];
                if (step) shift(index, step);
                else if (event.key === 'Enter' || event.key === ' ')
                  turn(index);
                else return;
                event.preventDefault();
              }}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                event.currentTarget.setPointerCapture(event.pointerId);
                held.current = {
                  index, part: partUnder(event, ship, index), moved: false,
                };
              }}
              onPointerMove={(event) => drag(event, index)}
              onPointerUp={() => {
                const hold = held.current;
                held.current = null;
                if (hold?.index !== index || hold.moved) return;
                if (index === chosen) turn(index, hold.part);
                else setChosen(index);
              }}
              onPointerCancel={() => {
                held.current = null;
              }}
            >
              <Hull ship={ship} index={index} bad={wrong.has(index)} />
              <Outline
                kind="placing-hold" ship={ship} index={index} inset={0}
              />
              <Outline
                kind="placing-ring" ship={ship} index={index} inset={4}
              />
            </g>
          ))}
        </Waters>
      </div>
      <div class="placing-side">
        <p class="placing-how">{words.how}</p>
        <p class="placing-said problem" role="status">{said}</p>
        <div class="placing-buttons">
          <Button icon="turn" onClick={() => turn(chosen)}>
            {words.turn}
          </Button>
          <Button onClick={() => set(shuffle())}>{words.shuffle}</Button>
          <Button
            kind="primary" icon="check" disabled={wrong.size > 0}
            onClick={() => onPlace(writeFleet(fleet))}
          >
            {words.place}
          </Button>
        </div>
      </div>
    </div>
  );
}

/** All of a ship's cells: where it can be held, and that it is chosen. */
function Outline({ kind, ship, index, inset }: {
  kind: string;
  ship: Ship;
  index: number;
  inset: number;
}) {
  const long = LENGTHS[index]! * CELL - 2 * inset;
  const short = CELL - 2 * inset;
  return (
    <rect
      class={kind} rx={inset && 44}
      x={ship.cell % SEA * CELL + inset}
      y={Math.floor(ship.cell / SEA) * CELL + inset}
      width={ship.down ? short : long} height={ship.down ? long : short}
    />
  );
}

/** The cell below a pointer, be it outside of the sea. */
function cellUnder(event: PointerEvent): Place | null {
  const svg = (event.currentTarget as SVGElement).ownerSVGElement;
  const box = svg?.getScreenCTM()?.inverse();
  if (!box) return null;
  const { x, y } = new DOMPoint(event.clientX, event.clientY)
    .matrixTransform(box);
  return { column: Math.floor(x / CELL), row: Math.floor(y / CELL) };
}

function partUnder(event: PointerEvent, ship: Ship, index: number): number {
  const at = cellUnder(event);
  const cell = at ? at.row * SEA + at.column : ship.cell;
  return Math.max(0, partsOf(ship, index).indexOf(cell));
}
