// SPDX-License-Identifier: MIT
//
// One match that this window follows: what the server has told of it, the
// move that is on its way, and what one is looking at.

import { batch, computed, signal } from '@preact/signals';

import type { Channel } from '../../wire/channel';
import type { GameContract, News } from '../../wire/contract';
import type { RequestError } from '../../wire/channel';
import type { Moves } from '../boards/board';
import { Skew } from './clock';
import { type Past, pastAfter, pastAgain, pastFrom, pastOf, viewAt }
  from './past';
import { Outgoing } from './outgoing';
import type { Shelf } from './pending';
import {
  apply, type Delta, isHeld, isMyTurn, isSeated, type Match, type Rated,
  type Replay, type View,
} from './state';

export type Wire = Pick<
  Channel<GameContract>, 'on' | 'onJoin' | 'request' | 'joined'>;

export interface Around {
  wire: Wire;
  shelf: Shelf;
  /** Milliseconds; a clock that is not set while one looks at it. */
  now: () => number;
  /** What is known of a game; undefined: nothing. */
  moves: (game: string) => Moves | undefined;
}

export type Phase =
  | { is: 'loading' }
  /** In memory there: news come, be it over or not. */
  | { is: 'live' }
  /** Long over: all there is, is the replay. */
  | { is: 'past'; replay: Replay }
  | { is: 'none'; error: RequestError };

export type Act =
  | 'match:ready' | 'match:resign' | 'match:offer' | 'match:accept'
  | 'match:decline' | 'match:rematch' | 'match:join';

const AGAIN_MS = 1_000;

export class MatchModel {
  readonly phase = signal<Phase>({ is: 'loading' });
  readonly match = signal<Match | null>(null);
  readonly past = signal<Past>({ before: 0, start: {}, steps: [] });
  /** So many of the steps one looks at; null: at all there are. */
  readonly at = signal<number | null>(null);
  /** One's move that is on its way. */
  readonly outgoing: Outgoing;
  /** What has been asked for, and is not answered yet. */
  readonly asked = signal<Act | null>(null);
  /** The last that has happened. */
  readonly news = signal<Delta | null>(null);
  readonly rated = signal<Rated[]>([]);
  /** A rematch that has begun while one was here. */
  readonly next = signal<string | null>(null);
  readonly skew = new Skew();
  private closed = false;
  private readonly stops: (() => void)[];
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** What is to be drawn: with the move that is on its way. */
  readonly view = computed<View>(() => {
    const match = this.match.value;
    const at = this.at.value;
    if (at !== null) return viewAt(this.past.value, at);
    if (!match) {
      const past = this.past.value;
      return viewAt(past, past.steps.length);
    }
    return this.outgoing.drawn(match);
  });

  constructor(
    readonly id: string,
    private readonly around: Around,
    public code: string | null = null,
  ) {
    const { wire } = around;
    this.outgoing = new Outgoing(id, around, {
      match: () => this.match.peek(),
      unsure: () => this.later(() => this.watch()),
    });
    this.stops = [
      wire.on('match:view', (view) => this.mine(view) && this.enter(view)),
      wire.on('match:delta', (delta) => this.mine(delta) && this.hear(delta)),
      wire.on('match:rated', (news) => {
        if (this.mine(news)) this.rated.value = news.ratings;
      }),
      wire.on('match:audience', (news) => this.audience(news)),
      wire.on('match:closed', (news) => {
        this.closed = this.closed || this.mine(news);
        if (this.mine(news)) this.fetch();
      }),
      wire.onJoin(() => this.watch()),
    ];
  }

  /** Hears nothing more. */
  close(): void {
    clearTimeout(this.timer);
    for (const stop of this.stops) stop();
  }

  get pending() {
    return this.outgoing.pending;
  }

  /** The last that came to nothing, until something else is tried. */
  get refused() {
    return this.outgoing.refused;
  }

  get held(): boolean {
    return this.match.value !== null && isHeld(this.match.value);
  }

  /** The server's clock, now. */
  there(): number {
    return this.skew.there(this.around.now());
  }

  // --- what one does

  play(move: string): void {
    const match = this.match.peek();
    if (!match || this.pending.peek() || !isMyTurn(match)) return;
    this.at.value = null;
    this.outgoing.play(move, match);
  }

  act(event: Act): void {
    if (this.asked.peek()) return;
    this.asked.value = event;
    this.refused.value = null;
    const ask = event === 'match:join' ? this.which() : { match: this.id };
    this.around.wire.request(event, ask, (reply) => {
      this.asked.value = null;
      if (!reply.ok && !isDone(event, reply.error.code))
        this.refused.value = { error: reply.error, move: null };
    });
  }

