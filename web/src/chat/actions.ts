// SPDX-License-Identifier: MIT
//
// What can be done with a message or a person, by who may do it: the items of
// their menus, and what answers them when the server does not want it.

import { chat as words } from '../text/chat';
import { copyText } from '../ui/copy';
import { sentence } from '../ui/errors';
import type { MenuItem } from '../ui/menu';
import { notify } from '../ui/notices';
import { openDialog } from './dialogs';
import type { Chat } from './model/chat';
import type { Room } from './model/room';
import type { Message, Named, Person, Role } from './model/types';

export interface Place {
  chat: Chat;
  room: Room;
  /** Shows another room. */
  go: (room: string) => void;
}

/** Does it; what is refused is told in a corner. */
export function attempt(act: Promise<unknown>, done?: string): void {
  act.then(
    () => done && notify({ words: done, level: 'good' }),
    (error: unknown) => notify({ words: sentence(error), level: 'bad' }));
}

export function react(
  { chat, room }: Place,
  message: Message,
  emoji: string,
): void {
  const mine = message.reactions?.some(
    (one) => one.emoji === emoji && one.mine);
  attempt(chat.channel.ask('react', { id: message.id, emoji, on: !mine }));
  room.reply.value = null;
}

export function mayEdit({ chat }: Place, message: Message): boolean {
  return message.from === chat.you.value?.id && !message.deleted;
}

export function mayDelete(place: Place, message: Message): boolean {
  return !message.deleted
    && (mayEdit(place, message) || place.chat.moderates(place.room));
}

type Items = (MenuItem | null)[];

export function messageItems(place: Place, message: Message): Items {
  const { chat, room } = place;
  const mine = message.from === chat.you.value?.id;
  const link = `${location.origin}/chat/${encodeURIComponent(room.address)}`;
  const items: Items = [];
  if (!message.deleted)
    items.push({
      label: words.message.copy, icon: 'link',
      onPick: () => void copyText(message.text),
    });
  if (room.info.value.kind === 'public')
    items.push({
      label: words.message.link, icon: 'link',
      onPick: () => void copyText(`${link}#${message.id}`),
    });
  if (!mine && !message.deleted)
    items.push({
      label: words.message.report, icon: 'flag',
      onPick: () => openDialog({ kind: 'report', message }),
    });
  if (chat.moderates(room) && (message.edited || message.deleted))
    items.push({
      label: words.message.trace, icon: 'eye',
      onPick: () => openDialog({ kind: 'trace', message }),
    });
  if (mayDelete(place, message))
    items.push({
      label: words.message.remove, icon: 'bin', danger: true,
      onPick: () => openDialog({ kind: 'delete', room, message }),
    });
  if (mine || message.from === 'deleted') return items;
  const { from: id, name } = message;
  return [...items, null, ...personItems(place, { id, name })];
}

/** Nobody acts on those of the same rank; the server checks it. */
export function personItems(place: Place, { id, name }: Named): Items {
  const { chat, room, go } = place;
  const ignored = chat.ignores(id);
  const { kind } = room.info.value;
  const items: Items = [];
  if (kind !== 'direct')
    items.push({
      label: words.people.message, icon: 'chat',
      onPick: () => attempt(
        chat.direct(id).then((one) => go(one.address))),
    });
  items.push(
    {
      label: words.people.profile, icon: 'person',
      href: `/player/${encodeURIComponent(id)}`,
    },
    {
      label: ignored ? words.people.unignore : words.people.ignore,
      icon: ignored ? 'eye' : 'mute',
      onPick: () => attempt(
        chat.ignore(id, !ignored),
        ignored ? words.say.unignored(name) : words.say.ignored(name)),
    });
  if (!chat.moderates(room)) return items;
  const user = { id, name };
  items.push(null, ...(['mute', 'kick', 'ban'] as const).map((what) => ({
    label: words.people[what], icon: 'shield' as const, danger: true,
    onPick: () => openDialog({ kind: 'sanction', what, room, user }),
  })));
  return [...items, ...roleItems(place, room.people.find(id))];
}

function roleItems({ chat, room }: Place, person?: Person): Items {
  const owns = room.info.value.role === 'owner' || chat.moderates(null);
  if (!owns || !person) return [];
  const roles: Role[] = ['member', 'moderator', 'owner'];
  return [null, ...roles.map((role) => ({
    label: words.people.make(words.people.roles[role]),
    checked: person.role === role,
    onPick: () => attempt(chat.channel.ask('role', {
      room: room.address, user: person.id, role,
    })),
  }))];
}
