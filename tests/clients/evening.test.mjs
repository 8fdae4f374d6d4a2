// SPDX-License-Identifier: MIT
//
// Two players and a spectator play both games to the end and talk, while one
// of them loses the network and new builds of the plugins are put in.

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Player, pause } from '../soak/player.mjs';
import { Site, begin, guest } from '../soak/play.mjs';
import { binary, eventually, freePort } from './server.mjs';

const plugins = join(dirname(binary), 'plugins');
const missing = ['auth', 'chat', 'game'].filter(
  (name) => !existsSync(join(plugins, name, `${name}.so`)));
const THINK_MS = 30;
const TALK_MS = 100;

async function open(t) {
  const site = new Site();
  t.after(async () => {
    await site.server?.kill();
    rmSync(site.folder, { recursive: true, force: true });
  });
  copyFileSync(join(plugins, 'auth/auth.so'), site.file('auth.so'));
  site.put('chat');
  site.put('game');
  site.port = await freePort();
  await site.start();
  return site;
}

// What no one watches for is that which all see at last.
const sameEnd = (match) => {
  const { n, status, result, moves, view } = match;
  return { n, status, result, moves, view };
};

async function playOne(site, [ann, bob, eve], game) {
  const match = await begin([ann, bob], game);
  assert.ok(match, `a match of ${game}`);
  eve.match = match;
  assert.ok((await eve.game.insist('match:watch', { match })).ok);
  const playing = [ann, bob].map((player) => player.play(THINK_MS));
  await eventually(() => ann.view().moves >= 2, 'two moves');
  bob.manager.engine.close();
  await site.reload();
  await Promise.all(playing);
  await eventually(() => [bob, eve].every((p) => p.view().status === 'over'),
    'the end, for all');
  assert.equal(ann.view().result.why, 'played');
  assert.deepEqual(sameEnd(bob.view()), sameEnd(ann.view()));
  assert.deepEqual(eve.view().result, ann.view().result);
  assert.equal(eve.view().n, ann.view().n);
  const [first, second] = await Promise.all([ann, eve].map(
    (player) => player.game.insist('match:replay', { match })));
  assert.deepEqual(first.result, ann.view().result);
  assert.equal(JSON.stringify(second), JSON.stringify(first));
  for (const player of [ann, bob]) {
    const { matches } = await player.game.insist('match:history', {});
    assert.equal(matches[0].match, match);
  }
}

test('an evening', {
  skip: missing.length > 0 && `${missing} was not built`, timeout: 120_000,
}, async (t) => {
  const site = await open(t);
  const shared = {
    wrong: [], took() {},
    counts: { events: 0, moves: 0, messages: 0, stale: 0, repeated: 0 },
  };
  const people = await Promise.all(['ann', 'bob', 'eve'].map(async () =>
    new Player(site.server.url, await guest(site.server.url), 'table',
      shared)));
  t.after(() => people.forEach((player) => player.leave()));
  await Promise.all(people.flatMap((p) => [p.game.open, p.chat.open]));
  const talking = people.map((player) => player.talk(TALK_MS));

  for (const game of ['connect-four', 'battleship']) {
    await playOne(site, people, game);
    const { total, players } =
      await people[2].game.insist('leaderboard', { game });
    assert.equal(total, 2);
    assert.deepEqual(players.map((p) => p.user).sort(),
      people.slice(0, 2).map((p) => p.user).sort());
  }

  people.forEach((player) => {
    player.ending = true;
  });
  await Promise.all(talking);
  const said = new Map(people.flatMap((player) => [...player.said]));
  assert.ok(said.size >= people.length);
  // Each has heard what everybody has said, once; the order is checked as it
  // comes.
  await eventually(() => people.every((p) => p.heard.size >= said.size),
    'all that was said');
  await pause(100);
  for (const player of people) {
    assert.deepEqual([...player.heard.values()].sort(),
      [...said.keys()].sort());
  }
  assert.equal(site.reloads, 2);
  assert.deepEqual(shared.wrong, []);
});
