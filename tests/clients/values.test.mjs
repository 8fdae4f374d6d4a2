// SPDX-License-Identifier: MIT
//
// Values that are binary, deep or large, seen by stock clients: rewritten by
// middleware, in lists, written piece by piece.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { next, socketOf, ways, within } from './client.mjs';
import { fixtures, startServer } from './server.mjs';

const PYTHON = '/usr/bin/python3';

const start = (changes) => startServer({
  changes: {
    plugins: [{ name: 'values', path: `${fixtures}/values.so` }], ...changes,
  },
});

const join = async (server, way) => {
  const socket = socketOf(server, '/', ways[way]);
  await next(socket, 'connect');
  return socket;
};

const call = (socket, ...event) => within(
  new Promise((done) => {
    socket.emit(...event, (...args) => done(args));
  }), `the answer to ${event[0]}`);

const bytes = Buffer.from([1, 2]);
const own = Buffer.from([3, 4, 5]);
const values = [
  'text', Buffer.from('binary'), { a: [{ b: Buffer.alloc(3) }, 'ü'] },
  [Buffer.alloc(70_000, 'x')],
];

for (const way of Object.keys(ways)) {
  test(`middleware rewrites with binary, ${way}`, async () => {
    const server = await start();
    const socket = await join(server, way);
    for (const a of values) {
      for (const b of values) {
        const mixed = [
          { deep: { a, new: own }, list: [[b, own], b] }, bytes,
        ];
        const back = next(socket, 'back');
        assert.deepEqual(await call(socket, 'mixed', a, b), mixed);
        assert.deepEqual(await back, mixed);
        assert.deepEqual(await call(socket, 'same', a, b), [a, b]);
      }
    }
    assert.deepEqual(
      await call(socket, 'added', { _placeholder: true, num: 0 }), [5, 6, 0]);
    socket.disconnect();
    await server.stop();
  });

  test(`binary in lists, ${way}`, async () => {
    const server = await start();
    const [socket, other] = [await join(server, way), await join(server, way)];
    for (const value of values) {
      const inner = [bytes, { a: [value] }, 'text'];
      const made = {
        first: bytes, list: [inner, value, { n: 7 }, inner], last: value,
      };
      const listed = [next(socket, 'listed'), next(other, 'listed')];
      assert.deepEqual(await call(socket, 'lists', value), [made]);
      for (const got of await Promise.all(listed)) {
        assert.deepEqual(got, [made]);
      }
      // Asked, and the answers have binary in them, too.
      const answers = [next(socket, 'answer'), next(socket, 'answers')];
      socket.once('one', (got, ack) => ack(got.last, bytes));
      for (const each of [socket, other]) {
        each.once('all', (got, ack) => ack(got.first, got.list[1]));
      }
      socket.emit('ask-lists', value);
      assert.deepEqual(await answers[0], [[value, bytes]]);
      assert.deepEqual(await answers[1], [[[bytes, value], [bytes, value]]]);
    }
    socket.disconnect();
    other.disconnect();
    await server.stop();
  });

  test(`fifty thousand rows, ${way}`, async () => {
    const server = await start();
    const socket = await join(server, way);
    const rows = Array.from(
      { length: 50_000 }, (_, id) => ({ id, text: 'some text' }));
    const all = { room: 'lobby', count: 50_000, rows };
    assert.deepEqual(
      await call(socket, 'history', 50_000), [{ ...all, end: true }]);
    const told = next(socket, 'told');
    assert.deepEqual(await call(socket, 'tell', 50_000), [1]);
    assert.deepEqual(await told, [all, [bytes, 50_000]]);
    const late = call(socket, 'later');
    socket.emit('now', 50_000);
    assert.deepEqual(await late, [all]);
    socket.disconnect();
    await server.stop();
  });
}

test('more rows than may wait for a client', async () => {
  const server = await start({ limits: { sendBuffer: 16_384 } });
  const socket = await join(server, 'websocket');
  assert.deepEqual(await call(socket, 'history', 10_000), [-3]);
  assert.deepEqual((await call(socket, 'history', 100))[0].rows.length, 100);
  socket.disconnect();
  await server.stop();
});

test('a depth that is configured holds for middleware', async () => {
  const server = await start({ limits: { jsonDepth: 200 } });
  const socket = await join(server, 'websocket');
  const nested = (depth) => {
    let value = Buffer.from('deep');
    for (let i = 0; i < depth; i += 1) {
      value = i % 2 ? [value] : { value };
    }
    return value;
  };
  // The array around the arguments counts, and so does a placeholder.
  assert.deepEqual(await call(socket, 'same', nested(198)), [nested(198)]);
  assert.deepEqual(await call(socket, 'deeper', nested(197)), [[nested(197)]]);
  assert.equal((await call(socket, 'deeper', nested(198)))[0].error.data, -3);
  socket.disconnect();
  await server.stop();
});

test('a hundred thousand values are read', async () => {
  const server = await start({ maxHttpBufferSize: 10_000_000 });
  const socket = await join(server, 'websocket');
  const n = 100_000;
  const args = Array(20_000).fill(1); // more is too much for JavaScript
  const ones = Array(n).fill(1);
  const object = Object.fromEntries(ones.map((one, i) => [`k${i}`, one]));
  assert.deepEqual(
    await call(socket, 'sums', ones, object, ...args), [n, n, n, 0, 20_000, true]);
  socket.disconnect();
  await server.stop();
});

test('python: binary that is rewritten, and in lists', {
  skip: spawnSync(PYTHON, ['-c', 'import socketio']).status !== 0 &&
    'python3-socketio is not installed',
}, async () => {
  const server = await start();
  const script = fileURLToPath(new URL('python_values.py', import.meta.url));
  const child = spawn(PYTHON, [script, server.url], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const code = await new Promise((done) => {
    child.once('close', done);
  });
  clearTimeout(timer);
  assert.equal(code, 0);
  await server.stop();
});
