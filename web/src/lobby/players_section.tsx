// SPDX-License-Identifier: MIT
//
// Who is here, to be challenged, talked to, and looked at.

import { text } from '../text/en';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy';
import { Empty, Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { Menu } from '../ui/menu';
import '../ui/rows.css';
import { LiveList } from './live_list';
import {
  desk, message, openCreate, players, profilePath,
} from './lobby';
import type { Row } from './model/held';
import type { Player } from './model/types';
import { gameName } from './words';

const words = text.lobby.players;

export function PlayersSection() {
  const { rows } = players.list;
  const others = Math.max(0, players.total.value - 1);
  return (
    <section class="list" aria-labelledby="players-title">
      <div class="list-head">
        <h2 id="players-title">
          {words.title}{' '}
          <span class="list-count count">
            {players.loaded.value ? others : ''}
          </span>
        </h2>
      </div>
      <LiveList tall list={players.list} freshWords={words.fresh}>
        <Body rows={rows.value} />
        {players.more.value && (
          <Button small onClick={() => players.next()}>{words.more}</Button>
        )}
      </LiveList>
    </section>
  );
}

function Body({ rows }: { rows: Row<Player>[] }) {
  const problem = players.problem.value;
  if (!players.loaded.value && problem)
    return (
      <Empty words={`${words.failed} ${sentence(problem)}`}>
        <Button onClick={() => players.enter()}>{text.ui.retry}</Button>
      </Empty>
    );
  if (!players.loaded.value)
    return <Loading label={text.lobby.loading} lines={6} />;
  if (rows.length === 0)
    return (
      <Empty words={`${words.none} ${words.noneHint}`}>
        <CopyButton what={`${location.origin}/`} label={words.copy} />
      </Empty>
    );
  return (
    <ul class="rows">
      {rows.map((row) => <Line key={row.item.user} row={row} />)}
    </ul>
  );
}

function Line({ row: { item, gone } }: { row: Row<Player> }) {
  const { user, name } = item;
  return (
    <li class="row" data-gone={gone || undefined}>
      <Avatar name={name} small online={!gone} />
      <div class="row-main">
        <p class="row-players">
          <a href={profilePath(user)}><bdi class="row-name">{name}</bdi></a>
          <Rating player={item} />
        </p>
        <p class="row-about hint">
          {item.guest && <span>{words.guest}</span>}
          <span>{item.playing ? words.playing : words.idle}</span>
        </p>
      </div>
      <Button
        small disabled={gone} label={words.challengeOf(name)}
        onClick={() => openCreate({ user, name })}
      >
        {words.challenge}
      </Button>
      <Menu
        button={{
          kind: 'quiet', small: true, icon: 'more', label: words.menuOf(name),
        }}
        items={[
          {
            label: words.profile, icon: 'person', href: profilePath(user),
          },
          {
            label: words.message, icon: 'chat',
            onPick: () => message(user),
          },
        ]}
      />
    </li>
  );
}

/** In the game that one has chosen, else in the one they play best. */
function Rating({ player: { ratings } }: { player: Player }) {
  const chosen = desk.game.value.game;
  const best = ratings.find(({ game }) => game === chosen)
    ?? [...ratings].sort((a, b) => b.rating - a.rating)[0];
  if (!best) return null;
  const { game, rating, provisional } = best;
  return (
    <span
      class="row-rating count" title={words.rating(gameName(game), rating)}
    >
      {' '}{rating}{provisional ? '?' : ''}
    </span>
  );
}
