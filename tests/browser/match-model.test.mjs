// SPDX-License-Identifier: MIT
//
// The model of a match against a server that says what the test wants, when
// it wants it: views and deltas, moves on their way, clocks, the past.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { frontEnd } from './bundle.mjs';

let MatchModel;
let clock;
let past;
let fleet;

before(async () => {
  ({ MatchModel } = await frontEnd('match/model/match.ts'));
  clock = await frontEnd('match/model/clock.ts');
  past = await frontEnd('match/model/past.ts');
  fleet = await frontEnd('match/boards/fleet.ts');
});

/** What the plugin says of a match of two that has begun. */
function view(changes = {}) {
  const seat = (name) => ({
    user: name, name, bot: null, rating: 1500, deviation: 350, ready: true,
    away: false, offers: false, rematch: false,
  });
  return {
    match: 'm', game: 'four', variant: 'standard', rated: true, private: false,
    quick: false, code: null, clock: { seconds: 60, increment: 1 }, delay: 0,
    created: 0, draws: true, you: 0, n: 5, status: 'running', moves: 0,
    spectators: 0, seats: [seat('ann'), seat('bob')], turns: [0],
    time: {
      at: 1000, now: 1000, left: [60_000, 60_000], running: [0],
      allowance: [60_000, 60_000], away: [], readyUntil: null,
    },
    result: null, next: null, view: { board: '' }, ...changes,
  };
}

function moved(n, seat, move, board, changes = {}) {
  return {
    match: 'm', n, at: 2000, kind: 'move', seat, move, moves: n - 5,
    turns: [1 - seat], time: { ...view().time, at: 2000, now: 2000 },
    view: { board }, ...changes,
  };
}

/** The channel of a namespace, and what has been asked on it. */
function wire() {
  const handlers = new Map();
  const joins = [];
  const asked = [];
  return {
    asked,
    joined: { value: true, peek() { return this.value; } },
    on(event, handler) {
      handlers.set(event, handler);
      return () => handlers.delete(event);
    },
    onJoin(handler) {
      joins.push(handler);
      handler();
      return () => {};
    },
    request(event, ask, done) {
      asked.push({ event, ask, done });
    },
    say: (event, news) => handlers.get(event)(news),
    lose() {
      this.joined.value = false;
      for (const { done } of asked.splice(0)) done(lost);
    },
    join() {
      this.joined.value = true;
      for (const handler of joins) handler();
    },
    /** The one request of this event that is not answered yet. */
    take(event) {
      const at = asked.findIndex((one) => one.event === event);
      assert.ok(at >= 0, `${event} in ${asked.map((one) => one.event)}`);
      return asked.splice(at, 1)[0];
    },
  };
}

const lost = { ok: false, error: { code: 'connection_lost', unsettled: true } };
const refuse = (code, message) => ({ ok: false, error: { code, message } });
const fine = { ok: true, answer: { ok: true } };

const four = {
  guess: (seen, seat, move) => ({ ...seen, board: seen.board + move }),
  again: (seen, seat, move) => move === 'both' && !seen.placed,
};

function begin({ first = view(), shelf = new Map(), now = () => 1000 } = {}) {
  const channel = wire();
  const model = new MatchModel('m', {
    wire: channel, now, moves: () => four,
    shelf: {
      get: (key) => shelf.get(key) ?? null,
      put: (key, value) =>
        (value === null ? shelf.delete(key) : shelf.set(key, value)),
    },
  });
  channel.take('match:watch').done(fine);
  channel.say('match:view', first);
  return { channel, model, shelf };
}

test('deltas are applied once, in order, and a gap is asked for', () => {
  const { channel, model } = begin();
  channel.say('match:delta', moved(6, 0, '4', '4'));
  assert.deepEqual(
    [model.match.value.n, model.match.value.turns, model.view.value.board],
    [6, [1], '4']);
  channel.say('match:delta', moved(6, 0, '4', 'twice'));
  assert.equal(model.view.value.board, '4');
  assert.equal(channel.asked.length, 0);
  channel.say('match:delta', moved(8, 0, '4', 'later'));
  assert.equal(model.view.value.board, '4');
  channel.take('match:watch');
  channel.say('match:view', view({ n: 8, moves: 3, view: { board: '456' } }));
  assert.equal(model.view.value.board, '456');
  const { done } = channel.take('match:entries');
  done({ ok: true, answer: { n: 8, entries: [
    { n: 1, at: 1, kind: 'start', text: '', seat: null, view: { board: '' } },
    { n: 2, at: 2, kind: 'move', text: '4', seat: 0, view: { board: '4' } },
    { n: 3, at: 3, kind: 'move', text: '5', seat: 1, view: { board: '45' } },
    { n: 4, at: 4, kind: 'move', text: '6', seat: 0, view: { board: '456' } },
  ] } });
  assert.deepEqual(
    model.past.value.steps.map((step) => step.view.board), ['4', '45', '456']);
  channel.say('match:delta', { ...moved(8, 0, '4', ''), match: 'another' });
  assert.equal(channel.asked.length, 0);
});

