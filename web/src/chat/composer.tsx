// SPDX-License-Identifier: MIT
//
// Where a message is written. Enter sends, Shift+Enter makes a new line. What
// stands here survives a lost connection and a reloaded page.

import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { sentence } from '../ui/errors';
import { notify } from '../ui/notices';
import { mayEdit, type Place } from './actions';
import './composer.css';
import { openDialog } from './dialogs';
import { CommandError, commandsOf, order } from './model/commands';
import type { Room } from './model/room';
import { length, LIMITS } from './model/types';
import { nameOf } from './message';
import { Obstacle, useObstacle } from './obstacle';
import { Suggestions, useSuggestions } from './suggestions';
import { Typing } from './typing';

const TYPING_MS = 3_000;
/** From here on the writer is told how much room is left. */
const TELL_FROM = LIMITS.text - 200;

interface ComposerProps {
  place: Place;
  name: string;
  input: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ place, name, input }: ComposerProps) {
  const { chat, room } = place;
  const editing = room.editing.value;
  const reply = room.reply.value;
  const [text, setText] = useState(() => room.draft);
  const [problem, setProblem] = useState('');
  const commands = commandsOf(chat, room);
  const suggestions = useSuggestions(room, commands, input, (next) => {
    write(next);
  });
  const obstacle = useObstacle(room);
  const types = useTyping(place);
  const left = LIMITS.text - length(text.trim());

  const write = (next: string) => {
    setText(next);
    setProblem('');
    if (!editing) room.draft = next;
    types(next !== '' && !next.startsWith('/') && !editing);
  };
  useLayoutEffect(() => {
    if (editing) setText(editing.text);
    else setText(room.draft);
    if (editing || reply) input.current?.focus();
  }, [editing, reply]);
  useLayoutEffect(() => fitHeight(input.current!), [text]);

  const stop = () => {
    room.editing.value = null;
    room.reply.value = null;
    input.current?.focus();
  };
  const send = async () => {
    const trimmed = text.trim();
    if (!trimmed || left < 0) return;
    try {
      if (editing) {
        await edit(place, editing.id, trimmed);
        return;
      }
      const ordered = order(trimmed, commands);
      const says = !ordered || ordered.command.name === 'me';
      if (says && obstacle.until !== 0) return;
      write('');
      if (!ordered) say(place, trimmed);
      else await run(place, ordered);
    } catch (error) {
      if (!editing) write(text);
      setProblem(
        error instanceof CommandError ? error.message : sentence(error));
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Above room={room} onStop={stop} />
      <Obstacle obstacle={obstacle} />
      <div class="composer-row">
        <Suggestions {...suggestions} />
        <textarea
          ref={input}
          rows={1}
          value={text}
          aria-label={words.composer.label(name)}
          aria-describedby={`${suggestions.id}-hint`}
          aria-invalid={left < 0 || !!problem}
          aria-autocomplete="list"
          aria-controls={suggestions.open ? suggestions.id : undefined}
          aria-activedescendant={suggestions.active}
          placeholder={words.composer.label(name)}
          enterkeyhint="send"
          onInput={(event) => {
            write(event.currentTarget.value);
            suggestions.look(event.currentTarget);
          }}
          onBlur={() => suggestions.close()}
          onKeyDown={(event) => {
            if (event.isComposing || suggestions.key(event)) return;
            if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault();
              void send();
            } else if (event.key === 'Escape' && (editing || reply)) {
              event.stopPropagation();
              stop();
            } else if (event.key === 'ArrowUp' && text === '') {
              const last = lastOwn(place);
              if (last) event.preventDefault();
              room.editing.value = last;
            }
          }}
        />
        <Button
          submit kind="primary" icon={editing ? 'check' : 'send'}
          label={editing ? words.composer.save : words.composer.send}
          class="composer-send"
          disabled={!text.trim() || left < 0}
        />
      </div>
      <div class="composer-foot">
        <Typing room={room} />
        <p
          id={`${suggestions.id}-hint`}
          class={problem || left < 0 ? 'hint problem' : 'hint'}
          role={problem ? 'alert' : undefined}
        >
          {problem || counter(left)}
        </p>
      </div>
    </form>
  );
}

function counter(left: number): string {
  if (left < 0) return words.composer.over(-left);
  return left < LIMITS.text - TELL_FROM ? words.composer.left(left) : '';
}

function say({ chat, room }: Place, text: string): void {
  chat.outbox.add(room.address, text, room.reply.value?.id);
  room.reply.value = null;
}

async function edit(
  { chat, room }: Place,
  id: number,
  text: string,
): Promise<void> {
  await chat.channel.ask('edit', { id, text });
  room.editing.value = null;
}

async function run(
  place: Place,
  { command, rest }: NonNullable<ReturnType<typeof order>>,
): Promise<void> {
  const said = await command.run(rest, {
    ...place,
    help: () => openDialog({ kind: 'help', room: place.room }),
  });
  if (said) notify({ words: said, level: 'good' });
}

/** The newest of one's own that can be edited. */
function lastOwn(place: Place) {
  return [...place.room.timeline.messages.value].reverse()
    .find((message) => mayEdit(place, message)) ?? null;
}

/** Tells the others, from time to time as long as it goes on. */
function useTyping({ chat, room }: Place): (typing: boolean) => void {
  const [state] = useState({ at: 0 });
  return (typing) => {
    const now = Date.now();
    if (typing ? now - state.at < TYPING_MS : state.at === 0) return;
    state.at = typing ? now : 0;
    if (!typing || !room.info.value.muted)
      chat.channel.tell('typing', { room: room.address, typing } as never);
  };
}

/** What is answered or edited. */
function Above({ room, onStop }: { room: Room; onStop: () => void }) {
  const reply = room.reply.value;
  const editing = room.editing.value;
  if (!reply && !editing) return null;
  return (
    <div class="composer-above">
      <span class="composer-what">
        {editing
          ? words.composer.editing : words.composer.replying(nameOf(reply!))}
      </span>
      {reply && !editing && <span class="composer-quote">{reply.text}</span>}
      <Button
        kind="quiet" small icon="close" label={words.composer.cancel}
        onClick={onStop}
      />
    </div>
  );
}

/** As high as the text, up to the limit that the style sheet sets. */
function fitHeight(input: HTMLTextAreaElement): void {
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}
