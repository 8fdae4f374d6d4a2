// SPDX-License-Identifier: MIT
//
// Times in the words of the reader's own language and clock.

import { text } from '../text/en';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: 'numeric',
  minute: '2-digit',
});
const FULL = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'full',
  timeStyle: 'medium',
});
const DAY = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
});
const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY_MS = 24 * HOUR;

/** "14:05" */
export function clock(time: number): string {
  return CLOCK.format(time);
}

/** Everything about a moment, for a tooltip. */
export function moment(time: number): string {
  return FULL.format(time);
}

/** "Today", "Yesterday", or the date. */
export function day(time: number, now: number): string {
  const date = new Date(now);
  if (sameDay(time, date.getTime())) return text.time.today;
  date.setDate(date.getDate() - 1);
  if (sameDay(time, date.getTime())) return text.time.yesterday;
  return DAY.format(time);
}

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** "3 minutes ago", "yesterday". */
export function ago(time: number, now: number): string {
  const past = now - time;
  if (past < MINUTE) return text.time.justNow;
  if (past < HOUR) return AGO.format(-Math.floor(past / MINUTE), 'minute');
  if (past < DAY_MS) return AGO.format(-Math.floor(past / HOUR), 'hour');
  if (past < 30 * DAY_MS) return AGO.format(-Math.floor(past / DAY_MS), 'day');
  return DAY.format(time);
}

/** "0:42", "12:05": minutes and seconds that have gone by. */
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const rest = String(seconds % 60).padStart(2, '0');
  return `${Math.floor(seconds / 60)}:${rest}`;
}
