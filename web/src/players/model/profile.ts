// SPDX-License-Identifier: MIT
//
// What is known of a player.

import { signal } from '@preact/signals';

import type { Channel, RequestError } from '../../wire/channel';
import type { Answer, GameContract } from '../../wire/contract';

export type Known = Answer<GameContract, 'player'>;
export type Past = Known['matches'][number];

const PAGE = 20;

export class Profile {
  readonly known = signal<Known | null>(null);
  readonly problem = signal<RequestError | null>(null);
  /** There may be older matches. */
  readonly more = signal(false);
  readonly busy = signal(false);
  private readonly stop: () => void;

  constructor(
    private readonly wire: Channel<GameContract>,
    readonly user: string,
  ) {
    this.stop = wire.onJoin(() => this.ask());
  }

  close(): void {
    this.stop();
  }

  ask(): void {
    this.wire.request('player', { user: this.user, limit: PAGE }, (reply) => {
      this.problem.value = reply.error ?? null;
      if (!reply.ok) return;
      this.known.value = reply.answer;
      this.more.value = reply.answer.matches.length === PAGE;
    });
  }

  /** Older matches, behind those that are there. */
  older(): void {
    const known = this.known.peek();
    const before = known?.matches.at(-1)?.ended;
    if (!known || before === undefined || this.busy.peek()) return;
    this.busy.value = true;
    this.wire.request('player', {
      user: this.user, before, limit: PAGE,
    }, (reply) => {
      this.busy.value = false;
      this.problem.value = reply.error ?? null;
      if (!reply.ok) return;
      const { matches } = reply.answer;
      this.more.value = matches.length === PAGE;
      this.known.value = {
        ...known, matches: [...known.matches, ...matches],
      };
    });
  }
}

export type Outcome = 'won' | 'lost' | 'drawn' | 'none';

/** For whose profile it is. */
export function outcomeOf({ result, you }: Past): Outcome {
  if (result.drawn) return 'drawn';
  if (result.winner == null) return 'none';
  return result.winner === you ? 'won' : 'lost';
}
