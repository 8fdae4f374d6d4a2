// SPDX-License-Identifier: MIT
//
// Where a message is written. Enter sends, Shift+Enter makes a new line. What
// stands here survives a lost connection and a reloaded page.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { LIMITS } from '../contract';
import { recallDraft, rememberDraft } from '../memory';
import { SendIcon } from './icons';

interface ComposerProps {
  room: string;
  live: boolean;
  onSay: (text: string) => void;
}

/** From here on the reader is told how much room is left. */
const TELL_FROM = LIMITS.text - 200;

export function Composer({ room, live, onSay }: ComposerProps) {
  const [text, setText] = useState(() => recallDraft(room));
  const input = useRef<HTMLTextAreaElement>(null);
  const trimmed = text.trim();
  // As the server counts: an emoji is one character, not two.
  const length = [...trimmed].length;
  const left = LIMITS.text - length;

  // Also when the connection is back, and took the button with it that the
  // reader had just pressed.
  useEffect(() => {
    if (document.activeElement === document.body) input.current?.focus();
  }, [live]);
  useEffect(() => rememberDraft(room, text), [room, text]);
  useLayoutEffect(() => fitHeight(input.current!), [text]);

  const send = () => {
    if (!trimmed || left < 0) return;
    onSay(trimmed);
    setText('');
    input.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={input}
        rows={1}
        value={text}
        aria-label={`Message to ${room}`}
        aria-describedby="composer-hint"
        aria-invalid={left < 0}
        placeholder={
          live ? `Message ${room}` : 'Write now, sent when connected'
        }
        enterkeyhint="send"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter also ends a composition of an input method.
          if (event.key !== 'Enter' || event.isComposing) return;
          if (event.shiftKey) return;
          event.preventDefault();
          send();
        }}
      />
      <button
        class="button primary send"
        aria-label="Send"
        disabled={!trimmed || left < 0}
      >
        <SendIcon />
      </button>
      <p id="composer-hint" class="hint" data-over={left < 0}>
        {length < TELL_FROM
          ? 'Enter to send, Shift + Enter for a new line'
          : left < 0
            ? `${-left} too many`
            : `${left} left`}
      </p>
    </form>
  );
}

/** As high as the text, up to the limit that the style sheet sets. */
function fitHeight(input: HTMLTextAreaElement): void {
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}
