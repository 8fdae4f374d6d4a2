// SPDX-License-Identifier: MIT
//
// What could be meant by what stands before the cursor: a command at the very
// beginning, a person behind "@".

import { chat as words } from '../../text/chat';
import type { Command } from './commands';
import type { Room } from './room';

export interface Option {
  /** What takes the place of what was written. */
  value: string;
  label: string;
  hint: string;
  /** Of a person. */
  online?: boolean;
}

export interface Completion {
  /** What is replaced: from here up to the cursor. */
  from: number;
  options: readonly Option[];
}

const MOST = 8;
/** Commands that are followed by a name. */
const OF_PEOPLE =
  /^\/(?:msg|invite|ignore|unignore|mute|unmute|kick|ban|unban|role)\s+@?([^\s@]*)$/i;

export async function complete(
  text: string,
  cursor: number,
  room: Room,
  commands: readonly Command[],
): Promise<Completion | null> {
  const before = text.slice(0, cursor);
  const command = /^\/([a-z]*)$/i.exec(before)?.[1];
  if (command !== undefined)
    return {
      from: 0,
      options: commands
        .filter(({ name }) => name.startsWith(command.toLowerCase()))
        .map(({ name }) => ({
          value: `/${name} `,
          label: `/${name}`,
          hint: words.commands[name].filter(Boolean).join(': '),
        })),
    };
  const named = OF_PEOPLE.exec(before)?.[1] ?? /(?:^|\s)@([^\s@]*)$/.exec(before)?.[1];
  if (named === undefined) return null;
  const people = await room.people.named(named);
  return {
    from: cursor - named.length - (before.at(-named.length - 1) === '@' ? 1 : 0),
    options: people
      .filter(({ id }) => id !== room.you.id)
      .sort((a, b) => Number(b.online) - Number(a.online))
      .slice(0, MOST)
      .map(({ name, online, role }) => ({
        value: `@${name} `,
        label: name,
        hint: role === 'member' ? '' : words.people.roles[role],
        online,
      })),
  };
}
