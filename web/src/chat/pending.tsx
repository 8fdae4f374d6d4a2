// SPDX-License-Identifier: MIT
//
// What was written here and is not in the room yet, and why.

import { chat as words } from '../text/chat';
import type { Place } from './actions';
import { MessageText } from './message_text';
import { action } from './model/markup';
import type { Outgoing } from './model/outbox';

export function Pending({ place }: { place: Place }) {
  const { chat, room } = place;
  const own = chat.outbox.messages.value.filter(
    (message) => message.room === room.address);
  if (own.length === 0) return null;
  return (
    <ul class="pending-list">
      {own.map((message) => (
        <One key={message.key} place={place} message={message} />
      ))}
    </ul>
  );
}

function One({ place, message }: { place: Place; message: Outgoing }) {
  const { chat } = place;
  const { key, text, refused } = message;
  const name = chat.you.value?.name ?? '';
  const done = action(text);
  return (
    <li class="pending" data-state={refused ? 'refused' : 'waits'}>
      <p class="message-text">
        {done && `${name} `}
        <MessageText text={done ?? text} own={name} known={() => false} />
      </p>
      {refused ? (
        <p class="pending-state">
          <span role="alert">{refused}</span>
          <button
            type="button" class="link" onClick={() => chat.outbox.again(key)}
          >
            {words.message.again}
          </button>
          <button
            type="button" class="link" onClick={() => chat.outbox.drop(key)}
          >
            {words.message.discard}
          </button>
        </p>
      ) : (
        <p class="pending-state">
          {chat.ready.value ? words.message.sending : words.message.waits}
        </p>
      )}
    </li>
  );
}
