// SPDX-License-Identifier: MIT

import { battleship } from './battleship';
import type { Board } from './board';
import { connectFour } from './connect-four';

/** The games that this page can draw, by their names there. */
export const BOARDS: Record<string, Board | undefined> = {
  'connect-four': connectFour,
  battleship,
};
