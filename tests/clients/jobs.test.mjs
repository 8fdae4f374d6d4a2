// SPDX-License-Identifier: MIT
//
// Jobs of a plugin: work on the threads of the pool, and what comes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, socketOf, within } from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

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

// A server with a job that never ends, and a signal to it.
async function startHeld(changes) {
  const server = await startServer({
    changes: {
      plugins: [
        { name: 'second', path: `${fixtures}/second.so` },
        { name: 'work', path: `${fixtures}/work.so` },
      ],
      ...changes,
    },
  });
  const socket = socketOf(server);
  await next(socket, 'connect');
  socket.emit('start', 'hold');
  socket.emit('start', 'hold');
  socket.emit('wait', 2);
  socket.emit('start', 'reverse', 'never'); // which waits for a thread
  await eventually(
    () => server.output.match(/start 1/g)?.length === 3, 'the jobs');
  return server;
}

function leftAlone(server) {
  assert.match(server.output,
    /plugin work#1: its job "hold" still runs: the server ends without it/);
  assert.doesNotMatch(server.output, /fini, start/); // of work
  assert.match(server.output, /plugin second#1: fini/);
  assert.doesNotMatch(server.output, /Sanitizer|runtime error:/);
}

test('a job that runs on does not keep the server', async () => {
  const server = await startHeld({ drainTimeout: 300 });
  server.signal('SIGTERM');
  assert.deepEqual(await within(server.exited, 'the end'),
    { code: 1, signal: null });
  leftAlone(server);
});

test('a second signal does not wait for a job', async () => {
  const server = await startHeld({ drainTimeout: 600_000 });
  server.signal('SIGTERM');
  await eventually(() => server.output.includes('stopping'), 'its end');
  server.signal('SIGTERM');
  assert.deepEqual(await within(server.exited, 'the end'),
    { code: 1, signal: null });
  leftAlone(server);
});
