// SPDX-License-Identifier: MIT
//
// One line under the board, always there and read aloud when it changes: what
// has happened, who is to move, why something could not be.

import { connection } from '../site';
import { match as words } from '../text/match';
import { Button } from '../ui/button';
import { sentence } from '../ui/errors';
import type { Board } from './boards/board';
import './line.css';
import type { MatchModel } from './model/match';
import type { Delta, Match } from './model/state';
import { nameOf, type Table } from './table';

interface LineProps {
  model: MatchModel;
  table: Table;
  board: Board | undefined;
}

export function Line({ model, table, board }: LineProps) {
  const { at } = model;
  const [level, said] = lineOf(model, table, board);
  return (
    <div class="line-row" data-level={level}>
      <p class="line" role="status">{said}</p>
      {at.value !== null && table.match && (
        <Button small onClick={() => (at.value = null)}>{words.back}</Button>
      )}
    </div>
  );
}

type Level = 'plain' | 'mine' | 'bad' | 'over' | 'won' | 'lost';

function lineOf(
  model: MatchModel, table: Table, board: LineProps['board'],
): [Level, string] {
  const { match } = table;
  const refused = model.refused.value;
  if (refused) {
    const why = sentence(refused.error);
    return ['bad', refused.move && board
      ? words.refusedMove(capital(board.words(refused.move, {})), why) : why];
  }
  const steps = model.past.value.steps.length;
  if (model.at.value !== null && (match || model.step < steps))
    return ['plain', words.lookingBack(
      model.step + model.past.value.before, steps + model.past.value.before)];
  if (table.result) return resultOf(table);
  if (!match) return ['plain', ''];
  if (connection.status.value.kind !== 'live')
    return ['bad', model.pending.value ? words.kept : words.lost];
  if (model.pending.value) return ['plain', words.sending];
  return nowOf(model, match, table, board);
}

function nowOf(
  model: MatchModel, match: Match, table: Table, board: LineProps['board'],
): [Level, string] {
  const news = model.news.value;
  const told = news ? newsOf(news, table, board) : '';
  const turn = turnOf(match, table, board);
  const mine = match.you != null && match.turns.includes(match.you);
  return [mine ? 'mine' : 'plain', [told, turn].filter(Boolean).join(' ')];
}

function turnOf(
  { turns, you, status, view }: Match, table: Table, board: LineProps['board'],
): string {
  if (status !== 'running') return '';
  if (you != null && turns.includes(you))
    return board?.turn?.(view) ?? words.yourTurn;
  if (turns.length > 1) return words.bothTurn;
  return words.theirTurn(nameOf(table, turns[0] ?? 0, words.free));
}

function newsOf(
  { kind, seat, move, view }: Delta, table: Table, board: LineProps['board'],
): string {
  if (kind === 'restart') return words.news.restart;
  if (seat == null || seat === table.you) return '';
  const name = nameOf(table, seat, words.free);
  if (kind === 'move')
    return board ? words.moved(
      name, board.words(move ?? null, { ...table.match?.view, ...view })) : '';
  const tell = words.news[kind as keyof typeof words.news];
  return typeof tell === 'function' ? tell(name) : '';
}

function resultOf({ result, you, ...table }: Table): [Level, string] {
  const { winner, drawn, why } = result!;
  const { result: said } = words;
  const who = winner == null ? drawn ? said.drawn
    : why === 'cancelled' ? said.cancelled : said.aborted
    : winner === you ? said.youWon
    : you !== null ? said.youLost
    : said.won(table.players[winner]?.name ?? '');
  const sentence = [who, said.why[why]].filter(Boolean).join(' ');
  const level = you === null || winner == null ? 'over'
    : winner === you ? 'won' : 'lost';
  return [level, `${sentence}.`];
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
