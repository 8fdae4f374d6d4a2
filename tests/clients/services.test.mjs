// SPDX-License-Identifier: MIT
//
// A plugin that asks another one for a client.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, socketOf } from './client.mjs';
import { fixtures, startServer } from './server.mjs';

test('a service of another plugin', async () => {
  const server = await startServer({
    changes: {
      plugins: ['asker', 'server'].map(
        (name) => ({ name, path: `${fixtures}/${name}.so` })),
    },
  });
  const socket = socketOf(server);
  await next(socket, 'connect');
  const value = { text: 'ü', list: [1, 2.5, null] };
  const asked = next(socket, 'asked');
  assert.deepEqual(await socket.emitWithAck('ask', 'double', 2, value),
    { once: value, twice: [value, value], argc: 2 });
  assert.deepEqual(await asked, [[value, 5], 'asker', 'double', 2]);
  assert.equal(await socket.emitWithAck('ask', 'double', 1, 21), 42);
  assert.equal(await socket.emitWithAck('ask', 'nobody', 1), null);
  socket.disconnect();
  await server.stop();
});
