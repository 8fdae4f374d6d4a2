// SPDX-License-Identifier: MIT
//
// mortise/sockets.h seen by stock clients, on both transports: what the server
// asks them, what is done to many of them, clients that are slow, and why they
// are closed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connect, next, socketOf, upgraded, ways, within,
} from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const start = (changes) => startServer({
  changes: {
    plugins: [{ name: 'crowd', path: `${fixtures}/crowd.so` }], ...changes,
  },
});

const leave = (server, sockets) => {
  sockets.forEach((socket) => socket.disconnect());
  return server.stop();
};

// So many clients, on the transports by turns.
const crowd = (server, count) => Promise.all(
  Array.from({ length: count }, (_, i) =>
    connect(server, '/', Object.values(ways)[i % 3])));

const call = (socket, ...event) => within(
  socket.emitWithAck(...event), `the answer to ${event[0]}`);

for (const [way, options] of Object.entries(ways)) {
  test(`the server asks a client, ${way}`, async () => {
    const server = await start();
    const socket = await connect(server, '/', options);
    const values = [null, 'ü', { a: [1.5] }, Buffer.from([0, 30, 255])];
    for (const value of values) {
      const answer = next(socket, 'answer');
      const asked = next(socket, 'question');
      assert.equal(await call(socket, 'ask', 10_000, value), 0);
      const [got, ack] = await asked;
      assert.deepEqual(got, value);
      ack(value, 'and more');
      ack('twice is once');
      assert.deepEqual(await answer, [0, [value, 'and more']]);
    }
    const late = next(socket, 'answer');
    assert.equal(await call(socket, 'ask', 50), 0);
    assert.deepEqual(await late, [-17, []]);
    await leave(server, [socket]);
  });

  test(`who is kicked knows why, ${way}`, async () => {
    const server = await start();
    const [socket, other] = [
      await connect(server, '/', options), await connect(server),
    ];
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    const told = next(socket, 'mortise:notice');
    const gone = next(socket, 'disconnect');
    assert.equal(await call(other, 'kick', '!', 'banned', 'Für immer', -1), 1);
    assert.deepEqual(
      await told, [{ code: 'banned', reason: 'Für immer', retry: -1 }]);
    assert.deepEqual((await gone)[0], 'io server disconnect');
    await leave(server, [other]);
  });

  test(`a server that stops says so, ${way}`, async () => {
    const server = await start();
    const socket = await connect(server, '/', options);
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    // Its poll has to be there.
    await call(socket, 'get', 'auth');
    await new Promise((done) => {
      setTimeout(done, 100);
    });
    const told = next(socket, 'mortise:notice');
    const gone = next(socket, 'disconnect');
    await server.stop();
    const [{ code, retry }] = await told;
    assert.equal(code, 'shutting-down');
    assert.ok(retry > 0);
    assert.match((await gone)[0], /^transport (close|error)$/);
  });

  test(`who breaks the protocol is told so, ${way}`, async () => {
    const server = await start();
    const socket = await connect(server, '/', options);
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    const told = next(socket, 'mortise:notice');
    const gone = next(socket, 'disconnect');
    socket.io.engine.send('2{}');
    assert.equal((await told)[0].code, 'protocol-error');
    assert.match((await gone)[0], /^transport (close|error)$/);
    await server.stop();
  });

  test(`the handshake, ${way}`, async () => {
    const server = await start({ cors: { origin: '*' } });
    const socket = await connect(server, '/', {
      ...options,
      query: { room: 'ä & b', empty: '' },
      extraHeaders: { 'X-Game': 'chess', Origin: 'http://friend.example' },
    });
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    const told = await call(socket, 'handshake');
    assert.equal(told.secure, 0);
    assert.equal(told.crossOrigin, 1);
    assert.equal(told.websocket, way === 'polling' ? 0 : 1);
    assert.ok(told.recent);
    const headers = new Map(told.headers);
    assert.equal(headers.get('x-game'), 'chess');
    assert.equal(headers.get('host'), `127.0.0.1:${server.port}`);
    assert.deepEqual(told.query.slice(0, 3),
      [['room', 'ä & b'], ['empty', ''], ['EIO', '4']]);
    assert.equal(new Map(told.query).get('transport'),
      way === 'websocket' ? 'websocket' : 'polling');
    await leave(server, [socket]);
  });
}

