// SPDX-License-Identifier: MIT
//
// The chat as this user has it: their rooms, invitations and whom they ignore.
// It begins anew whenever the connection does: `hello` tells all of it, and
// rooms whose messages are at hand ask for what they have missed.

import { computed, signal } from '@preact/signals';

import { sentence } from '../../ui/errors';
import type { RequestError } from '../../wire/channel';
import { Listeners } from './listeners';
import { Outbox, type Outgoing } from './outbox';
import { Room } from './room';
import type {
  ChatChannel, Expulsion, Hello, Info, Invite, ModeratorNews, Named, You,
} from './types';

const AGAIN_MS = 2_000;

export class Chat {
  readonly you = signal<You | null>(null);
  /** The server has said hello: what is asked now is answered. */
  readonly ready = signal(false);
  /** Rooms by address; news come through the rooms themselves. */
  readonly rooms = signal<ReadonlyMap<string, Room>>(new Map());
  readonly invites = signal<readonly Invite[]>([]);
  readonly ignored = signal<readonly Named[]>([]);
  /** Of rooms that one was put out of; "" is everywhere. */
  readonly expelled = signal<ReadonlyMap<string, Expulsion>>(new Map());
  readonly outbox: Outbox;
  /** Those that are listed: the latest first. */
  readonly listed = computed(() =>
    [...this.rooms.value.values()]
      .filter((room) => !room.info.value.unlisted)
      .sort((a, b) => b.info.value.last - a.info.value.last));
  /** Of those that are listed. */
  readonly unread = computed(() =>
    this.listed.value.reduce((n, { info }) => n + info.value.unread, 0));
  /** Whether the reader sees this room at its end, and the page has focus. */
  looksAt: (room: string) => boolean = () => false;
  readonly onModerator = new Listeners<ModeratorNews>();

  constructor(readonly channel: ChatChannel) {
    this.outbox = new Outbox(
      channel,
      () => this.ready.value,
      (message, answer) => this.isSaid(message, answer),
      (room, error) => this.refused(room, error));
    channel.onJoin(() => this.greet());
    channel.socket.on('disconnect', () => {
      this.ready.value = false;
      for (const room of this.rooms.value.values()) room.typing.value = [];
    });
    this.hearMessages();
    this.hearPeople();
    this.hearModerators();
  }

  room(address: string): Room | undefined {
    return this.rooms.value.get(address);
  }

  /** Banned everywhere. */
  get barred(): boolean {
    return this.expelled.value.has('');
  }

  /** Moderates that room, or with null everywhere. */
  moderates(room: Room | null): boolean {
    const everywhere = this.you.value?.moderator ?? false;
    if (!room) return everywhere;
    const { kind, role } = room.info.value;
    return kind !== 'direct' && (everywhere || role !== 'member');
  }

  ignores(user: string): boolean {
    return this.ignored.value.some(({ id }) => id === user);
  }

  // --- coming and going

  async join(address: string): Promise<Room> {
    const { info } = await this.channel.ask('join', { room: address });
    this.take(address);
    return this.add(info);
  }

  async leave(address: string): Promise<void> {
    await this.channel.ask('leave', { room: address });
    this.uninvite(address);
    this.remove(address);
  }

  async create(name: string, topic: string): Promise<Room> {
    return this.add(
      (await this.channel.ask('create', { name, topic })).info);
  }

  /** `user`: an id, or "@" and a name. */
  async direct(user: string): Promise<Room> {
    return this.add((await this.channel.ask('direct', { user })).info);
  }

  async ignore(user: string, on: boolean): Promise<Named> {
    const { id, name } = await this.channel.ask(
      on ? 'ignore' : 'unignore', { user });
    this.ignoring({ id, name, on });
    return { id, name };
  }

  private greet(): void {
    this.channel.request('hello', {}, (reply) => {
      if (reply.ok) this.greeted(reply.answer);
      else if (reply.error.code === 'banned') this.isBanned(reply.error);
      else if (this.channel.joined.value)
        window.setTimeout(() => this.greet(), AGAIN_MS);
    });
  }

  private greeted({ you, rooms, invites, ignored }: Hello): void {
    const same = this.you.value?.id === you.id;
    const known = same ? this.rooms.value : new Map<string, Room>();
    const now = new Map<string, Room>();
    this.you.value = you;
    this.invites.value = invites;
    this.ignored.value = ignored;
    this.take('');
    this.ready.value = true;
    this.outbox.start(you.id);
    for (const info of rooms) {
      const room = known.get(info.room);
      now.set(info.room, room ?? new Room(this.channel, you, info));
      room?.resume(info);
    }
    this.rooms.value = now;
  }

  private add(info: Info): Room {
    const known = this.rooms.value.get(info.room);
    if (known) {
      known.update(info);
      return known;
    }
    const room = new Room(this.channel, this.you.value!, info);
    this.rooms.value = new Map(this.rooms.value).set(info.room, room);
    this.uninvite(info.room);
    this.take(info.room);
    return room;
  }

  private remove(address: string): void {
    const rooms = new Map(this.rooms.value);
    if (rooms.delete(address)) this.rooms.value = rooms;
  }

  private uninvite(address: string): void {
    this.invites.value = this.invites.value.filter(
      ({ room }) => room !== address);
  }

