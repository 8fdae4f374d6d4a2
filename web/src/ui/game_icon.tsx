// SPDX-License-Identifier: MIT
//
// A game at a glance. Decoration: its name stands beside it.

import type { ComponentChildren } from 'preact';

import './game_icon.css';

const BOARDS: Record<string, ComponentChildren> = {
  'connect-four': (
    <>
      <circle class="disc-0" cx="11" cy="11" r="4.6" />
      <circle class="disc-1" cx="21" cy="11" r="4.6" />
      <circle class="disc-1" cx="11" cy="21" r="4.6" />
      <circle class="disc-0" cx="21" cy="21" r="4.6" />
    </>
  ),
  battleship: (
    <>
      <path class="icon-ship" d="M6 17h20l-3.5 6h-13zM12 17v-4h7v4M15 13V8" />
      <path class="icon-sea" d="M5 26c2 0 2-1.6 4-1.6S11 26 13 26s2-1.6 4-1.6 2 1.6 4 1.6 2-1.6 4-1.6 2 1.6 3 1.6" />
    </>
  ),
};

export function GameIcon({ game }: { game: string }) {
  return (
    <svg class="game-icon" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      {BOARDS[game]}
    </svg>
  );
}
