// SPDX-License-Identifier: MIT
//
// Ships in a sea of ten by ten, as the moves of Battleship write them:
// "place a1h c3v e5h a9h j1v".

export const SEA = 10;
export const CELLS = SEA * SEA;
export const LENGTHS = [5, 4, 3, 3, 2] as const;

export interface Ship {
  /** Its cell at the top or left, by rows. */
  cell: number;
  down: boolean;
}

/** The cells of a ship of this place in the fleet. */
export function partsOf({ cell, down }: Ship, index: number): number[] {
  return Array.from(
    { length: LENGTHS[index]! }, (_, i) => cell + i * (down ? SEA : 1));
}

/** The nearest place that is in the sea. */
export function within(
  column: number, row: number, down: boolean, index: number,
): Ship {
  const length = LENGTHS[index]!;
  const most = (along: boolean) => (along ? SEA - length : SEA - 1);
  const fit = (n: number, max: number) => Math.min(max, Math.max(0, n));
  return {
    cell: fit(row, most(down)) * SEA + fit(column, most(!down)), down,
  };
}

/** The ships that are where another one is. */
export function clashes(fleet: Ship[]): Set<number> {
  const owner = new Map<number, number>();
  const found = new Set<number>();
  fleet.forEach((ship, index) => {
    for (const cell of partsOf(ship, index)) {
      const other = owner.get(cell);
      if (other !== undefined) found.add(other).add(index);
      owner.set(cell, index);
    }
  });
  return found;
}

/** A fleet as chance has it; its ships do not touch each other. */
export function shuffle(random: () => number = Math.random): Ship[] {
  for (;;) {
    const fleet: Ship[] = [];
    const taken = new Set<number>();
    for (let index = 0; index < LENGTHS.length; index++) {
      const spots = free(index, taken);
      if (spots.length === 0) break;
      const ship = spots[Math.floor(random() * spots.length)]!;
      fleet.push(ship);
      for (const cell of partsOf(ship, index))
        for (const near of around(cell)) taken.add(near);
    }
    if (fleet.length === LENGTHS.length) return fleet;
  }
}

function free(index: number, taken: Set<number>): Ship[] {
  const spots: Ship[] = [];
  for (const down of [false, true])
    for (let cell = 0; cell < CELLS; cell++) {
      const ship = within(cell % SEA, Math.floor(cell / SEA), down, index);
      if (ship.cell === cell
        && !partsOf(ship, index).some((part) => taken.has(part)))
        spots.push(ship);
    }
  return spots;
}

function around(cell: number): number[] {
  const near: number[] = [];
  for (const x of [-1, 0, 1])
    for (const y of [-1, 0, 1]) {
      const column = cell % SEA + x;
      const row = Math.floor(cell / SEA) + y;
      if (column >= 0 && column < SEA && row >= 0 && row < SEA)
        near.push(row * SEA + column);
    }
  return near;
}

/** "b7" */
export function nameOf(cell: number): string {
  return String.fromCharCode(97 + cell % SEA) + (Math.floor(cell / SEA) + 1);
}

/** -1: it is none. */
export function cellOf(name: string): number {
  const found = /^([a-j])([1-9]|10)$/.exec(name);
  if (!found) return -1;
  return (Number(found[2]) - 1) * SEA + found[1]!.charCodeAt(0) - 97;
}

export function writeFleet(fleet: Ship[]): string {
  const ships = fleet.map(
    ({ cell, down }) => nameOf(cell) + (down ? 'v' : 'h'));
  return ['place', ...ships].join(' ');
}

/** null: the text is no fleet. */
export function readFleet(text: string | null): Ship[] | null {
  const [word, ...ships] = (text ?? '').split(' ');
  if (word !== 'place' || ships.length !== LENGTHS.length) return null;
  const fleet = ships.map((ship) => ({
    cell: cellOf(ship.slice(0, -1)), down: ship.endsWith('v'),
  }));
  return fleet.every(({ cell, down }, index) => cell >= 0 && within(
    cell % SEA, Math.floor(cell / SEA), down, index).cell === cell)
    ? fleet : null;
}
