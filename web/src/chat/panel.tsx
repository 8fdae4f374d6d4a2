// SPDX-License-Identifier: MIT
//
// The talk beside something else, such as a match: joined when it is shown,
// left when it is not, if it is a room that passes by.

import { useLocation } from 'preact-iso';
import { useEffect } from 'preact/hooks';

import { DialogHost } from './dialog_host';
import type { Chat } from './model/chat';
import { roomPath } from './names';
import { Outside } from './outside';
import { RoomView } from './room_view';

export function Panel({ chat, address }: { chat: Chat; address: string }) {
  const { route } = useLocation();
  const go = (to: string) => route(roomPath(to));
  const room = chat.barred ? undefined : chat.rooms.value.get(address);
  const ready = chat.ready.value;
  const out = chat.expelled.value.has(address);
  useEffect(() => {
    if (ready && !room && !out) chat.join(address).catch(() => {});
  }, [address, ready, !room, out]);
  useEffect(() => () => {
    if (chat.room(address)?.info.value.unlisted)
      chat.leave(address).catch(() => {});
  }, [address]);
  return (
    <div class="chat-panel">
      {room
        ? <RoomView key={room.key} place={{ chat, room, go }} />
        : <Outside chat={chat} address={address} />}
      <DialogHost chat={chat} go={go} />
    </div>
  );
}
