// SPDX-License-Identifier: MIT
//
// The live list of the other players who are here.

import { signal } from '@preact/signals';

import type { RequestError } from '../../wire/channel';
import { HeldList } from './held';
import { later } from './later';
import type { Player, Wire } from './types';

const LIMIT = 100;
const MOST = 1_000;

export class PlayerList {
  readonly list = new HeldList<Player>(
    (one) => one.user,
    // Who can be challenged first.
    (a, b) => Number(a.playing) - Number(b.playing)
      || a.name.localeCompare(b.name) || (a.user < b.user ? -1 : 1),
    MOST,
  );
  readonly loaded = signal(false);
  readonly problem = signal<RequestError | null>(null);
  /** How many are here, oneself among them. */
  readonly total = signal(0);
  /** There are some of whom nothing is known. */
  readonly more = signal(false);
  onChange: (users: Set<string>) => void = () => {};
  /** The ids come in their order: what is behind this one is not known. */
  private last = '';
  private stops: (() => void)[] = [];
  private readonly again = later(() => this.enter());

  constructor(
    private readonly wire: Wire,
    private readonly me: () => string | null,
  ) {}

  open(): void {
    this.stops = [
      this.wire.on('players:changes', ({ again, total, changed, gone }) => {
        this.total.value = total;
        if (again) this.enter();
        else this.list.change(this.others(changed), gone);
        this.onChange(new Set([...gone, ...changed.map(({ user }) => user)]));
      }),
      this.wire.onJoin(() => this.enter()),
    ];
  }

  close(): void {
    for (const stop of this.stops) stop();
    this.again.cancel();
    this.stops = [];
  }

  enter(): void {
    this.ask('', (players) => this.list.set(players));
  }

  /** The next page. */
  next(): void {
    this.ask(this.last, (players) => this.list.change(players, []));
  }

  private ask(after: string, then: (players: Player[]) => void): void {
    this.wire.request('lobby:players', {
      limit: LIMIT, ...(after ? { after } : {}),
    }, (reply) => {
      if (!reply.ok) {
        this.problem.value = reply.error;
        this.again.soon(reply.error);
        return;
      }
      const { players, total } = reply.answer;
      this.problem.value = null;
      this.last = players.at(-1)?.user ?? '';
      this.more.value = players.length === LIMIT;
      this.total.value = total;
      then(this.others(players));
      this.loaded.value = true;
    });
  }

  private others(players: Player[]): Player[] {
    const me = this.me();
    return players.filter(({ user }) => user !== me);
  }
}
