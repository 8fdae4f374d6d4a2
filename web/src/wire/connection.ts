// SPDX-License-Identifier: MIT
//
// The one connection of this page, over the stock client, and what is true of
// it. The client's own reconnection is off: it does not say when it tries
// again, it does not know what the server has said about coming back, and it
// gives up when the server closes a connection, as one does that restarts.

import { signal } from '@preact/signals';
import { Manager, type Socket } from 'socket.io-client';

import { Channel } from './channel';
import type { Contract, Notice } from './contract';
import { banOf, lossOf, type Ended, type Status, type Why } from './status';

export type { Ended, Status, Why } from './status';

/** Who the page is to the server. */
export interface Identity {
  /** Settles when the cookies name somebody, or cannot. Never rejects. */
  ensure(): Promise<void>;
  /** The same, when the server has said that they name nobody. */
  renew(): Promise<void>;
  /** Their session has ended: what `ensure` knew is over. */
  ended(why: Ended): void;
  /** The browser keeps no cookies: it stays nobody. */
  readonly unkept: boolean;
}

const OPEN_MS = 10_000;
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** A connection that held this long starts over with the shortest delay. */
const STEADY_MS = 10_000;
const WATCH_MS = 5_000;
/**
 * A watch that comes so late has slept, and its connection is no more. Pages
 * that nobody sees are woken once a minute by some browsers.
 */
const SLEPT_MS = 150_000;
/** Of two farewells within this time the second one has to wait. */
const HASTE_MS = 2_000;
const NO_NAMESPACE = 'Invalid namespace';
/** The end of one part: all others may be had again at once. */
const REMOVED = 'removed';
/** By this browser itself: there is another session now. */
const SIGNED_IN = 'signed-in';

export class Connection {
  readonly status = signal<Status>({ kind: 'connecting' });
  private readonly manager: Manager;
  private readonly channels: Channel<Contract>[] = [];
  private notice: Notice | null = null;
  private ended: Ended | null = null;
  private failures = 0;
  private liveSince = 0;
  private wasLost = false;
  private dismissedAt = 0;
  private renewing = false;
  private quiet = false;
  private attempt = 0;
  private timer: number | undefined;

