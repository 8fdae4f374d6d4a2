// SPDX-License-Identifier: MIT
//
// The text of a message: always text, never markup. Addresses become links.

import type { ComponentChild } from 'preact';

/** An address up to what cannot belong to one, less the sentence's own end. */
const ADDRESS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}]/g;
const ONLY_EMOJI =
  /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f\p{Extended_Pictographic}]*\s*){1,3}$/u;

export function MessageText({ text }: { text: string }) {
  if (ONLY_EMOJI.test(text)) return <span class="jumbo">{text}</span>;
  const parts: ComponentChild[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    parts.push(text.slice(end, match.index), <Address href={match[0]} />);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return <>{parts}</>;
}

/** Written by somebody else: it learns nothing of this page. */
function Address({ href }: { href: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {href}
    </a>
  );
}
