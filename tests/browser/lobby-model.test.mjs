// SPDX-License-Identifier: MIT
//
// What the front page knows, against a server that says what the test wants:
// lists that hold still, waiting through losses, choices that are remembered.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { frontEnd } from './bundle.mjs';

let HeldList;
let Quick;
let MatchList;
let PlayerList;
let Desk;
let Mine;

before(async () => {
  ({ HeldList } = await frontEnd('lobby/model/held.ts'));
  ({ Quick } = await frontEnd('lobby/model/quick.ts'));
  ({ MatchList } = await frontEnd('lobby/model/matches.ts'));
  ({ PlayerList } = await frontEnd('lobby/model/players.ts'));
  ({ Desk } = await frontEnd('lobby/model/desk.ts'));
  ({ Mine } = await frontEnd('lobby/model/mine.ts'));
});

/** The channel of a namespace, and what has been asked on it. */
function wire() {
  const handlers = new Map();
  const joins = new Set();
  return {
    asked: [],
    on(event, handler) {
      const all = handlers.get(event) ?? new Set();
      handlers.set(event, all.add(handler));
      return () => all.delete(handler);
    },
    onJoin(handler) {
      joins.add(handler);
      handler();
      return () => joins.delete(handler);
    },
    request(event, ask, done) {
      this.asked.push({ event, ask, done });
    },
    say(event, news) {
      for (const handler of handlers.get(event) ?? []) handler(news);
    },
    join() {
      for (const handler of joins) handler();
    },
    /** Answers what was asked first, and tells what that was. */
    answer(event, answer) {
      const at = this.asked.findIndex((one) => one.event === event);
      assert.notEqual(at, -1, `nobody has asked for ${event}`);
      const [{ ask, done }] = this.asked.splice(at, 1);
      done(answer.code
        ? { ok: false, error: answer } : { ok: true, answer });
      return ask;
    },
  };
}

const shelf = (kept = {}) => ({
  kept,
  get: (key) => kept[key] ?? null,
  put(key, value) {
    kept[key] = value;
  },
});

const summary = (match, changes = {}) => ({
  match, game: 'connect-four', variant: 'standard', rated: false, clock: null,
  delay: 0, created: match.charCodeAt(0), status: 'open', spectators: 0,
  seats: [{ user: `u${match}`, name: match }, null], ...changes,
});
const shown = (list) => list.rows.value.map(
  ({ item, gone }) =>
    (gone ? '-' : '') + (typeof item === 'string' ? item : item.match));

test('no row of a list that is held moves', () => {
  const list = new HeldList((one) => one, (a, b) => (a < b ? -1 : 1), 5);
  list.set(['b', 'c']);
  list.hold();
  list.change(['a', 'd'], ['c']);
  assert.deepEqual(shown(list), ['b', '-c']);
  assert.equal(list.fresh.value, 2);
  list.refresh();
  assert.deepEqual(shown(list), ['a', 'b', 'd']);
  assert.equal(list.fresh.value, 0);
  list.change(['c'], []);
  assert.deepEqual(shown(list), ['a', 'b', 'd']);
  list.release();
  assert.deepEqual(shown(list), ['a', 'b', 'c', 'd']);
  list.change(['0', '1'], []);
  assert.deepEqual(shown(list), ['0', '1', 'a', 'b', 'c']);
});

test('the list of matches follows its filter', () => {
  const game = wire();
  const kept = shelf();
  const list = new MatchList(game, kept);
  list.open();
  assert.deepEqual(game.answer('lobby:enter', {
    ok: true, total: 2, matches: [summary('a'), summary('b')],
  }), { status: 'any', limit: 100 });
  assert.deepEqual(shown(list.list), ['b', 'a']);
  game.say('lobby:changes', {
    again: false, changed: [summary('c', { status: 'running' })],
    gone: ['a', 'unknown'],
  });
  assert.deepEqual(shown(list.list), ['b', 'c']);
  assert.equal(list.total.value, 2);
  list.choose({ rated: 'rated' });
  list.choose({ game: 'battleship' });
  // The answer to a filter that is another one by now is nobody's.
  game.answer('lobby:enter', { ok: true, total: 1, matches: [summary('x')] });
  assert.deepEqual(shown(list.list), ['b', 'c']);
  assert.deepEqual(
    game.answer('lobby:enter', { ok: true, total: 0, matches: [] }),
    { status: 'any', limit: 100, game: 'battleship', rated: true });
  assert.deepEqual(shown(list.list), []);
  game.say('lobby:changes', { again: true, changed: [], gone: [] });
  game.answer('lobby:enter', { ok: true, total: 1, matches: [summary('y')] });
  assert.deepEqual(shown(list.list), ['y']);
  list.close();
  game.say('lobby:changes', { again: true, changed: [], gone: [] });
  assert.deepEqual(game.asked, []);
  assert.equal(new MatchList(wire(), kept).filter.value.rated, 'rated');
});

test('the others are listed, page by page', () => {
  const game = wire();
  const list = new PlayerList(game, () => 'p00');
  const players = (from, n) => Array.from({ length: n }, (_, i) => {
    const user = `p${String(from + i).padStart(2, '0')}`;
    return { user, name: user, guest: true, playing: i % 2 === 0, ratings: [] };
  });
  list.open();
  game.answer('lobby:players', {
    ok: true, total: 103, players: players(0, 100),
  });
  assert.equal(list.list.size, 99);
  assert.ok(list.more.value);
  assert.equal(list.list.rows.value[0].item.playing, false);
  list.next();
  assert.deepEqual(game.answer('lobby:players', {
    ok: true, total: 103, players: players(100, 3),
  }), { limit: 100, after: 'p99' });
  assert.equal(list.list.size, 102);
  assert.equal(list.more.value, false);
  game.say('players:changes', {
    again: false, total: 102, changed: players(0, 1), gone: ['p05'],
  });
  assert.equal(list.list.size, 101);
  assert.equal(list.total.value, 102);
});

