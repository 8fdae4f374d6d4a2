// SPDX-License-Identifier: MIT
//
// A move that was made and not answered yet. It is kept where a reload of the
// page finds it, and is sent until it is known what has become of it: with the
// number of moves that one had seen it counts once.

export interface Pending {
  move: string;
  /** How many moves there were. */
  after: number;
}

/** Where it is kept: of this window, for it is this window's. */
export interface Shelf {
  get: (key: string) => string | null;
  put: (key: string, value: string | null) => void;
}

const key = (match: string) => `match.${match}.move`;

export function keep(shelf: Shelf, match: string, pending: Pending | null) {
  shelf.put(key(match), pending && JSON.stringify(pending));
}

export function kept(shelf: Shelf, match: string): Pending | null {
  try {
    const { move, after } = JSON.parse(shelf.get(key(match)) ?? '') as Pending;
    return typeof move === 'string' && Number.isInteger(after)
      ? { move, after } : null;
  } catch {
    return null;
  }
}
