// SPDX-License-Identifier: MIT

import type { Info } from './model/types';

/** What a room is called: one of two by the other one. */
export function roomName(info: Info): string {
  return info.kind === 'direct' ? (info.with?.name ?? '') : info.name;
}

export function roomPath(address: string): string {
  return address ? `/chat/${encodeURIComponent(address)}` : '/chat';
}
