// SPDX-License-Identifier: MIT
//
// Public rooms, by name or topic; and making one.

import { useEffect, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { Segments, TextField } from '../ui/field';
import { Tabs } from '../ui/tabs';
import type { Chat } from './model/chat';
import { LIMITS, type Listed } from './model/types';
import { useAnswer } from './use_answer';

const own = words.finder;
const PAUSE_MS = 250;

interface FinderProps {
  chat: Chat;
  go: (room: string) => void;
  onClose: () => void;
}

export function Finder(props: FinderProps) {
  const [tab, setTab] = useState<'find' | 'make'>('find');
  return (
    <Dialog title={own.title} onClose={props.onClose} wide>
      <Tabs
        label={own.title} value={tab} onChange={setTab}
        tabs={[['find', words.search.title], ['make', own.make]]}
      >
        {tab === 'find' ? <Find {...props} /> : <Make {...props} />}
      </Tabs>
    </Dialog>
  );
}

export function Find({ chat, go, onClose }: FinderProps) {
  const [text, setText] = useState('');
  const [rooms, setRooms] = useState<readonly Listed[] | null>(null);
  const [more, setMore] = useState(false);
  const [problem, setProblem] = useState('');
  const load = async (known: readonly Listed[], find: string) => {
    const after = known.at(-1)?.room;
    const page = await chat.channel.ask('rooms', {
      ...(find ? { find } : {}), ...(after ? { after } : {}),
    });
    setRooms([...known, ...page.rooms]);
    setMore(page.more);
    setProblem('');
  };
  const failed = (error: unknown) => setProblem(sentence(error));
  const { ready } = chat;
  useEffect(() => {
    if (!ready.value) return;
    const timer = window.setTimeout(
      () => void load([], text.trim()).catch(failed), text ? PAUSE_MS : 0);
    return () => window.clearTimeout(timer);
  }, [text, ready.value]);
  const enter = async (room: string) => {
    try {
      if (!chat.room(room)) await chat.join(room);
      go(room);
      onClose();
    } catch (error) {
      failed(error);
    }
  };
  return (
    <div class="finder">
      <TextField
        label={own.search} type="search" value={text} onInput={setText}
        maxLength={LIMITS.room} problem={problem}
      />
      {!rooms && <Loading label={words.room.loading} />}
      {rooms?.length === 0 && (
        <p class="hint" role="status">{text ? own.none : own.empty}</p>
      )}
      <ul class="finder-list">
        {rooms?.map(({ room, topic, members }) => (
          <li key={room} class="finder-row">
            <span class="finder-words">
              <strong>{room}</strong>
              <span class="hint">
                {own.members(members)}{topic && ` · ${topic}`}
              </span>
            </span>
            <Button
              small kind={chat.room(room) ? 'plain' : 'primary'}
              label={`${chat.room(room) ? own.open : own.join}: ${room}`}
              onClick={() => void enter(room)}
            >
              {chat.room(room) ? own.open : own.join}
            </Button>
          </li>
        ))}
      </ul>
      {more && (
        <Button
          small kind="quiet"
          onClick={() => void load(rooms ?? [], text.trim()).catch(failed)}
        >
          {own.more}
        </Button>
      )}
    </div>
  );
}

/** A public one is made by joining it. */
export function Make({ chat, go, onClose }: FinderProps) {
  const [kind, setKind] = useState<'public' | 'private'>('public');
  const [name, setName] = useState('');
  const [topic, setTopic] = useState('');
  const { send, busy, problem } = useAnswer(onClose);
  const make = async () => {
    if (kind === 'private') {
      go((await chat.create(name.trim(), topic.trim())).address);
      return;
    }
    const room = await chat.join(name.trim());
    if (topic.trim() && chat.moderates(room))
      await chat.channel.ask('topic', {
        room: room.address, topic: topic.trim(),
      });
    go(room.address);
  };
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) send(make());
      }}
    >
      <Segments
        label={own.who} value={kind} onChange={setKind}
        options={[
          ['public', own.kinds.public], ['private', own.kinds.private],
        ]}
      />
      <TextField
        label={own.name} value={name} onInput={setName}
        maxLength={LIMITS.room} hint={own.nameHint} problem={problem}
      />
      <TextField
        label={own.topic} value={topic} onInput={setTopic}
        maxLength={LIMITS.topic} hint={own.optional}
      />
      <div class="dialog-foot">
        <Button submit kind="primary" busy={busy} disabled={!name.trim()}>
          {own.create}
        </Button>
      </div>
    </form>
  );
}
