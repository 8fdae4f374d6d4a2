// SPDX-License-Identifier: MIT
//
// The page of the chat: rooms, one of them, and beside it who is there, what
// is searched, or what moderators see. A phone shows one of these at a time.

import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { copyText } from '../ui/copy';
import { Empty } from '../ui/empty';
import { Menu, type MenuItem } from '../ui/menu';
import { useTitle } from '../ui/title';
import { attempt, type Place } from './actions';
import { DialogHost } from './dialog_host';
import { dialog, openDialog } from './dialogs';
import { Find } from './finder';
import type { Chat } from './model/chat';
import { ModerationPanel } from './moderation_panel';
import { roomName, roomPath } from './names';
import { Outside } from './outside';
import './page.css';
import { PeoplePanel } from './people_panel';
import { RoomView } from './room_view';
import { SearchPanel } from './search_panel';
import { RoomIcon, Sidebar } from './sidebar';

type Side = 'people' | 'search' | 'moderation' | null;
/** Where everybody may meet. */
const LOBBY = 'lobby';
const WIDE = '(min-width: 1100px)';

export function Page({ chat, address }: { chat: Chat; address: string }) {
  const { route } = useLocation();
  const go = (to: string) => route(roomPath(to));
  const { barred } = chat;
  const room = barred ? undefined : chat.rooms.value.get(address);
  const [side, setSide] = useState<Side>(
    () => (matchMedia(WIDE).matches ? 'people' : null));
  useTitle(room ? roomName(room.info.value) : words.title);
  useShortcut(() => openDialog({ kind: 'switch' }));
  useEffect(() => {
    if (!matchMedia(WIDE).matches) setSide(null);
    const at = Number(location.hash.slice(1));
    if (room && at) room.target.value = at;
  }, [room]);
  const place = room && { chat, room, go };
  const jump = (id: number) => {
    if (!matchMedia(WIDE).matches) setSide(null);
    if (room) room.target.value = id;
  };
  return (
    <div
      class="chat" data-room={!!address || barred}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && side && !matchMedia(WIDE).matches)
          setSide(null);
      }}
    >
      <Sidebar chat={chat} here={address} go={go} />
      <section class="chat-main" aria-label={words.title}>
        {place ? (
          <>
            <Head place={place} side={side} onSide={setSide} />
            <RoomView key={room.key} place={place} write />
          </>
        ) : address || barred ? (
          <>
            <header class="room-head">
              <Back />
              <h1 class="room-title">{address || words.title}</h1>
            </header>
            <Outside chat={chat} address={address} />
          </>
        ) : (
          <Welcome chat={chat} go={go} />
        )}
      </section>
      {place && side && (
        <SidePanel
          key={side} place={place} side={side}
          onClose={() => setSide(null)} onJump={jump}
        />
      )}
      <DialogHost chat={chat} go={go} />
    </div>
  );
}

/** Ctrl+K, also while one writes. */
function useShortcut(act: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (!dialog.value) act();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}

/** Where nothing is open: what there is. */
function Welcome({ chat, go }: { chat: Chat; go: (room: string) => void }) {
  if (chat.channel.absent.value) return <Empty words={words.absent} />;
  return (
    <div class="welcome">
      <h2>{words.finder.title}</h2>
      {/* Above what grows when it comes. */}
      <div class="welcome-actions">
        <Button icon="plus" onClick={() => openDialog({ kind: 'rooms' })}>
          {words.finder.make}
        </Button>
        {chat.ready.value && chat.listed.value.length === 0 && (
          <Button
            kind="primary" icon="chat"
            onClick={() =>
              attempt(chat.join(LOBBY).then(() => go(LOBBY)))}
          >
            {words.lobby}
          </Button>
        )}
      </div>
      <Find chat={chat} go={go} onClose={() => {}} />
    </div>
  );
}

function Back() {
  return (
    <Button
      kind="quiet" small icon="left" label={words.back} href="/chat"
      class="room-back"
    />
  );
}

interface HeadProps {
  place: Place;
  side: Side;
  onSide: (side: Side) => void;
}

function Head({ place, side, onSide }: HeadProps) {
  const { chat, room } = place;
  const info = room.info.value;
  const toggle = (one: Side) => onSide(side === one ? null : one);
  return (
    <header class="room-head">
      <Back />
      <RoomIcon room={room} />
      <div class="room-words">
        <h1 class="room-title">{roomName(info)}</h1>
        <p class="room-topic" title={info.topic}>
          {info.kind === 'direct'
            ? (info.with?.online ? words.here : words.away) : info.topic}
        </p>
      </div>
      <Button
        kind="quiet" small icon="search" label={words.room.find}
        pressed={side === 'search'} onClick={() => toggle('search')}
      />
      {info.kind !== 'direct' && (
        <Button
          kind="quiet" small icon="people"
          label={`${words.people.title}: ${words.room.members(info.members)}`}
          pressed={side === 'people'} onClick={() => toggle('people')}
        >
          <span class="count">{info.members}</span>
        </Button>
      )}
      {chat.moderates(room) && (
        <Button
          kind="quiet" small icon="shield" label={words.room.moderation}
          pressed={side === 'moderation'} onClick={() => toggle('moderation')}
        />
      )}
      <Menu
        button={{
          kind: 'quiet', small: true, icon: 'more', label: words.room.more,
        }}
        items={roomItems(place)}
      />
    </header>
  );
}

function roomItems({ chat, room, go }: Place): (MenuItem | null)[] {
  const { kind } = room.info.value;
  const items: (MenuItem | null)[] = [];
  if (kind === 'public')
    items.push({
      label: words.room.link, icon: 'link',
      onPick: () =>
        void copyText(location.origin + roomPath(room.address)),
    });
  if (kind === 'public' || (kind === 'private' && chat.moderates(room)))
    items.push({
      label: words.people.invite, icon: 'plus',
      onPick: () => openDialog({ kind: 'invite', room }),
    });
  if (chat.moderates(room))
    items.push(
      {
        label: words.room.topic, icon: 'pen',
        onPick: () => openDialog({ kind: 'topic', room }),
      },
      {
        label: words.room.slow, icon: 'bell',
        onPick: () => openDialog({ kind: 'slow', room }),
      });
  items.push({
    label: words.help, icon: 'chat',
    onPick: () => openDialog({ kind: 'help', room }),
  });
  if (kind !== 'direct')
    items.push(null, {
      label: words.room.leave, icon: 'leave', danger: true,
      onPick: () => attempt(chat.leave(room.address).then(() => go(''))),
    });
  return items;
}

function SidePanel({ place, side, onClose, onJump }: {
  place: Place;
  side: Exclude<Side, null>;
  onClose: () => void;
  onJump: (id: number) => void;
}) {
  const title = words[side].title;
  return (
    <aside class="side" aria-label={title}>
      <header class="side-head">
        <h2>{title}</h2>
        <Button
          kind="quiet" small icon="close" label={words.close}
          onClick={onClose}
        />
      </header>
      {side === 'people' && <PeoplePanel place={place} />}
      {side === 'search' && <SearchPanel place={place} onJump={onJump} />}
      {side === 'moderation' && (
        <ModerationPanel place={place} onJump={onJump} />
      )}
    </aside>
  );
}

