// SPDX-License-Identifier: MIT
//
// What a game is to its page. One more game is one more file that has this,
// and its line in all.ts.

import type { ComponentType } from 'preact';

import type { Step } from '../model/past';
import type { View } from '../model/state';

/** What the model has to know of a game. */
export interface Moves {
  /** What there will be to be seen, as far as one can know it. */
  guess: (view: View, seat: number, move: string) => View;
  /**
   * Whether a move that was overtaken by the other one's is to be made all the
   * same, as where both choose at the same time.
   */
  again: (view: View, seat: number, move: string) => boolean;
}

export interface BoardProps {
  /** Of the match, for what is remembered of it. */
  id: string;
  view: View;
  /** One's seat; null: one looks on. */
  you: number | null;
  names: [string, string];
  /** null: it is not one's turn, or one looks at what was. */
  play: ((move: string) => void) | null;
  /** A move that is on its way; `view` has it already. */
  pending: string | null;
  over: boolean;
  /** The moves that have led to `view`, as far as they are known. */
  steps: Step[];
}

export type Tone = 'move' | 'hit' | 'sink';

export interface Board extends Moves {
  /** The room that it wants: width by height. */
  shape: 'square' | 'wide';
  Draw: ComponentType<BoardProps>;
  /** A move as a line of the list has it; `view` is what it has led to. */
  short: (move: string | null, view: View) => string;
  /** The same as a part of a sentence. */
  words: (move: string | null, view: View) => string;
  /** That it is one's turn, where there is more to be said of it. */
  turn?: (view: View) => string | null;
  tone: (view: View) => Tone;
  /** How a seat's pieces are called, and look; where they have a look. */
  piece: (seat: number) => { name: string; class: string } | null;
}
