// SPDX-License-Identifier: MIT
//
// A page of the leaderboard.

import { signal } from '@preact/signals';

import type { Channel, RequestError, Reply } from '../../wire/channel';
import type { Answer, GameContract } from '../../wire/contract';

type Page = Answer<GameContract, 'leaderboard'>;
export type Standing = Page['players'][number];

/** Which part: from a rank on, or the one with oneself in the middle. */
export type Part = number | 'around';

export interface Shown extends Page {
  part: Part;
}

export const PAGE = 20;

export class Board {
  readonly page = signal<Shown | null>(null);
  readonly problem = signal<RequestError | null>(null);
  readonly busy = signal(false);
  private readonly stop: () => void;
  private asked: { game: string; part: Part } | null = null;

  constructor(private readonly wire: Channel<GameContract>) {
    this.stop = wire.onJoin(() => this.ask());
  }

  close(): void {
    this.stop();
  }

  show(game: string, part: Part): void {
    if (this.page.peek()?.game !== game) this.page.value = null;
    this.asked = { game, part };
    this.ask();
  }

  ask(): void {
    const { asked } = this;
    if (!asked || !this.wire.joined.peek()) return;
    const { game, part } = asked;
    const done = (reply: Reply<Page>) => {
      if (this.asked !== asked) return;
      this.busy.value = false;
      this.problem.value = reply.error ?? null;
      if (reply.ok) this.page.value = { ...reply.answer, part };
    };
    this.busy.value = true;
    if (part === 'around')
      this.wire.request('leaderboard:around', { game, limit: PAGE }, done);
    else
      this.wire.request('leaderboard', { game, from: part, limit: PAGE }, done);
  }
}
