// SPDX-License-Identifier: MIT
//
// Compression: of WebSocket messages, where both sides like it, and of the
// answers to polls.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import {
  ask, connect, echo, next, socketOf, upgraded, within,
} from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const TEXT = 'All work and no play makes Jack a dull boy. '.repeat(200);

const settings = {
  'as it comes': true,
  'nothing kept': {
    serverNoContextTakeover: true, clientNoContextTakeover: true,
  },
  'small windows': {
    serverMaxWindowBits: 8, clientMaxWindowBits: 9, threshold: 0, memLevel: 1,
  },
  'small, and best': { level: 9, threshold: 1 },
  'no memory for it': { memory: 0 },
};

const transport = (socket) => socket.io.engine.transport;
const received = (socket) => transport(socket).ws._socket.bytesRead;

function withDeflate(server, options = {}) {
  return connect(server, '/', {
    transports: ['websocket'], perMessageDeflate: { threshold: 10 }, ...options,
  });
}

// All that may be said, small and large, in turns.
function* values() {
  yield '';
  for (let size = 1; size < 300_000; size = size * 3 + 1) {
    yield TEXT.repeat(size / TEXT.length + 1).slice(0, size);
    yield Buffer.alloc(size, 'binary');
    yield { again: TEXT, noise: Buffer.from(
      Array.from({ length: size % 5000 }, () => Math.random() * 256)) };
  }
}

for (const [name, perMessageDeflate] of Object.entries(settings)) {
  for (const transports of [['websocket'], ['polling', 'websocket']]) {
    test(`echoes, ${name}, by ${transports.join(' and ')}`, async () => {
      const server = await startServer({ changes: { perMessageDeflate } });
      const socket = await withDeflate(server, { transports });
      if (transports.length > 1) {
        await upgraded(socket);
      }
      assert.equal(transport(socket).ws.extensions, 'permessage-deflate');
      for (const value of values()) {
        assert.deepEqual(await echo(socket, value), [value]);
      }
      socket.disconnect();
      await server.stop();
    });
  }
}

test('a broadcast reaches who compresses, and who does not', async () => {
  const server = await startServer({
    changes: { perMessageDeflate: { serverNoContextTakeover: true } },
  });
  const sockets = await Promise.all(Array.from({ length: 12 }, (_, i) =>
    withDeflate(server, [
      {}, { perMessageDeflate: false }, { transports: ['polling'] },
      { perMessageDeflate: { serverMaxWindowBits: 9 } },
    ][i % 4])));
  await Promise.all(sockets.map((socket) => ask(socket, 'join', 'bench')));
  const before = received(sockets[0]);
  const picture = Buffer.alloc(5000, 'x');
  const heard = sockets.map((socket) => new Promise((done) => {
    const all = [];
    socket.on('broadcast-back', (...args) => {
      all.push(args);
      if (all.length === 20) {
        done(all);
      }
    });
  }));
  for (let i = 0; i < 20; i += 1) {
    sockets[i % 12].emit('broadcast', i, TEXT, picture);
    await echo(sockets[i % 12], 'sync');
  }
  for (const all of await within(Promise.all(heard), 'all broadcasts')) {
    all.forEach((args, i) => assert.deepEqual(args, [i, TEXT, picture]));
  }
  assert.ok(received(sockets[0]) - before < 20 * TEXT.length / 10);
  sockets.forEach((socket) => socket.disconnect());
  await server.stop();
});

test('a client that does not ask for it is not compressed to', async () => {
  const server = await startServer({ changes: { perMessageDeflate: true } });
  const socket = await withDeflate(server, { perMessageDeflate: false });
  assert.equal(transport(socket).ws.extensions, '');
  await echo(socket, TEXT);
  assert.ok(received(socket) > TEXT.length);
  socket.disconnect();
  await server.stop();
});

test('it is off unless it is on', async () => {
  const server = await startServer();
  const socket = await withDeflate(server);
  assert.equal(transport(socket).ws.extensions, '');
  assert.deepEqual(await echo(socket, TEXT), [TEXT]);
  socket.disconnect();
  await server.stop();
});

test('a reload counts for who comes afterwards', async () => {
  const server = await startServer({ changes: { perMessageDeflate: false } });
  const first = await withDeflate(server);
  server.configure({ perMessageDeflate: true });
  server.signal('SIGHUP');
  await eventually(() => /reload 1: done/.test(server.output), 'the reload');
  const second = await withDeflate(server);
  assert.equal(transport(first).ws.extensions, '');
  assert.equal(transport(second).ws.extensions, 'permessage-deflate');
  for (const socket of [first, second]) {
    assert.deepEqual(await echo(socket, TEXT), [TEXT]);
  }

  // Off again: what the client sends is still read.
  server.configure({ perMessageDeflate: false });
  server.signal('SIGHUP');
  await eventually(
    () => /reload 2: done/.test(server.output), 'the other reload');
  for (const socket of [first, second]) {
    assert.deepEqual(await echo(socket, TEXT), [TEXT]);
  }
  first.disconnect();
  second.disconnect();
  await server.stop();
});

// --- what a plugin wants to go as it is ---

let server;
before(async () => {
  server = await startServer({
    changes: {
      perMessageDeflate: true,
      plugins: [{ name: 'api', path: `${fixtures}/api.so` }],
    },
  });
});
after(() => server.stop());

function saying(plain) {
  return ['say', { plain }, 'said', TEXT];
}

test('what a plugin says is compressed unless it says so', async () => {
  const socket = socketOf(server, '/', { transports: ['websocket'] });
  await next(socket, 'connect');
  const sizes = [];
  for (const plain of [false, true, false]) {
    const start = received(socket);
    const heard = once(socket, 'said');
    await ask(socket, ...saying(plain));
    assert.deepEqual(await within(heard, 'what is said'), [TEXT]);
    sizes.push(received(socket) - start);
  }
  assert.ok(sizes[0] < TEXT.length / 10, `${sizes}`);
  assert.ok(sizes[1] > TEXT.length, `${sizes}`);
  assert.ok(sizes[2] < TEXT.length / 10, `${sizes}`);
  socket.disconnect();
});

test('the same on long-polling', async () => {
  const base = `${server.url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(base)).text();
  const url = `${base}&sid=${JSON.parse(opened.slice(1)).sid}`;
  const send = (body) => fetch(url, { method: 'POST', body });
  await send('40');
  await (await fetch(url)).text();
  for (const plain of [false, true]) {
    await send(`42${JSON.stringify(saying(plain))}`);
    const answer = await fetch(url, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(answer.headers.get('content-encoding'), plain ? null : 'gzip');
    assert.ok((await answer.text()).includes(JSON.stringify(TEXT)));
  }
  await send('1');
});
