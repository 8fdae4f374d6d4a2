// SPDX-License-Identifier: MIT
//
// From one room to another by a few letters of its name.

import { useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/field';
import { openDialog } from './dialogs';
import type { Chat } from './model/chat';
import { roomName } from './names';
import { RoomIcon } from './sidebar';

const MOST = 9;

export function Switcher({ chat, go, onClose }: {
  chat: Chat;
  go: (room: string) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = chat.listed.value
    .filter((room) =>
      roomName(room.info.value).toLowerCase().includes(wanted))
    .sort((a, b) =>
      Number(b.info.value.unread > 0) - Number(a.info.value.unread > 0))
    .slice(0, MOST);
  const pick = (address: string | undefined) => {
    if (address === undefined) return;
    onClose();
    go(address);
  };
  return (
    <Dialog title={words.switcher.title} onClose={onClose}>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          pick(found[0]?.address);
        }}
      >
        <TextField
          label={words.switcher.label} value={text} onInput={setText} autoFocus
        />
      </form>
      <ul>
        {found.map((room) => (
          <li key={room.address}>
            <button
              type="button" class="room-line"
              onClick={() => pick(room.address)}
            >
              <RoomIcon room={room} />
              <span class="room-line-name">{roomName(room.info.value)}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p class="hint" role="status">{words.switcher.none}</p>
      )}
      <Button small kind="quiet" icon="search"
        onClick={() => openDialog({ kind: 'rooms' })}>
        {words.switcher.look}
      </Button>
    </Dialog>
  );
}
