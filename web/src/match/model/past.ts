// SPDX-License-Identifier: MIT
//
// The moves of a match, each with what there was to be seen behind it, so
// that one can go back to it without knowing any rules.

import type { Delta, Entry, Match, View } from './state';

export interface Step {
  at: number;
  seat: number;
  /** null: only who made it may know it. */
  move: string | null;
  view: View;
  /** The clocks then. */
  left: number[] | null;
}

export interface Past {
  /** How many moves there were before the first of `steps`. */
  before: number;
  /** What there was to be seen then. */
  start: View;
  steps: Step[];
}

/** One enters: what was before is not known. */
export function pastOf(match: Match): Past {
  return { before: match.moves, start: match.view, steps: [] };
}

/** One is back: what was known still is, if nothing has happened since. */
export function pastAgain(past: Past, match: Match): Past {
  return past.before + past.steps.length === match.moves
    && match.status !== 'over' ? past : pastOf(match);
}

/** The past behind a delta, which has led to this match. */
export function pastAfter(past: Past, delta: Delta, match: Match): Past {
  if (delta.kind === 'start')
    return { before: 0, start: match.view, steps: [] };
  if (delta.kind !== 'move') return past;
  const step = {
    at: delta.at, seat: delta.seat ?? 0, move: delta.move ?? null,
    view: match.view, left: delta.time.left ?? null,
  };
  return { ...past, steps: [...past.steps, step] };
}

/** All of it, from the entries of a log. */
export function pastFrom(entries: Entry[]): Past {
  const past: Past = { before: 0, start: {}, steps: [] };
  let view: View = {};
  for (const { kind, at, seat, text, left, ...entry } of entries) {
    view = { ...view, ...entry.view };
    if (kind === 'start') past.start = view;
    else if (kind === 'move')
      past.steps.push({
        at, seat: seat ?? 0, move: text || null, view, left: left ?? null,
      });
  }
  return past;
}

/** What there was to be seen behind so many of the steps. */
export function viewAt(past: Past, step: number): View {
  return past.steps[step - 1]?.view ?? past.start;
}
