// SPDX-License-Identifier: MIT

import { isEmoji, parts } from './model/markup';

interface TextProps {
  text: string;
  own: string;
  known: (name: string) => boolean;
}

/** The text of a message: links and mentions in it, and never markup. */
export function MessageText({ text, own, known }: TextProps) {
  if (isEmoji(text)) return <span class="jumbo">{text}</span>;
  return (
    <>
      {parts(text, own, known).map((part, i) => {
        if (part.kind === 'text') return part.text;
        if (part.kind === 'link')
          return <Address key={i} href={part.text} />;
        return (
          <span key={i} class={part.you ? 'mention you' : 'mention'}>
            {part.text}
          </span>
        );
      })}
    </>
  );
}

/** Written by somebody else: it learns nothing of this page. */
function Address({ href }: { href: string }) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {href}
    </a>
  );
}
