// SPDX-License-Identifier: MIT
//
// Matches and their players in words.

import { text } from '../text/en';
import type { Clock, Seat, Summary } from './model/types';

const SURE = 110;

export function gameName(game: string): string {
  return text.games[game] ?? game;
}

export function variantName(game: string, variant: string): string {
  return text.variants[game]?.[variant] ?? variant;
}

export function clockWords(clock: Clock | null | undefined): string {
  return clock
    ? text.lobby.clock(clock.seconds, clock.increment ?? 0)
    : text.lobby.noClock;
}

/** "7 × 6, 5 min, rated" */
export function howWords(
  one: Pick<Summary, 'game' | 'variant' | 'clock' | 'rated'>,
): string {
  const { rated, casual } = text.lobby.notices;
  return [
    variantName(one.game, one.variant), clockWords(one.clock),
    one.rated ? rated : casual,
  ].join(', ');
}

/** "1512", or "1512?" of whom that is not sure yet. */
export function ratingWords(seat: Seat): string {
  if (seat.rating == null) return '';
  return `${seat.rating}${(seat.deviation ?? 0) > SURE ? '?' : ''}`;
}

/** Who sits at the other side of a match of one's own. */
export function opponent(one: Summary, me: string | null): Seat | null {
  return one.seats.find((seat) => seat && seat.user !== me) ?? null;
}
