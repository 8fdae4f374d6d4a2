// SPDX-License-Identifier: MIT
//
// One message, and what can be done with it while the pointer or the focus is
// there.

import { useComputed } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Menu } from '../ui/menu';
import { clock, moment } from '../ui/time';
import {
  mayEdit, messageItems, react, type Place,
} from './actions';
import { EmojiButton } from './emoji';
import { hand } from './hand';
import { MessageText } from './message_text';
import type { Row } from './model/blocks';
import { action } from './model/markup';
import type { Message } from './model/types';

interface MessageProps {
  place: Place;
  row: Row;
  /** Where Tab goes, among the messages. */
  current: boolean;
  marked: boolean;
  known: (name: string) => boolean;
  onJump: (id: number) => void;
}

export function MessageView(props: MessageProps) {
  const { place, row, current, marked } = props;
  const { message, head } = row;
  const inHand = useComputed(() => hand.value === message.id).value;
  const own = place.chat.you.value!;
  const named = message.mentions?.includes(own.id) ?? false;
  const name = nameOf(message);
  return (
    <article
      class="message"
      data-id={message.id}
      data-head={head}
      data-named={named}
      data-marked={marked}
      tabIndex={current ? 0 : -1}
      aria-label={words.message.spoken(
        name, clock(message.time),
        message.deleted ? words.message.deleted : message.text)}
    >
      {message.reply && <Quote {...props} id={message.reply} />}
      <Head message={message} head={head} name={name} />
      <Body {...props} own={own.name} />
      <Reactions place={place} message={message} />
      {inHand && <Tools place={place} message={message} />}
    </article>
  );
}

export function nameOf(message: Message): string {
  return message.name || words.message.deletedUser;
}

function Head({ message, head, name }: {
  message: Message; head: boolean; name: string;
}) {
  const time = (
    <time
      class="message-time"
      dateTime={new Date(message.time).toISOString()}
      title={moment(message.time)}
    >
      {clock(message.time)}
    </time>
  );
  if (!head) return <span class="message-side">{time}</span>;
  return (
    <>
      <span class="message-side"><Avatar name={name} /></span>
      <p class="message-head">
        <span class="message-name">{name}</span>
        {time}
      </p>
    </>
  );
}

function Body({ row, own, known }: MessageProps & { own: string }) {
  const { message } = row;
  if (message.deleted)
    return <p class="message-text gone">{words.message.deleted}</p>;
  const done = action(message.text);
  return (
    <p class={done ? 'message-text action' : 'message-text'}>
      {done && `${nameOf(message)} `}
      <MessageText text={done ?? message.text} own={own} known={known} />
      {message.edited && (
        <span class="message-edited" title={moment(message.edited)}>
          {' '}({words.message.edited})
        </span>
      )}
    </p>
  );
}

/** The beginning of the message that is answered. */
function Quote({ place, id, onJump }: MessageProps & { id: number }) {
  const { room } = place;
  const message = room.timeline.find(id) ?? room.quotes.value.get(id);
  useEffect(() => {
    if (!message) room.loadQuote(id);
  }, [id]);
  const name = message ? nameOf(message) : '';
  const text = message?.deleted ? words.message.deleted : message?.text;
  return (
    <button
      type="button" class="quote" onClick={() => onJump(id)}
    >
      <span class="sr-only">{words.message.replyTo} </span>
      {message ? (
        <>
          <span class="quote-name">{name}</span>
          <span class="quote-text">{text}</span>
        </>
      ) : (
        <span class="quote-text">{words.message.quoteGone}</span>
      )}
    </button>
  );
}

function Reactions({ place, message }: { place: Place; message: Message }) {
  if (!message.reactions?.length || message.deleted) return null;
  return (
    <ul class="reactions" aria-label={words.message.reactions}>
      {message.reactions.map(({ emoji, count, mine }) => (
        <li key={emoji}>
          <button
            type="button" class="reaction" aria-pressed={mine ?? false}
            aria-label={words.message.reaction(emoji, count)}
            onClick={() => react(place, message, emoji)}
          >
            <span aria-hidden="true">{emoji}</span>
            <span class="count" aria-hidden="true">{count}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Tools({ place, message }: { place: Place; message: Message }) {
  const { room } = place;
  const items = messageItems(place, message);
  return (
    <div class="message-tools">
      {!message.deleted && (
        <>
          <EmojiButton onPick={(emoji) => react(place, message, emoji)} />
          <Button
            kind="quiet" small icon="reply" label={words.message.reply}
            onClick={() => {
              room.editing.value = null;
              room.reply.value = message;
            }}
          />
        </>
      )}
      {mayEdit(place, message) && (
        <Button
          kind="quiet" small icon="pen" label={words.message.edit}
          onClick={() => (room.editing.value = message)}
        />
      )}
      {items.length > 0 && (
        <Menu
          button={{
            kind: 'quiet', small: true, icon: 'more',
            label: words.message.more, class: 'message-more',
          }}
          items={items}
        />
      )}
    </div>
  );
}
