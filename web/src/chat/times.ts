// SPDX-License-Identifier: MIT

import { useNow } from '../ui/use_now';
import { stopwatch } from '../ui/time';

const HOUR = 3_600_000;

/** "0:42", "3 h", "2 d": how long something still lasts. */
export function rest(ms: number): string {
  if (ms >= 48 * HOUR) return `${Math.round(ms / 24 / HOUR)} d`;
  if (ms >= HOUR) return `${Math.ceil(ms / HOUR)} h`;
  return stopwatch(Math.ceil(ms / 1000) * 1000);
}

/** What is left until a time, drawn anew each second; 0 when it is over. */
export function useRest(until: number | null): number {
  const over = until === null || until <= Date.now();
  const now = useNow(over ? null : 1000);
  return until === null ? 0 : Math.max(0, until - Math.max(now, 0));
}
