// SPDX-License-Identifier: MIT
//
// What the clocks show. The server tells how much was left at a moment of its
// own clock; what runs has gone on since.

import type { Match } from './state';

type Time = Match['time'];

/**
 * The server's clock, as seen from here. A message is late, never early: so
 * of all that have come the one that puts it furthest ahead is the best.
 */
export class Skew {
  private ahead: number | null = null;

  /** A message says what time it is there, and here it is this. */
  hear(theirs: number, here: number): void {
    const ahead = theirs - here;
    if (this.ahead === null || ahead > this.ahead) this.ahead = ahead;
  }

  /** Another connection; this device may have slept, or set its clock. */
  forget(): void {
    this.ahead = null;
  }

  there(here: number): number {
    return here + (this.ahead ?? 0);
  }
}

/** Milliseconds of the seat's clock; null: there is none. */
export function clockLeft(
  match: Match, seat: number, there: number,
): number | null {
  const { time } = match;
  if (!time.left) return null;
  // Who watches from behind sees what was: less has run since.
  const behind = typeof match.you === 'number' ? 0 : match.delay * 1_000;
  return remaining(time, time.left, time.running, seat, there - behind);
}

/** For how long who is away may be so still; null: they are there. */
export function awayLeft(
  match: Match, seat: number, there: number,
): number | null {
  const { time } = match;
  if (!match.seats[seat]?.away || match.status === 'over') return null;
  const behind = typeof match.you === 'number' ? 0 : match.delay * 1_000;
  return remaining(time, time.allowance, time.away, seat, there - behind);
}

/** Within which both have to be ready; null: that is not asked. */
export function readyLeft(match: Match, there: number): number | null {
  const until = match.time.readyUntil;
  return until ? Math.max(0, until - there) : null;
}

function remaining(
  time: Time, left: number[], running: number[], seat: number, there: number,
): number {
  const gone = running.includes(seat) ? Math.max(0, there - time.at) : 0;
  return Math.max(0, (left[seat] ?? 0) - gone);
}

const TENTHS_BELOW_MS = 10_000;
const HOUR_MS = 3_600_000;

/** "9.4", "0:42", "12:05", "1:00:00"; it is over only at 0. */
export function clockText(ms: number): string {
  if (ms < TENTHS_BELOW_MS) return (Math.floor(ms / 100) / 10).toFixed(1);
  const seconds = Math.floor(ms / 1_000);
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const rest = two(seconds % 60);
  if (ms < HOUR_MS) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/** How soon a clock that shows this has to be drawn again. */
export function tickMs(left: number): number {
  return left < TENTHS_BELOW_MS + 1_000 ? 100 : 250;
}
