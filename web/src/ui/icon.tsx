// SPDX-License-Identifier: MIT
//
// Drawn here, so that the page asks nobody else for anything. Decoration
// only: what an icon means is said by the text beside it.

import './icon.css';

const PATHS = {
  link: 'M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.4 6M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.2-1.2',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8',
  person: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 21a7.5 7.5 0 0 1 15 0',
  leave:
    'M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M10 8l-4 4 4 4M6 12h9',
  send: 'M4 12 3 4l18 8-18 8 1-8Zm0 0h8',
  down: 'm6 9 6 6 6-6',
  right: 'm9 6 6 6-6 6',
  left: 'm15 6-6 6 6 6',
  first: 'M18 6l-6 6 6 6M7 6v12',
  last: 'm6 6 6 6-6 6M17 6v12',
  play: 'M7 5v14l12-7Z',
  pause: 'M8 5v14M16 5v14',
  close: 'm6 6 12 12M18 6 6 18',
  plus: 'M12 5v14M5 12h14',
  more: 'M4.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M11.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0M18.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4',
  chat: 'M4 5h16v11H9l-5 4Z',
  game: 'M4 4h16v16H4ZM12 4v16M4 12h16',
  cup: 'M8 4h8v6a4 4 0 0 1-8 0ZM8 6H4a4 4 0 0 0 4 5M16 6h4a4 4 0 0 1-4 5M12 14v4M8 20h8',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z',
  flag: 'M5 21V4h12l-2 4 2 4H5',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4ZM10 21h4',
  lock: 'M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  reply: 'M9 7 4 12l5 5M4 12h9a7 7 0 0 1 7 7',
  smile:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9 10h.01M15 10h.01M8 14.5a5 5 0 0 0 8 0',
  pen: 'M4 20l1-4L16 5l3 3L8 19Z',
  bin: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
  shield: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6Z',
  sound: 'M4 10v4h4l5 4V6L8 10ZM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11',
  mute: 'M4 10v4h4l5 4V6L8 10ZM16 9.5l5 5M21 9.5l-5 5',
  turn: 'M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M19 5l-1.5 1.5M6.5 17.5 5 19',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** A tenon above the mortise it fits into. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <path class="mark-tenon" d="M12 5h8v10h-8z" />
      <path
        class="mark-mortise"
        d="M6 12h4v7a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-7h4v13a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2z"
      />
    </svg>
  );
}
