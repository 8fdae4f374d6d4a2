// SPDX-License-Identifier: MIT
//
// A match as the server tells it: a whole view when one enters, then deltas
// with numbers, each of which has what has changed.

import type { Answer, GameContract, News } from '../../wire/contract';

export type Match = News<GameContract, 'match:view'>;
export type Delta = News<GameContract, 'match:delta'>;
export type Rated = News<GameContract, 'match:rated'>['ratings'][number];
export type Seat = NonNullable<Match['seats'][number]>;
export type Result = NonNullable<Match['result']>;
export type Replay = Answer<GameContract, 'match:replay'>;
export type Entry = Replay['entries'][number];

/** What is to be seen of a game; its members are the game's own. */
export type View = Record<string, any>;

/** The match behind a delta; or that it was in there, or one is missing. */
export function apply(match: Match, delta: Delta): Match | 'known' | 'gap' {
  if (delta.n <= match.n) return 'known';
  if (delta.n !== match.n + 1) return 'gap';
  const { at: _at, kind: _kind, seat: _seat, move: _move, ...changed } = delta;
  return {
    ...match,
    ...(changed as Partial<Match>),
    view: { ...match.view, ...delta.view },
  };
}

/** A seat of one's own in a match that goes on: to leave would matter. */
export function isHeld(match: Match): boolean {
  return isSeated(match) && match.status !== 'over';
}

export function isSeated(match: Match): boolean {
  return typeof match.you === 'number';
}

export function isMyTurn(match: Match): boolean {
  return isSeated(match) && match.turns.includes(match.you!);
}
