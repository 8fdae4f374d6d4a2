// SPDX-License-Identifier: MIT
//
// One room of the user: what is known of it, the part of its messages that is
// at hand, who is in it. Messages are fetched when somebody looks at it; from
// then on it misses nothing, for the server tells what has changed since a
// number (`rev`).

import { signal } from '@preact/signals';

import { recall, remember } from '../../ui/memory';
import { LOST } from '../../wire/channel';
import { People } from './people';
import { reacted, Timeline } from './timeline';
import type { ChatChannel, Info, Message, Named, You } from './types';

const PAGE = 50;
/** So many pages of what was missed are read; of more, the last one. */
const CATCH_UP = 5;

export class Room {
  readonly info;
  readonly timeline = new Timeline();
  readonly people: People;
  readonly typing = signal<readonly Named[]>([]);
  /** Messages are at hand; a sentence: why not. */
  readonly loaded = signal(false);
  readonly problem = signal('');
  /** Behind which message there is what was not read when it was opened. */
  readonly divider = signal<number | null>(null);
  /** A message that somebody wants to go to. */
  readonly target = signal<number | null>(null);
  /** Grows when somebody wants to go to the latest one. */
  readonly toEnd = signal(0);
  /** How many these were. */
  readonly missed = signal(0);
  /** How far others have read. */
  readonly seen = signal<ReadonlyMap<string, number>>(new Map());
  /** Messages that are answered, from beyond the window; null: none. */
  readonly quotes = signal<ReadonlyMap<number, Message | null>>(new Map());
  /** What the composer has: the message that is answered, or edited. */
  readonly reply = signal<Message | null>(null);
  readonly editing = signal<Message | null>(null);
  /** Until when slow mode keeps the user from sending. */
  readonly slowUntil = signal(0);
  private rev: number;
  /** A page is on its way. */
  readonly busy = signal(false);
  /** What was told while the first page was on its way. */
  private held: (() => void)[] = [];
  private marked = 0;

  constructor(
    private readonly channel: ChatChannel,
    readonly you: You,
    info: Info,
  ) {
    this.info = signal(info);
    this.rev = info.rev;
    this.people = new People(channel, info.room);
  }

  get address(): string {
    return this.info.value.room;
  }

  /** Another one for each user of this browser. */
  get key(): string {
    return `${this.you.id} ${this.address}`;
  }

  /** Somebody looks at it. */
  open(): void {
    const { unread, read } = this.info.value;
    if (unread > 0) this.divide(read, unread);
    if (!this.loaded.value) this.loadNewest();
    this.people.load();
  }

  /** Nobody looks at it any more. */
  close(): void {
    this.divider.value = null;
    if (this.timeline.newer.value) this.loaded.value = false;
  }

  private divide(read: number, missed: number): void {
    if (this.divider.value !== null) return;
    this.divider.value = read;
    this.missed.value = missed;
  }

  update(change: Partial<Info>): void {
    this.info.value = { ...this.info.value, ...change };
  }

  /** After a connection was lost: all about it, and what was missed. */
  resume(info: Info): void {
    const { unread, read } = info;
    if (unread > 0 && this.loaded.value) this.divide(read, unread);
    this.info.value = info;
    this.marked = 0;
    this.typing.value = [];
    if (this.loaded.value) this.catchUp(CATCH_UP);
  }

  // --- pages

  loadNewest(): void {
    this.fetch({ limit: PAGE }, (page) => {
      this.timeline.reset(page.messages, page.more, false);
      this.rev = Math.max(this.rev, ...page.messages.map(({ rev }) => rev));
      this.loaded.value = true;
    });
  }

  loadOlder(): void {
    const { first, older } = this.timeline;
    if (!older.value) return;
    this.fetch({ before: first, limit: PAGE }, (page) =>
      this.timeline.before(page.messages, page.more));
  }

  loadNewer(): void {
    const { last, newer } = this.timeline;
    if (!newer.value) return;
    this.fetch({ after: last, limit: PAGE }, (page) =>
      this.timeline.after(page.messages, page.more));
  }

  /** Goes to a message that may be anywhere. */
  loadAround(id: number, done: () => void): void {
    if (this.timeline.find(id)) {
      done();
      return;
    }
    this.fetch({ around: id, limit: PAGE }, (page) => {
      this.timeline.reset(page.messages, page.more, page.newer ?? false);
      this.loaded.value = true;
      done();
    });
  }

