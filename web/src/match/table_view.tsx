// SPDX-License-Identifier: MIT
//
// A match at its table: players, board, moves, what one can do, and the talk.

import { useLocation } from 'preact-iso';
import { useEffect, useRef } from 'preact/hooks';

import { text } from '../text/en';
import { match as words } from '../text/match';
import { Empty } from '../ui/empty';
import { About } from './about';
import { Actions } from './actions';
import { BOARDS } from './boards/all';
import type { Board } from './boards/board';
import { useKeptFocus } from './keep_focus';
import { Line } from './line';
import type { MatchModel } from './model/match';
import { isMyTurn } from './model/state';
import { Moves } from './moves';
import { PlayerStrip } from './player_strip';
import { nameOf, type Table } from './table';
import { Talk } from './talk';
import { useSounds } from './use_sounds';
import { Waiting } from './waiting';

interface Props {
  model: MatchModel;
  table: Table;
}

export function TableView({ model, table }: Props) {
  const board = BOARDS[table.game];
  const { near } = table;
  const place = useRef<HTMLDivElement>(null);
  useKeptFocus(place);
  useSounds(model, board);
  useRematch(model, table);
  return (
    <div class="match" data-shape={board?.shape} ref={place}>
      <div class="match-left">
        <About model={model} table={table} />
        <Talk table={table} />
      </div>
      <PlayerStrip
        model={model} table={table} seat={1 - near} board={board} place="top"
      />
      <section class="match-board" aria-label={words.boardOf}>
        <div class="match-play">
          <BoardOf model={model} table={table} board={board} />
          <Waiting model={model} table={table} />
        </div>
        <Line model={model} table={table} board={board} />
      </section>
      <PlayerStrip
        model={model} table={table} seat={near} board={board} place="bottom"
      />
      <Moves model={model} table={table} board={board} />
      <Actions model={model} table={table} />
    </div>
  );
}

function BoardOf({ model, table, board }: Props & {
  board: Board | undefined;
}) {
  const { match } = table;
  if (!board)
    return (
      <Empty words={words.noBoard(text.games[table.game] ?? table.game)} />
    );
  const { Draw } = board;
  const pending = model.pending.value;
  const open = match && isMyTurn(match) && !pending && model.at.value === null;
  return (
    <Draw
      id={table.id}
      view={model.view.value}
      you={table.you}
      names={[nameOf(table, 0, ''), nameOf(table, 1, '')]}
      play={open ? (move) => model.play(move) : null}
      pending={pending?.move ?? null}
      over={table.result !== null}
      steps={model.past.value.steps.slice(0, model.step)}
    />
  );
}

/** Both have asked for another one, and it has begun: there one goes. */
function useRematch(model: MatchModel, table: Table): void {
  const { route } = useLocation();
  const next = model.next.value;
  useEffect(() => {
    if (next && table.you !== null) route(`/match/${next}`);
  }, [next]);
}
