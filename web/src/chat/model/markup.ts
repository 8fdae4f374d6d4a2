// SPDX-License-Identifier: MIT
//
// What a text has in it: always text, never markup. Addresses become links,
// and "@name" is shown as whom it means.

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'link'; text: string }
  | { kind: 'mention'; text: string; you: boolean };

/** An address up to what cannot belong to one, less the sentence's own end. */
const PARTS =
  /(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}])|(?<![\w@])@([\p{L}\p{N}_][\p{L}\p{N}_.-]*[\p{L}\p{N}_]|[\p{L}\p{N}_])/gu;
const ONLY_EMOJI =
  /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f\p{Extended_Pictographic}]*\s*){1,3}$/u;

/** One to three emoji and nothing else are shown large. */
export function isEmoji(text: string): boolean {
  return ONLY_EMOJI.test(text);
}

/** `known`: whether somebody is called so; `own`: how the reader is. */
export function parts(
  text: string,
  own: string,
  known: (name: string) => boolean,
): Part[] {
  const all: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(PARTS)) {
    const [whole, link, name] = match;
    const you = name?.toLowerCase() === own.toLowerCase();
    if (!link && !you && !known(name!)) continue;
    if (match.index > end)
      all.push({ kind: 'text', text: text.slice(end, match.index) });
    all.push(
      link
        ? { kind: 'link', text: link }
        : { kind: 'mention', text: whole, you });
    end = match.index + whole.length;
  }
  if (end < text.length) all.push({ kind: 'text', text: text.slice(end) });
  return all;
}

/** "/me waves": the waving, or null. */
export function action(text: string): string | null {
  return /^\/me (.+)$/s.exec(text)?.[1] ?? null;
}