  /** The message that another one answers. */
  loadQuote(id: number): void {
    if (this.quotes.value.has(id)) return;
    const note = (message: Message | null) => {
      this.quotes.value = new Map(this.quotes.value).set(id, message);
    };
    note(null);
    this.channel.request(
      'history', { room: this.address, around: id, limit: 1 },
      (reply) => {
        if (reply.ok)
          note(reply.answer.messages.find((one) => one.id === id) ?? null);
      });
  }

  private fetch(
    ask: { before?: number; after?: number; around?: number; limit: number },
    done: (page: {
      messages: Message[]; more: boolean; newer?: boolean | null;
    }) => void,
  ): void {
    if (this.busy.value) return;
    this.busy.value = true;
    this.channel.request('history', { room: this.address, ...ask }, (reply) => {
      this.busy.value = false;
      const { held } = this;
      this.held = [];
      if (reply.ok) {
        this.problem.value = '';
        done(reply.answer as never);
        for (const act of held) act();
      } else if (reply.error.code !== LOST && !this.loaded.value)
        this.problem.value = reply.error.message || reply.error.code;
    });
  }

  /** All that is new or has changed since. */
  private catchUp(pages: number): void {
    if (pages === 0) {
      this.loadNewest();
      return;
    }
    this.channel.request(
      'history', { room: this.address, since: this.rev, limit: 100 },
      (reply) => {
        if (!reply.ok) return;
        for (const message of reply.answer.messages) this.apply(message);
        if (reply.answer.more) this.catchUp(pages - 1);
      });
  }

  // --- news

  /** A message that is new or was edited, from wherever it comes. */
  apply(message: Message): void {
    if (this.busy.value && !this.loaded.value) {
      this.held.push(() => this.apply(message));
      return;
    }
    this.rev = Math.max(this.rev, message.rev);
    if (this.loaded.value) this.timeline.put(message);
    if (this.quotes.value.get(message.id))
      this.quotes.value = new Map(this.quotes.value).set(message.id, message);
  }

  said(message: Message, away: boolean): void {
    const { unread, mentions, read } = this.info.value;
    const mine = message.from === this.you.id;
    const named = message.mentions?.includes(this.you.id) ?? false;
    this.stopsTyping(message.from);
    if (mine)
      this.update({
        last: message.id, read: message.id, unread: 0, mentions: 0,
      });
    else
      this.update({
        last: message.id, unread: unread + 1, mentions: mentions + Number(named),
      });
    if (mine) this.divider.value = null;
    else if (away && this.loaded.value) this.divide(read, 0);
    this.apply(message);
  }

  change(id: number, rev: number, how: (message: Message) => Message): void {
    if (this.busy.value && !this.loaded.value) {
      this.held.push(() => this.change(id, rev, how));
      return;
    }
    this.rev = Math.max(this.rev, rev);
    this.timeline.change(id, rev, how);
  }

  deleted(id: number, rev: number): void {
    this.change(id, rev, ({ reactions: _, mentions: __, ...message }) => ({
      ...message, text: '', deleted: Date.now(),
    }));
  }

  reacted(news: {
    id: number; rev: number; by: string; emoji: string; on: boolean;
    count: number;
  }): void {
    const mine = news.by === this.you.id;
    this.change(news.id, news.rev, (message) =>
      reacted(message, { ...news, mine }));
  }

  types(who: Named, typing: boolean): void {
    const others = this.typing.value.filter(({ id }) => id !== who.id);
    this.typing.value = typing ? [...others, who] : others;
  }

  stopsTyping(id: string): void {
    if (this.typing.value.length > 0) this.types({ id, name: '' }, false);
  }

  reads(id: string, read: number): void {
    this.seen.value = new Map(this.seen.value).set(id, read);
  }

  // --- reading

  /** The user has seen everything up to this message. */
  saw(id: number): void {
    if (id <= this.info.value.read || id <= this.marked) return;
    this.marked = id;
    if (id >= this.info.value.last)
      this.update({ read: id, unread: 0, mentions: 0 });
    this.channel.request('read', { room: this.address, id }, (reply) => {
      if (!reply.ok) {
        this.marked = 0;
        return;
      }
      const { read, unread, mentions } = reply.answer;
      if (read >= this.info.value.read) this.update({ read, unread, mentions });
    });
  }

  // --- what is being written, which outlives the page

  get draft(): string {
    return recall(this.draftKey) ?? '';
  }

  set draft(text: string) {
    remember(this.draftKey, text || null);
  }

  private get draftKey(): string {
    return `chat.draft.${this.you.id}.${this.address}`;
  }
}
