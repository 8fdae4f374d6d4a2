// SPDX-License-Identifier: MIT

import './avatar.css';

interface AvatarProps {
  name: string;
  small?: boolean;
  /** Whether they are there; drawn as a dot, to be said elsewhere. */
  online?: boolean | undefined;
}

/** The first letter of a name on a colour that is always that name's. */
export function Avatar({ name, small, online }: AvatarProps) {
  return (
    <span
      class={small ? 'avatar small' : 'avatar'}
      style={{ '--hue': hue(name) }}
      data-online={online}
      aria-hidden="true"
    >
      {[...name][0]?.toUpperCase()}
    </span>
  );
}

/** FNV-1a, mixed once more: names that differ little must look different. */
function hue(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name)
    hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash ^= hash >>> 13;
  return Math.round(((hash >>> 0) / 2 ** 32) * 360);
}
