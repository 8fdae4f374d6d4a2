// SPDX-License-Identifier: MIT
//
// The messages of a room, as far as they are at hand; what waits to be sent
// stands below them.

import { Fragment } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/empty';
import { Icon } from '../ui/icon';
import { day } from '../ui/time';
import { mayDelete, mayEdit, type Place } from './actions';
import { openDialog } from './dialogs';
import { handlers, idOf } from './hand';
import { MessageView } from './message';
import './messages.css';
import { toRows } from './model/blocks';
import type { Room } from './model/room';
import { Pending } from './pending';
import { useScroll } from './scroll';

interface MessagesProps {
  place: Place;
  name: string;
  /** Gives the focus back to where one writes. */
  onWrite: () => void;
}

export function Messages({ place, name, onWrite }: MessagesProps) {
  const { chat, room } = place;
  const { timeline } = room;
  const messages = timeline.messages.value;
  const divider = room.divider.value;
  const you = chat.you.value!;
  const older = timeline.older.value;
  const rows = useMemo(
    () => toRows(messages, divider, older, you.id),
    [messages, divider, older, you.id]);
  const scroll = useScroll(chat, room);
  const [current, setCurrent] = useState(0);
  const known = useNames(room);
  const target = room.target.value;
  useEffect(() => {
    if (!room.loaded.value || target === null) return;
    room.target.value = null;
    scroll.jump(target);
  }, [room.loaded.value, target]);
  useSent(place, scroll.toEnd);
  const wanted = room.toEnd.value;
  useEffect(() => {
    if (wanted > 0) scroll.toEnd();
  }, [wanted]);

  const last = messages.at(-1)?.id ?? 0;
  const stop = timeline.find(current) ? current : last;
  return (
    <div class="messages">
      {scroll.above && <Missed room={room} onGo={scroll.jump} />}
      <div
        class="messages-scroll" ref={scroll.scroller}
        // With messages in it the keyboard scrolls by going to them.
        tabIndex={messages.length ? undefined : 0}
      >
        <div class="messages-inside">
          <div class="messages-space" />
          {!room.loaded.value && <Waiting room={room} />}
          {room.loaded.value && !timeline.older.value && (
            <Beginning room={room} name={name} />
          )}
          <div
            role="log"
            aria-label={words.room.log(name)}
            aria-live="polite"
            aria-busy={room.busy.value}
            {...handlers}
            onFocusIn={(event) => {
              handlers.onFocusIn(event);
              setCurrent(idOf(event.target) || current);
            }}
            onKeyDown={(event) => onKey(event, place, onWrite)}
          >
            {rows.map((row) => (
              <Fragment key={row.message.id}>
                {row.day && (
                  <p class="messages-day">
                    <span>{day(row.message.time, Date.now())}</span>
                  </p>
                )}
                {row.fresh && (
                  <p class="messages-new" data-fresh>
                    <span>{words.message.new}</span>
                  </p>
                )}
                <MessageView
                  place={place} row={row} known={known}
                  current={row.message.id === stop}
                  marked={row.message.id === scroll.marked}
                  onJump={scroll.jump}
                />
              </Fragment>
            ))}
          </div>
          <Seen room={room} you={you.id} />
          <Pending place={place} />
        </div>
      </div>
      {room.loaded.value && (!scroll.atEnd || timeline.newer.value) && (
        <ToEnd room={room} onGo={scroll.toEnd} />
      )}
    </div>
  );
}

/** Whoever sends something wants to see it. */
function useSent({ chat, room }: Place, toEnd: () => void): void {
  const sent = chat.outbox.messages.value
    .filter((message) => message.room === room.address).at(-1)?.key;
  const before = useRef(sent);
  useEffect(() => {
    if (sent && sent !== before.current) toEnd();
    before.current = sent;
  }, [sent]);
}

