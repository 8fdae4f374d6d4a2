// SPDX-License-Identifier: MIT
//
// Of each game the rating, and how many matches have ended how.

import { gameName } from '../lobby';
import { players as all } from '../text/players';
import { text } from '../text/en';
import { GameIcon } from '../ui/game_icon';
import type { Known } from './model/profile';

const words = all.profile;

export function Results({ known }: { known: Known }) {
  const games = [...new Set([
    ...Object.keys(text.games),
    ...known.played.map(({ game }) => game),
  ])];
  return (
    <section aria-labelledby="results">
      <h2 id="results" class="sr-only">{words.ratings}</h2>
      <ul class="results">
        {games.map((game) => <One key={game} known={known} game={game} />)}
      </ul>
    </section>
  );
}

function One({ known, game }: { known: Known; game: string }) {
  const rating = known.ratings.find((one) => one.game === game);
  const played = known.played.find((one) => one.game === game);
  return (
    <li class="result card">
      <h3 class="result-game"><GameIcon game={game} />{gameName(game)}</h3>
      {rating ? (
        <p class="result-rating count">
          <strong>{rating.rating}</strong>{' '}
          <span class="hint">{words.deviation(rating.deviation)}</span>
          {rating.provisional && <span class="tag">{all.provisional}</span>}
          <a class="result-rank" href={`/leaderboard/${game}?from=${
            Math.max(1, rating.rank - 9)}`}
          >
            {words.rank(rating.rank)}
          </a>
        </p>
      ) : <p class="result-rating hint">{words.unrated}</p>}
      <Score
        won={played?.won ?? 0} drawn={played?.drawn ?? 0}
        lost={played?.lost ?? 0}
      />
    </li>
  );
}

function Score({ won, drawn, lost }: {
  won: number;
  drawn: number;
  lost: number;
}) {
  const total = won + drawn + lost;
  const part = (n: number) => ({ flexGrow: n });
  return (
    <div class="score">
      <div class="score-bar" aria-hidden="true">
        {won > 0 && <span class="won" style={part(won)} />}
        {drawn > 0 && <span class="drawn" style={part(drawn)} />}
        {lost > 0 && <span class="lost" style={part(lost)} />}
      </div>
      <p class="hint count">
        {words.played(total)}{total > 0 && `: ${words.results(
          won, drawn, lost)}`}
      </p>
    </div>
  );
}
