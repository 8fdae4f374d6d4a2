// SPDX-License-Identifier: MIT
//
// The move that is on its way: drawn at once, sent until it is known what has
// become of it, and then settled, or off the board again with the reason.

import { batch, signal } from '@preact/signals';

import type { RequestError } from '../../wire/channel';
import type { Around } from './match';
import { keep, kept, type Pending } from './pending';
import { type Delta, isMyTurn, isSeated, type Match } from './state';

/** Something has come to nothing; a new object for each time. */
export interface Refused {
  error: RequestError;
  /** A move, which is off the board again. */
  move: string | null;
}

/** What it has to know of the match, and to ask for. */
interface Home {
  match: () => Match | null;
  /** Nobody knows what has become of it: a whole view will show it. */
  unsure: () => void;
}

export class Outgoing {
  readonly pending = signal<Pending | null>(null);
  readonly refused = signal<Refused | null>(null);
  /** The sending whose answer counts; 0: none does. */
  private sending = 0;
  private sendings = 0;

  constructor(
    private readonly id: string,
    private readonly around: Around,
    private readonly home: Home,
  ) {
    this.pending.value = kept(around.shelf, id);
  }

  play(move: string, match: Match): void {
    this.refused.value = null;
    this.hold({ move, after: match.moves });
    this.send();
  }

  /** What there will be to be seen, as far as one can know it. */
  drawn(match: Match): Match['view'] {
    const pending = this.pending.value;
    const moves = this.around.moves(match.game);
    const counts = pending && pending.after === match.moves && isMyTurn(match);
    return counts && moves
      ? moves.guess(match.view, match.you!, pending.move) : match.view;
  }

  /** A whole view has come: what has become of the move shows in it. */
  settle(match: Match): void {
    const pending = this.pending.peek();
    if (!pending) return;
    this.sending = 0;
    if (!isSeated(match) || match.status !== 'running') this.hold(null);
    else if (match.moves === pending.after) this.send();
    else this.overtaken(pending, match);
  }

  /** A delta has come. */
  hear(delta: Delta, match: Match): void {
    const pending = this.pending.peek();
    if (!pending) return;
    if (match.status === 'over') this.hold(null);
    if (delta.kind !== 'move' || delta.seat !== match.you) return;
    // Either it was this one, or another window was quicker.
    if (delta.move === pending.move) this.sending = 0;
    this.hold(null);
  }

  private hold(pending: Pending | null): void {
    if (pending === this.pending.peek()) return;
    this.pending.value = pending;
    keep(this.around.shelf, this.id, pending);
  }

  /** There has been another move; this one may have been it. */
  private overtaken(pending: Pending, match: Match): boolean {
    const moves = this.around.moves(match.game);
    const again = isMyTurn(match)
      && moves?.again(match.view, match.you!, pending.move);
    this.hold(again ? { ...pending, after: match.moves } : null);
    if (again) this.send();
    return Boolean(again);
  }

  private send(): void {
    const pending = this.pending.peek();
    if (!pending || this.sending || !this.around.wire.joined.peek()) return;
    const sending = ++this.sendings;
    this.sending = sending;
    const ask = { match: this.id, ...pending };
    this.around.wire.request('match:move', ask, (reply) => {
      // It is settled already, by a delta or by a whole view.
      if (this.sending !== sending) return;
      this.sending = 0;
      if (reply.ok) this.hold(null);
      else if (reply.error.unsettled) this.home.unsure();
      else this.bounce(pending, reply.error);
    });
  }

  private bounce(pending: Pending, error: RequestError): void {
    const match = this.home.match();
    if (error.code === 'stale' && match && match.moves > pending.after
      && this.pending.peek() === pending && this.overtaken(pending, match))
      return;
    batch(() => {
      this.hold(null);
      this.refused.value = { error, move: pending.move };
    });
  }
}
