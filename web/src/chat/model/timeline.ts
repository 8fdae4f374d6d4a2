// SPDX-License-Identifier: MIT
//
// The part of a room's messages that is at hand: a window, by id, that grows
// to either side and is cut at the other one, so that a page that was read for
// a day is as quick as a fresh one.

import { signal } from '@preact/signals';

import type { Message } from './types';

export const WINDOW = 300;

export class Timeline {
  readonly messages = signal<readonly Message[]>([]);
  /** There are more before the first one, or behind the last one. */
  readonly older = signal(false);
  readonly newer = signal(false);

  get first(): number {
    return this.messages.value[0]?.id ?? 0;
  }

  get last(): number {
    return this.messages.value.at(-1)?.id ?? 0;
  }

  find(id: number): Message | undefined {
    return this.messages.value.find((message) => message.id === id);
  }

  /** Another part of the room. */
  reset(messages: readonly Message[], older: boolean, newer: boolean): void {
    this.messages.value = messages;
    this.older.value = older;
    this.newer.value = newer;
  }

  /** A page that ends where this begins. */
  before(page: readonly Message[], more: boolean): void {
    const all = [...page, ...this.messages.value];
    if (all.length > WINDOW) this.newer.value = true;
    this.older.value = more;
    this.messages.value = all.slice(0, WINDOW);
  }

  /** A page that begins where this ends. */
  after(page: readonly Message[], more: boolean): void {
    const all = [...this.messages.value, ...page];
    if (all.length > WINDOW) this.older.value = true;
    this.newer.value = more;
    this.messages.value = all.slice(-WINDOW);
  }

  /** New or changed; what is beyond the window stays there. */
  put(message: Message): void {
    const all = this.messages.value;
    const at = all.findIndex(({ id }) => id >= message.id);
    const known = all[at];
    if (known?.id === message.id) {
      if (message.rev < known.rev) return;
      // What is told to all does not say which reactions are one's own.
      this.messages.value = replaced(all, at, withOwn(message, known));
    } else if (at < 0) {
      if (!this.newer.value) this.grow([...all, message]);
    } else if (at > 0 || !this.older.value) {
      this.grow([...all.slice(0, at), message, ...all.slice(at)]);
    }
  }

  change(id: number, rev: number, how: (message: Message) => Message): void {
    const all = this.messages.value;
    const at = all.findIndex((message) => message.id === id);
    const known = all[at];
    if (known && rev >= known.rev)
      this.messages.value = replaced(all, at, { ...how(known), rev });
  }

  /** All that this user has written is gone. */
  erase(user: string, now: number): void {
    this.messages.value = this.messages.value.map((message) =>
      message.from === user ? erased(message, now) : message);
  }

  /** The reader of the end loses the beginning, and no other one. */
  private grow(all: readonly Message[]): void {
    if (all.length > WINDOW) this.older.value = true;
    this.messages.value = all.slice(-WINDOW);
  }
}

function replaced(
  all: readonly Message[],
  at: number,
  message: Message,
): readonly Message[] {
  return [...all.slice(0, at), message, ...all.slice(at + 1)];
}

function withOwn(message: Message, known: Message): Message {
  const { reactions } = message;
  if (!reactions || reactions.some(({ mine }) => mine !== undefined))
    return message;
  const own = new Set(
    known.reactions?.filter(({ mine }) => mine).map(({ emoji }) => emoji));
  return {
    ...message,
    reactions: reactions.map((one) => ({ ...one, mine: own.has(one.emoji) })),
  };
}

function erased(message: Message, now: number): Message {
  const { room, id, rev, time } = message;
  return {
    room, id, rev, time, from: 'deleted', name: '', text: '', deleted: now,
  };
}

/** The same message after somebody has taken a reaction or put one. */
export function reacted(
  message: Message,
  { emoji, on, count, mine }:
    { emoji: string; on: boolean; count: number; mine: boolean },
): Message {
  const all = message.reactions ?? [];
  const known = all.find((one) => one.emoji === emoji);
  const next = {
    emoji, count, mine: mine ? on : (known?.mine ?? false),
  };
  const reactions = known
    ? all.map((one) => (one === known ? next : one))
    : [...all, next];
  return { ...message, reactions: reactions.filter((one) => one.count > 0) };
}
