// SPDX-License-Identifier: MIT
//
// Large messages, too large messages, many clients.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  connect, echo, next, socketOf, upgraded, ways,
} from './client.mjs';
import { eventually, startServer } from './server.mjs';

const LIMIT = 1_000_000;

let server;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

for (const [way, options] of Object.entries(ways)) {
  test(`large texts and binaries, ${way}`, async () => {
    const socket = await connect(server, '/', options);
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    for (const size of [1000, 65_536, 700_000, LIMIT - 100]) {
      const text = 'x'.repeat(size);
      assert.deepEqual(await echo(socket, text), [text]);
    }
    // In base64, on long-polling, a third is added.
    for (const size of [1000, 65_536, 700_000]) {
      const binary = Buffer.alloc(size, 'binary ');
      assert.deepEqual(await echo(socket, binary), [binary]);
    }
    socket.disconnect();
  });
}

test('a large object', async () => {
  const socket = await connect(server, '/', ways.websocket);
  const object = Object.fromEntries(Array.from(
    { length: 10_000 }, (_, i) => [`key ${i}`, [i, `ä${i}`, { i }]]));
  assert.deepEqual(await echo(socket, object), [object]);
  socket.disconnect();
});

for (const way of ['polling', 'websocket']) {
  test(`over the limit, ${way}`, async () => {
    const socket = await connect(server, '/', ways[way]);
    const gone = next(socket, 'disconnect');
    socket.emit('message', 'x'.repeat(LIMIT + 1));
    const [reason] = await gone;
    assert.match(reason, /transport (close|error)/);

    const other = await connect(server, '/', ways[way]);
    assert.deepEqual(await echo(other, 'served'), ['served']);
    other.disconnect();
  });
}

test('many large messages at once arrive in order', async () => {
  const socket = await connect(server, '/', ways.websocket);
  const came = [];
  const all = new Promise((done) => {
    socket.on('message-back', (number, text) => {
      assert.equal(text.length, 65_536);
      came.push(number);
      if (came.length === 100) {
        done();
      }
    });
  });
  for (let i = 0; i < 100; i += 1) {
    socket.emit('message', i, 'x'.repeat(65_536));
  }
  await all;
  assert.deepEqual(came, Array.from({ length: 100 }, (_, i) => i));
  socket.disconnect();
});

test('several megabytes where the limit allows them', async (t) => {
  const large = await startServer({
    changes: { maxHttpBufferSize: 10_000_000 },
  });
  t.after(() => large.stop());
  const object = Object.fromEntries(Array.from(
    { length: 50_000 }, (_, i) => [`key ${i}`, [i, 'ä'.repeat(i % 50)]]));
  const binary = Buffer.alloc(4_000_000, 'binary ');
  for (const way of ['polling', 'websocket']) {
    const socket = await connect(large, '/', ways[way]);
    for (let i = 0; i < 3; i += 1) {
      assert.deepEqual(await echo(socket, i, object), [i, object]);
      assert.deepEqual(await echo(socket, i, binary), [i, binary]);
    }
    socket.disconnect();
  }
});

test('more connections than allowed', async (t) => {
  const small = await startServer({ changes: { limits: { connections: 10 } } });
  t.after(() => small.stop());
  const sockets = Array.from(
    { length: 30 }, () => socketOf(small, '/', ways.websocket));
  const outcomes = await Promise.all(sockets.map((socket) => Promise.race([
    next(socket, 'auth').then(() => true),
    next(socket, 'connect_error').then(() => false),
  ])));
  const served = sockets.filter((socket, i) => outcomes[i]);
  assert.equal(served.length, 10);
  for (const socket of served) {
    assert.deepEqual(await echo(socket, 'served'), ['served']);
    socket.disconnect();
  }
  const later = await eventually(
    () => connect(small, '/', ways.websocket).catch(() => null),
    'a free place');
  assert.deepEqual(await echo(later, 'later'), ['later']);
  later.disconnect();
});

test('three hundred clients, on both transports, come and go', async () => {
  const sockets = Array.from({ length: 300 }, (_, i) => socketOf(server,
    i % 3 ? '/' : '/custom', i % 2 ? ways.websocket : ways.polling));
  await Promise.all(sockets.map((socket) => next(socket, 'auth')));
  assert.equal(new Set(sockets.map((socket) => socket.id)).size, 300);
  await Promise.all(sockets.map(async (socket, i) => {
    assert.deepEqual(await echo(socket, i), [i]);
  }));
  sockets.forEach((socket) => socket.disconnect());

  const socket = await connect(server, '/', ways.upgrade);
  assert.deepEqual(await echo(socket, 'after'), ['after']);
  socket.disconnect();
});
