// SPDX-License-Identifier: MIT
//
// What is written behind a slash. Each command says what came of it as a
// sentence, or why it could not be done.

import { chat as words } from '../../text/chat';
import type { Chat } from './chat';
import type { Room } from './room';
import type { Role } from './types';

/** What the commands do beside the server. */
export interface Desk {
  chat: Chat;
  room: Room;
  go: (room: string) => void;
  help: () => void;
}

export interface Command {
  name: keyof typeof words.commands;
  /** Only for those who may. */
  power?: 'room' | 'owner';
  run: (rest: string, desk: Desk) => Promise<string> | string;
}

/** A sentence for whoever has written it. */
export class CommandError extends Error {}

const UNITS = { s: 1, m: 60, h: 3600, d: 86400 } as const;
const ROLES: readonly string[] = ['member', 'moderator', 'owner'];

/** "10m" in seconds; NaN. */
export function seconds(text: string): number {
  const [, n, unit] = /^(\d+)([smhd])$/.exec(text.toLowerCase()) ?? [];
  return n ? Number(n) * UNITS[unit as keyof typeof UNITS] : NaN;
}

/** A user as the server takes it, and what stands behind. */
function whom(rest: string, { room }: Desk): { user: string; rest: string } {
  const text = rest.replace(/^@/, '').trim();
  if (!text) throw new CommandError(words.say.whom);
  const lower = text.toLowerCase();
  const known = room.people.list.value
    .filter(({ name }) => {
      const end = lower[name.length];
      return lower.startsWith(name.toLowerCase())
        && (end === undefined || end === ' ');
    })
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (known)
    return { user: known.id, rest: text.slice(known.name.length).trim() };
  const [name, ...more] = text.split(/\s+/);
  return { user: `@${name}`, rest: more.join(' ') };
}

/** How long, and why: both may be missing. */
function measure(rest: string): { seconds: number; reason: string } {
  const [first = '', ...more] = rest.split(/\s+/);
  const n = seconds(first);
  return Number.isNaN(n)
    ? { seconds: 0, reason: rest }
    : { seconds: n, reason: more.join(' ') };
}

function sanction(what: 'mute' | 'ban'): Command['run'] {
  return async (rest, desk) => {
    const { user, rest: more } = whom(rest, desk);
    await desk.chat.channel.ask(what, {
      room: desk.room.address, user, ...measure(more),
    });
    return words.say.done[what];
  };
}

function lifting(what: 'unmute' | 'unban'): Command['run'] {
  return async (rest, desk) => {
    const { user, rest: reason } = whom(rest, desk);
    await desk.chat.channel.ask(what, {
      room: desk.room.address, user, reason,
    });
    return words.say.done[what];
  };
}

function ignoring(on: boolean): Command['run'] {
  return async (rest, desk) => {
    const { name } = await desk.chat.ignore(whom(rest, desk).user, on);
    return on ? words.say.ignored(name) : words.say.unignored(name);
  };
}

async function join(rest: string, { chat, go }: Desk): Promise<string> {
  const name = rest.replace(/^#/, '').trim();
  if (!name) throw new CommandError(words.say.room);
  await chat.join(name);
  go(name);
  return '';
}

async function message(rest: string, desk: Desk): Promise<string> {
  const { user, rest: said } = whom(rest, desk);
  const room = await desk.chat.direct(user);
  if (said) desk.chat.outbox.add(room.address, said, undefined);
  desk.go(room.address);
  return '';
}

async function slow(rest: string, { chat, room }: Desk): Promise<string> {
  const n = rest === 'off' || rest === '0' ? 0 : seconds(rest) || Number(rest);
  if (!rest || Number.isNaN(n)) throw new CommandError(words.say.seconds);
  await chat.channel.ask('slow', {
    room: room.address, seconds: n,
  });
  return n ? words.say.slow(n) : words.say.fast;
}

async function role(rest: string, desk: Desk): Promise<string> {
  const { user, rest: wanted } = whom(rest, desk);
  if (!ROLES.includes(wanted)) throw new CommandError(words.say.role);
  await desk.chat.channel.ask('role', {
    room: desk.room.address, user, role: wanted as Role,
  });
  return words.say.done.role;
}

async function report(rest: string, { chat, room }: Desk): Promise<string> {
  const message = room.reply.value;
  if (!message) throw new CommandError(words.say.report);
  if (!rest) throw new CommandError(words.say.reason);
  await chat.channel.ask('report', { id: message.id, reason: rest });
  room.reply.value = null;
  return words.say.reported;
}

export const COMMANDS: readonly Command[] = [
  { name: 'join', run: join },
  {
    name: 'leave',
    run: async (_, { chat, room, go }) => {
      await chat.leave(room.address);
      go('');
      return '';
    },
  },
  { name: 'msg', run: message },
  {
    name: 'me',
    run: (rest, { chat, room }) => {
      if (!rest) throw new CommandError(words.say.text);
      chat.outbox.add(room.address, `/me ${rest}`, undefined);
      return '';
    },
  },
  {
    name: 'invite',
    run: async (rest, desk) => {
      await desk.chat.channel.ask('invite', {
        room: desk.room.address, user: whom(rest, desk).user,
      });
      return words.say.invited;
    },
  },
  { name: 'ignore', run: ignoring(true) },
  { name: 'unignore', run: ignoring(false) },
  { name: 'report', run: report },
  {
    name: 'topic',
    power: 'room',
    run: async (topic, { chat, room }) => {
      await chat.channel.ask('topic', { room: room.address, topic });
      return '';
    },
  },
  { name: 'mute', power: 'room', run: sanction('mute') },
  { name: 'unmute', power: 'room', run: lifting('unmute') },
  {
    name: 'kick',
    power: 'room',
    run: async (rest, desk) => {
      const { user, rest: reason } = whom(rest, desk);
      await desk.chat.channel.ask('kick', {
        room: desk.room.address, user, reason,
      });
      return words.say.done.kick;
    },
  },
  { name: 'ban', power: 'room', run: sanction('ban') },
  { name: 'unban', power: 'room', run: lifting('unban') },
  { name: 'slow', power: 'room', run: slow },
  { name: 'role', power: 'owner', run: role },
  {
    name: 'help',
    run: (_, { help }) => {
      help();
      return '';
    },
  },
];

/** Those that this user may give in this room. */
export function commandsOf(chat: Chat, room: Room): readonly Command[] {
  const owns = room.info.value.role === 'owner' || chat.moderates(null);
  return COMMANDS.filter(({ power }) =>
    !power || (power === 'owner' ? owns : chat.moderates(room)));
}

/** What a text orders; null: it is just said. */
export function order(
  text: string,
  commands: readonly Command[],
): { command: Command; rest: string } | null {
  const [, name, rest = ''] = /^\/([a-z]+)(?:\s+(.*))?$/is.exec(text) ?? [];
  if (name === undefined) return null;
  const command = commands.find((one) => one.name === name.toLowerCase());
  if (!command) throw new CommandError(words.say.unknown(name));
  return { command, rest: rest.trim() };
}
