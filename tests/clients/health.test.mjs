// SPDX-License-Identifier: MIT
//
// What load balancers ask.

import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import { test } from 'node:test';
import { within } from './client.mjs';
import { eventually, startServer } from './server.mjs';

const start = (enabled) => startServer({ changes: { health: { enabled } } });

// A connection of bytes, and all that has come on it.
async function open(server) {
  const socket = connectTcp(server.port, '127.0.0.1');
  const connection = { socket, text: '' };
  socket.on('data', (bytes) => {
    connection.text += bytes;
  });
  connection.closed = new Promise((done) => socket.once('close', done));
  await new Promise((done, fail) => {
    socket.once('connect', done);
    socket.once('error', fail);
  });
  return connection;
}

test('off unless asked for', async () => {
  const server = await start(false);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 404);
  assert.equal((await fetch(`${server.url}/readyz`)).status, 404);
  await server.stop();
});

test('alive and ready', async () => {
  const server = await start(true);
  for (const path of ['/healthz', '/readyz']) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(await answer.text(), 'ok\n');
    const head = await fetch(server.url + path, { method: 'HEAD' });
    assert.equal(head.status, 200);
    const post = await fetch(server.url + path, { method: 'POST' });
    assert.equal(post.status, 404);
    assert.equal((await fetch(`${server.url}${path}/x`)).status, 404);
  }
  await server.stop();
});

test('not ready any more, on a connection that is still there', async () => {
  const server = await start(true);
  const [health, ready] = [await open(server), await open(server)];
  // A request that has begun keeps its connection.
  health.socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n');
  ready.socket.write('GET /readyz HTTP/1.1\r\nHost: a\r\n');
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  server.signal('SIGTERM');
  await eventually(() => server.output.includes('stopping'), 'its end');
  await eventually(async () => {
    const refused = await fetch(`${server.url}/readyz`).catch(() => null);
    return refused === null;
  }, 'no listener');
  ready.socket.write('\r\n');
  await within(ready.closed, 'the end');
  assert.match(ready.text, /^HTTP\/1\.1 503 .*\r\n\r\nstopping\n$/s);
  assert.match(ready.text, /Connection: close/);
  health.socket.write('\r\n');
  await within(health.closed, 'the end');
  assert.match(health.text, /^HTTP\/1\.1 200 .*\r\n\r\nok\n$/s);
  assert.deepEqual(await server.exited, { code: 0, signal: null });
});
