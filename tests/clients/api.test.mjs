// SPDX-License-Identifier: MIT
//
// The server API from end to end, with stock clients: who may come, what may
// be done, who is told, and what is heard of those who go.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { next, socketOf, ways, within } from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const start = (changes) => startServer({
  changes: {
    plugins: [
      { name: 'api', path: `${fixtures}/api.so` },
      { name: 'api2', path: `${fixtures}/api2.so` },
    ],
    ...changes,
  },
});

const join = async (server, options = ways.websocket, namespace = '/') => {
  const socket = socketOf(server, namespace, options);
  await next(socket, 'welcome');
  return socket;
};

const call = (socket, ...event) => within(
  new Promise((done) => {
    socket.emit(...event, (...args) => done(args));
  }), `the answer to ${event[0]}`);

for (const [way, options] of Object.entries(ways)) {
  test(`who may come to a namespace, ${way}`, async () => {
    const server = await start();
    const refused = (auth) => next(
      socketOf(server, '/staff', { ...options, auth }), 'connect_error');
    const [first] = await refused({ stop: 'first', why: [1, 'ä'] });
    assert.equal(first.message, 'stopped first');
    assert.deepEqual(first.data, { step: 1, why: [1, 'ä'] });
    // Asked in the order of the configuration: the second knows of the first.
    const [second] = await refused({ stop: 'second' });
    assert.equal(second.message, 'stopped second');
    assert.deepEqual(second.data, { after: 'first' });
    const socket = socketOf(server, '/staff', options);
    assert.deepEqual(
      await next(socket, 'welcome'),
      [{ space: '/staff', steps: 'first, second' }]);
    socket.disconnect();
    await server.stop();
  });

  test(`middleware and catch-alls, ${way}`, async () => {
    const server = await start();
    const socket = await join(server, options);
    assert.deepEqual(await call(socket, 'veto', 1), [{
      error: {
        code: 'refused', message: 'not that', event: 'veto', data: { rule: 7 },
      },
    }]);
    const error = next(socket, 'error');
    socket.emit('veto');
    assert.deepEqual((await error)[0].data, { rule: 7 });
    assert.deepEqual(await call(socket, 'answer'), ['from the middle']);
    assert.deepEqual(
      await call(socket, 'rewrite', 1, Buffer.from('x')),
      [1, Buffer.from('x'), 'added']);
    const any = next(socket, 'any');
    socket.emit('whatever', { a: 1 }, Buffer.from('y'));
    assert.deepEqual(await any, ['whatever', { a: 1 }, Buffer.from('y')]);
    // And in the other direction.
    await call(socket, 'watch', 'news');
    assert.deepEqual(await call(socket, 'say', {}, 'news', 1), [1]);
    assert.deepEqual(await call(socket, 'say', {}, 'other', 1), [1]);
    assert.deepEqual(await call(socket, 'watch', ''), [1]);
    socket.disconnect();
    await server.stop();
  });
}

test('names that are reserved', async () => {
  const server = await start();
  const socket = await join(server);
  const [results] = await call(socket, 'reserved');
  assert.deepEqual(results, Array(14).fill(-14));
  socket.disconnect();
  await server.stop();
});