function useNames(room: Room): (name: string) => boolean {
  const people = room.people.list.value;
  return useMemo(() => {
    const names = new Set(people.map(({ name }) => name.toLowerCase()));
    return (name: string) => names.has(name.toLowerCase());
  }, [people]);
}

function Missed({ room, onGo }: { room: Room; onGo: (id: number) => void }) {
  const { missed, divider } = room;
  if (divider.value === null || missed.value === 0) return null;
  return (
    <div class="missed">
      <span>{words.message.missed(missed.value)}</span>
      <Button small onClick={() => onGo(divider.value!)}>
        {words.message.toFirst}
      </Button>
      <Button
        small kind="quiet" icon="close" label={words.message.markRead}
        onClick={() => {
          room.divider.value = null;
          room.saw(room.info.value.last);
        }}
      />
    </div>
  );
}

/** Before the first messages are there, or why they are not. */
function Waiting({ room }: { room: Room }) {
  if (!room.problem.value)
    return <Loading label={words.room.loading} lines={6} />;
  return (
    <Empty words={words.room.failed(room.problem.value)}>
      <Button onClick={() => room.loadNewest()}>{words.room.retry}</Button>
    </Empty>
  );
}

function ToEnd({ room, onGo }: { room: Room; onGo: () => void }) {
  const { unread } = room.info.value;
  return (
    <button type="button" class="button small to-end" onClick={onGo}>
      <Icon name="down" />
      {unread ? words.message.newMessages(unread) : words.message.toEnd}
    </button>
  );
}

function Beginning({ room, name }: { room: Room; name: string }) {
  const { kind, unlisted } = room.info.value;
  const quiet = room.timeline.messages.value.length === 0;
  // What passes by needs no foundation stone.
  if (unlisted)
    return quiet ? <p class="beginning">{words.room.quiet}</p> : null;
  return (
    <div class="beginning">
      <h2>{name}</h2>
      <p>
        {kind === 'direct'
          ? words.room.with(name) : words.room.start(name)}
        {quiet && ` ${words.room.quiet}`}
      </p>
    </div>
  );
}

/** Below one's own last message: who has read it, in small rooms. */
function Seen({ room, you }: { room: Room; you: string }) {
  const last = room.timeline.messages.value.at(-1);
  if (!last || last.from !== you || room.timeline.newer.value) return null;
  const names = [...room.seen.value]
    .filter(([id, read]) => id !== you && read >= last.id)
    .map(([id]) => room.people.find(id)?.name)
    .filter((name) => name !== undefined);
  if (names.length === 0) return null;
  return (
    <p class="messages-seen">
      {room.info.value.kind === 'direct'
        ? words.message.seen : words.message.seenBy(names.join(', '))}
    </p>
  );
}

/** From one message to the next, and what is done with the one in focus. */
function onKey(
  event: KeyboardEvent,
  place: Place,
  onWrite: () => void,
): void {
  const element = event.target as HTMLElement;
  if (!element.dataset.id || event.ctrlKey || event.metaKey || event.altKey)
    return;
  const { room } = place;
  const message = room.timeline.find(Number(element.dataset.id));
  if (!message) return;
  const all = [...(event.currentTarget as Element)
    .querySelectorAll<HTMLElement>('[data-id]')];
  const to = (i: number) => all[Math.max(0, Math.min(i, all.length - 1))];
  const at = all.indexOf(element);
  const keys: Record<string, () => void> = {
    ArrowUp: () => to(at - 1)?.focus(),
    ArrowDown: () => to(at + 1)?.focus(),
    Home: () => to(0)?.focus(),
    End: () => to(all.length - 1)?.focus(),
    Enter: () =>
      element.querySelector<HTMLElement>('.message-more')?.click(),
    Escape: onWrite,
    r: () => {
      if (!message.deleted) room.reply.value = message;
    },
    e: () => {
      if (mayEdit(place, message)) room.editing.value = message;
    },
    Delete: () => {
      if (mayDelete(place, message))
        openDialog({ kind: 'delete', room, message });
    },
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
