// SPDX-License-Identifier: MIT
//
// From messages to what a reader sees: those of one author in a row are one
// group, a new day is announced, and so is what is new.

import { sameDay } from '../../ui/time';
import type { Message } from './types';

export interface Row {
  message: Message;
  /** Begins a group: with the author and the time. */
  head: boolean;
  /** The first of a day. */
  day: boolean;
  /** What is below was not read before. */
  fresh: boolean;
}

/** A pause this long makes a new group, with the time written again. */
const PAUSE_MS = 5 * 60_000;

export function toRows(
  messages: readonly Message[],
  /** Behind which message there is what is new; `older`: or further up. */
  divider: number | null,
  older: boolean,
  you: string,
): Row[] {
  let before: Message | undefined;
  const beyond = older && (messages[0]?.id ?? 0) > (divider ?? 0);
  let divided = divider === null || beyond;
  return messages.map((message) => {
    // The day on which it begins is worth a line when it is not this one.
    const day = !sameDay(before?.time ?? Date.now(), message.time);
    const fresh =
      !divided && message.id > divider! && message.from !== you;
    divided ||= fresh;
    const head =
      !before || day || fresh || before.from !== message.from
      || !!message.reply || message.time - before.time > PAUSE_MS
      || !!before.deleted !== !!message.deleted;
    before = message;
    return { message, head, day, fresh };
  });
}