  /** Follows it no more; before the start the seat is free again. */
  leave(done: () => void = () => {}): void {
    this.around.wire.request('match:leave', { match: this.id }, () => done());
  }

  /** Goes to a step; beyond the last one is the present. */
  look(step: number): void {
    const { steps } = this.past.peek();
    const to = Math.max(0, step);
    this.at.value = to >= steps.length && this.match.peek() ? null
      : Math.min(to, steps.length);
  }

  /** The step one looks at. */
  get step(): number {
    return this.at.value ?? this.past.value.steps.length;
  }

  /** Asks for all of it once more. */
  watch(): void {
    this.around.wire.request('match:watch', this.which(), (reply) => {
      if (reply.ok) return;
      const { error } = reply;
      if (error.code === 'no_such_match') this.fetch();
      else if (error.unsettled) this.later(() => this.watch());
      else this.none(error);
    });
  }

  // --- what comes

  private which(): { match: string; code?: string } {
    return { match: this.id, ...(this.code ? { code: this.code } : {}) };
  }

  private mine(news: { match: string }): boolean {
    return news.match === this.id;
  }

  private enter(match: Match): void {
    batch(() => {
      this.skew.forget();
      this.skew.hear(match.time.now, this.around.now());
      this.code = match.code ?? this.code;
      this.phase.value = { is: 'live' };
      this.past.value = this.match.value
        ? pastAgain(this.past.value, match) : pastOf(match);
      this.match.value = match;
      this.outgoing.settle(match);
    });
    if (this.past.value.before > 0 || match.status === 'over') this.fetch();
  }

  private hear(delta: Delta): void {
    const before = this.match.value;
    if (!before) return;
    const match = apply(before, delta);
    if (match === 'known') return;
    if (match === 'gap') {
      this.watch();
      return;
    }
    batch(() => {
      this.skew.hear(delta.time.now, this.around.now());
      this.past.value = pastAfter(this.past.value, delta, match);
      this.match.value = match;
      this.news.value = delta;
      this.outgoing.hear(delta, match);
      if (delta.kind === 'next') this.next.value = match.next ?? null;
    });
    // Who one is to the match may be another, and only a view says so.
    const seats = delta.kind === 'sit' || delta.kind === 'stand';
    if (seats && (!isSeated(before) || delta.seat === before.you)) this.watch();
    if (match.status === 'over' && before.status === 'running') this.fetch();
  }

  private audience(news: News<GameContract, 'match:audience'>): void {
    const match = this.match.value;
    if (match && this.mine(news))
      this.match.value = { ...match, spectators: news.spectators };
  }

  /** The moves that one has not seen: of what is over with nothing hidden. */
  private fetch(): void {
    const { wire } = this.around;
    if (this.match.peek()?.status !== 'running')
      wire.request('match:replay', this.which(), (reply) => {
        if (reply.ok) this.replayed(reply.answer);
        else if (reply.error.unsettled) this.later(() => this.fetch());
        else if (!this.match.peek()) this.none(reply.error);
      });
    else
      wire.request('match:entries', this.which(), (reply) => {
        if (reply.ok && this.match.peek()?.n === reply.answer.n)
          this.past.value = pastFrom(reply.answer.entries);
      });
  }

  private replayed(replay: Replay): void {
    batch(() => {
      this.past.value = pastFrom(replay.entries);
      // What the server has forgotten nobody can ask for a rematch.
      if (this.closed) this.match.value = null;
      if (!this.match.peek()) this.phase.value = { is: 'past', replay };
    });
  }

  private none(error: RequestError): void {
    if (!this.match.peek()) this.phase.value = { is: 'none', error };
  }

  private later(act: () => void): void {
    clearTimeout(this.timer);
    // Without a connection there is nothing to be asked: onJoin() will.
    if (this.around.wire.joined.peek())
      this.timer = setTimeout(act, AGAIN_MS);
  }
}

/** What was wanted is so already: by another window, or before a loss. */
function isDone(event: Act, code: string): boolean {
  return {
    'match:ready': ['ready', 'started'],
    'match:resign': ['over'],
    'match:offer': ['offered'],
    'match:accept': ['over'],
    'match:decline': ['no_offer'],
    'match:rematch': ['offered'],
    'match:join': [] as string[],
  }[event].includes(code);
}
