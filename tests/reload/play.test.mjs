// SPDX-License-Identifier: MIT
//
// The short form of tests/soak/play.mjs: games and chat through reloads and a
// server that is killed.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { binary } from '../clients/server.mjs';
import { soak } from '../soak/play.mjs';

const plugins = join(dirname(binary), 'plugins');
const missing = ['auth', 'chat', 'game'].filter(
  (name) => !existsSync(join(plugins, name, `${name}.so`)));

test('games and chat go on', {
  skip: missing.length > 0 && `${missing} was not built`, timeout: 120_000,
}, async () => {
  const { wrong, lostMoves, lostMessages, moves, messages, reloads, kills } =
    await soak({
      clients: 20, seconds: 9, reloads: 2, kills: 1, think: 100, talk: 500,
    });
  assert.deepEqual(wrong, []);
  assert.deepEqual([lostMoves, lostMessages], [0, 0]);
  assert.deepEqual([reloads, kills], [2, 1]);
  assert.ok(moves > 0 && messages > 0);
});