  constructor(private readonly identity: Identity) {
    this.manager = new Manager({
      autoConnect: false,
      reconnection: false,
      timeout: OPEN_MS,
    });
    this.manager.on('close', (reason) => {
      if (this.quiet) return;
      // The client closes a connection itself when the server has put the
      // last socket out, and says so before the socket does.
      if (this.ended) this.dismissed();
      else this.closed(lossOf(reason));
    });
    window.addEventListener('online', () => this.retryNow());
    window.addEventListener('offline', () => void this.lookAround());
    window.addEventListener('pageshow', () => this.retryNow());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.retryNow();
    });
    this.watchForSleep();
  }

  /** A namespace that is joined whenever there is a connection. */
  channel<C extends Contract>(namespace: string): Channel<C> {
    const socket = this.manager.socket(namespace);
    const channel = new Channel<C>(socket);
    this.channels.push(channel as unknown as Channel<Contract>);
    socket.on('connect', () => this.joined());
    socket.on('connect_error', (error) => this.refused(channel, error));
    socket.on('mortise:notice', (notice: Notice) => {
      this.notice = notice;
    });
    socket.on('auth:ended', (ended: Ended) => {
      this.ended = ended;
    });
    socket.on('auth:expiring', () => void this.identity.renew());
    socket.on('disconnect', (reason: Socket.DisconnectReason) => {
      // From one namespace means from all: they have one identity.
      if (reason === 'io server disconnect' && this.isOpen())
        this.dismissed();
    });
    return channel;
  }

  /** Begins, or begins again: with the cookies as they are now. */
  open(): void {
    window.clearTimeout(this.timer);
    const attempt = ++this.attempt;
    this.renewing = false;
    this.notice = null;
    this.ended = null;
    this.disconnect();
    const status = this.status.value;
    if (status.kind === 'lost')
      this.status.value = { ...status, retryAt: null };
    else if (status.kind !== 'connecting')
      this.status.value = { kind: 'connecting' };
    void this.identity.ensure().then(() => {
      if (attempt === this.attempt) this.dial(attempt);
    });
  }

  /** Cuts the wait for the next attempt short; nothing when none waits. */
  retryNow(): void {
    const status = this.status.value;
    if (status.kind === 'lost' && status.retryAt !== null) this.open();
  }

  private dial(attempt: number): void {
    this.manager.open((error) => {
      if (attempt !== this.attempt) return;
      if (error)
        this.closed({ code: navigator.onLine ? 'unreachable' : 'offline' });
    });
    for (const { socket } of this.channels) socket.connect();
  }

  private isOpen(): boolean {
    return this.manager.engine?.readyState === 'open';
  }

  /** All channels that the server has are joined: that is live. */
  private joined(): void {
    const whole = this.channels.every(
      ({ socket, absent }) => socket.connected || absent.value);
    if (!whole || this.status.value.kind === 'live') return;
    this.liveSince = Date.now();
    this.renewing = false;
    this.status.value = { kind: 'live', again: this.wasLost };
    this.wasLost = false;
  }

  private refused<C extends Contract>(
    channel: Channel<C>,
    error: Error & { data?: Partial<Ended> },
  ): void {
    // What the transport has to say is said by the manager.
    if (!this.isOpen()) return;
    if (error.message === NO_NAMESPACE) {
      channel.absent.value = true;
      this.joined();
      return;
    }
    const code = error.data?.code;
    const stranger = code === 'invalid_token' || code === 'login_required';
    if (stranger && !this.renewing) {
      this.renewing = true;
      const attempt = ++this.attempt;
      this.disconnect();
      void this.identity.renew().then(() => {
        if (attempt === this.attempt) this.dial(attempt);
      });
      return;
    }
    this.renewing = false;
    if (code === 'banned') this.end(banOf(error.data!));
    // Each further attempt would make one more guest.
    else if (stranger && this.identity.unkept) this.end({ code: 'unkept' });
    else
      this.cut({
        code: 'refused', said: error.data?.reason || error.message,
      });
  }

  /** The server has put a socket out. */
  private dismissed(): void {
    const { ended } = this;
    this.ended = null;
    if (!ended) {
      this.cut({ code: 'closed' });
      return;
    }
    if (ended.code === 'banned') {
      this.end(banOf(ended));
      return;
    }
    this.identity.ended(ended);
    this.notice = null;
    const again = Date.now() - this.dismissedAt < HASTE_MS;
    if (ended.code !== SIGNED_IN) this.dismissedAt = Date.now();
    if (!again) this.open();
    else this.cut({ code: 'refused', said: ended.reason ?? ended.code });
  }

  /** Closes what is still open, because of the server. */
  private cut(why: Why): void {
    this.disconnect();
    this.closed(why);
  }

  /** By ourselves, which is no loss. */
  private disconnect(): void {
    this.quiet = true;
    for (const { socket } of this.channels) socket.disconnect();
    this.quiet = false;
  }

  private end(why: Why): void {
    this.attempt++;
    this.wasLost = true;
    window.clearTimeout(this.timer);
    this.disconnect();
    this.status.value = { kind: 'ended', why };
  }

  private closed(why: Why): void {
    const { kind } = this.status.value;
    if (kind === 'ended') return;
    const waits = kind === 'lost'
      && (this.status.value as { retryAt: number | null }).retryAt !== null;
    if (waits) return;
    const { notice } = this;
    this.notice = null;
    this.attempt++;
    const known: Why = notice ? { code: 'notice', said: notice.reason } : why;
    if (notice && notice.retry < 0 && notice.code !== REMOVED)
      this.end(known);
    else this.later(known, notice?.retry ?? 0);
  }

  private later(why: Why, atLeast: number): void {
    if (this.liveSince && Date.now() - this.liveSince > STEADY_MS)
      this.failures = 0;
    this.liveSince = 0;
    this.wasLost = true;
    const step = Math.min(this.failures++, RETRY_MS.length - 1);
    // Spread out, or all pages come back in the same instant.
    const delay =
      Math.max(RETRY_MS[step]!, atLeast) * (0.75 + Math.random() / 2);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.retryNow(), delay);
    this.status.value = { kind: 'lost', why, retryAt: Date.now() + delay };
  }

  /** Without a network; but a server may be nearer than that. */
  private async lookAround(): Promise<void> {
    if (this.status.value.kind !== 'live') return;
    const { attempt } = this;
    try {
      await fetch('/', { method: 'HEAD', cache: 'no-store' });
    } catch {
      if (attempt === this.attempt) this.cut({ code: 'offline' });
    }
  }

  /** Behind a closed lid nothing is heard of the server's farewell. */
  private watchForSleep(): void {
    let last = Date.now();
    window.setInterval(() => {
      const slept = Date.now() - last > SLEPT_MS;
      last = Date.now();
      if (!slept || this.status.value.kind !== 'live') return;
      this.cut({ code: 'slept' });
      this.retryNow();
    }, WATCH_MS);
  }
}
