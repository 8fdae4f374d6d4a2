// SPDX-License-Identifier: MIT
//
// What somebody plays, and what they have played.

import { clockWords, gameName, matchPath, profilePath, variantName }
  from '../lobby';
import { account } from '../site';
import { players as all } from '../text/players';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { GameIcon } from '../ui/game_icon';
import { ago, moment } from '../ui/time';
import '../ui/rows.css';
import { type Known, outcomeOf, type Past, type Profile }
  from './model/profile';

const words = all.profile;

export function RunningMatches({ known }: { known: Known }) {
  if (known.running.length === 0) return null;
  const me = account.user.value?.id;
  return (
    <section class="past" aria-labelledby="running">
      <h2 id="running">{words.running}</h2>
      <ul class="rows card">
        {known.running.map((one) => {
          const other = one.seats.find((seat) => seat?.user !== known.user);
          const mine = one.seats.some((seat) => seat?.user === me);
          const name = other?.name ?? '';
          return (
            <li key={one.match} class="row">
              <GameIcon game={one.game} />
              <p class="row-main">
                {gameName(one.game)}{' '}
                <span class="hint">{words.against}</span> <bdi>{name}</bdi>
              </p>
              <Button
                small kind={mine ? 'primary' : 'plain'}
                href={matchPath(one.match)}
                label={(mine ? words.goOnOf : words.watchOf)(
                  gameName(one.game), name)}
              >
                {mine ? words.goOn : words.watch}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function PastMatches({ profile, known }: {
  profile: Profile;
  known: Known;
}) {
  const me = account.user.value?.id === known.user;
  return (
    <section class="past" aria-labelledby="past">
      <h2 id="past">{words.past}</h2>
      {known.matches.length === 0 ? (
        <div class="card">
          <Empty words={me ? words.noPastMine : words.noPast}>
            {me && <Button kind="primary" href="/">{words.play}</Button>}
          </Empty>
        </div>
      ) : (
        <ul class="rows card">
          {known.matches.map((one) => (
            <Line key={one.match} one={one} user={known.user} />
          ))}
        </ul>
      )}
      {profile.more.value && (
        <Button busy={profile.busy.value} onClick={() => profile.older()}>
          {words.more}
        </Button>
      )}
    </section>
  );
}

function Line({ one, user }: { one: Past; user: string }) {
  const other = one.players.find((player) => player.user !== user);
  const outcome = outcomeOf(one);
  const name = other?.name ?? '';
  const when = ago(one.ended, Date.now());
  const why = words.why[one.result.why];
  return (
    <li class="row">
      <GameIcon game={one.game} />
      <div class="row-main">
        <p class="row-players">
          <span class="outcome" data-outcome={outcome}>
            {words.outcome[outcome]}
          </span>{' '}
          <span class="hint">{words.against}</span>{' '}
          {other && isSomebody(other.user)
            ? <a href={profilePath(other.user)}><bdi>{name}</bdi></a>
            : <bdi>{name}</bdi>}
          {why && <span class="hint"> {why}</span>}
        </p>
        <p class="row-about hint">
          <span>{gameName(one.game)}</span>
          <span class="wide">{variantName(one.game, one.variant)}</span>
          <span class="wide">{clockWords(one.clock)}</span>
          <span>{one.rated ? words.rated : words.casual}</span>
          <span class="wide">{words.moves(one.moves)}</span>
          <span title={moment(one.ended)}>{when}</span>
        </p>
      </div>
      <Button
        small href={matchPath(one.match)}
        label={words.replayOf(gameName(one.game), name, when)}
      >
        {words.replay}
      </Button>
    </li>
  );
}

/** Bots, and who is no more, have no profile. */
function isSomebody(user: string): boolean {
  return !user.startsWith('bot:') && !user.startsWith('deleted:');
}