test('a whole room is asked', async () => {
  const server = await start();
  const sockets = await crowd(server, 9);
  for (const socket of sockets.slice(1)) {
    assert.equal(await call(socket, 'join', 'jury'), 0);
  }
  sockets.forEach((socket, i) => socket.on('vote', (what, ack) => {
    ack(...(i === 8 ? [Buffer.from([i]), what] : [i, { what }]));
  }));
  const answers = next(sockets[0], 'answers');
  const piece = next(sockets[0], 'piece');
  assert.equal(await call(
    sockets[0], 'survey', 'jury', 10_000, 'vote', 'guilty?'), 8);
  const [status, list] = await answers;
  assert.equal(status, 0);
  assert.deepEqual(
    list.sort((a, b) => a.args[0] - b.args[0]),
    sockets.slice(1, 8).map((socket, i) => ({
      who: socket.id, status: 0, args: [i + 1, { what: 'guilty?' }],
    })));
  assert.deepEqual(await piece, [[Buffer.from([8]), 'guilty?']]);
  await leave(server, sockets);
});

test('some of a room do not answer', async () => {
  const server = await start();
  const sockets = await crowd(server, 6);
  const ids = sockets.map((socket) => socket.id);
  sockets[1].on('vote', (what, ack) => ack('here'));
  sockets[2].on('vote', () => sockets[2].disconnect());
  sockets[3].on('vote', (what, ack) => setTimeout(ack, 10_000).unref());
  const answers = next(sockets[0], 'answers');
  assert.equal(await call(sockets[0], 'survey', '!', 1000, 'vote'), 5);
  const [status, list] = await answers;
  assert.equal(status, -17);
  const of = (i) => list.find(({ who }) => who === ids[i]);
  assert.deepEqual(of(1), { who: ids[1], status: 0, args: ['here'] });
  for (const i of [3, 4, 5]) {
    assert.deepEqual(of(i), { who: ids[i], status: -17, args: null });
  }
  // Who has left has no id any more.
  assert.deepEqual(list.filter(({ status: s }) => s === -4),
    [{ who: null, status: -4, args: null }]);
  const nobody = next(sockets[0], 'answers');
  assert.equal(await call(sockets[0], 'survey', 'none', 60_000, 'vote'), 0);
  assert.deepEqual(await nobody, [0, []]);
  await leave(server, sockets);
});

test('many are moved about', async () => {
  const server = await start();
  const sockets = await crowd(server, 6);
  const [one] = sockets;
  assert.equal(await call(one, 'join-all', '!', 'others'), 5);
  const [count, some] = await new Promise((done) => {
    one.emit('list', 'others', (...args) => done(args));
  });
  assert.equal(count, 5);
  assert.equal(some.length, 3); // as many as it has asked for
  assert.deepEqual(await call(sockets[1], 'rooms'), [sockets[1].id, 'others']);
  assert.equal(await call(one, 'leave-all', 'others', 'others'), 5);
  assert.deepEqual(await call(sockets[1], 'rooms'), [sockets[1].id]);
  const gone = sockets.slice(1).map((socket) => next(socket, 'disconnect'));
  assert.equal(await call(one, 'disconnect-all', '!', 0), 5);
  for (const [reason] of await Promise.all(gone)) {
    assert.equal(reason, 'io server disconnect');
  }
  // They may come again, the connection is there.
  const greeting = next(sockets[1], 'auth');
  sockets[1].connect();
  await greeting;
  await leave(server, sockets);
});

test('what is kept with a socket', async () => {
  const server = await start({ limits: { dataPerSocket: 2000 } });
  const socket = socketOf(server, '/', { auth: { token: 'secret' } });
  assert.deepEqual(await next(socket, 'auth'), [{ token: 'secret' }]);
  assert.equal(await call(socket, 'set', 'cart', { items: ['ä', 1.5] }), 0);
  const get = (key) => new Promise((done) => {
    socket.emit('get', key, (there, value) => done([there, value]));
  });
  assert.deepEqual(await get('cart'), [true, { items: ['ä', 1.5] }]);
  assert.equal(await call(socket, 'set', 'cart', 'x'.repeat(2000)), -3);
  assert.deepEqual(await get('cart'), [true, { items: ['ä', 1.5] }]);
  assert.equal(await call(socket, 'set', 'cart', Buffer.from('x')), -18);
  assert.equal(await call(socket, 'set', 'cart'), 0);
  assert.deepEqual(await get('cart'), [false, null]);
  await leave(server, [socket]);
});

