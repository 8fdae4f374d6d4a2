// SPDX-License-Identifier: MIT
//
// What the chat's events bring, by the names that the model has for it.

import type { Channel } from '../../wire/channel';
import type { Answer, ChatContract, News } from '../../wire/contract';

export type ChatChannel = Channel<ChatContract>;
export type Info = News<ChatContract, 'room'>;
export type Message = News<ChatContract, 'said'>;
export type Invite = News<ChatContract, 'invited'>;
export type Hello = Answer<ChatContract, 'hello'>;
export type You = Hello['you'];
export type Person = Answer<ChatContract, 'who'>['people'][number];
export type Listed = Answer<ChatContract, 'rooms'>['rooms'][number];
export type Report = Answer<ChatContract, 'reports'>['reports'][number];
export type Sanction = Answer<ChatContract, 'sanctions'>['sanctions'][number];
export type Entry = Answer<ChatContract, 'log'>['log'][number];
export type Trace = Answer<ChatContract, 'trace'>;
export type Role = Info['role'];

export interface Named {
  id: string;
  name: string;
}

/** Why somebody is not in a room any more, or nowhere. */
export interface Expulsion {
  what: 'kicked' | 'banned';
  until: number | null;
  reason: string;
  by: string;
}

/** What moderators are told, for who wants to show it. */
export type ModeratorNews =
  | { what: 'reported'; room: string; id: number; by: string; reason: string }
  | { what: 'resolved'; room: string };

/** The bounds of the plugin, which it checks itself too. */
export const LIMITS = { text: 4000, room: 60, topic: 250, reason: 250 } as const;

/** Characters as the server counts them: an emoji is one, not two. */
export function length(text: string): number {
  return [...text].length;
}