test('a move shows at once and settles', () => {
  const { channel, model, shelf } = begin();
  model.play('4');
  assert.equal(model.view.value.board, '4');
  assert.equal(model.match.value.view.board, '');
  assert.equal(shelf.size, 1);
  model.play('5');
  const { ask, done } = channel.take('match:move');
  assert.deepEqual(ask, { match: 'm', move: '4', after: 0 });
  assert.equal(channel.asked.length, 0);
  channel.say('match:delta', moved(6, 0, '4', '4'));
  assert.equal(model.pending.value, null);
  done(fine);
  assert.equal(model.view.value.board, '4');
  assert.equal(shelf.size, 0);
});

test('a move bounces with the reason', () => {
  const { channel, model, shelf } = begin();
  model.play('4');
  channel.take('match:move').done(refuse('illegal_move', 'Full.'));
  assert.equal(model.view.value.board, '');
  assert.equal(model.refused.value.error.message, 'Full.');
  assert.equal(model.refused.value.move, '4');
  assert.equal(shelf.size, 0);
  model.play('5');
  assert.equal(model.refused.value, null);
});

test('a move whose answer was lost is sent again, and counts once', () => {
  for (const counted of [false, true]) {
    const { channel, model } = begin();
    model.play('4');
    channel.lose();
    assert.equal(model.view.value.board, '4');
    channel.join();
    channel.take('match:watch').done(fine);
    channel.say('match:view', counted
      ? view({ n: 6, moves: 1, turns: [1], view: { board: '4' } }) : view());
    const sent = channel.asked.filter((one) => one.event === 'match:move');
    assert.equal(sent.length, counted ? 0 : 1);
    assert.equal(model.view.value.board, '4');
    assert.equal(model.refused.value, null);
    if (!counted) {
      // It did count after all: what was sent twice is stale, and no news.
      channel.say('match:delta', moved(6, 0, '4', '4'));
      sent[0].done(refuse('stale', 'Another.'));
      assert.equal(model.refused.value, null);
    }
    assert.equal(model.pending.value, null);
  }
});

test('a move outlives the page', () => {
  const shelf = new Map();
  const first = begin({ shelf });
  first.model.play('4');
  first.model.close();
  const { channel, model } = begin({ shelf });
  assert.deepEqual(channel.take('match:move').ask,
    { match: 'm', move: '4', after: 0 });
  assert.equal(model.view.value.board, '4');
  for (const broken of ['', '{', 'null', '{"move":4}', '[]']) {
    shelf.set('match.m.move', broken);
    assert.equal(begin({ shelf }).model.pending.value, null);
  }
});

test('where both choose at the same time a move is made again', () => {
  const both = { turns: [0, 1], view: { board: '', placed: 0 } };
  const { channel, model } = begin({ first: view(both) });
  model.play('both');
  const first = channel.take('match:move');
  channel.say('match:delta', moved(6, 1, null, '', { turns: [0] }));
  first.done(refuse('stale', 'Another.'));
  assert.deepEqual(channel.take('match:move').ask,
    { match: 'm', move: 'both', after: 1 });
  channel.lose();
  channel.join();
  channel.take('match:watch').done(fine);
  channel.say('match:view', view({
    n: 7, moves: 2, turns: [0], view: { board: '', placed: 1 },
  }));
  assert.equal(model.pending.value, null);
});

test('another window of the same player is quicker', () => {
  const { channel, model } = begin();
  model.play('4');
  const { done } = channel.take('match:move');
  channel.say('match:delta', moved(6, 0, '7', '7'));
  assert.equal(model.view.value.board, '7');
  done(refuse('stale', 'There has been another move.'));
  assert.equal(model.refused.value.error.code, 'stale');
});

