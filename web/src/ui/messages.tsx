// SPDX-License-Identifier: MIT
//
// Everything said in the room, kept at its end while the reader is there.

import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { Line, Outgoing } from '../chat';
import { toBlocks, type Block } from '../timeline';
import { clock, count, moment } from '../time';
import { Avatar } from './avatar';
import { DownIcon } from './icons';
import { MessageText } from './message_text';

interface MessagesProps {
  lines: readonly Line[];
  outbox: readonly Outgoing[];
  onAgain: (key: number) => void;
  onDiscard: (key: number) => void;
}

export function Messages({ lines, outbox, onAgain, onDiscard }: MessagesProps) {
  const blocks = useMemo(() => toBlocks(lines, Date.now()), [lines]);
  const { scroller, missed, toEnd } = useEnd(lines, outbox);
  return (
    <div class="messages">
      <div
        ref={scroller}
        class="scroller"
        tabIndex={0}
        role="region"
        aria-label="Messages"
      >
        {lines.length === 0 && <Empty />}
        <div role="log" aria-live="polite" aria-relevant="additions">
          {blocks.map((block) => (
            <BlockView key={block.key} block={block} />
          ))}
        </div>
        <Outbox outbox={outbox} onAgain={onAgain} onDiscard={onDiscard} />
      </div>
      {missed > 0 && (
        <button type="button" class="button to-end" onClick={toEnd}>
          <DownIcon />
          {count(missed, 'new message')}
        </button>
      )}
    </div>
  );
}

function Empty() {
  return (
    <div class="empty">
      <p class="empty-title">You are in.</p>
      <p>Nothing has been said since. Say hello, or invite somebody.</p>
    </div>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'day':
      return <p class="line day">{block.text}</p>;
    case 'note':
      return <p class="line note">{block.text}</p>;
    case 'presence':
      return (
        <p class="line presence" title={moment(block.time)}>
          {listOf(block.names)} {block.way}
        </p>
      );
    case 'group':
      return <Group block={block} />;
  }
}

function Group({ block }: { block: Extract<Block, { kind: 'group' }> }) {
  const { mine, name, time, messages } = block;
  return (
    <div class="group" data-mine={mine}>
      {!mine && <Avatar name={name} />}
      <div class="group-body">
        <p class="group-head">
          <span class="name">{mine ? 'You' : name}</span>
          <time dateTime={new Date(time).toISOString()} title={moment(time)}>
            {clock(time)}
          </time>
        </p>
        {messages.map((message) => (
          <p key={message.key} class="bubble" title={moment(message.time)}>
            <MessageText text={message.text} />
          </p>
        ))}
      </div>
    </div>
  );
}

type OutboxProps = Omit<MessagesProps, 'lines'>;

/** Not part of the log: these have not been said in the room yet. */
function Outbox({ outbox, onAgain, onDiscard }: OutboxProps) {
  if (outbox.length === 0) return null;
  return (
    <div class="group outbox" data-mine="true">
      <div class="group-body">
        {outbox.map((message) => (
          <div key={message.key} class="pending" data-state={message.state}>
            <p class="bubble">
              <MessageText text={message.text} />
            </p>
            <PendingState
              message={message}
              onAgain={onAgain}
              onDiscard={onDiscard}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

interface PendingProps extends Pick<MessagesProps, 'onAgain' | 'onDiscard'> {
  message: Outgoing;
}

function PendingState({ message, onAgain, onDiscard }: PendingProps) {
  const { key, state, why } = message;
  if (state === 'sending') return <p class="pending-state soon">Sending…</p>;
  if (state === 'waiting')
    return <p class="pending-state">Waiting for the connection</p>;
  return (
    <p class="pending-state">
      <span role="alert">{why}</span>
      <button type="button" class="link" onClick={() => onAgain(key)}>
        Send again
      </button>
      <button type="button" class="link" onClick={() => onDiscard(key)}>
        Discard
      </button>
    </p>
  );
}

/** "Ada", "Ada and Bob", "Ada, Bob and 3 others" */
function listOf(names: readonly string[]): string {
  const [first, second] = names;
  if (names.length < 3) return [first, second].filter(Boolean).join(' and ');
  if (names.length === 3) return `${first}, ${second} and ${names[2]}`;
  return `${first}, ${second} and ${names.length - 2} others`;
}

/** How near to the end still counts as being there. */
const NEAR_PX = 60;

/**
 * Stays at the end while the reader is there, and counts what they miss while
 * they are not. Sending something takes them back.
 */
function useEnd(lines: readonly Line[], outbox: readonly Outgoing[]) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastSeen = useRef(0);
  const lastSent = useRef(0);
  const [missed, setMissed] = useState(0);

  const toEnd = () => {
    const box = scroller.current!;
    box.scrollTop = box.scrollHeight;
    atEnd.current = true;
    lastSeen.current = lines.at(-1)?.key ?? 0;
    setMissed(0);
  };
  useLayoutEffect(() => {
    const sent = outbox.at(-1)?.key ?? 0;
    const fresh = sent > lastSent.current;
    lastSent.current = Math.max(sent, lastSent.current);
    if (atEnd.current || fresh) toEnd();
    else setMissed(countSaid(lines, lastSeen.current));
  }, [lines, outbox]);
  useLayoutEffect(() => {
    const box = scroller.current!;
    const onScroll = () => {
      const rest = box.scrollHeight - box.scrollTop - box.clientHeight;
      atEnd.current = rest < NEAR_PX;
      if (atEnd.current) setMissed(0);
    };
    // A phone's keyboard and a growing composer take room from below.
    const resized = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    box.addEventListener('scroll', onScroll, { passive: true });
    resized.observe(box);
    return () => {
      box.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, []);
  return { scroller, missed, toEnd };
}

function countSaid(lines: readonly Line[], after: number): number {
  return lines.filter((line) => line.kind === 'said' && line.key > after)
    .length;
}
