// SPDX-License-Identifier: MIT
//
// Waiting for an opponent of about the same rating, in whichever page. The
// server knows who waits by their connection: after a loss one waits anew.

import { computed, signal } from '@preact/signals';

import type { RequestError } from '../../wire/channel';
import { later } from './later';
import type { QuickAsk, Wire } from './types';

export interface Waiting {
  ask: QuickAsk;
  /** When one began to wait, by the clock of this device. */
  since: number;
  /** Of rating, to each side; null: the server has not said it yet. */
  window: number | null;
  /** How many wait, oneself among them. */
  others: number;
}

export class Quick {
  readonly waiting = signal<Waiting | null>(null);
  readonly problem = signal<RequestError | null>(null);
  readonly waits = computed(() => this.waiting.value !== null);
  private last: QuickAsk | null = null;
  private readonly again = later(() => this.enter());

  constructor(
    private readonly wire: Wire,
    private readonly now: () => number,
    /** A seat in a match was given to who waits. */
    private readonly found: (match: string) => void,
  ) {
    wire.onJoin(() => this.enter());
    wire.on('quick:waiting', ({ window, waiting }) => {
      // In a match that was found the other one was not ready: one waits on.
      if (!this.waiting.peek() && this.last) this.begin(this.last);
      this.update(window, waiting);
    });
    wire.on('match:view', ({ match, quick, you, status }) => {
      if (!quick || typeof you !== 'number' || !this.waiting.peek()) return;
      if (status !== 'full' && status !== 'open') return;
      this.stop();
      this.found(match);
    });
  }

  join(ask: QuickAsk): void {
    this.begin(ask);
    this.enter();
  }

  cancel(): void {
    const waited = this.waiting.peek() !== null;
    this.stop();
    this.last = null;
    if (waited) this.wire.request('quick:leave', undefined, () => {});
  }

  private begin(ask: QuickAsk): void {
    this.problem.value = null;
    this.last = ask;
    this.waiting.value = { ask, since: this.now(), window: null, others: 1 };
  }

  private stop(): void {
    this.again.cancel();
    this.waiting.value = null;
  }

  private enter(): void {
    const waiting = this.waiting.peek();
    if (!waiting) return;
    this.wire.request('quick:join', waiting.ask, (reply) => {
      if (this.waiting.peek()?.ask !== waiting.ask) return;
      if (reply.ok) {
        this.update(reply.answer.window, reply.answer.waiting);
      } else if (reply.error.code === 'connection_lost') {
        // It is asked when there is one again.
      } else if (reply.error.code === 'rate_limited'
        || reply.error.unsettled) {
        this.again.soon(reply.error);
      } else {
        this.stop();
        this.problem.value = reply.error;
      }
    });
  }

  private update(window: number, others: number): void {
    const waiting = this.waiting.peek();
    if (waiting) this.waiting.value = { ...waiting, window, others };
  }
}
