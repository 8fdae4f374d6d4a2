// SPDX-License-Identifier: MIT
//
// One room as one reads and writes in it: on the page of the chat, and beside
// a match.

import { useEffect, useRef } from 'preact/hooks';

import { chat as words } from '../text/chat';
import type { Place } from './actions';
import { Composer } from './composer';
import { Messages } from './messages';
import { roomName } from './names';
import './room.css';

interface RoomViewProps {
  place: Place;
  /** One begins to write at once. */
  write?: boolean;
}

/** Its key is the room: each has its own. */
export function RoomView({ place, write }: RoomViewProps) {
  const { chat, room } = place;
  const input = useRef<HTMLTextAreaElement>(null);
  const ready = chat.ready.value;
  const name = roomName(room.info.value);
  useEffect(() => {
    if (ready) room.open();
  }, [room, ready]);
  useEffect(() => {
    // A phone's keyboard comes when it is called.
    if (write && matchMedia('(pointer: fine)').matches)
      input.current?.focus({ preventScroll: true });
    return () => room.close();
  }, [room]);
  return (
    <div
      class="room"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && event.target === input.current)
          room.toEnd.value++;
      }}
    >
      <Messages
        place={place} name={name}
        onWrite={() => input.current?.focus()}
      />
      <div class="room-foot">
        {!ready && <p class="room-offline">{words.room.offline}</p>}
        <Composer place={place} name={name} input={input} />
      </div>
    </div>
  );
}
