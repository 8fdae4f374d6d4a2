// SPDX-License-Identifier: MIT
//
// The page of one match: waiting, playing, looking on, and what was.

import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';

import { account } from '../site';
import { text } from '../text/en';
import { match as words } from '../text/match';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { useTitle } from '../ui/title';
import './match.css';
import { enterMatch, exitMatch } from './matches';
import type { MatchModel } from './model/match';
import { isMyTurn } from './model/state';
import { nameOf, tableOf } from './table';
import { TableView } from './table_view';

export function MatchPage({ params }: { params: { id: string } }) {
  const { query } = useLocation();
  return <One key={params.id} id={params.id} code={query.code ?? null} />;
}

function One({ id, code }: { id: string; code: string | null }) {
  const [model, setModel] = useState<MatchModel | null>(null);
  useEffect(() => {
    setModel(enterMatch(id, code));
    return () => exitMatch(id);
  }, []);
  useCode(model, code);
  return model ? <Phases model={model} /> : <Wait />;
}

/** The address of a private match has its code, for who hands it on. */
function useCode(model: MatchModel | null, code: string | null): void {
  const { route } = useLocation();
  const known = model?.match.value?.code;
  useEffect(() => {
    if (known && known !== code) route(`/match/${model.id}?code=${known}`, true);
  }, [known, code]);
}

function isId(id: string): boolean {
  return /^[a-z0-9]{1,12}$/.test(id);
}

function Wait() {
  return (
    <div class="page"><Loading label={words.loading} lines={6} /></div>
  );
}

function Phases({ model }: { model: MatchModel }) {
  const table = tableOf(model, account.user.value?.id ?? null);
  const game = table && (text.games[table.game] ?? table.game);
  const mine = table?.match && isMyTurn(table.match);
  useTitle(mine ? words.yourTurn : table
    ? words.titleOf(
      game!, nameOf(table, 0, words.free), nameOf(table, 1, words.free))
    : words.title);
  const phase = model.phase.value;
  if (table) return <TableView model={model} table={table} />;
  if (phase.is !== 'none') return <Wait />;
  // An address that is no match's at all is refused before it is looked for.
  const unknown = phase.error.code === 'no_such_match' || !isId(model.id);
  return (
    <div class="page">
      <h1 class="sr-only">{words.title}</h1>
      <Empty
        words={unknown
          ? `${words.none} ${words.noneHint}`
          : sentence(phase.error)}
      >
        {!unknown && (
          <Button kind="primary" onClick={() => model.watch()}>
            {words.again}
          </Button>
        )}
        <Button href="/">{words.toLobby}</Button>
      </Empty>
    </div>
  );
}
