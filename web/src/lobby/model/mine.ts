// SPDX-License-Identifier: MIT
//
// What waits for oneself: the matches in which one has a seat, and those to
// which one is invited.

import { signal } from '@preact/signals';

import { later } from './later';
import type { Invitation, Summary, Wire } from './types';

const SOON_MS = 150;

export class Mine {
  readonly matches = signal<Summary[]>([]);
  readonly invitations = signal<Invitation[]>([]);
  readonly loaded = signal(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly again = later(() => this.ask());

  constructor(private readonly wire: Wire) {
    wire.onJoin(() => this.ask());
    wire.on('match:invited', (one) => {
      this.invitations.value = [...this.without(one.match), one];
    });
    wire.on('match:uninvited', ({ match }) => {
      this.invitations.value = this.without(match);
    });
    wire.on('match:view', () => this.soon());
    wire.on('match:closed', () => this.soon());
  }

  /** Something may have happened in them. */
  soon(): void {
    this.timer ??= setTimeout(() => this.ask(), SOON_MS);
  }

  /** Whether one of these, which have changed, is mine. */
  concerns(ids: Set<string>, me: string | null): boolean {
    return (me !== null && ids.has(me))
      || this.matches.peek().some(({ match }) => ids.has(match));
  }

  /** It was answered. */
  drop(match: string): void {
    this.invitations.value = this.without(match);
  }

  private without(match: string): Invitation[] {
    return this.invitations.peek().filter((one) => one.match !== match);
  }

  private ask(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wire.request('match:mine', undefined, (reply) => {
      if (!reply.ok) {
        this.again.soon(reply.error);
        return;
      }
      this.matches.value = reply.answer.matches;
      this.invitations.value = reply.answer.invitations;
      this.loaded.value = true;
    });
  }
}
