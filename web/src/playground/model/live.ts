// SPDX-License-Identifier: MIT
//
// The stream of what happens on the server (GET /playground/live): the latest
// entries, in the order in which things began.

import { computed, signal } from '@preact/signals';

export type EntryKind =
  | 'connect' | 'disconnect' | 'event' | 'emit' | 'answer' | 'reload' | 'lost';
export const KINDS: EntryKind[] = [
  'event', 'answer', 'emit', 'connect', 'disconnect', 'reload',
];

export interface Entry {
  kind: EntryKind | 'hello';
  at: number;
  /** Its place in this page, and which run of the server it is of. */
  key: number;
  run: number;
  id?: number;
  namespace?: string;
  sid?: string;
  user?: string | null;
  event?: string;
  args?: string | null;
  cut?: boolean;
  size?: number;
  plugin?: string;
  generation?: number;
  took?: number;
  verdict?: 'handled' | 'refused' | 'nobody';
  code?: string;
  message?: string;
  to?: {
    sid?: string; all?: string; rooms?: (string | null)[];
    except?: (string | null)[]; skip?: string;
  };
  receivers?: number;
  address?: string;
  transport?: string;
  reason?: string;
  number?: number;
  state?: 'begun' | 'done' | 'refused';
  lines?: string[];
  count?: number;
}

const ENTRIES_MAX = 1_000;
/** They are drawn so often, however many come. */
const DRAW_MS = 100;

export class Live {
  readonly status = signal<'connecting' | 'open' | 'lost'>('connecting');
  readonly entries = signal<Entry[]>([]);
  readonly paused = signal(false);
  /** How many have come since it was paused. */
  readonly held = signal(0);
  readonly query = signal('');
  readonly hidden = signal<ReadonlySet<string>>(new Set());
  readonly shown = computed(() => {
    const words = this.query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const hidden = this.hidden.value;
    return this.entries.value.filter((entry) =>
      !hidden.has(entry.kind) && matches(entry, words));
  });

  /** A reload is news once; what was before this page came is not. */
  onReload: (entry: Entry) => void = () => {};

  private waiting: Entry[] = [];
  private timer: number | undefined;
  private since = 0;
  private next = 1;
  private run = 0;

  open(): void {
    const source = new EventSource('/playground/live');
    source.onopen = () => {
      this.status.value = 'open';
    };
    source.onerror = () => {
      this.status.value = 'lost';
    };
    source.onmessage = ({ data }: MessageEvent<string>) =>
      this.take(JSON.parse(data) as Entry);
  }

  toggle(kind: EntryKind): void {
    const hidden = new Set(this.hidden.value);
    if (!hidden.delete(kind)) hidden.add(kind);
    this.hidden.value = hidden;
  }

  pause(on: boolean): void {
    this.paused.value = on;
    if (!on) this.draw();
  }

  clear(): void {
    this.waiting = [];
    this.held.value = 0;
    this.entries.value = [];
  }

  private take(entry: Entry): void {
    if (entry.kind === 'hello') {
      this.since = entry.at;
      this.run++;
      return;
    }
    entry.key = this.next++;
    entry.run = this.run;
    this.waiting.push(entry);
    if (this.waiting.length > ENTRIES_MAX) this.waiting.shift();
    if (entry.kind === 'reload' && entry.at >= this.since)
      this.onReload(entry);
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined;
      if (this.paused.value) this.held.value = this.waiting.length;
      else this.draw();
    }, DRAW_MS);
  }

  private draw(): void {
    const all = [...this.entries.value];
    for (const entry of this.waiting) insert(all, entry);
    this.waiting = [];
    this.held.value = 0;
    this.entries.value = all.slice(-ENTRIES_MAX);
  }
}

/** An event is told when its handler is done, after what that has emitted. */
function insert(all: Entry[], entry: Entry): void {
  const { id, run } = entry;
  let at = all.length;
  const later = (other: Entry | undefined) =>
    id !== undefined && other?.run === run && (other.id ?? 0) > id;
  while (later(all[at - 1])) at--;
  all.splice(at, 0, entry);
}

function matches(entry: Entry, words: string[]): boolean {
  if (words.length === 0) return true;
  const all = [
    entry.kind, entry.namespace, entry.event, entry.sid, entry.user,
    entry.plugin, entry.args, entry.message, entry.reason,
    ...(entry.to?.rooms ?? []), ...(entry.lines ?? []),
  ].join(' ').toLowerCase();
  return words.every((word) => all.includes(word));
}
