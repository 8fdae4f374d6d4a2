// SPDX-License-Identifier: MIT
//
// One sea of Battleship: what is in it, what has been shot at, and where one
// may shoot.

import type { ComponentChildren } from 'preact';

import { match } from '../../text/match';
import { CELLS, LENGTHS, nameOf, partsOf, SEA, type Ship } from './fleet';
import { useRoving } from './roving';

export const CELL = 100;
const EDGE = 62;
const words = match.battleship;

/** A shot that is on its way: no mark of the server's. */
export const AIM = '?';

interface SeaProps {
  label: string;
  marks: string;
  fleet: Ship[] | null;
  last: number;
  /** null: it cannot be shot at. */
  onShoot?: ((cell: number) => void) | null;
}

export function Sea({ label, marks, fleet, last, onShoot }: SeaProps) {
  const shoot = (cell: number) => {
    if (marks[cell] === '.') onShoot?.(cell);
  };
  const roving = useRoving({
    columns: SEA, rows: SEA, start: { column: 4, row: 4 },
    onPick: ({ column, row }) => shoot(row * SEA + column),
  });
  return (
    <Waters
      role="grid"
      label={label}
      open={Boolean(onShoot)}
      onKeyDown={roving.onKeyDown}
      onFocusOut={roving.onFocusOut}
    >
      <g aria-hidden="true">
        {shipsOf(marks, fleet).map(({ ship, index, sunk }) => (
          <Hull key={index} ship={ship} index={index} sunk={sunk} />
        ))}
        {[...marks].map((mark, cell) => (
          <Mark key={`${cell}${mark}`} mark={mark} cell={cell} />
        ))}
        {last >= 0 && (
          <rect
            class="sea-last" {...corner(last, 5)}
            width={CELL - 10} height={CELL - 10}
          />
        )}
      </g>
      {Array.from({ length: SEA }, (_, row) => (
        <g role="row" key={row}>
          {Array.from({ length: SEA }, (_, column) => {
            const cell = row * SEA + column;
            return (
              <g
                key={column}
                role="gridcell"
                class="sea-cell"
                data-open={(onShoot && marks[cell] === '.') || undefined}
                aria-label={words.cell(
                  nameOf(cell), words.marks(marks[cell]!), cell === last)}
                onClick={() => {
                  roving.moveTo({ column, row });
                  shoot(cell);
                }}
                {...roving.cell({ column, row })}
              >
                <rect {...corner(cell, 0)} width={CELL} height={CELL} />
                <path class="sea-aim" d={cross(cell, 30)} />
                <rect
                  class="ring" {...corner(cell, 5)}
                  width={CELL - 10} height={CELL - 10} rx="14"
                />
              </g>
            );
          })}
        </g>
      ))}
    </Waters>
  );
}

interface WatersProps {
  role: 'grid' | 'group';
  label: string;
  open: boolean;
  children: ComponentChildren;
  onKeyDown?: (event: KeyboardEvent) => void;
  onFocusOut?: () => void;
}

/** The water, with the names of columns and rows at its edges. */
export function Waters(props: WatersProps) {
  const { role, label, open, children, ...events } = props;
  const size = SEA * CELL + EDGE;
  const sides = Array.from({ length: SEA }, (_, i) => i);
  return (
    <svg
      class="sea"
      viewBox={`${-EDGE} ${-EDGE} ${size + 4} ${size + 4}`}
      role={role}
      aria-label={label}
      data-open={open || undefined}
      {...events}
    >
      <g aria-hidden="true">
        {sides.map((i) => (
          <g key={i} class="sea-edge">
            <text x={(i + 0.5) * CELL} y={-18}>
              {String.fromCharCode(65 + i)}
            </text>
            <text x={-EDGE / 2} y={(i + 0.5) * CELL + 14}>{i + 1}</text>
          </g>
        ))}
        <rect
          class="sea-water" width={SEA * CELL} height={SEA * CELL} rx="14"
        />
        <path
          class="sea-lines"
          d={sides.slice(1).map((i) =>
            `M${i * CELL} 0V${SEA * CELL}M0 ${i * CELL}H${SEA * CELL}`)
            .join('')}
        />
      </g>
      {children}
    </svg>
  );
}

interface Seen {
  ship: Ship;
  index: number;
  sunk: boolean;
}

/** The ships that show: those of a fleet that one knows, or that have sunk. */
function shipsOf(marks: string, fleet: Ship[] | null): Seen[] {
  const seen: Seen[] = [];
  LENGTHS.forEach((_, index) => {
    const sunkMark = String.fromCharCode(97 + index);
    const mark = sunkMark.toUpperCase();
    const cells = Array.from({ length: CELLS }, (_, cell) => cell)
      .filter((cell) => marks[cell] === sunkMark || marks[cell] === mark);
    const known = fleet?.[index];
    const ship = known ?? {
      cell: cells[0]!, down: cells.length > 1 && cells[1]! - cells[0]! === SEA,
    };
    const shows = known
      ? partsOf(known, index).every((cell) =>
        [sunkMark, mark, 'x'].includes(marks[cell]!))
      : cells.length === LENGTHS[index];
    if (shows) seen.push({ ship, index, sunk: marks[cells[0]!] === sunkMark });
  });
  return seen;
}

/** A ship as a shape; its place is for whoever draws it. */
export function Hull({ ship, index, sunk, bad }: {
  ship: Ship;
  index: number;
  sunk?: boolean;
  bad?: boolean;
}) {
  const { down } = ship;
  const length = LENGTHS[index]! * CELL - 20;
  const { x, y } = corner(ship.cell, 10);
  const kind = ['hull', sunk && 'sunk', bad && 'bad'].filter(Boolean).join(' ');
  return (
    <g class={kind}>
      <rect
        class="hull-body" x={x} y={y} rx="38"
        width={down ? CELL - 20 : length} height={down ? length : CELL - 20}
      />
      {partsOf(ship, index).map((cell) => (
        <circle
          key={cell} class="hull-deck" r="11"
          cx={corner(cell, CELL / 2).x} cy={corner(cell, CELL / 2).y}
        />
      ))}
    </g>
  );
}

function Mark({ mark, cell }: { mark: string; cell: number }) {
  const { x, y } = corner(cell, CELL / 2);
  if (mark === 'o')
    return (
      <g class="mark-miss">
        <circle class="splash" cx={x} cy={y} r="34" />
        <circle cx={x} cy={y} r="13" />
      </g>
    );
  if (mark === AIM)
    return <circle class="mark-aim" cx={x} cy={y} r="30" />;
  if (mark === 'x' || (mark >= 'a' && mark <= 'e'))
    return (
      <g class="mark-hit">
        <circle class="splash" cx={x} cy={y} r="34" />
        <path d={cross(cell, 22)} />
      </g>
    );
  return null;
}

function corner(cell: number, inset: number): { x: number; y: number } {
  return {
    x: cell % SEA * CELL + inset,
    y: Math.floor(cell / SEA) * CELL + inset,
  };
}

function cross(cell: number, arm: number): string {
  const { x, y } = corner(cell, CELL / 2);
  return `M${x - arm} ${y - arm}L${x + arm} ${y + arm}`
    + `M${x + arm} ${y - arm}L${x - arm} ${y + arm}`;
}
