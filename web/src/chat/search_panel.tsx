// SPDX-License-Identifier: MIT
//
// Searching in one room. The server looks at so many messages at a time, and
// says where to go on.

import { useEffect, useRef, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { sentence } from '../ui/errors';
import { TextField } from '../ui/field';
import { ago, moment } from '../ui/time';
import type { Place } from './actions';
import { nameOf } from './message';
import type { Message } from './model/types';

interface Found {
  messages: readonly Message[];
  before: number | null;
}

export function SearchPanel({ place, onJump }: {
  place: Place;
  onJump: (id: number) => void;
}) {
  const { chat, room } = place;
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const search = async (known: readonly Message[], before: number | null) => {
    setBusy(true);
    setProblem('');
    try {
      const page = await chat.channel.ask('search', {
        room: room.address, text: text.trim(), ...(before ? { before } : {}),
      });
      setFound({
        messages: [...known, ...[...page.messages].reverse()],
        before: page.more ? (page.before ?? null) : null,
      });
    } catch (error) {
      setProblem(sentence(error));
    }
    setBusy(false);
  };
  return (
    <div class="search">
      <form
        role="search"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          if ([...text.trim()].length > 1) void search([], null);
        }}
      >
        <TextField
          label={words.search.label} type="search" value={text} maxLength={100}
          onInput={setText} hint={words.search.hint} problem={problem}
        />
        <Button
          submit small icon="search" busy={busy}
          disabled={[...text.trim()].length < 2}
        >
          {words.search.title}
        </Button>
      </form>
      <p class="hint" role="status">
        {found && (found.messages.length
          ? words.search.results(found.messages.length) : words.search.none)}
      </p>
      <ul class="found-list">
        {found?.messages.map((message) => (
          <li key={message.id}>
            <button
              type="button" class="found"
              onClick={() => onJump(message.id)}
            >
              <span class="found-head">
                <strong>{nameOf(message)}</strong>
                <time title={moment(message.time)}>
                  {ago(message.time, Date.now())}
                </time>
              </span>
              <span class="found-text">{message.text}</span>
            </button>
          </li>
        ))}
      </ul>
      {found?.before && (
        <Button
          small kind="quiet" busy={busy}
          onClick={() => void search(found.messages, found.before)}
        >
          {words.search.more}
        </Button>
      )}
    </div>
  );
}
