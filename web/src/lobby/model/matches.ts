// SPDX-License-Identifier: MIT
//
// The live list of matches, through a filter.

import { signal } from '@preact/signals';

import type { RequestError } from '../../wire/channel';
import { HeldList } from './held';
import { later } from './later';
import type { Shelf, Summary, Wire } from './types';

export interface Filter {
  status: 'open' | 'running' | 'any';
  /** '': all of them. */
  game: string;
  rated: '' | 'rated' | 'casual';
}

const KEY = 'lobby.filter';
const LIMIT = 100;
const NONE: Filter = { status: 'any', game: '', rated: '' };

export class MatchList {
  readonly list = new HeldList<Summary>(
    (one) => one.match,
    // Those that can be joined first, then the newest.
    (a, b) => rank(a) - rank(b) || b.created - a.created
      || (a.match < b.match ? -1 : 1),
    2 * LIMIT,
  );
  readonly filter: ReturnType<typeof signal<Filter>>;
  readonly loaded = signal(false);
  readonly problem = signal<RequestError | null>(null);
  /** Of all that fit. */
  readonly total = signal(0);
  /** Called with the ids of matches and users that have changed. */
  onChange: (ids: Set<string>) => void = () => {};
  /** The filter of what is in the list. */
  private listed: Filter | null = null;
  private stops: (() => void)[] = [];
  private readonly again = later(() => this.enter());

  constructor(private readonly wire: Wire, private readonly shelf: Shelf) {
    this.filter = signal(parse(shelf.get(KEY)));
  }

  open(): void {
    this.stops = [
      this.wire.on('lobby:changes', ({ again, changed, gone }) => {
        if (again) this.enter();
        else this.change(changed, gone);
      }),
      this.wire.onJoin(() => this.enter()),
    ];
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.again.cancel();
    this.stops = [];
  }

  choose(part: Partial<Filter>): void {
    const filter = { ...this.filter.peek()!, ...part };
    this.filter.value = filter;
    this.shelf.put(KEY, JSON.stringify(filter));
    this.enter();
  }

  get filtered(): boolean {
    const { status, game, rated } = this.filter.value!;
    return status !== 'any' || game !== '' || rated !== '';
  }

  reset(): void {
    this.choose(NONE);
  }

  enter(): void {
    const filter = this.filter.peek()!;
    const { status, game, rated } = filter;
    this.wire.request('lobby:enter', {
      status, limit: LIMIT,
      ...(game ? { game } : {}),
      ...(rated ? { rated: rated === 'rated' } : {}),
    }, (reply) => {
      if (this.filter.peek() !== filter) return; // of another one
      if (!reply.ok) {
        this.problem.value = reply.error;
        this.again.soon(reply.error);
        return;
      }
      this.problem.value = null;
      this.total.value = reply.answer.total ?? 0;
      this.list.set(reply.answer.matches);
      // Who has chosen another filter wants to see what it shows.
      if (this.listed !== filter) this.list.refresh();
      this.listed = filter;
      this.loaded.value = true;
    });
  }

  private change(changed: Summary[], gone: string[]): void {
    const known = gone.filter((id) => this.list.has(id)).length;
    const fresh = changed.filter(({ match }) => !this.list.has(match)).length;
    this.list.change(changed, gone);
    const total = this.total.peek() + fresh - known;
    this.total.value = Math.max(total, this.list.size);
    this.onChange(new Set([
      ...gone, ...changed.map(({ match }) => match),
      ...changed.flatMap(({ seats }) => seats.map((one) => one?.user ?? '')),
    ]));
  }
}

function rank({ status }: Summary): number {
  return status === 'open' ? 0 : 1;
}

function parse(kept: string | null): Filter {
  try {
    return { ...NONE, ...(JSON.parse(kept ?? '{}') as Partial<Filter>) };
  } catch {
    return NONE;
  }
}