test('a match that is gone is a replay, or nothing', () => {
  const channel = wire();
  const around = {
    wire: channel, now: () => 0, moves: () => four,
    shelf: { get: () => null, put() {} },
  };
  const model = new MatchModel('m', around, 'secret');
  const watch = channel.take('match:watch');
  assert.deepEqual(watch.ask, { match: 'm', code: 'secret' });
  watch.done(refuse('no_such_match', 'No.'));
  channel.take('match:replay').done({ ok: true, answer: { entries: [
    { n: 1, at: 1, kind: 'start', text: '', view: { board: '' } },
    { n: 2, at: 2, kind: 'move', text: '4', seat: 0, view: { board: '4' } },
    { n: 3, at: 3, kind: 'move', text: '5', seat: 1, view: { board: '45' } },
  ] } });
  assert.equal(model.phase.value.is, 'past');
  assert.equal(model.view.value.board, '45');
  model.look(1);
  assert.equal(model.view.value.board, '4');
  model.look(-3);
  assert.equal(model.view.value.board, '');
  model.look(99);
  assert.equal(model.step, 2);

  const none = new MatchModel('m', around);
  channel.take('match:watch').done(refuse('no_such_match', 'No.'));
  channel.take('match:replay').done(refuse('no_such_match', 'No.'));
  assert.equal(none.phase.value.is, 'none');
});

test('one looks back while the match goes on', () => {
  const { channel, model } = begin();
  channel.say('match:delta', moved(6, 0, '4', '4'));
  channel.say('match:delta', moved(7, 1, '5', '45'));
  model.look(1);
  assert.equal(model.view.value.board, '4');
  channel.say('match:delta', moved(8, 0, '6', '456'));
  assert.equal(model.view.value.board, '4');
  model.look(3);
  assert.equal(model.at.value, null);
  assert.equal(model.view.value.board, '456');
});

test('clocks', () => {
  const match = view();
  assert.equal(clock.clockLeft(match, 0, 1000), 60_000);
  assert.equal(clock.clockLeft(match, 0, 4000), 57_000);
  assert.equal(clock.clockLeft(match, 1, 4000), 60_000);
  assert.equal(clock.clockLeft(match, 0, 500), 60_000);
  assert.equal(clock.clockLeft(match, 0, 90_000), 0);
  const away = view({ time: { ...match.time, running: [], away: [0] } });
  away.seats[0].away = true;
  assert.equal(clock.clockLeft(away, 0, 4000), 60_000);
  assert.equal(clock.awayLeft(away, 0, 4000), 57_000);
  assert.equal(clock.awayLeft(away, 1, 4000), null);
  const late = view({ you: null, delay: 10 });
  assert.equal(clock.clockLeft(late, 0, 14_000), 57_000);
  assert.equal(
    clock.clockLeft(view({ time: { ...match.time, left: null } }), 0, 1), null);
});

test('what clocks show', () => {
  const shown = [
    [0, '0.0'], [50, '0.0'], [9_999, '9.9'], [10_000, '0:10'],
    [60_000, '1:00'], [3_599_999, '59:59'], [3_661_000, '1:01:01'],
  ];
  for (const [ms, text] of shown) assert.equal(clock.clockText(ms), text);
});

test('the clock of the server is that of its quickest message', () => {
  const skew = new clock.Skew();
  assert.equal(skew.there(7), 7);
  skew.hear(1000, 500);
  skew.hear(2000, 1900);
  assert.equal(skew.there(2000), 2500);
  skew.hear(3000, 2450);
  assert.equal(skew.there(3000), 3550);
  skew.forget();
  skew.hear(0, 100);
  assert.equal(skew.there(100), 0);
});

test('fleets', () => {
  for (let i = 0; i < 200; i++) {
    const ships = fleet.shuffle();
    assert.equal(fleet.clashes(ships).size, 0);
    assert.deepEqual(fleet.readFleet(fleet.writeFleet(ships)), ships);
  }
  const text = 'place a1h c3v e5h a9h j1v';
  assert.equal(fleet.writeFleet(fleet.readFleet(text)), text);
  assert.equal(fleet.nameOf(99), 'j10');
  assert.equal(fleet.cellOf('j10'), 99);
  assert.equal(fleet.cellOf('k1'), -1);
  const none = [null, '', 'a1', 'place a1h', 'place g1h c3v e5h a9h j1v'];
  for (const wrong of none)
    assert.equal(fleet.readFleet(wrong), null);
  const same = fleet.readFleet('place a1h a1v a9h f9h j1v');
  assert.deepEqual([...fleet.clashes(same)].sort(), [0, 1]);
  assert.deepEqual(fleet.within(99, -4, true, 0), { cell: 9, down: true });
});

test('a past is asked for again when something has happened', () => {
  const match = view({ moves: 2 });
  const known = past.pastOf(match);
  assert.equal(past.pastAgain(known, match), known);
  assert.notEqual(past.pastAgain(known, view({ moves: 3 })), known);
});