test('lists of rooms: nobody twice, nobody who is left out', async () => {
  const server = await start();
  const all = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      join(server, Object.values(ways)[i % 3])));
  // The i-th is in the rooms whose number divides i, by itself and by two.
  const rooms = (i) => Array.from({ length: 12 }, (_, k) => k + 1)
    .filter((k) => i % k === 0).map((k) => `r${k}`);
  for (const [i, socket] of all.entries()) {
    assert.deepEqual(
      await call(socket, 'join', rooms(i)), [rooms(i).length]);
    socket.got = [];
    socket.on('news', (what) => socket.got.push(what));
  }
  let number = 0;
  const say = async (from, how, expected) => {
    number += 1;
    const what = number;
    assert.deepEqual(
      await call(all[from], 'say', how, 'news', what), [expected.length]);
    for (const i of expected) {
      await eventually(() => all[i].got.includes(what), `${what} at ${i}`);
    }
    for (const [i, socket] of all.entries()) {
      assert.equal(
        socket.got.filter((each) => each === what).length,
        expected.includes(i) ? 1 : 0, `${JSON.stringify(how)}: ${i}`);
    }
  };
  const everybody = all.map((_, i) => i);
  const six = ['r2', 'r3', 'r4', 'r6', 'r8', 'r12'];
  const inSix = everybody.filter((i) => rooms(i).some((r) => six.includes(r)));
  await say(0, {}, everybody);
  await say(5, { broadcast: true }, everybody.filter((i) => i !== 5));
  await say(5, { rooms: six }, inSix);
  await say(4, { rooms: six, broadcast: true }, inSix.filter((i) => i !== 4));
  await say(5, { except: six }, everybody.filter((i) => !inSix.includes(i)));
  await say(5, { rooms: six, except: ['r3', 'r5', 'r7', 'r9', 'r11', 'none'] },
    inSix.filter((i) => !rooms(i).some((r) =>
      ['r3', 'r5', 'r7', 'r9', 'r11'].includes(r))));
  await say(5, { rooms: [] }, []);
  await say(5, { rooms: ['none', all[7].id, all[7].id, 'r7'] }, [0, 7]);
  await say(5, { rooms: six, local: true, plain: true }, inSix);
  assert.deepEqual(await call(all[0], 'more'), [1, -3, 11, 0]);
  all.forEach((socket) => socket.disconnect());
  await server.stop();
});

test('what is volatile is dropped for who is not ready', async () => {
  const server = await start();
  const [slow, fast] = [await join(server), await join(server)];
  let got = 0;
  slow.on('bulk', () => {
    got += 1;
  });
  slow.io.engine.transport.ws._socket.pause();
  const text = 'x'.repeat(100_000);
  let dropped = 0;
  let sent = 0;
  for (; dropped === 0; sent += 1) {
    assert.ok(sent < 1000);
    const [n] = await call(
      fast, 'say', { volatile: true, broadcast: true }, 'bulk', text);
    dropped += 1 - n;
  }
  slow.io.engine.transport.ws._socket.resume();
  await eventually(() => got === sent - 1, 'all but the one that was dropped');
  slow.disconnect();
  fast.disconnect();
  await server.stop();
});

test('a list of sockets, and all that is known of them', async () => {
  const server = await start();
  const ann = await join(server, {
    ...ways.websocket, auth: { who: 'Ann', keys: [1, 2] },
    query: { token: 't1' }, extraHeaders: { 'User-Agent': 'ann/1' },
  });
  const bob = await join(server, ways.polling);
  await call(ann, 'join', ['r', 'a']);
  await call(bob, 'join', ['r']);
  await call(ann, 'name', { first: 'Ann' });
  const [list] = await call(bob, 'list', 'r');
  assert.equal(list.length, 2);
  const of = (socket) => list.find(({ id }) => id === socket.id);
  assert.deepEqual(of(ann).rooms.sort(), [ann.id, 'a', 'r'].sort());
  assert.deepEqual(of(ann).data, { first: 'Ann' });
  assert.deepEqual(of(ann).auth, { who: 'Ann', keys: [1, 2] });
  assert.match(of(ann).url, /^\/socket\.io\/\?.*token=t1.*transport=websocket/);
  assert.equal(of(ann).address, '127.0.0.1');
  assert.equal(of(ann).agent, 'ann/1');
  assert.equal(of(ann).secure, false);
  assert.ok(of(ann).since > 1e12);
  assert.deepEqual(of(bob).rooms.sort(), [bob.id, 'r'].sort());
  assert.equal(of(bob).data, null);
  assert.equal(of(bob).auth, null);
  ann.disconnect();
  bob.disconnect();
  await server.stop();
});

