// SPDX-License-Identifier: MIT
//
// What clients of one address may begin, and how much one may say. Tests come from this machine, which
// may do anything: so they come from behind a proxy.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, echo, next, socketOf, ways } from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const BURST = 5; // seconds' worth

function behindProxy(limits) {
  return startServer({
    changes: {
      trustedProxies: ['127.0.0.1'], limits, metrics: { enabled: true },
    },
  });
}

const handshake = (server, address) => fetch(
  `${server.url}/socket.io/?EIO=4&transport=polling`,
  { headers: { 'X-Forwarded-For': address } });

async function sample(server, line) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return text.split('\n').find((l) => l.startsWith(line));
}

test('sessions that one address begins', async () => {
  const server = await behindProxy({ handshakesPerSecond: 1 });
  const statuses = [];
  for (let i = 0; i < BURST * 3; i++) {
    statuses.push((await handshake(server, `2001:db8::${i}`)).status);
  }
  assert.deepEqual(statuses.slice(0, BURST), Array(BURST).fill(200));
  assert.ok(statuses.includes(429));

  let refused;
  await eventually(async () => {
    refused = await handshake(server, '2001:db8::77');
    return refused.status === 429;
  }, 'a refusal');
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.deepEqual(await refused.json(), {
    code: 3, message: 'Too many sessions begun; wait a moment' });
  // Others are not concerned, nor is this machine itself.
  assert.equal((await handshake(server, '2001:db8:0:1::1')).status, 200);
  for (let i = 0; i < BURST * 3; i++) {
    assert.equal((await handshake(server, '127.0.0.1')).status, 200);
  }
  const counted = await sample(server, 'mortise_refused_total{reason="pace"}');
  assert.ok(Number(counted.split(' ')[1]) >= 1);
  assert.match(server.output, /limits\.handshakesPerSecond/);
  await server.stop();
});

// A stock client that was refused tries again, and gets in.
test('a client that comes too often is let in later', async () => {
  const server = await behindProxy({ handshakesPerSecond: 1 });
  const sockets = [];
  for (let i = 0; i < BURST + 2; i++) {
    const socket = socketOf(server, '/', {
      transports: ['websocket'],
      reconnection: true,
      reconnectionDelay: 100,
      extraHeaders: { 'X-Forwarded-For': '192.0.2.1' },
    });
    sockets.push(socket);
  }
  await Promise.all(sockets.map((socket) => next(socket, 'connect')));
  for (const socket of sockets) {
    socket.disconnect();
  }
  await server.stop();
});

// Behind a proxy that keeps its connections, sessions are what a client has.
test('sessions that one address has open', async () => {
  const server = await behindProxy({ connectionsPerAddress: 2 });
  const from = (address, way) => socketOf(server, '/', {
    ...ways[way], reconnection: false,
    extraHeaders: { 'X-Forwarded-For': address },
  });
  const held = [from('192.0.2.1', 'polling'), from('192.0.2.1', 'websocket')];
  await Promise.all(held.map((socket) => next(socket, 'connect')));

  const refused = await handshake(server, '192.0.2.1');
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.deepEqual(await refused.json(), {
    code: 3, message: 'Too many sessions open at this address' });
  await next(from('192.0.2.1', 'websocket'), 'connect_error');
  const other = from('192.0.2.2', 'websocket');
  await next(other, 'connect');
  assert.equal(await sample(server, 'mortise_refused_total{reason="address"}'),
    'mortise_refused_total{reason="address"} 2');
  assert.match(server.output, /192\.0\.2\.1 was refused: .*connectionsPerAddress/);

  // One that has ended makes room.
  held[0].disconnect();
  await eventually(
    async () => (await handshake(server, '192.0.2.1')).status === 200,
    'room for another');
  held[1].disconnect();
  other.disconnect();
  await server.stop();
});

for (const way of ['polling', 'websocket']) {
  test(`a client that says too much is told so, ${way}`, async () => {
    const server = await startServer({
      changes: { limits: { eventsPerSecond: 2 } },
    });
    const socket = await connect(server, '/', ways[way]);
    const other = await connect(server, '/', ways[way]);
    const notice = next(socket, 'mortise:notice');
    const gone = next(socket, 'disconnect');
    for (let i = 0; i < 3 * 2 * BURST; i++) {
      socket.emit('message', i);
    }
    assert.deepEqual(await notice, [{
      code: 'too-fast',
      reason: 'the client says more than it may in a second',
      retry: 5000,
    }]);
    assert.match((await gone)[0], /transport (close|error)/);
    assert.deepEqual(await echo(other, 'served'), ['served']);
    await server.stop();
  });
}

const from = (address, way) => ({
  ...ways[way], extraHeaders: { 'X-Forwarded-For': address },
});

function say(socket, times) {
  for (let i = 0; i < times; i++) {
    socket.emit('message', i);
  }
}

for (const way of ['polling', 'websocket']) {
  test(`clients of one address share what they may say, ${way}`, async () => {
    const server = await behindProxy({ eventsPerSecondPerAddress: 20 });
    const one = await connect(server, '/', from('2001:db8::1', way));
    const same = await connect(server, '/', from('2001:db8::2', way));
    const other = await connect(server, '/', from('2001:db8:0:1::1', way));
    const notice = next(one, 'mortise:notice');
    const gone = next(one, 'disconnect');
    // Alone, the second could have said all of it.
    const news = next(same, 'mortise:notice');
    const left = next(same, 'disconnect');
    say(one, 3 * 20 * BURST);
    assert.equal((await notice)[0].code, 'too-fast');
    await gone;
    say(same, 20 * BURST - 1);
    assert.equal((await news)[0].code, 'too-fast');
    await left;
    assert.deepEqual(await echo(other, 'served'), ['served']);
    await server.stop();
  });
}

test('sockets of one user share what they may say', async () => {
  const server = await startServer({
    changes: {
      plugins: [{ name: 'who', path: `${fixtures}/who.so` }],
      limits: { eventsPerSecondPerUser: 20 },
    },
  });
  const sockets = [];
  for (const user of ['ann', 'ann', 'bob']) {
    const socket = socketOf(server, '/', { auth: { user }, ...ways.websocket });
    await next(socket, 'connect');
    sockets.push(socket);
  }
  const [one, same, other] = sockets;
  const news = [one, same].map((s) => next(s, 'mortise:notice'));
  say(one, 3 * 20 * BURST);
  assert.equal((await news[0])[0].code, 'too-fast');
  say(same, 20 * BURST - 1);
  assert.equal((await news[1])[0].code, 'too-fast');
  const told = next(other, 'told');
  other.emit('tell', 'bob');
  assert.deepEqual(await told, ['bob']);
  await server.stop();
});