  // --- news

  private hearMessages(): void {
    const { channel } = this;
    channel.on('said', (message) =>
      this.room(message.room)?.said(message, !this.looksAt(message.room)));
    channel.on('edited', (message) => this.room(message.room)?.apply(message));
    channel.on('deleted', ({ room, id, rev }) =>
      this.room(room)?.deleted(id, rev));
    channel.on('reacted', (news) => this.room(news.room)?.reacted(news));
    channel.on('read', ({ room, read, unread, mentions }) =>
      this.room(room)?.update({ read, unread, mentions }));
    channel.on('seen', ({ room, id, read }) =>
      this.room(room)?.reads(id, read));
    channel.on('typing', ({ room, id, name, typing }) =>
      this.room(room)?.types({ id, name }, typing));
    channel.on('erased', ({ id }) => {
      for (const room of this.rooms.value.values())
        room.timeline.erase(id, Date.now());
    });
  }

  private hearPeople(): void {
    const { channel } = this;
    channel.on('room', (info) => this.add(info));
    channel.on('joined', ({ room: address, id, name }) => {
      const room = this.room(address);
      if (!room) return;
      room.update({ members: room.info.value.members + 1 });
      room.people.joined({ id, name });
    });
    channel.on('left', ({ room: address, id }) => {
      const room = this.room(address);
      if (!room) return;
      if (id === this.you.value?.id) this.remove(address);
      room.update({ members: room.info.value.members - 1 });
      room.people.left(id);
      room.stopsTyping(id);
    });
    channel.on('topic', ({ room, topic }) => this.room(room)?.update({ topic }));
    channel.on('role', ({ room: address, id, role }) => {
      const room = this.room(address);
      room?.people.role(id, role);
      if (id === this.you.value?.id) room?.update({ role });
    });
    channel.on('presence', ({ id, name, online }) => {
      for (const room of this.rooms.value.values()) {
        room.people.is(id, { name, online });
        if (room.info.value.with?.id === id)
          room.update({ with: { id, name, online } });
      }
    });
    channel.on('invited', (invite) => {
      this.uninvite(invite.room);
      this.invites.value = [invite, ...this.invites.value];
    });
    channel.on('ignored', (news) => this.ignoring(news));
  }

  private hearModerators(): void {
    const { channel } = this;
    channel.on('muted', ({ room, until, reason }) => {
      for (const one of this.meant(room))
        one.update({ muted: { until: until ?? null, reason } });
    });
    // It may hold in another way still: the whole is asked for.
    channel.on('unmuted', () => this.greet());
    channel.on('unbanned', () => this.greet());
    channel.on('slow', ({ room, seconds }) =>
      this.room(room)?.update({ slow: seconds }));
    for (const what of ['kicked', 'banned'] as const)
      channel.on(what, ({ room, until, reason, by }) => {
        this.expelled.value = new Map(this.expelled.value).set(room ?? '', {
          what, until: until ?? null, reason, by: by.name,
        });
        if (room) this.remove(room);
        else this.ready.value = false;
      });
    channel.on('reported', ({ room, id, by, reason }) =>
      this.onModerator.tell({ what: 'reported', room, id, by: by.name, reason }));
    channel.on('resolved', ({ room }) =>
      this.onModerator.tell({ what: 'resolved', room }));
  }

  private meant(address: string | null | undefined): Iterable<Room> {
    if (!address) return this.rooms.value.values();
    const room = this.room(address);
    return room ? [room] : [];
  }

  private ignoring({ id, name, on }: Named & { on: boolean }): void {
    const others = this.ignored.value.filter((one) => one.id !== id);
    this.ignored.value = on ? [...others, { id, name }] : others;
    // What is there of them, or is not, is for the server to say.
    for (const room of this.rooms.value.values())
      if (room.loaded.value) room.loadNewest();
  }

  // --- sending

  private isSaid(message: Outgoing, answer: { id: number; time: number }) {
    const room = this.room(message.room);
    const you = this.you.value;
    if (!room || !you) return;
    const { slow } = room.info.value;
    if (slow > 0 && !this.moderates(room))
      room.slowUntil.value = Date.now() + slow * 1000;
    room.apply({
      room: message.room, id: answer.id, rev: answer.id, from: you.id,
      name: you.name, text: message.text, time: answer.time,
      ...(message.reply ? { reply: message.reply } : {}),
    });
  }

  private refused(address: string, error: RequestError): string {
    const { reason, retry } =
      error.data as { reason?: string; retry?: number };
    const room = this.room(address);
    if (room && retry && error.code === 'slow_mode')
      room.slowUntil.value = Date.now() + retry;
    return sentence(error) + (reason ? ` (${reason})` : '');
  }

  private isBanned(error: RequestError): void {
    const { retry, reason } =
      error.data as { retry?: number; reason?: string };
    this.expelled.value = new Map(this.expelled.value).set('', {
      what: 'banned', until: retry ? Date.now() + retry : null,
      reason: reason ?? '', by: '',
    });
  }

  /** Forgets why one was put out. */
  private take(address: string): void {
    if (!this.expelled.value.has(address)) return;
    const expelled = new Map(this.expelled.value);
    expelled.delete(address);
    this.expelled.value = expelled;
  }
}
