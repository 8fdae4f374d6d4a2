// SPDX-License-Identifier: MIT
//
// A room: its header, its people, what was said, and where to say more.

import { useEffect, useRef, useState } from 'preact/hooks';

import type { Chat, ChatState } from '../chat';
import type { Status } from '../connection';
import { Composer } from './composer';
import { Header } from './header';
import { Messages } from './messages';
import { People } from './people';
import { Trouble } from './status';

interface RoomProps {
  status: Status;
  state: ChatState;
  chat: Chat;
  onRetry: () => void;
  onLeave: () => void;
}

export function Room({ status, state, chat, onRetry, onLeave }: RoomProps) {
  const [peopleShown, showPeople] = useState(false);
  const { room, people, lines, outbox, stage } = state;
  const unread = useUnread(state);

  useEffect(() => {
    document.title = `${unread ? `(${unread}) ` : ''}${room} · Mortise`;
  }, [unread, room]);
  useEscape(peopleShown, () => showPeople(false));

  return (
    <div class="room">
      <Header
        room={room}
        people={people.length}
        status={status}
        stale={stage === 'returning'}
        peopleShown={peopleShown}
        onPeople={() => showPeople(!peopleShown)}
        onLeave={onLeave}
      />
      <main class="talk" aria-label={`Room ${room}`}>
        <Messages
          lines={lines}
          outbox={outbox}
          onAgain={(key) => chat.sayAgain(key)}
          onDiscard={(key) => chat.discard(key)}
        />
        <Trouble status={status} delay={delayText(state)} onRetry={onRetry} />
        <Composer
          key={room}
          room={room}
          live={stage === 'in'}
          onSay={(text) => chat.say(text)}
        />
      </main>
      <People
        people={people}
        you={state.you}
        stale={stage === 'returning'}
        shown={peopleShown}
        onClose={() => showPeople(false)}
      />
    </div>
  );
}

function delayText({ stage, delay }: ChatState): string {
  if (stage !== 'returning') return '';
  if (delay) return `${delay} Trying again…`;
  return 'Connected again. Going back into the room…';
}

/** How much others said since the page was last in sight. */
function useUnread({ lines }: ChatState): number {
  const [hidden, setHidden] = useState(document.hidden);
  const seen = useRef(0);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  if (!hidden) {
    seen.current = lines.at(-1)?.key ?? 0;
    return 0;
  }
  return lines.filter(
    (line) => line.key > seen.current && line.kind === 'said' && !line.mine,
  ).length;
}

function useEscape(active: boolean, act: () => void): void {
  useEffect(() => {
    if (!active) return;
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape') act();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [active]);
}
