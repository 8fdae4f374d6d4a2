// SPDX-License-Identifier: MIT
//
// What lies over the board before a match begins: an invitation, a free seat,
// or the question whether one is ready.

import { useLocation } from 'preact-iso';

import { match as all } from '../text/match';
import { Button } from '../ui/button';
import { CopyButton } from '../ui/copy';
import { useNow } from '../ui/use_now';
import { linkTo } from './about';
import { readyLeft } from './model/clock';
import type { MatchModel } from './model/match';
import type { Match } from './model/state';
import { nameOf, type Table } from './table';
import './waiting.css';

const words = all.wait;

interface Props {
  model: MatchModel;
  table: Table;
}

export function Waiting({ model, table }: Props) {
  const { match } = table;
  if (match?.status !== 'open' && match?.status !== 'full') return null;
  const seated = match.you != null;
  return (
    <div class="waiting">
      <div class="waiting-card card">
        {match.status === 'full'
          ? <Ready model={model} table={table} match={match} />
          : seated
            ? <Invite model={model} table={table} />
            : <Take model={model} table={table} />}
      </div>
    </div>
  );
}

function Invite({ model, table }: Props) {
  const { route } = useLocation();
  const link = linkTo(model);
  return (
    <>
      <h2>{words.title}</h2>
      <p class="hint">
        {table.private ? words.inviteCode : `${words.invite} ${words.listed}`}
      </p>
      <input
        class="input" readOnly value={link} aria-label={words.link}
        onFocus={(event) => event.currentTarget.select()}
      />
      {model.code && (
        <p>
          {words.code} <strong class="count">{spelt(model.code)}</strong>
        </p>
      )}
      <div class="waiting-row">
        <CopyButton kind="primary" what={link} label={words.copy} />
        <Button onClick={() => model.leave(() => route('/'))}>
          {words.cancel}
        </Button>
      </div>
    </>
  );
}

/** In two halves, for who reads it out. */
function spelt(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

function Take({ model, table }: Props) {
  const name = table.players.find(Boolean)?.name;
  return (
    <>
      <h2>{name ? words.isFree(name) : words.anyFree}</h2>
      <Button
        kind="primary" busy={model.asked.value === 'match:join'}
        onClick={() => model.act('match:join')}
      >
        {words.take}
      </Button>
    </>
  );
}

function Ready({ model, table, match }: Props & { match: Match }) {
  useNow(500);
  const left = readyLeft(match, model.there());
  const me = match.you != null ? match.seats[match.you] : null;
  const other = nameOf(table, 1 - (match.you ?? 0), all.free);
  return (
    <>
      <h2>{me && !me.ready ? words.readyTitle : me ? words.isReady
        : words.begins}</h2>
      {me && !me.ready && (
        <Button
          kind="primary" busy={model.asked.value === 'match:ready'}
          onClick={() => model.act('match:ready')}
        >
          {words.ready}
        </Button>
      )}
      {me?.ready && <p class="hint">{words.waitsFor(other)}</p>}
      {left !== null && (
        <p class="hint count" role="timer">
          {words.left(Math.ceil(left / 1_000))}
        </p>
      )}
    </>
  );
}
