// SPDX-License-Identifier: MIT
//
// Which dialog of the chat is open: any part may open one, and the page or the
// panel draws it (dialog_host.tsx).

import { signal } from '@preact/signals';

import type { Room } from './model/room';
import type { Message, Named } from './model/types';

export type Sanctioned = 'mute' | 'kick' | 'ban';

export type Spec =
  | { kind: 'rooms' }
  | { kind: 'talk' }
  | { kind: 'switch' }
  | { kind: 'help'; room: Room | undefined }
  | { kind: 'invite'; room: Room }
  | { kind: 'topic'; room: Room }
  | { kind: 'slow'; room: Room }
  | { kind: 'sanction'; what: Sanctioned; room: Room; user: Named }
  | { kind: 'delete'; room: Room; message: Message }
  | { kind: 'report'; message: Message }
  | { kind: 'trace'; message: { id: number } };

export const dialog = signal<Spec | null>(null);

export function openDialog(spec: Spec): void {
  dialog.value = spec;
}
