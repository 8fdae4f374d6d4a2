// SPDX-License-Identifier: MIT
//
// What a page shows of a match, be it one that goes on or one of which there
// is the replay only.

import type { MatchModel } from './model/match';
import type { Match, Replay, Result } from './model/state';

export interface Player {
  user: string;
  name: string;
  bot: number | null;
  rating: number | null;
}

export interface Table {
  id: string;
  game: string;
  variant: string;
  rated: boolean;
  private: boolean;
  clock: Match['clock'];
  you: number | null;
  /** The seat at the bottom. */
  near: number;
  players: (Player | null)[];
  result: Result | null;
  /** null: there is the replay only. */
  match: Match | null;
}

export function tableOf(model: MatchModel, user: string | null): Table | null {
  const match = model.match.value;
  if (match) return ofMatch(match);
  const phase = model.phase.value;
  return phase.is === 'past' ? ofReplay(phase.replay, user) : null;
}

function ofMatch(match: Match): Table {
  const you = match.you ?? null;
  return {
    id: match.match, game: match.game, variant: match.variant,
    rated: match.rated, private: match.private, clock: match.clock ?? null,
    you, near: you ?? 0, result: match.result ?? null, match,
    players: match.seats.map((seat) => seat && {
      user: seat.user, name: seat.name, bot: seat.bot ?? null,
      rating: seat.rating ?? null,
    }),
  };
}

function ofReplay(replay: Replay, user: string | null): Table {
  const at = replay.players.findIndex((player) => player.user === user);
  return {
    id: replay.match, game: replay.game, variant: replay.variant,
    rated: replay.rated, private: false, clock: replay.clock ?? null,
    you: at < 0 ? null : at, near: Math.max(0, at), result: replay.result,
    match: null,
    players: replay.players.map(({ user: id, name }) => ({
      user: id, name, bot: botOf(id), rating: null,
    })),
  };
}

/** A bot is the user "bot:LEVEL". */
function botOf(user: string): number | null {
  const level = /^bot:(\d)$/.exec(user)?.[1];
  return level ? Number(level) : null;
}

/** What a seat is called here. */
export function nameOf(table: Table, seat: number, none: string): string {
  return table.players[seat]?.name ?? none;
}