// What the others hear of somebody who goes, for each way of going.
const farewells = {
  'client namespace disconnect': (socket) => socket.disconnect(),
  'server namespace disconnect': (socket) => socket.emit('leave', 0),
  'transport close': (socket) => {
    // Behind the client's back: the connection ends without a word.
    socket.io.engine.transport.ws._socket.destroy();
  },
  'transport error': (socket) => {
    // A frame that no client may send: with a reserved bit.
    socket.io.engine.transport.ws._socket.write(
      Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
  },
  'parse error': (socket) => {
    // A packet of Engine.IO that is none.
    socket.io.engine.transport.ws.send('x');
  },
  'forced close': (socket) => {
    // Socket.IO that is none.
    socket.io.engine.transport.ws.send('42"');
  },
  'ping timeout': (socket) => {
    // It hears pings, and its pongs go nowhere.
    socket.io.engine.transport.ws.send = () => {};
  },
};

for (const [reason, go] of Object.entries(farewells)) {
  test(`who goes: ${reason}`, async () => {
    const server = await start({
      pingInterval: 1000, pingTimeout: 500, notices: false,
    });
    const watcher = await join(server);
    await call(watcher, 'join', ['watchers']);
    const socket = await join(server, {
      ...ways.websocket, auth: { token: 'a' }, query: { token: 'q' },
    });
    await call(socket, 'join', ['leavers']);
    await call(socket, 'name', 'Eve');
    const { id } = socket;
    const heard = [
      next(watcher, 'going'), next(watcher, 'gone'),
    ];
    go(socket);
    const [going] = await heard[0];
    const url = going.url;
    assert.match(url, /token=q/);
    assert.deepEqual(going, {
      id, reason, inside: 1, room: true, url, address: '127.0.0.1',
      token: 'q', auth: { token: 'a' }, data: 'Eve',
    });
    const [gone] = await heard[1];
    assert.deepEqual(gone, { ...going, inside: 0, room: false });
    socket.disconnect();
    watcher.disconnect();
    await server.stop();
  });
}

test('who goes: server shutting down', async () => {
  const server = await start();
  await join(server);
  await server.stop();
  assert.match(server.output, /disconnecting server shutting down/);
  assert.match(server.output, /disconnect server shutting down/);
});

// Resident memory of the server, in bytes.
const memory = (server) => 4096 * Number(
  readFileSync(`/proc/${server.pid}/statm`, 'utf8').split(' ')[1]);

// Polling clients that never come for what waits for them: nothing is in the
// kernels' buffers, all of it is the server's.
async function openSlow(server) {
  const path = '/socket.io/?EIO=4&transport=polling';
  const text = await (await fetch(server.url + path)).text();
  const { sid } = JSON.parse(text.slice(1));
  await fetch(`${server.url}${path}&sid=${sid}`, {
    method: 'POST', body: '40\x1e42["join",["slow"]]',
  });
}

test('ten thousand broadcasts wait for a hundred who do not read', async () => {
  const server = await start({ pingInterval: 60_000, pingTimeout: 60_000 });
  const fast = await join(server);
  for (let i = 0; i < 100; i += 1) {
    await openSlow(server);
  }
  const before = memory(server);
  for (let i = 0; i < 10; i += 1) {
    assert.deepEqual(await call(fast, 'pour', 1000, 1000), [100_000]);
  }
  const [sockets, packets, bytes] = await call(fast, 'queues');
  assert.equal(sockets, 100);
  // And what each was told before: CONNECT, and its greeting.
  assert.equal(packets, 100 * (10_000 + 2));
  assert.ok(bytes > 1e9);
  // A gigabyte waits, of which there is one copy and a hundred references.
  const grown = memory(server) - before;
  assert.ok(grown < 2.5e8, `it has grown by ${grown} bytes`);
  fast.disconnect();
  await server.stop();
});

test('so many packets may wait, and no more', async () => {
  const server = await start({
    pingInterval: 60_000, pingTimeout: 60_000, limits: { sendPackets: 500 },
  });
  const fast = await join(server);
  await openSlow(server);
  const [queued] = await call(fast, 'pour', 1000, 10);
  assert.equal(queued, 500 - 2);
  assert.deepEqual(await call(fast, 'queues'), [0, 0, 0]);
  fast.disconnect();
  await server.stop();
});
