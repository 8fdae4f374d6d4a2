// SPDX-License-Identifier: MIT
//
// Times in the words of the reader's own language and clock.

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
  if (sameDay(time, date.getTime())) return 'Today';
  date.setDate(date.getDate() - 1);
  if (sameDay(time, date.getTime())) return 'Yesterday';
  return DAY.format(time);
}

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** How long something took: "5 seconds", "2 minutes", "3 hours". */
export function spell(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 100) return count(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return count(minutes, 'minute');
  return count(Math.round(minutes / 60), 'hour');
}

/** "1 person" needs its own plural; most words only need an s. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
