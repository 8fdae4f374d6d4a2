// SPDX-License-Identifier: MIT
//
// Games between stock clients: to the end, through lost connections, a reload
// and a restart of the server, with somebody who watches, and against bots.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { ask, next, socketOf, ways } from './client.mjs';
import { binary, eventually, freePort, sleep, startServer } from './server.mjs';

const plugins = join(dirname(binary), 'plugins');
const skip = ['auth', 'game'].every(
  (name) => existsSync(join(plugins, name, `${name}.so`)))
  ? false : 'the plugins auth and game were not built';
const folder = mkdtempSync(join(tmpdir(), 'mortise-game-'));

const changes = (more = {}) => ({
  plugins: [
    {
      name: 'auth',
      path: join(plugins, 'auth/auth.so'),
      settings: {
        development: true,
        database: join(folder, 'auth.db'),
        namespaces: { '/game': 'guest' },
        passwords: { memoryKiB: 8, passes: 1 },
        ratesPerMinute: { guest: 1000 },
      },
    },
    {
      name: 'game',
      path: join(plugins, 'game/game.so'),
      namespace: '/game',
      settings: { database: join(folder, 'game.db'), botDelayMs: 0, ...more },
    },
  ],
});

let server;
let port;
const start = async () => {
  server = await startServer({ changes: changes(), port });
};
before(async () => {
  if (!skip) {
    port = await freePort();
    await start();
  }
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// Other settings, so that there is something to reload: the plugin is exchanged
// for itself.
let reloads = 0;
async function reload() {
  reloads += 1;
  const before = server.output.length;
  server.configure(changes({ keepSeconds: 300 + reloads }));
  server.signal('SIGHUP');
  await eventually(
    () => /plugin game#\d+ .* takes over/.test(server.output.slice(before)),
    'a reload');
}

// Somebody with an identity, who follows matches as a page does: the whole
// view once, then what each delta changes. A number that is left out is an
// error here; a page would ask for the whole view.
class Player {
  constructor(token) {
    this.token = token;
    this.matches = new Map();
  }

  static async guest(way = 'websocket') {
    const response = await fetch(`${server.url}/auth/guest`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    const { accessToken, user } = await response.json();
    const player = new Player(accessToken);
    player.user = user.id;
    await player.connect(way);
    return player;
  }

  async connect(way = 'websocket') {
    this.socket = socketOf(server, '/game',
      { auth: { token: this.token }, ...ways[way] });
    this.socket.on('match:view', (view) => this.begin(view));
    this.socket.on('match:delta', (delta) => this.follow(delta));
    await next(this.socket, 'connect');
  }

  begin(view) {
    this.matches.set(view.match, view);
  }

  follow(delta) {
    const match = this.matches.get(delta.match);
    if (!match || delta.n <= match.n) {
      return; // what the view has already
    }
    assert.equal(delta.n, match.n + 1);
    Object.assign(match, delta, { view: { ...match.view, ...delta.view } });
  }

  async ask(event, ...args) {
    const answer = await ask(this.socket, event, ...args);
    assert.equal(answer.error, undefined, JSON.stringify(answer.error));
    return answer;
  }

  view(id) {
    return this.matches.get(id);
  }

  // The test is faster than a person may be.
  async move(match, move) {
    for (;;) {
      const answer = await ask(this.socket, 'match:move', { match, move });
      if (answer.error?.code !== 'rate_limited') {
        assert.equal(answer.error, undefined, JSON.stringify(answer.error));
        return;
      }
      await sleep(answer.error.data.retry);
    }
  }

  myTurn(id) {
    return eventually(() => {
      const match = this.view(id);
      return match.status === 'over' || match.turns.includes(match.you);
    }, 'my turn');
  }
}

async function begin(game, more = {}, way = 'websocket') {
  const [ann, bob] = [await Player.guest(way), await Player.guest(way)];
  const { match } = await ann.ask('match:create', { game, seat: 0, ...more });
  await bob.ask('match:join', { match });
  await ann.ask('match:ready', { match });
  await bob.ask('match:ready', { match });
  await eventually(() => ann.view(match).status === 'running', 'the start');
  return { ann, bob, match };
}

const over = (player, match) =>
  eventually(() => player.view(match).status === 'over', 'the end');

for (const way of Object.keys(ways)) {
  test(`Connect Four to the end, watched, over ${way}`, { skip }, async () => {
    const { ann, bob, match } = await begin(
      'connect-four', { rated: true, clock: { seconds: 300, increment: 2 } },
      way);
    const eve = await Player.guest(way);
    await eve.ask('match:watch', { match });
    const refused = await ask(ann.socket, 'match:move', { match, move: '9' });
    assert.equal(refused.error.code, 'illegal_move');

    await ann.move(match, '4');
    await bob.move(match, '5');
    // The connection is lost; another one takes up where it was.
    bob.socket.disconnect();
    await eventually(() => ann.view(match).seats[1].away, 'bob is away');
    await bob.connect(way);
    await bob.ask('match:watch', { match });
    assert.deepEqual(bob.view(match).turns, [0]);
    await eventually(() => !ann.view(match).seats[1].away, 'bob is back');

    await ann.move(match, '4');
    await Promise.all([reload(), bob.move(match, '5')]);
    await ann.move(match, '4');
    await bob.move(match, '5');
    const rated = next(ann.socket, 'match:rated');
    await ann.move(match, '4');
    for (const player of [ann, bob, eve]) {
      await over(player, match);
      assert.deepEqual(player.view(match).result,
        { winner: 0, drawn: false, why: 'played' });
      // What was told bit by bit is what is told as a whole.
      const { view, seats, n } = player.view(match);
      await player.ask('match:watch', { match });
      const whole = player.view(match);
      assert.deepEqual([whole.view, whole.n], [view, n]);
      assert.equal(whole.seats.length, seats.length);
    }
    const [{ ratings }] = await rated;
    assert.ok(ratings[0].rating > ratings[1].rating);
    const replay = await ask(eve.socket, 'match:replay', { match });
    assert.equal(
      replay.entries.filter((entry) => entry.kind === 'move').length, 7);
  });
}

// Shoots at every cell in turn.
const cells = Array.from({ length: 100 }, (_, i) =>
  `${'abcdefghij'[i % 10]}${Math.floor(i / 10) + 1}`);

test('Battleship to the end, with restarts of the server', { skip },
  async () => {
    const { ann, bob, match } = await begin('battleship');
    const eve = await Player.guest();
    await eve.ask('match:watch', { match });
    await Promise.all([
      ann.move(match, 'place a1h a2h a3h a4h a5h'),
      bob.move(match, 'place f6h f7h f8h f9h f10h'),
    ]);
    const shots = new Map([[ann, 0], [bob, 0]]);
    const shoot = async () => {
      await Promise.race([ann.myTurn(match), bob.myTurn(match)]);
      const { turns, status } = ann.view(match);
      if (status === 'over') {
        return false;
      }
      const player = turns[0] === 0 ? ann : bob;
      await player.myTurn(match);
      const i = shots.get(player);
      shots.set(player, i + 1);
      await player.move(match, cells[i]);
      await eventually(() => ann.view(match).moves === bob.view(match).moves,
        'both have heard of it');
      return true;
    };
    for (let i = 0; i < 20; i += 1) {
      await shoot();
    }
    await eventually(() => eve.view(match).moves === ann.view(match).moves,
      'eve has seen it too');
    const seas = [ann, bob, eve].map((p) => p.view(match).view.seas);
    assert.doesNotMatch(seas[0][1], /[A-E]/);
    assert.doesNotMatch(seas[2].join(''), /[A-E]/);

    // Stopped in order, and killed: what was told is there.
    for (const end of ['stop', 'kill']) {
      const told = [ann, bob, eve].map((p) => p.view(match).view);
      await server[end]();
      await start();
      for (const player of [ann, bob, eve]) {
        await player.connect();
        await player.ask('match:watch', { match });
      }
      assert.deepEqual([ann, bob, eve].map((p) => p.view(match).view), told);
      await shoot();
      await eventually(() => eve.view(match).moves === ann.view(match).moves,
        'eve has seen it too');
    }
    while (await shoot());
    await over(bob, match);
    assert.match(ann.view(match).view.seas[1], /a{5}/i);
    assert.equal(ann.view(match).result.why, 'played');
  });

test('alone against the bots', { skip }, async () => {
  const ann = await Player.guest();
  const four = await ann.ask('match:create', { game: 'connect-four', bot: 2 });
  for (let i = 0; ; i += 1) {
    await ann.myTurn(four.match);
    const { view, status } = ann.view(four.match);
    if (status === 'over') {
      break;
    }
    const free = [...view.board.slice(0, 7)].map((c, j) => [c, j + 1])
      .filter(([c]) => c === '.').map(([, j]) => j);
    await ann.move(four.match, String(free[i % free.length]));
    if (i === 1) {
      await reload();
    }
  }
  const ship = await ann.ask('match:create', { game: 'battleship', bot: 5 });
  await ann.myTurn(ship.match);
  await ann.move(ship.match, 'place a1h c3v e5h a9h j1v');
  for (let i = 0; ; i += 1) {
    await ann.myTurn(ship.match);
    if (ann.view(ship.match).status === 'over') {
      break;
    }
    await ann.move(ship.match, cells[i]);
  }
  assert.equal(ann.view(ship.match).result.why, 'played');
});

// The same numbers every time.
function dice(seed) {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

test('whatever happens, the deltas add up to the whole', { skip }, async () => {
  const roll = dice(7);
  for (let round = 0; round < 3; round += 1) {
    const { ann, bob, match } = await begin('connect-four',
      { variant: 'large', clock: { seconds: 600, increment: 1 } });
    const eve = await Player.guest();
    await eve.ask('match:watch', { match });
    const everybody = [ann, bob, eve];
    for (let i = 0; i < 40; i += 1) {
      const player = everybody[roll(3)];
      const what = roll(12);
      if (what === 0) {
        player.socket.disconnect();
        await player.connect();
        await player.ask('match:watch', { match });
      } else if (what === 1) {
        await reload();
      } else if (what === 2) {
        await ask(player.socket, ['match:offer', 'match:decline'][roll(2)],
          { match });
      } else if (what === 3) {
        player.socket.emit('match:move', { match, move: 'x' }, () => {});
      } else {
        player.socket.emit('match:move',
          { match, move: String(1 + roll(8)) }, () => {});
      }
      await sleep(roll(3) ? 0 : 60);
    }
    await eventually(() => new Set(everybody.map((p) => p.view(match).n))
      .size === 1, 'all have heard of all');
    for (const player of everybody) {
      const parts = player.view(match);
      await player.ask('match:watch', { match });
      for (const key of ['n', 'view', 'status', 'turns', 'result', 'moves']) {
        assert.deepEqual(parts[key], player.view(match)[key], key);
      }
      assert.deepEqual(parts.time.left, player.view(match).time.left);
    }
  }
});

test('quick matches, and the lobby', { skip }, async () => {
  const [ann, bob, eve] = [
    await Player.guest(), await Player.guest(), await Player.guest()];
  const { games } = await ann.ask('games');
  assert.deepEqual(games.map(({ game }) => game),
    ['connect-four', 'battleship']);
  await ask(eve.socket, 'lobby:enter', { status: 'any' });
  const changed = next(eve.socket, 'lobby:changes');
  const found = next(ann.socket, 'match:view');
  await ann.ask('quick:join', { game: 'connect-four' });
  await bob.ask('quick:join', { game: 'connect-four' });
  const [{ match }] = await found;
  await ann.ask('match:ready', { match });
  await bob.ask('match:ready', { match });
  await eventually(() => bob.view(match).status === 'running', 'the start');
  const [{ changed: [line] }] = await changed;
  assert.equal(line.game, 'connect-four');
  await bob.ask('match:resign', { match });
  await over(ann, match);
});
