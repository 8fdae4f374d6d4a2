// SPDX-License-Identifier: MIT
//
// Settings of a plugin that are wrong: the server says where, and stops.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtures, startServer } from './server.mjs';

const start = (settings) => startServer({
  changes: {
    plugins: [{ name: 'picky', path: `${fixtures}/picky.so`, settings }],
  },
});

test('settings that are right', async () => {
  const server = await start({ players: 5, colour: 'blue' });
  await server.stop();
});

test('settings that are wrong', async () => {
  await assert.rejects(start({ players: 1, color: 'blue' }), (error) => {
    for (const line of [
      /echo\.json:\d+:\d+: plugin "picky": the setting "players" must be/,
      /echo\.json:\d+:\d+: plugin "picky": .*"color"; did you mean "colour"\?/,
    ]) {
      assert.match(error.message, line);
    }
    return true;
  });
});
