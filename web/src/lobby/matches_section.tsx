// SPDX-License-Identifier: MIT
//
// The live list of matches: to join, and to watch.

import { account } from '../site';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { Choice, Segments } from '../ui/field';
import { GameIcon } from '../ui/game_icon';
import { Icon } from '../ui/icon';
import '../ui/rows.css';
import {
  desk, matches, matchPath, openCreate, profilePath,
} from './lobby';
import { LiveList } from './live_list';
import type { Row } from './model/held';
import type { Seat, Summary } from './model/types';
import { clockWords, gameName, ratingWords, variantName } from './words';

const words = text.lobby.matches;

export function MatchesSection() {
  const { rows } = matches.list;
  const total = matches.total.value;
  const shown = rows.value.length;
  return (
    <section class="list" aria-labelledby="matches-title">
      <div class="list-head">
        <h2 id="matches-title">
          {words.title} <span class="list-count count">{total || ''}</span>
        </h2>
      </div>
      <Filters />
      <LiveList list={matches.list} freshWords={words.fresh}>
        <Body rows={rows.value} />
      </LiveList>
      {total > shown && shown >= 100 && (
        <p class="hint">{words.newest(shown, total)}</p>
      )}
    </section>
  );
}

function Filters() {
  const { status, game, rated } = matches.filter.value!;
  return (
    <div class="filters" role="group" aria-label={words.filters}>
      <Segments
        label={words.status}
        value={status}
        options={[
          ['any', words.statuses.any], ['open', words.statuses.open],
          ['running', words.statuses.running],
        ]}
        onChange={(chosen) => matches.choose({ status: chosen })}
      />
      <Choice
        label={text.lobby.game}
        value={game}
        options={[
          ['', words.anyGame],
          ...desk.games.value.map((one) =>
            [one.game, gameName(one.game)] as const),
        ]}
        onChange={(chosen) => matches.choose({ game: chosen })}
      />
      <Choice
        label={words.rated}
        value={rated}
        options={[
          ['', words.ratedAny], ['rated', words.ratedOnly],
          ['casual', words.casual],
        ]}
        onChange={(chosen) => matches.choose({ rated: chosen })}
      />
    </div>
  );
}

function Body({ rows }: { rows: Row<Summary>[] }) {
  const problem = matches.problem.value;
  if (!matches.loaded.value && problem)
    return (
      <Empty words={`${words.failed} ${sentence(problem)}`}>
        <Button onClick={() => matches.enter()}>{text.ui.retry}</Button>
      </Empty>
    );
  if (!matches.loaded.value)
    return <Loading label={text.lobby.loading} lines={6} />;
  if (rows.length === 0) return <Nothing />;
  return (
    <ul class="rows">
      {rows.map((row) => <Line key={row.item.match} row={row} />)}
    </ul>
  );
}

function Nothing() {
  if (matches.filtered)
    return (
      <Empty words={words.noneFiltered}>
        <Button
          onClick={(event) => {
            // The button will be gone.
            (event.currentTarget as Element)
              .closest<HTMLElement>('[tabindex]')?.focus();
            matches.reset();
          }}
        >
          {words.showAll}
        </Button>
      </Empty>
    );
  return (
    <Empty words={`${words.none} ${words.noneHint}`}>
      <Button icon="plus" onClick={() => openCreate(null, false)}>
        {text.lobby.friend.create}
      </Button>
    </Empty>
  );
}

function Line({ row: { item, gone } }: { row: Row<Summary> }) {
  const [one, other] = item.seats;
  return (
    <li class="row" data-gone={gone || undefined}>
      <GameIcon game={item.game} />
      <div class="row-main">
        <p class="row-players">
          <Who seat={one ?? other ?? null} />
          {one && other ? (
            <>
              {' '}<span class="row-versus hint">{words.versus}</span>{' '}
              <Who seat={other} />
            </>
          ) : (
            <span class="hint"> {words.waits}</span>
          )}
        </p>
        <p class="row-about hint">
          <span>{gameName(item.game)}</span>
          <span>{variantName(item.game, item.variant)}</span>
          <span>{clockWords(item.clock)}</span>
          <span>{item.rated ? words.ratedOnly : words.casual}</span>
          {item.spectators > 0 && (
            <span class="row-eyes">
              <Icon name="eye" />
              <span aria-hidden="true">{item.spectators}</span>
              <span class="sr-only">{words.watching(item.spectators)}</span>
            </span>
          )}
        </p>
      </div>
      <Act item={item} gone={gone} />
    </li>
  );
}

function Who({ seat }: { seat: Seat | null }) {
  if (!seat) return null;
  const rating = ratingWords(seat);
  const name = <bdi class="row-name">{seat.name}</bdi>;
  return (
    <>
      {seat.bot
        ? name
        : <a href={profilePath(seat.user)}>{name}</a>}
      {rating && <span class="row-rating count"> {rating}</span>}
    </>
  );
}

/**
 * Always a link, so that the focus stays where it is when what can be done
 * becomes another thing.
 */
function Act({ item, gone }: { item: Summary; gone: boolean }) {
  const me = account.user.value?.id;
  const mine = !!me && item.seats.some((seat) => seat?.user === me);
  const open = item.status === 'open' && !mine && !gone;
  const names = item.seats.map((seat) => seat?.name ?? '');
  const [one, other] = [names[0] ?? '', names[1] ?? ''];
  const label = mine
    ? words.backOf
    : open ? words.joinOf(one || other) : words.watchOf(one, other);
  return (
    <Button
      small kind={(mine || open) && !gone ? 'primary' : 'plain'}
      href={matchPath(item.match)} label={gone ? words.over : label}
      onClick={(event) => {
        if (!open || event.ctrlKey || event.metaKey || event.shiftKey) return;
        // The router would go there without a seat.
        event.preventDefault();
        event.stopPropagation();
        desk.join(item.match);
      }}
    >
      {gone
        ? words.over
        : mine ? words.back : open ? words.join : words.watch}
    </Button>
  );
}
