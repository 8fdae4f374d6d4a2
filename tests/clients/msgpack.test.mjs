// SPDX-License-Identifier: MIT
//
// Clients with socket.io-msgpack-parser, beside those without it: what the two
// have in common, and where MessagePack has more than JSON. All that they do
// alone is in matrix.test.mjs.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import msgpack from 'socket.io-msgpack-parser';
import {
  ask, connect, echo, next, socketOf, upgraded, ways, within,
} from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const parsers = ['json', 'msgpack'];
const packed = (way) => ({ ...ways[way], parser: msgpack });

async function serve(context, changes) {
  const server = await startServer({ changes: { parsers, ...changes } });
  context.after(() => server.stop());
  return server;
}

async function reload(server, changes) {
  const before = server.output.length;
  server.configure(changes);
  server.signal('SIGHUP');
  await eventually(
    () => /reload \d+: done/.test(server.output.slice(before)), 'the reload');
}

// What a value is to those who read it as JSON.
const asJson = (value) => JSON.parse(JSON.stringify(value));

describe('in a room with others', () => {
  for (const way of Object.keys(ways)) {
    test(`all get the same, ${way}`, async (t) => {
      // Also where frames are compressed, each kind for itself.
      const server = await serve(
        t, { perMessageDeflate: way === 'websocket' });
      const members = await Promise.all([
        connect(server, '/', packed(way)),
        connect(server, '/', packed('websocket')),
        connect(server, '/', ways[way]),
        connect(server, '/', ways.polling),
      ]);
      await Promise.all(members.map((one) => ask(one, 'join', 'bench')));
      if (way === 'upgrade') {
        await upgraded(members[0]);
      }
      for (const args of [
        [], ['text', 'äß中\u{1F600}'], [{ a: [{ b: null }, -1] }, 1.5],
        [Buffer.from([0, 1, 255]), { deep: [Buffer.alloc(300, 7)] }],
        ['x'.repeat(150_000)], [{ bytes: Buffer.alloc(150_000, 1) }],
      ]) {
        for (const sender of [members[0], members[2]]) {
          const all = members.map((one) => next(one, 'broadcast-back'));
          sender.emit('broadcast', ...args);
          for (const got of await Promise.all(all)) {
            assert.deepEqual(got, args);
          }
        }
      }
      members.forEach((one) => one.disconnect());
    });
  }
});

test('numbers of every size, texts and lists of every length', async (t) => {
  const server = await serve(t);
  const socket = await connect(server, '/', packed('websocket'));
  const other = await connect(server, '/', ways.websocket);
  const sizes = [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536];
  const powers = [5, 7, 8, 15, 16, 31, 32, 52, 53].map((n) => 2 ** n);
  const numbers = powers.flatMap(
    (n) => [n - 1, n, n + 1, -n - 1, -n, 1 - n]).filter(Number.isSafeInteger);
  const values = [
    ...numbers, 0.1, 5e-324, -1.7976931348623155e-5,
    ...sizes.map((n) => 'ü'.repeat(n)), ...sizes.map((n) => 'x'.repeat(n)),
    ...sizes.map((n) => Array(n).fill(1)),
    ...sizes.map((n) => Buffer.alloc(n, n)),
    ...sizes.slice(0, -1).map((n) => Object.fromEntries(
      Array.from({ length: n }, (_, i) => [`k${i}`, i]))),
  ];
  for (const value of values) {
    assert.deepEqual(await echo(socket, value), [value]);
  }
  // Whole numbers beyond 64 bits notepack cannot write, but it can read them.
  await Promise.all([socket, other].map((one) => ask(one, 'join', 'bench')));
  const large = [...numbers, -1e300, 1e21, Number.MAX_VALUE, 2 ** 64];
  const news = next(socket, 'broadcast-back');
  other.emit('broadcast', large);
  assert.deepEqual(await news, [large]);
  assert.deepEqual(await echo(socket, 2 ** 63, -(2 ** 63), 2 ** 63 + 4096),
    [2 ** 63, -(2 ** 63), 2 ** 63 + 4096]);
  socket.disconnect();
  other.disconnect();
});

test('what JSON has no value for is what JSON makes of it', async (t) => {
  const server = await serve(t);
  const socket = await connect(server, '/', packed('websocket'));
  for (const value of [
    NaN, Infinity, -Infinity, new Date(0), new Date(-1), new Date(8.64e15),
    new Date(-8.64e15), new Date(253402300799999), new Date(253402300800000),
    { a: undefined, b: [undefined, 1], c: new Date('2024-02-29T12:34:56.789Z') },
  ]) {
    assert.deepEqual(await echo(socket, [value]), [asJson([value])]);
  }
  assert.deepEqual(await echo(socket, undefined), [null]);
  const { buffer } = new Uint8Array([1, 2, 3]);
  assert.deepEqual(await echo(socket, buffer), [Buffer.from([1, 2, 3])]);
  socket.disconnect();
});

test('middleware, lists and answers with bytes in them', async (t) => {
  const server = await serve(t, {
    plugins: [{ name: 'values', path: `${fixtures}/values.so` }],
  });
  const socket = socketOf(server, '/', packed('upgrade'));
  await next(socket, 'connect');
  const call = (...event) => within(new Promise((done) => {
    socket.emit(...event, (...args) => done(args));
  }), `the answer to ${event[0]}`);
  const a = { b: [Buffer.from('x'), 1] };
  assert.deepEqual(await call('same', a, 'text'), [a, 'text']);
  assert.deepEqual(await call('mixed', a, Buffer.from('y')), [
    {
      deep: { a, new: Buffer.from([3, 4, 5]) },
      list: [[Buffer.from('y'), Buffer.from([3, 4, 5])], Buffer.from('y')],
    },
    Buffer.from([1, 2]),
  ]);
  socket.disconnect();
});

test('who may speak what, across reloads', async (t) => {
  const server = await serve(t, { parsers: ['json'] });
  const refused = async (options) => {
    const socket = socketOf(server, '/', options);
    const [reason] = await within(new Promise((done) => {
      socket.io.on('close', (...args) => done(args));
    }), 'the end');
    assert.equal(socket.connected, false);
    assert.match(reason, /transport (close|error)/);
    socket.disconnect();
  };
  await refused(packed('websocket'));
  await refused(packed('polling'));
  const old = await connect(server, '/', ways.websocket);
  await reload(server, { parsers });
  const socket = await connect(server, '/', packed('websocket'));
  await reload(server, { parsers: ['msgpack'] });
  await refused(ways.websocket);
  const last = await connect(server, '/', packed('polling'));
  await reload(server, { parsers: ['json'] });
  await refused(packed('websocket'));
  for (const one of [old, socket, last]) {
    assert.deepEqual(await echo(one, 'still here'), ['still here']);
    one.disconnect();
  }
});