for (const [way, options] of Object.entries(ways)) {
  test(`much that leaves at once has drained, ${way}`, async () => {
    const server = await start();
    const socket = await connect(server, '/', options);
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    const text = 'x'.repeat(265_184);
    for (let i = 0; i < 3; i += 1) {
      const drained = next(socket, 'drained');
      socket.emit('last', 'me', null, 1, 'part', text);
      assert.deepEqual(await drained, [0]);
    }
    let more = 0;
    socket.on('drained', () => { more += 1; });
    await call(socket, 'last', 'me', null, 1, 'part', 'a little');
    await call(socket, 'queued', 'me');
    assert.equal(more, 0);
    await leave(server, [socket]);
  });
}

// A client that stops reading from its connection; the kernels' buffers are
// full after a few megabytes.
const stall = (socket) => socket.io.engine.transport.ws._socket.pause();
const readOn = (socket) => socket.io.engine.transport.ws._socket.resume();

test('a slow client gets every line, and only the latest position', async () => {
  const server = await start();
  const [slow, fast] = [
    await connect(server, '/', ways.websocket), await connect(server),
  ];
  const positions = [];
  const lines = [];
  slow.on('position', (i) => positions.push(i));
  slow.on('line', (i) => lines.push(i));
  stall(slow);
  let rounds = 0;
  for (let replaced = 0; replaced < 5000; rounds += 1) {
    assert.ok(rounds < 50);
    replaced += await call(fast, 'flood', '!', 1000, 4000);
  }
  // What waits in the server is a little more than the low mark, whatever has
  // been emitted; the rest is the kernels'.
  const queued = await call(fast, 'queued', '!');
  assert.ok(queued > 65_536 && queued < 1_000_000, `${queued} bytes wait`);
  const drained = next(slow, 'drained'); // sent, but behind what waits
  readOn(slow);
  await drained;
  await eventually(() => lines.length === rounds * 10, 'all lines');
  await eventually(() => positions.at(-1) === 999, 'the latest');
  for (let i = 0; i < lines.length; i += 1) {
    assert.equal(lines[i], (i % 10) * 100);
  }
  assert.ok(positions.length <= rounds * 1000 - 5000);
  assert.equal(await call(fast, 'queued', '!'), 0);
  await leave(server, [slow, fast]);
});

test('a polling client that is slow gets the latest, too', async () => {
  const server = await start();
  const [slow, fast] = [
    await connect(server, '/', ways.polling), await connect(server),
  ];
  const positions = [];
  const lines = [];
  slow.on('position', (i) => positions.push(i));
  slow.on('line', (i) => lines.push(i));
  const replaced = await call(fast, 'flood', '!', 10_000, 1000);
  assert.ok(replaced > 5000);
  await eventually(() => positions.at(-1) === 9999, 'the latest');
  await eventually(() => lines.length === 100, 'all lines');
  assert.ok(positions.length <= 10_000 - replaced);
  await leave(server, [slow, fast]);
});

test('a client that is too slow is told so', async () => {
  const server = await start({ limits: { sendBuffer: 100_000 } });
  const [slow, fast] = [
    await connect(server, '/', ways.websocket), await connect(server),
  ];
  const told = next(slow, 'mortise:notice');
  const gone = next(slow, 'disconnect');
  const text = 'x'.repeat(50_000);
  let closed = 0;
  stall(slow);
  for (let i = 0; closed === 0; i += 1) {
    assert.ok(i < 1000);
    closed = await new Promise((done) => {
      fast.emit('last', '!', null, 1, 'line', text, (result, fates) => {
        done(fates.closed);
      });
    });
  }
  assert.equal((await new Promise((done) => {
    fast.emit('list', '*', (...args) => done(args));
  }))[0], 1);
  readOn(slow);
  assert.equal((await told)[0].code, 'too-slow');
  assert.equal((await gone)[0], 'transport close');
  await leave(server, [slow, fast]);
});
