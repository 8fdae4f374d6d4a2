// SPDX-License-Identifier: MIT
//
// The user's rooms, the people they talk to, and who asks them in.

import type { ComponentChildren } from 'preact';

import { chat as words } from '../text/chat';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { attempt } from './actions';
import { openDialog } from './dialogs';
import type { Chat } from './model/chat';
import type { Room } from './model/room';
import { roomName, roomPath } from './names';
import './sidebar.css';

interface SidebarProps {
  chat: Chat;
  here: string;
  go: (room: string) => void;
}

export function Sidebar({ chat, here, go }: SidebarProps) {
  const rooms = chat.listed.value;
  const invites = chat.invites.value;
  const direct = rooms.filter((room) => room.info.value.kind === 'direct');
  const others = rooms.filter((room) => room.info.value.kind !== 'direct');
  return (
    <nav class="sidebar" aria-label={words.rooms}>
      <div class="sidebar-head">
        {here ? <h2>{words.title}</h2> : <h1>{words.title}</h1>}
        <Button
          kind="quiet" small icon="search" label={words.switch}
          onClick={() => openDialog({ kind: 'switch' })}
        />
      </div>
      {invites.length > 0 && (
        <Section title={words.invites}>
          {invites.map(({ room, name, by }) => (
            <li key={room} class="invite">
              <p>
                <strong>{name || room}</strong>{' '}
                <span class="hint">{words.invitedBy(by.name)}</span>
              </p>
              <Button
                small kind="primary"
                onClick={() => attempt(chat.join(room).then(() => go(room)))}
              >
                {words.accept}
              </Button>
              <Button
                small kind="quiet" onClick={() => attempt(chat.leave(room))}
              >
                {words.decline}
              </Button>
            </li>
          ))}
        </Section>
      )}
      <Section
        title={words.rooms} empty={words.noRooms}
        action={(
          <Button
            kind="quiet" small icon="plus" label={words.find}
            onClick={() => openDialog({ kind: 'rooms' })}
          />
        )}
      >
        {others.map((room) => (
          <Line key={room.address} room={room} here={here} />
        ))}
      </Section>
      <Section
        title={words.direct} empty={words.noDirect}
        action={(
          <Button
            kind="quiet" small icon="plus" label={words.talk}
            onClick={() => openDialog({ kind: 'talk' })}
          />
        )}
      >
        {direct.map((room) => (
          <Line key={room.address} room={room} here={here} />
        ))}
      </Section>
    </nav>
  );
}

function Section({ title, empty, action, children }: {
  title: string;
  empty?: string;
  action?: ComponentChildren;
  children: ComponentChildren[];
}) {
  return (
    <section>
      <div class="sidebar-title">
        <h2>{title}</h2>
        {action}
      </div>
      {children.length > 0
        ? <ul>{children}</ul>
        : empty && <p class="hint sidebar-empty">{empty}</p>}
    </section>
  );
}

function Line({ room, here }: { room: Room; here: string }) {
  const info = room.info.value;
  const { unread, mentions } = info;
  const loud = mentions > 0 || info.kind === 'direct';
  return (
    <li>
      <a
        class="room-line"
        href={roomPath(room.address)}
        aria-current={room.address === here ? 'page' : undefined}
        data-unread={unread > 0}
      >
        <RoomIcon room={room} />
        <span class="room-line-name">{roomName(info)}</span>
        {info.with && (
          <span class="sr-only">
            {info.with.online ? words.here : words.away}
          </span>
        )}
        {unread > 0 && (
          <span class={loud ? 'unread loud count' : 'unread count'}>
            <span aria-hidden="true">
              {mentions > 0 && '@'}{unread > 99 ? '99+' : unread}
            </span>
            <span class="sr-only">
              {words.unread(unread)}
              {mentions > 0 && `, ${words.mentions(mentions)}`}
            </span>
          </span>
        )}
      </a>
    </li>
  );
}

export function RoomIcon({ room }: { room: Room }) {
  const { kind, with: other } = room.info.value;
  if (kind === 'direct')
    return (
      <Avatar small name={other?.name ?? '?'} online={other?.online} />
    );
  if (kind === 'private') return <Icon name="lock" />;
  return <span class="hash" aria-hidden="true">#</span>;
}
