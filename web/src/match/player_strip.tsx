// SPDX-License-Identifier: MIT

import { useEffect, useRef, useState } from 'preact/hooks';

import { game } from '../site';
import { match as words } from '../text/match';
import { Avatar } from '../ui/avatar';
import type { Board } from './boards/board';
import { awayLeft, clockLeft, clockText, tickMs } from './model/clock';
import type { MatchModel } from './model/match';
import type { Match } from './model/state';
import './player_strip.css';
import { play } from './sound';
import type { Table } from './table';

const LOW_MS = 10_000;

interface StripProps {
  model: MatchModel;
  table: Table;
  seat: number;
  board: Board | undefined;
  place: 'top' | 'bottom';
}

/** Who has a seat: whether they are there, to move, and their clock. */
export function PlayerStrip({ model, table, seat, board, place }: StripProps) {
  const player = table.players[seat];
  const { match } = table;
  const toMove = match?.turns.includes(seat) ?? false;
  const piece = board?.piece(seat);
  const away = match?.seats[seat]?.away ?? false;
  return (
    <section
      class={`strip ${place}`}
      data-turn={toMove || undefined}
      data-won={table.result?.winner === seat || undefined}
      aria-label={player ? player.name : words.free}
    >
      {player ? (
        <>
          <Avatar small name={player.name} online={match ? !away : undefined} />
          <div class="strip-who">
            <span class="strip-name">
              {player.bot === null && !player.user.startsWith('deleted:')
                ? <a href={`/player/${encodeURIComponent(player.user)}`}>
                    {player.name}
                  </a>
                : <span class="strip-label">{player.name}</span>}
              {piece && (
                <span
                  class={`piece ${piece.class}`} role="img"
                  aria-label={piece.name}
                />
              )}
            </span>
            <span class="strip-more">
              <Rating model={model} table={table} seat={seat} />
              <Presence model={model} table={table} seat={seat} />
            </span>
          </div>
        </>
      ) : <span class="strip-free">{words.free}</span>}
      <Clock model={model} table={table} seat={seat} />
    </section>
  );
}

function Rating({ model, table, seat }: Omit<StripProps, 'board' | 'place'>) {
  const player = table.players[seat]!;
  const news = model.rated.value.find((one) => one.seat === seat);
  if (news) {
    const gain = news.rating - news.before;
    return (
      <span class="strip-rating count">
        {news.rating}{' '}
        <span class={gain < 0 ? 'loss' : 'gain'}>{words.plus(gain)}</span>
      </span>
    );
  }
  if (player.rating === null) return null;
  return <span class="strip-rating count">{player.rating}</span>;
}

function Presence({ model, table, seat }: Omit<StripProps, 'board' | 'place'>) {
  const { match } = table;
  const one = match?.seats[seat];
  const running = match?.status === 'running' && Boolean(one?.away);
  useTick(running ? 250 : null);
  const said = match && one ? presence(model, match, seat) : '';
  const toMove = match?.turns.includes(seat) ?? false;
  return (
    <>
      <span class="strip-said">{said}</span>
      {toMove && <span class="sr-only">{words.turn}</span>}
    </>
  );
}

function presence(model: MatchModel, match: Match, seat: number): string {
  const one = match.seats[seat]!;
  if (match.status === 'over') {
    if (one.away && !one.bot) return words.gone;
    return one.rematch && !match.next ? words.wantsRematch : '';
  }
  if (one.away) {
    const left = awayLeft(match, seat, model.there());
    // The allowance counts once the match has begun.
    return words.away(clockText(left ?? 0));
  }
  if (match.status === 'full') return one.ready ? words.ready : words.notReady;
  return one.offers ? words.offers : '';
}

function Clock({ model, table, seat }: Omit<StripProps, 'board' | 'place'>) {
  const { match } = table;
  const runs = match?.time.running.includes(seat) ?? false;
  const left = useHeld(
    timeOf(model, table, seat), match?.you === seat && !game.joined.value);
  const looksBack = model.at.value !== null;
  useTick(left !== null && runs && !looksBack ? tickMs(left) : null);
  const low = left !== null && left < LOW_MS && match?.status === 'running';
  useLowSound(low && runs && match?.you === seat, table.id);
  if (left === null) return null;
  return (
    <span
      class="clock" role="timer"
      data-runs={(runs && !looksBack) || undefined}
      data-low={low || undefined}
      aria-label={words.clockOf(
        table.players[seat]?.name ?? words.free, clockText(left))}
    >
      {clockText(left)}
    </span>
  );
}

/** Now, or behind the move that one looks at; null: there is no clock. */
function timeOf(model: MatchModel, table: Table, seat: number): number | null {
  const { match, clock } = table;
  const at = model.at.value;
  const { steps } = model.past.value;
  if (at === null && match)
    return match.status === 'open' || match.status === 'full'
      ? clock ? clock.seconds * 1_000 : null
      : clockLeft(match, seat, model.there());
  const step = steps[(at ?? steps.length) - 1];
  if (step) return step.left?.[seat] ?? null;
  return clock ? clock.seconds * 1_000 : null;
}

/** Who is away loses no time by it: what is held stays as it was. */
function useHeld<T>(value: T, held: boolean): T {
  const last = useRef(value);
  if (!held) last.current = value;
  return last.current;
}

/** Draws again every so often; null: it stands still. */
function useTick(everyMs: number | null): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (everyMs === null) return;
    const timer = window.setInterval(() => setTick((n) => n + 1), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
}

/** Once in a match. */
function useLowSound(low: boolean, match: string): void {
  const told = useRef('');
  useEffect(() => {
    if (!low || told.current === match) return;
    told.current = match;
    play('low');
  }, [low, match]);
}
