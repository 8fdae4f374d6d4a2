// SPDX-License-Identifier: MIT
//
// Signals that come while the server ends, and more of them than it needs: none
// kills it by what the kernel does on its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, connect, ways, within } from '../clients/client.mjs';
import { eventually, startServer } from '../clients/server.mjs';
import { openSite } from './site.mjs';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const stopping = (server) => eventually(
  () => server.output.includes('stopping'), 'the begin of the end');

// Ends a server with so many SIGTERMs more, `apart` ms from each other.
async function end(count, apart) {
  const server = await startServer();
  const socket = await connect(server, '/', ways.websocket);
  server.signal('SIGTERM');
  if (apart > 0) {
    await stopping(server);
  }
  for (let i = 1; i < count; i += 1) {
    await pause(apart);
    server.signal('SIGTERM');
  }
  const result = await within(server.exited, 'the end');
  socket.disconnect();
  assert.doesNotMatch(server.output, /Sanitizer|runtime error:/);
  return result;
}

// The whole of an end takes some milliseconds, and some hundred with the
// sanitizers: these are moments before, in and after each part of it.
const moments = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144];

test('a second SIGTERM at any moment', async () => {
  for (let i = 0; i < moments.length; i += 3) {
    const ends = await Promise.all(
      moments.slice(i, i + 3).map((apart) => end(2, apart)));
    for (const result of ends) {
      assert.deepEqual(result, { code: 0, signal: null });
    }
  }
});

test('a third one, and many', async () => {
  const ends = await Promise.all(
    [[3, 0], [3, 2], [3, 20], [400, 1]].map(([count, apart]) =>
      end(count, apart)));
  for (const { code, signal } of ends) {
    // It may not wait for the plugins, but it says so itself.
    assert.ok(code === 0 || code === 1, `${code}`);
    assert.equal(signal, null);
  }
});

const kinds = ['SIGHUP', 'SIGUSR1', 'SIGPIPE', 'SIGCHLD', 'SIGXFSZ'];

test('a storm of all signals that it knows', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server, '/', ways.websocket);
  site.put('swap', 'swap-2');
  for (let i = 0; i < 5000; i += 1) {
    site.server.signal(kinds[i % kinds.length]);
  }
  await eventually(async () => await ask(socket, 'who') === 2, 'the new build');
  socket.disconnect();
});

test('the end of a server in a storm', async () => {
  for (let round = 0; round < 3; round += 1) {
    const server = await startServer();
    const storm = setInterval(() => kinds.forEach((kind) => server.signal(kind)),
      1);
    await pause(20 * round);
    server.signal('SIGTERM');
    const result = await within(server.exited, 'the end');
    clearInterval(storm);
    assert.deepEqual(result, { code: 0, signal: null }, server.output);
    assert.doesNotMatch(server.output, /Sanitizer|runtime error:/);
  }
});
