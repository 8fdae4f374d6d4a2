// SPDX-License-Identifier: MIT
//
// The clients of this page: sockets of their own in one namespace, each with
// what it has said and heard.

import { signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';

import { guestToken } from './guests';

export const CLIENTS_MAX = 50;
const LINES_MAX = 200;
const ANSWER_MS = 5_000;

/** As whom they come: as this browser, with its cookies; each as a guest of
 *  its own; or with an auth object. */
export type As = 'browser' | 'guests' | 'auth';

export interface Line {
  id: number;
  at: number;
  kind: 'sent' | 'answer' | 'silence' | 'heard' | 'refused' | 'unsent';
  name: string;
  args: unknown[];
  /** Of an answer: how long it took. */
  ms?: number;
}

/** What the server says of an event that it has refused. */
export interface Refusal {
  code: string;
  message: string;
  event: string;
  data?: { field?: string };
}

export type State =
  | { kind: 'joining' }
  | { kind: 'joined'; sid: string }
  | { kind: 'out'; why: string };

let next = 1;

export class Client {
  readonly state = signal<State>({ kind: 'joining' });
  readonly lines = signal<Line[]>([]);

  constructor(
    readonly number: number,
    readonly socket: Socket,
    readonly refused: (refusal: Refusal) => void,
  ) {
    socket.on('connect', () => {
      this.state.value = { kind: 'joined', sid: socket.id! };
    });
    socket.on('connect_error', (error) => {
      this.state.value = { kind: 'out', why: error.message };
    });
    socket.on('disconnect', (reason) => {
      this.state.value = { kind: 'out', why: reason };
    });
    socket.onAny((name: string, ...args: unknown[]) => this.hear(name, args));
  }

  send(event: string, args: unknown[], ask: boolean): void {
    // What the client would keep until it is back comes as a surprise then.
    if (this.state.value.kind === 'out') {
      this.add('unsent', event, args);
      return;
    }
    this.add('sent', event, args);
    if (!ask) {
      this.socket.emit(event, ...args);
      return;
    }
    const begun = performance.now();
    this.socket.timeout(ANSWER_MS).emit(
      event, ...args, (late: Error | null, ...answer: unknown[]) => {
        const ms = performance.now() - begun;
        const refusal = refusalOf((answer[0] as { error?: unknown })?.error);
        if (late) this.add('silence', event, []);
        else if (refusal) this.refuse(event, refusal);
        else this.add('answer', event, answer, ms);
      });
  }

  private hear(name: string, args: unknown[]): void {
    const refusal = name === 'error' ? refusalOf(args[0]) : null;
    if (refusal) this.refuse(refusal.event, refusal);
    else this.add('heard', name, args);
  }

  private refuse(event: string, refusal: Refusal): void {
    this.add('refused', event, [refusal]);
    this.refused(refusal);
  }

  private add(kind: Line['kind'], name: string, args: unknown[], ms?: number) {
    const line: Line = { id: next++, at: Date.now(), kind, name, args };
    if (ms !== undefined) line.ms = ms;
    this.lines.value = [...this.lines.value, line].slice(-LINES_MAX);
  }
}

function refusalOf(value: unknown): Refusal | null {
  const one = value as Partial<Refusal> | null | undefined;
  return typeof one?.code === 'string' && typeof one.message === 'string'
    ? one as Refusal : null;
}

export class Clients {
  readonly list = signal<Client[]>([]);
  /** What was wrong with what was sent last. */
  readonly refusal = signal<Refusal | null>(null);
  private place = '';
  /** The ids that clients of this page have, or have had. */
  private readonly known = new Map<string, number>();

  constructor(private readonly path: () => string) {}

  /** So many clients there, in this way. Those that are stay. */
  gather(namespace: string, count: number, as: As, auth: object): void {
    const place = JSON.stringify([namespace, as, auth]);
    if (place !== this.place) this.drop(0);
    this.place = place;
    this.drop(count);
    const added = Array.from(
      { length: Math.max(0, count - this.list.value.length) },
      (_, i) => this.make(
        this.list.value.length + i + 1, namespace, as, auth));
    if (added.length) this.list.value = [...this.list.value, ...added];
  }

  /** From one of them, or from all (null). */
  send(event: string, args: unknown[], ask: boolean, from: number | null) {
    this.refusal.value = null;
    for (const client of this.list.value)
      if (from === null || client.number === from)
        client.send(event, args, ask);
  }

  clear(): void {
    for (const client of this.list.value) client.lines.value = [];
  }

  /** Which of them has this id; undefined: none. */
  numberOf(sid: string | undefined): number | undefined {
    for (const { state: { value }, number } of this.list.value)
      if (value.kind === 'joined') this.known.set(value.sid, number);
    return sid === undefined ? undefined : this.known.get(sid);
  }

  private drop(from: number): void {
    const all = this.list.value;
    if (all.length <= from) return;
    for (const { socket } of all.slice(from)) socket.disconnect();
    this.list.value = all.slice(0, from);
  }

  private make(number: number, namespace: string, as: As, auth: object) {
    const socket = io(namespace, {
      path: this.path(),
      // Each has a connection, and a browser opens few at a time for polls.
      forceNew: true,
      transports: ['websocket', 'polling'],
      autoConnect: false,
      auth: as === 'guests'
        ? (give: (auth: object) => void) => void guestToken(number).then(
            (token) => give({ token }),
            (error: Error) => this.fail(client, error))
        : as === 'auth' ? auth : {},
    });
    const client = new Client(number, socket, (refusal) => {
      this.refusal.value = refusal;
    });
    socket.connect();
    return client;
  }

  private fail(client: Client, { message }: Error): void {
    client.socket.disconnect();
    client.state.value = { kind: 'out', why: message };
  }
}
