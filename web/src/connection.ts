// SPDX-License-Identifier: MIT
//
// One namespace of this origin over the stock Socket.IO client, with a status
// that says what is really so. The client's own reconnection is off: it does
// not tell when it will try again, and it gives up for good when the server
// closes a connection, which a server does when it restarts.

import { io, type Socket } from 'socket.io-client';

import type { Refused, Reply } from './contract';
import { Store } from './store';

export type Status =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** `retryAt` is a time of Date.now(), or null while an attempt runs. */
  | { kind: 'lost'; reason: string; retryAt: number | null };

/** Error codes of replies that the server did not give. */
export const CONNECTION_LOST = 'connection_lost';
export const NO_ANSWER = 'no_answer';
export const BAD_ANSWER = 'bad_answer';

const ANSWER_MS = 10_000;
const OPEN_MS = 10_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** A connection that held this long starts over with the shortest delay. */
const STEADY_MS = 10_000;

type RequestTable<T> = { [E in keyof T]: { ask: object; answer: object } };

export class Connection<Events, Requests extends RequestTable<Requests>> {
  readonly status = new Store<Status>({ kind: 'connecting' });
  private readonly socket: Socket;
  private failures = 0;
  private liveSince = 0;
  private timer: number | undefined;

  constructor(namespace: string) {
    this.socket = io(namespace, {
      autoConnect: false,
      reconnection: false,
      timeout: OPEN_MS,
    });
    this.socket.on('connect', () => this.opened());
    this.socket.on('disconnect', (why) => this.closed(lossText(why)));
    this.socket.on('connect_error', (why) => this.closed(failText(why)));
    // Two moments when waiting any longer makes no sense.
    window.addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.retryNow();
    });
  }

  open(): void {
    this.socket.connect();
  }

  /** Cuts the wait for the next attempt short; nothing when none waits. */
  retryNow(): void {
    const status = this.status.value;
    if (status.kind !== 'lost' || status.retryAt === null) return;
    window.clearTimeout(this.timer);
    this.status.set({ ...status, retryAt: null });
    this.socket.connect();
  }

  on<E extends keyof Events & string>(
    event: E,
    handler: (news: Events[E]) => void,
  ): void {
    this.socket.on(event as string, handler);
  }

  /**
   * Asks once; `done` is called once, with the server's reply or with one
   * of the codes above. It is a callback and not a promise because news
   * that follow the reply must find it handled: a promise would resume
   * after them when both came in one payload.
   */
  request<E extends keyof Requests & string>(
    event: E,
    ask: Requests[E]['ask'],
    done: (reply: Reply<Requests[E]['answer']>) => void,
  ): void {
    if (!this.socket.connected) {
      done(refusal(CONNECTION_LOST, 'There is no connection.'));
      return;
    }
    this.socket
      .timeout(ANSWER_MS)
      .emit(event, ask, (error: Error | null, reply: unknown) => {
        if (error && !this.socket.connected)
          done(refusal(CONNECTION_LOST, 'The connection was lost.'));
        else if (error) done(refusal(NO_ANSWER, 'The server did not answer.'));
        else done(asReply(reply));
      });
  }

  private opened(): void {
    this.liveSince = Date.now();
    this.status.set({ kind: 'live' });
  }

  private closed(reason: string): void {
    if (this.liveSince && Date.now() - this.liveSince > STEADY_MS)
      this.failures = 0;
    this.liveSince = 0;
    const step = Math.min(this.failures++, RETRY_MS.length - 1);
    // Spread out, or all pages come back in the same instant.
    const delay = RETRY_MS[step]! * (0.75 + Math.random() / 2);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.retryNow(), delay);
    this.status.set({ kind: 'lost', reason, retryAt: Date.now() + delay });
  }
}

function refusal(error: string, message: string) {
  return { ok: false as const, error, message };
}

function asReply<Answer>(reply: unknown): Reply<Answer> {
  const { ok, error } = (reply ?? {}) as { ok?: unknown } & Partial<Refused>;
  if (ok === true) return reply as Reply<Answer>;
  if (typeof error?.code !== 'string' || typeof error.message !== 'string')
    return refusal(BAD_ANSWER, 'The answer makes no sense.');
  const { code, message, data } = error;
  const field = data?.field;
  return field ? { ...refusal(code, message), field } : refusal(code, message);
}

/** The reasons of the client's `disconnect` event, as sentences. */
function lossText(reason: Socket.DisconnectReason): string {
  if (!navigator.onLine) return 'This device is offline.';
  switch (reason) {
    case 'io server disconnect':
      return 'The server ended the connection.';
    case 'ping timeout':
      return 'The server stopped answering.';
    case 'transport error':
      return 'The connection broke.';
    case 'parse error':
      return 'The server sent something this page does not understand.';
    default:
      return 'The connection was closed.';
  }
}

/** What the client's `connect_error` event brings, as a sentence. */
function failText(error: Error): string {
  if (!navigator.onLine) return 'This device is offline.';
  // Errors of the transport have a type; what the server itself said when
  // it refused the namespace has none, and is worth passing on.
  if ('type' in error || error.message === 'timeout')
    return 'The server cannot be reached.';
  return `The server refused the connection: ${error.message}.`;
}
