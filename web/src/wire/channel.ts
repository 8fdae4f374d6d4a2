// SPDX-License-Identifier: MIT
//
// One namespace: news that come, and requests that end with an answer or with
// the reason why there is none. Its connection belongs to all namespaces
// (connection.ts), which joins and leaves them.

import { signal } from '@preact/signals';
import type { Socket } from 'socket.io-client';

import type {
  Answer, Ask, Contract, Hears, News, Refusal, Says,
} from './contract';

/** Reasons that are not the server's. */
export const LOST = 'connection_lost';
export const UNANSWERED = 'no_answer';

const ANSWER_MS = 10_000;

/** Why a request came to nothing. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** What the server adds, such as `retry` in milliseconds. */
    readonly data: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** Nobody knows whether it has happened: it may be asked again. */
  get unsettled(): boolean {
    return this.code === LOST || this.code === UNANSWERED;
  }
}

export type Reply<T> =
  | { ok: true; answer: T; error?: undefined }
  | { ok: false; error: RequestError };

export class Channel<C extends Contract> {
  /** In the namespace, now. */
  readonly joined = signal(false);
  /** The server has no such namespace. */
  readonly absent = signal(false);

  constructor(readonly socket: Socket) {
    socket.on('connect', () => {
      this.absent.value = false;
      this.joined.value = true;
    });
    socket.on('disconnect', () => {
      this.joined.value = false;
    });
  }

  /** Calls the handler at every news of that name; returns how to stop it. */
  on<E extends Hears<C>>(
    event: E,
    handler: (news: News<C, E>) => void,
  ): () => void {
    this.socket.on(event as string, handler);
    return () => this.socket.off(event as string, handler);
  }

  /**
   * Calls the handler whenever the namespace has been joined, the first time
   * and after every loss; at once when it is joined already.
   */
  onJoin(handler: () => void): () => void {
    this.socket.on('connect', handler);
    if (this.socket.connected) handler();
    return () => this.socket.off('connect', handler);
  }

  /**
   * Asks once. `done` is called once, and before the news that follow the
   * answer: a promise would be resumed after them when both came at once.
   */
  request<E extends Says<C>>(
    event: E,
    ask: Ask<C, E>,
    done: (reply: Reply<Answer<C, E>>) => void,
  ): void {
    if (!this.socket.connected) {
      done(failed(LOST));
      return;
    }
    const args = ask === undefined ? [] : [ask];
    this.socket
      .timeout(ANSWER_MS)
      .emit(event, ...args, (late: Error | null, reply: unknown) => {
        if (late) done(failed(this.socket.connected ? UNANSWERED : LOST));
        else done(asReply(reply));
      });
  }

  /** The same for where the order does not matter. Throws a RequestError. */
  ask<E extends Says<C>>(event: E, ask: Ask<C, E>): Promise<Answer<C, E>> {
    return new Promise((resolve, reject) => {
      this.request(event, ask, (reply) => {
        if (reply.ok) resolve(reply.answer);
        else reject(reply.error);
      });
    });
  }

  /** Tells, and wants no answer. It is lost where there is no connection. */
  tell<E extends Says<C>>(event: E, ask: Ask<C, E>): void {
    if (!this.socket.connected) return;
    this.socket.emit(event, ...(ask === undefined ? [] : [ask]));
  }
}

function failed(code: string): { ok: false; error: RequestError } {
  return { ok: false, error: new RequestError(code, '') };
}

function asReply<T>(reply: unknown): Reply<T> {
  const error = (reply as { error?: Refusal } | null)?.error;
  if (!error) return { ok: true, answer: reply as T };
  return {
    ok: false,
    error: new RequestError(error.code, error.message, error.data ?? {}),
  };
}
