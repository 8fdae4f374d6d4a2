// SPDX-License-Identifier: MIT
//
// The list above the composer: commands and people, as one writes. The focus
// stays in the text (aria-activedescendant).

import type { RefObject } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Avatar } from '../ui/avatar';
import { complete, type Completion, type Option } from './model/completion';
import type { Command } from './model/commands';
import type { Room } from './model/room';

export interface SuggestionsState {
  id: string;
  open: boolean;
  options: readonly Option[];
  at: number;
  active: string | undefined;
  look: (input: HTMLTextAreaElement) => void;
  close: () => void;
  take: (i: number) => void;
  /** Whether the key was for the list. */
  key: (event: KeyboardEvent) => boolean;
}

export function useSuggestions(
  room: Room,
  commands: readonly Command[],
  input: RefObject<HTMLTextAreaElement | null>,
  onWrite: (text: string) => void,
): SuggestionsState {
  const [found, setFound] = useState<Completion | null>(null);
  const [at, setAt] = useState(0);
  const asked = useRef(0);
  const id = useId();
  const options = found?.options ?? [];
  const open = options.length > 0;
  const close = () => {
    asked.current++;
    setFound(null);
  };
  const take = (i: number) => {
    const box = input.current;
    const option = options[i];
    if (!box || !option || !found) return;
    const before = box.value.slice(0, found.from) + option.value;
    // At once, for who goes on writing.
    box.value = before + box.value.slice(box.selectionStart).trimStart();
    box.focus();
    box.setSelectionRange(before.length, before.length);
    onWrite(box.value);
    close();
  };
  return {
    id, open, options, at, close, take,
    active: open ? `${id}-${at}` : undefined,
    look: (box) => {
      const mine = ++asked.current;
      void complete(box.value, box.selectionStart, room, commands).then(
        (next) => {
          if (mine !== asked.current) return;
          setFound(next);
          setAt(0);
        });
    },
    key: (event) => {
      if (!open) return false;
      const keys: Record<string, () => void> = {
        ArrowDown: () => setAt((at + 1) % options.length),
        ArrowUp: () => setAt((at - 1 + options.length) % options.length),
        Tab: () => take(at),
        Enter: () => take(at),
        Escape: close,
      };
      const act = event.shiftKey ? undefined : keys[event.key];
      if (!act) return false;
      // What is whole already is sent.
      const box = input.current;
      const written = box?.value.slice(found!.from, box.selectionStart);
      const label = options[at]?.label ?? '';
      const whole =
        written?.replace(/^@/, '').toLowerCase() === label.toLowerCase();
      if (event.key === 'Enter' && whole) {
        close();
        return false;
      }
      event.preventDefault();
      event.stopPropagation();
      act();
      return true;
    },
  };
}

export function Suggestions(props: SuggestionsState) {
  const { id, open, options, at, take } = props;
  if (!open) return null;
  return (
    <ul
      class="suggestions" id={id} role="listbox"
      aria-label={words.composer.suggestions}
    >
      {options.map((option, i) => (
        <li
          key={option.value} id={`${id}-${i}`} role="option"
          aria-selected={i === at}
          // The text keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(i)}
        >
          {option.online !== undefined && (
            <Avatar small name={option.label} online={option.online} />
          )}
          <span class="suggestion-label">{option.label}</span>
          <span class="suggestion-hint">{option.hint}</span>
        </li>
      ))}
    </ul>
  );
}
