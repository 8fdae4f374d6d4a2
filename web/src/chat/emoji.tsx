// SPDX-License-Identifier: MIT
//
// A small palette, and a field for any other emoji: the system's own keyboard
// has them all.

import { useEffect, useRef, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { usePlace } from '../ui/place';

const PALETTE = ['👍', '❤️', '😂', '🎉', '😮', '😢', '👀', '🙏', '🔥', '👎'];

export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const palette = useRef<HTMLDivElement>(null);
  const at = usePlace(open, place, palette, 'end');
  const close = (focus: boolean) => {
    setOpen(false);
    if (focus) place.current?.querySelector('button')?.focus();
  };
  const pick = (emoji: string) => {
    close(true);
    onPick(emoji);
  };
  useEffect(() => {
    if (!open) return;
    palette.current?.querySelector('button')?.focus({ preventScroll: true });
    const outside = (event: PointerEvent) => {
      if (!place.current?.contains(event.target as Node)) close(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  return (
    <div
      class="menu"
      ref={place}
      onKeyDown={(event) => {
        if (!open || event.key !== 'Escape') return;
        event.stopPropagation();
        close(true);
      }}
    >
      <Button
        kind="quiet" small icon="smile" label={words.message.react}
        expanded={open} onClick={() => setOpen(!open)}
      />
      {open && (
        <div
          class="palette" ref={palette} role="group"
          aria-label={words.message.reactions} {...(at ? { style: at } : {})}
        >
          {PALETTE.map((emoji) => (
            <button
              key={emoji} type="button" class="palette-one"
              onClick={() => pick(emoji)}
            >
              {emoji}
            </button>
          ))}
          <AnyEmoji onPick={pick} />
        </div>
      )}
    </div>
  );
}

function AnyEmoji({ onPick }: { onPick: (emoji: string) => void }) {
  const [emoji, setEmoji] = useState('');
  return (
    <form
      class="palette-any"
      onSubmit={(event) => {
        event.preventDefault();
        if (emoji.trim()) onPick(emoji.trim());
      }}
    >
      <input
        class="input" maxLength={16} value={emoji}
        aria-label={words.message.emoji} placeholder={words.message.emoji}
        onInput={(event) => setEmoji(event.currentTarget.value)}
      />
      <Button submit small disabled={!emoji.trim()}>
        {words.message.add}
      </Button>
    </form>
  );
}
