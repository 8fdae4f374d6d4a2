// SPDX-License-Identifier: MIT
//
// A plugin that decides which requests of clients are let in at all.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { next, socketOf, upgraded, ways } from './client.mjs';
import { fixtures, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer({
    changes: { plugins: [{ name: 'porter', path: `${fixtures}/porter.so` }] },
  });
});
after(() => server.stop());

const handshake = (query) =>
  fetch(`${server.url}/socket.io/?EIO=4&transport=polling${query}`);

test('refused without a word', async () => {
  const response = await handshake('');
  assert.equal(response.status, 403);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal(await response.text(), '{"code":4,"message":"Forbidden"}');
});

for (const way of Object.keys(ways)) {
  test(`let in, over ${way}`, async () => {
    const socket = socketOf(server, '/', {
      query: { token: 'good' }, ...ways[way],
    });
    await next(socket, 'connect');
    socket.disconnect();
    const other = socketOf(server, '/', ways[way]);
    await next(other, 'connect_error');
  });
}

// Other than with the reference server, who is let in can be put out.
test('refused while connected', async () => {
  const socket = socketOf(server, '/', {
    query: { token: 'short' }, ...ways.polling,
  });
  await next(socket, 'connect');
  const gone = next(socket, 'disconnect');
  // The answer ends the poll that waits; the next one is refused.
  await socket.emitWithAck('revoke', 'short');
  assert.equal((await gone)[0], 'transport error');
  const response = await handshake('&token=short');
  assert.equal(response.status, 403);
  assert.deepEqual(
    await response.json(), { code: 4, message: '"short" is over' });
});

test('an upgrade that is refused', async () => {
  const ws = new WebSocket(
    `${server.url}/socket.io/?EIO=4&transport=websocket&token=short`);
  const [response] = await new Promise((done) => {
    ws.once('unexpected-response', (_, answer) => done([answer]));
  });
  assert.equal(response.statusCode, 400);
  assert.equal(response.headers['content-type'], 'text/plain; charset=utf-8');
  let text = '';
  for await (const piece of response) {
    text += piece;
  }
  assert.equal(text, '"short" is over');
});

test('what is wrong before that is said first', async () => {
  const method = await fetch(
    `${server.url}/socket.io/?EIO=4&transport=polling`, { method: 'POST' });
  assert.equal((await method.json()).code, 2);
  const revision = await fetch(
    `${server.url}/socket.io/?EIO=9&transport=polling`);
  assert.equal((await revision.json()).code, 4);
  const later = await fetch(
    `${server.url}/socket.io/?EIO=9&transport=polling&token=good`);
  assert.equal((await later.json()).code, 5);
});

test('who is asked about a handshake, and who about what comes of it',
  async (t) => {
    const other = await startServer({
      changes: { plugins: [{ name: 'front', path: `${fixtures}/front.so` }] },
    });
    t.after(() => other.stop());
    const asked = async () => (await fetch(`${other.url}/asked`)).json();
    await next(socketOf(other, '/', ways.websocket), 'connect');
    assert.deepEqual(await asked(), { handshakes: 1, others: 0 });
    const socket = socketOf(other, '/', ways.upgrade);
    await Promise.all([next(socket, 'connect'), upgraded(socket)]);
    const { handshakes, others } = await asked();
    assert.equal(handshakes, 2);
    assert.ok(others >= 3, 'a poll, a post, a change of transport');
  });