test('who waits, waits on after a loss', () => {
  const game = wire();
  const found = [];
  const quick = new Quick(game, () => 7, (match) => found.push(match));
  const ask = { game: 'connect-four', variant: 'standard', rated: true };
  quick.join(ask);
  assert.equal(quick.waiting.value.window, null);
  game.answer('quick:join', { ok: true, waiting: 3, window: 100 });
  assert.deepEqual(quick.waiting.value,
    { ask, since: 7, window: 100, others: 3 });
  game.join();
  game.answer('quick:join', { code: 'connection_lost', message: '' });
  assert.ok(quick.waits.value);
  game.join();
  game.answer('quick:join', { ok: true, waiting: 1, window: 150 });
  assert.equal(quick.waiting.value.window, 150);
  game.say('match:view', { match: 'x', quick: false, you: 0, status: 'full' });
  assert.deepEqual(found, []);
  game.say('match:view', { match: 'm', quick: true, you: 0, status: 'full' });
  assert.deepEqual(found, ['m']);
  assert.equal(quick.waits.value, false);
  // The other one was not ready, and the server has one wait on.
  game.say('quick:waiting', { since: 0, window: 200, waiting: 1 });
  assert.equal(quick.waiting.value.window, 200);
  quick.cancel();
  game.answer('quick:leave', { ok: true, left: true });
  game.say('quick:waiting', { since: 0, window: 200, waiting: 1 });
  assert.equal(quick.waits.value, false);
});

test('a wait that is refused ends with the reason', () => {
  const game = wire();
  const quick = new Quick(game, () => 0, () => {});
  quick.join({ game: 'connect-four' });
  game.answer('quick:join', { code: 'too_many_matches', message: 'End one.' });
  assert.equal(quick.waits.value, false);
  assert.equal(quick.problem.value.code, 'too_many_matches');
});

test('what one likes is remembered, and asked for', () => {
  const game = wire();
  const kept = shelf();
  const gone = [];
  const desk = new Desk(game, kept, (...to) => gone.push(to));
  game.answer('games', {
    ok: true, games: [
      { game: 'connect-four', draws: true, levels: 5, variants: ['a', 'b'] },
      { game: 'battleship', draws: false, levels: 5, variants: ['c'] },
    ],
  });
  desk.wishVariant('b');
  desk.wish({ level: 4 });
  desk.playBot();
  desk.playBot(); // once is enough
  assert.deepEqual(game.answer('match:create', { ok: true, match: 'm' }),
    { game: 'connect-four', variant: 'b', bot: 4 });
  assert.deepEqual(gone, [['m']]);
  assert.deepEqual(game.asked, []);
  desk.wish({ game: 'battleship', private: false });
  assert.equal(desk.variant.value, 'c');
  desk.open('bob');
  const asked = game.answer('match:create', { ok: true, match: 'n' });
  assert.equal(asked.private, true, 'nobody else takes the seat');
  assert.deepEqual(
    game.answer('match:invite', { ok: true }), { match: 'n', user: 'bob' });
  const later = new Desk(wire(), kept, () => {});
  assert.equal(later.wishes.value.level, 4);
  assert.equal(later.game.value.game, 'battleship');
  assert.equal(new Desk(wire(), shelf({ 'lobby.wishes': '{' }), () => {})
    .wishes.value.game, 'connect-four');
});

test('a code takes the seat, or shows what goes on', () => {
  const game = wire();
  const gone = [];
  const desk = new Desk(game, shelf(), (...to) => gone.push(to));
  desk.find('ABCD-2345');
  game.answer('match:find', { code: 'no_such_match', message: 'None.' });
  assert.deepEqual(desk.problem.value.of, 'find');
  desk.find('ABCD-2345');
  const one = summary('m');
  // The answer has the code as it is, beside no error.
  const at = game.asked.findIndex(({ event }) => event === 'match:find');
  const [{ done }] = game.asked.splice(at, 1);
  done({ ok: true, answer: { ...one, ok: true, code: 'abcd2345' } });
  assert.deepEqual(game.answer('match:join', { ok: true, match: 'm' }),
    { match: 'm', code: 'abcd2345' });
  assert.deepEqual(gone, [['m', 'abcd2345']]);
});

test('what is mine is asked for again when it changes', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const game = wire();
  const mine = new Mine(game);
  game.answer('match:mine', {
    ok: true, matches: [summary('m')], invitations: [],
  });
  assert.ok(mine.concerns(new Set(['m']), null));
  assert.ok(mine.concerns(new Set(['me']), 'me'));
  assert.ok(!mine.concerns(new Set(['x']), 'me'));
  const invitation = { ...summary('i'), by: { user: 'b', name: 'Bob' } };
  game.say('match:invited', invitation);
  game.say('match:invited', invitation);
  assert.equal(mine.invitations.value.length, 1);
  game.say('match:uninvited', { match: 'i' });
  assert.deepEqual(mine.invitations.value, []);
  mine.soon();
  mine.soon();
  t.mock.timers.tick(1000);
  game.answer('match:mine', { ok: true, matches: [], invitations: [] });
  assert.deepEqual(game.asked, []);
  assert.deepEqual(mine.matches.value, []);
});
