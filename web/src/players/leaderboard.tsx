// SPDX-License-Identifier: MIT
//
// Who plays a game best, and where oneself stands.

import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';

import { gameName, profilePath } from '../lobby';
import { account, game as wire } from '../site';
import { players as all } from '../text/players';
import { text } from '../text/en';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { GameIcon } from '../ui/game_icon';
import { useTitle } from '../ui/title';
import { Board, PAGE, type Part, type Shown, type Standing }
  from './model/board';
import './leaderboard.css';

const words = all.board;

export function LeaderboardPage({ params }: { params: { game?: string } }) {
  const { query } = useLocation();
  const games = Object.keys(text.games);
  const game = params.game ?? games[0]!;
  const part: Part = 'around' in query
    ? 'around' : Math.max(1, Number(query.from) || 1);
  const [board] = useState(() => new Board(wire));
  useEffect(() => () => board.close(), []);
  useEffect(() => board.show(game, part), [game, part]);
  useTitle(words.titleOf(gameName(game)));
  return (
    <div class="page board">
      <header class="board-head">
        <h1>{words.title}</h1>
        <p class="hint">{words.about}</p>
      </header>
      <nav class="board-games" aria-label={words.games}>
        {games.map((one) => (
          <a
            key={one} class="board-game" href={`/leaderboard/${one}`}
            aria-current={one === game ? 'page' : undefined}
          >
            <GameIcon game={one} />
            {gameName(one)}
          </a>
        ))}
      </nav>
      <Body board={board} game={game} part={part} />
    </div>
  );
}

interface Props {
  board: Board;
  game: string;
  part: Part;
}

function Body({ board, game, part }: Props) {
  const page = board.page.value;
  const problem = board.problem.value;
  return (
    <section class="board-body" aria-busy={board.busy.value}>
      <div class="board-bar">
        <nav class="board-views" aria-label={words.views}>
          <View to={`/leaderboard/${game}`} here={part !== 'around'}>
            {words.top}
          </View>
          <View to={`/leaderboard/${game}?around`} here={part === 'around'}>
            {words.around}
          </View>
        </nav>
        <span class="hint count">{page ? words.total(page.total) : ''}</span>
      </div>
      <div class="board-place">
        {page && page.game === game
          ? <Ranks page={page} game={game} />
          : problem
            ? (
              <Empty words={`${words.failed} ${sentence(problem)}`}>
                <Button onClick={() => board.ask()}>{text.ui.retry}</Button>
              </Empty>
            )
            : <Loading label={all.loading} lines={10} />}
      </div>
    </section>
  );
}

function View({ to, here, children }: {
  to: string;
  here: boolean;
  children: string;
}) {
  return (
    <a class="board-view" href={to} aria-current={here ? 'true' : undefined}>
      {children}
    </a>
  );
}

function Ranks({ page, game }: { page: Shown; game: string }) {
  const name = gameName(game);
  const unranked = page.part === 'around' && page.rank == null;
  if (page.total === 0 || unranked)
    return (
      <Empty words={page.total === 0 ? words.none(name) : words.unranked(name)}>
        <Button kind="primary" href="/">{words.play}</Button>
      </Empty>
    );
  return (
    <>
      <table class="ranks">
        <caption class="sr-only">{words.titleOf(name)}</caption>
        <thead>
          <tr>
            <th scope="col" class="number">{words.rank}</th>
            <th scope="col">{words.player}</th>
            <th scope="col" class="number">{words.rating}</th>
            <th scope="col" class="number">{words.matches}</th>
            <th scope="col" class="number wide">{words.won}</th>
            <th scope="col" class="number wide">{words.drawn}</th>
            <th scope="col" class="number wide">{words.lost}</th>
          </tr>
        </thead>
        <tbody>
          {page.players.map((one) => <Line key={one.user} one={one} />)}
        </tbody>
      </table>
      <Pages page={page} game={game} />
    </>
  );
}

function Line({ one }: { one: Standing }) {
  const me = account.user.value?.id === one.user;
  return (
    <tr data-me={me || undefined}>
      <td class="number count">{one.rank}</td>
      <td>
        <a class="ranks-player" href={profilePath(one.user)}>
          <Avatar name={one.name} small />
          <bdi>{one.name}</bdi>
          {me && <span class="tag">{words.you}</span>}
        </a>
      </td>
      <td class="number count">
        <strong>{one.rating}</strong>
        {one.provisional && (
          <>
            <span aria-hidden="true">?</span>
            <span class="sr-only"> {all.provisional}</span>
          </>
        )}
        <span class="hint wide"> ± {one.deviation}</span>
      </td>
      <td class="number count">{one.games}</td>
      <td class="number count wide">{one.won}</td>
      <td class="number count wide">{one.drawn}</td>
      <td class="number count wide">{one.lost}</td>
    </tr>
  );
}

function Pages({ page, game }: { page: Shown; game: string }) {
  const first = page.players[0]?.rank ?? 1;
  const last = page.players.at(-1)?.rank ?? first;
  if (first === 1 && last >= page.total) return null;
  const to = (from: number) =>
    `/leaderboard/${game}?from=${Math.max(1, from)}`;
  return (
    <nav class="ranks-pages" aria-label={words.pages}>
      {first > 1 && (
        <Button small icon="left" href={to(first - PAGE)}>
          {words.before}
        </Button>
      )}
      <span class="hint count">{words.range(first, last, page.total)}</span>
      {last < page.total && (
        <Button small href={to(last + 1)}>{words.after}</Button>
      )}
    </nav>
  );
}
