// SPDX-License-Identifier: MIT

/** The first letter of a name on a colour that is always that name's. */
export function Avatar({ name }: { name: string }) {
  return (
    <span class="avatar" style={{ '--hue': hue(name) }} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  );
}

/** FNV-1a, spread over the circle of colours. */
function hue(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name)
    hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return (hash >>> 0) % 360;
}
