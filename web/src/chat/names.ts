// SPDX-License-Identifier: MIT

import { chat } from '../text/chat';
import type { Info } from './model/types';

/** What a room is called: one of two by the other one, one that passes by as
 * what it is beside. */
export function roomName(info: Info): string {
  if (info.unlisted) return chat.passing;
  return info.kind === 'direct' ? (info.with?.name ?? '') : info.name;
}

export function roomPath(address: string): string {
  return address ? `/chat/${encodeURIComponent(address)}` : '/chat';
}
