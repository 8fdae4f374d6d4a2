// SPDX-License-Identifier: MIT
//
// What was written and is not in a room yet. Each message has a key under
// which the server says it once, however often it is sent; it is kept in the
// browser until it has been answered, so that neither a lost connection nor a
// page that is closed loses or doubles it.

import { signal } from '@preact/signals';

import { recallAll, remember } from '../../ui/memory';
import type { RequestError } from '../../wire/channel';
import type { ChatChannel } from './types';

export interface Outgoing {
  key: string;
  room: string;
  text: string;
  reply?: number;
  time: number;
  /** Why it was refused: it waits for its writer. */
  refused?: string;
}

type Said = (message: Outgoing, answer: { id: number; time: number }) => void;

const PREFIX = 'chat.out.';
const RETRY_MS = 2_000;
/** What passes by itself. */
const PASSING = new Set(['busy', 'unavailable', 'rate_limited']);

export class Outbox {
  readonly messages = signal<readonly Outgoing[]>([]);
  private prefix = '';
  private readonly underWay = new Set<string>();

  constructor(
    private readonly channel: ChatChannel,
    private readonly ready: () => boolean,
    private readonly said: Said,
    /** Takes note of a refusal; the sentence for its writer. */
    private readonly refused: (room: string, error: RequestError) => string,
  ) {}

  /** What this user has left in this browser. */
  start(user: string): void {
    const prefix = `${PREFIX}${user}.`;
    this.underWay.clear();
    if (prefix !== this.prefix) {
      this.prefix = prefix;
      this.messages.value = recallAll(prefix)
        .map(([, value]) => parse(value))
        .filter((message) => message !== null)
        .sort((a, b) => a.time - b.time);
    }
    this.flush();
  }

  add(room: string, text: string, reply: number | undefined): void {
    const message: Outgoing = {
      key: newKey(), room, text, time: Date.now(),
      ...(reply ? { reply } : {}),
    };
    this.messages.value = [...this.messages.value, message];
    this.keep(message);
    this.flush();
  }

  again(key: string): void {
    this.messages.value = this.messages.value.map((message) => {
      if (message.key !== key) return message;
      const { refused: _, ...rest } = message;
      this.keep(rest);
      return rest;
    });
    this.flush();
  }

  drop(key: string): void {
    this.messages.value = this.messages.value.filter(
      (message) => message.key !== key);
    remember(this.prefix + key, null);
  }

  /** Sends the first of each room: the next one follows its answer. */
  flush(): void {
    if (!this.ready()) return;
    const seen = new Set<string>();
    for (const message of this.messages.value) {
      if (message.refused || seen.has(message.room)) continue;
      seen.add(message.room);
      if (!this.underWay.has(message.key)) this.send(message);
    }
  }

  private send(message: Outgoing): void {
    const { key, room, text, reply } = message;
    this.underWay.add(key);
    this.channel.request(
      'say', { room, text, key, ...(reply ? { reply } : {}) },
      (answered) => {
        this.underWay.delete(key);
        if (answered.ok) {
          this.drop(key);
          this.said(message, answered.answer);
          this.flush();
        } else this.failed(message, answered.error);
      });
  }

  private failed(message: Outgoing, error: RequestError): void {
    if (error.unsettled || PASSING.has(error.code)) {
      const retry = Number(error.data.retry ?? RETRY_MS);
      window.setTimeout(() => this.flush(), retry);
      return;
    }
    const refused = {
      ...message, refused: this.refused(message.room, error),
    };
    this.messages.value = this.messages.value.map((one) =>
      one.key === message.key ? refused : one);
    this.keep(refused);
    this.flush();
  }

  private keep(message: Outgoing): void {
    remember(this.prefix + message.key, JSON.stringify(message));
  }
}

function parse(value: string): Outgoing | null {
  try {
    const message = JSON.parse(value) as Outgoing;
    return typeof message.key === 'string' && typeof message.text === 'string'
      ? message : null;
  } catch {
    return null;
  }
}

/** Over plain HTTP there is no crypto.randomUUID. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
