// SPDX-License-Identifier: MIT
//
// Jobs of a plugin: work on the threads of the pool, and what comes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, socketOf, within } from './client.mjs';
import { fixtures, startServer } from './server.mjs';

const start = (jobs) => startServer({
  changes: { jobs, plugins: [{ name: 'work', path: `${fixtures}/work.so` }] },
});

for (const threads of [0, 1, 4]) {
  test(`with ${threads} threads`, async () => {
    const server = await start({ threads });
    const socket = socketOf(server);
    await next(socket, 'connect');
    const wanted = new Set();
    const all = new Promise((done) => {
      socket.on('done', (text) => {
        assert.ok(wanted.delete(text), text);
        if (wanted.size === 0) {
          done();
        }
      });
    });
    for (let i = 100; i < 300; i += 1) {
      wanted.add([...String(i)].reverse().join(''));
      socket.emit('start', 'reverse', String(i), i);
    }
    await all;
    socket.disconnect();
    await server.stop();
  });
}

test('slow jobs hold up nobody, and the end waits for them', async () => {
  const server = await start({ threads: 2 });
  const socket = socketOf(server);
  await next(socket, 'connect');
  // One listener for all: several may come within one response.
  const last = within(new Promise((done) => {
    socket.on('done', (text) => text === 'reven' && done());
  }), 'the job that waited');
  socket.emit('start', 'hold');
  socket.emit('start', 'hold');
  socket.emit('wait', 2);
  socket.emit('start', 'reverse', 'never');
  const second = socketOf(server);
  await next(second, 'connect');
  second.emit('open');
  // What was held is done, and then what waited behind it.
  await last;
  socket.emit('start', 'hold');
  await server.stop();
});
