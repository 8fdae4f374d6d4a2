// SPDX-License-Identifier: MIT
//
// Namespaces that are made when a client asks for them, and go with the last
// one: `io.of(/^\/hall-[^/]+$/)` in Node.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Socket as Engine } from 'engine.io-client';
import { Manager } from 'socket.io-client';
import { next, socketOf, ways, within } from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const start = (limits = {}) => startServer({
  changes: {
    metrics: { enabled: true },
    limits,
    plugins: [{
      name: 'halls', path: `${fixtures}/halls.so`, namespace: '/hall-*',
    }],
  },
});

// How many there are, without "/hall-vip", and how many sockets are in them.
async function count(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const of = (name) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)[1]);
  return [of('mortise_namespaces') - 1, of('mortise_halls_joined')];
}

async function nothingLeft(server) {
  await eventually(async () => {
    const [namespaces, sockets] = await count(server);
    return namespaces === 0 && sockets === 0;
  }, 'all of them are gone');
}

// All namespaces of one connection.
function managerOf(server, options = {}) {
  return new Manager(server.url, { reconnection: false, ...options });
}

for (const [way, options] of Object.entries(ways)) {
  test(`fifty come and go, over ${way}`, async () => {
    const server = await start();
    const manager = managerOf(server, options);
    const sockets = [];
    for (let i = 0; i < 50; i += 1) {
      sockets.push(manager.socket(`/hall-${i}`));
    }
    await Promise.all(sockets.map((socket) => next(socket, 'connect')));
    assert.deepEqual(await count(server), [50, 50]);
    const names = await Promise.all(
      sockets.map((socket) => socket.emitWithAck('where')));
    assert.deepEqual(names, sockets.map((socket, i) => `/hall-${i}`));
    sockets.slice(0, 25).forEach((socket) => socket.disconnect());
    await eventually(async () => (await count(server))[0] === 25, 'half left');
    manager.engine.close();
    await nothingLeft(server);
    await server.stop();
  });
}

test('each has its own people', async () => {
  const server = await start();
  const [ann, bob, eve] = ['/hall-1', '/hall-1', '/hall-2'].map(
    (name) => socketOf(server, name));
  await Promise.all([ann, bob, eve].map((socket) => next(socket, 'connect')));
  eve.on('told', () => assert.fail('this was not for her'));
  const told = next(bob, 'told');
  assert.equal(await ann.emitWithAck('tell', '/hall-1', null, 'hi'), 2);
  assert.deepEqual(await told, ['hi']);
  assert.equal(await ann.emitWithAck('join', 'sofa'), 0);
  assert.equal(await eve.emitWithAck('count', '/hall-1', 'sofa'), 1);
  assert.equal(await eve.emitWithAck('count', '/hall-2', 'sofa'), 0);
  assert.equal(await eve.emitWithAck('count', '/hall-3', 'sofa'), 0);
  assert.equal(await ann.emitWithAck('tell', '/hall-3', null, 'hi'), 0);
  eve.off('told');
  const all = [ann, bob, eve].map((socket) => next(socket, 'told'));
  assert.equal(await ann.emitWithAck('tell', '/hall-*', null, 'all'), 3);
  assert.deepEqual(await Promise.all(all), [['all'], ['all'], ['all']]);
  const out = next(eve, 'disconnect');
  assert.equal(await ann.emitWithAck('end', '/hall-2'), 1);
  assert.equal((await out)[0], 'io server disconnect');
  assert.deepEqual(await count(server), [1, 2]);
  [ann, bob].forEach((socket) => socket.disconnect());
  await nothingLeft(server);
  await server.stop();
});

test('nothing stays of who was refused', async () => {
  const server = await start();
  for (let i = 0; i < 20; i += 1) {
    const socket = socketOf(server, `/hall-${i}`, { auth: { refuse: 1 } });
    const [error] = await next(socket, 'connect_error');
    assert.equal(error.message, 'no');
    socket.disconnect();
  }
  await nothingLeft(server);
  const [error] = await next(socketOf(server, '/hall-'), 'connect_error');
  assert.equal(error.message, 'Invalid namespace');
  await server.stop();
});

test('a reload keeps those that still fit', async () => {
  const server = await start();
  const manager = managerOf(server);
  const [one, two] = ['/hall-1', '/hall-2'].map((name) => manager.socket(name));
  await Promise.all([one, two].map((socket) => next(socket, 'connect')));
  const { id } = one;
  const file = join(server.folder, 'echo.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  config.plugins[0].namespace = '/hall-1';
  writeFileSync(file, JSON.stringify(config));
  const out = next(two, 'disconnect');
  server.signal('SIGHUP');
  assert.equal((await out)[0], 'io server disconnect');
  two.connect();
  const [error] = await next(two, 'connect_error');
  assert.equal(error.message, 'Invalid namespace');
  assert.equal(await one.emitWithAck('where'), '/hall-1');
  assert.equal(one.id, id);
  one.disconnect();
  await server.stop();
});

// As fast as it goes; a manager with ten thousand sockets is slow.
test('ten thousand names from one connection', async () => {
  const server = await start({ namespacesPerClient: 20 });
  const engine = new Engine(server.url, {
    ...ways.websocket, path: '/socket.io/',
  });
  const answers = new Map();
  let seen = 0;
  const all = new Promise((done) => {
    engine.on('message', (text) => {
      const kind = text.replace(/hall-\d+/, 'hall-*').replace(/"sid".*/, '');
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
      seen += 1;
      if (seen === 10_000) {
        done();
      }
    });
  });
  await next(engine, 'open');
  for (let i = 0; i < 10_000; i += 1) {
    engine.send(`0/hall-${i},`);
  }
  await within(all, 'an answer to each');
  assert.deepEqual([...answers], [
    ['0/hall-*,{', 20],
    ['4/hall-*,{"message":"Too many namespaces"}', 9_980],
  ]);
  assert.deepEqual(await count(server), [20, 20]);
  // And it is still served.
  const answer = next(engine, 'message');
  engine.send('2/hall-7,5["where"]');
  assert.deepEqual(await answer, ['3/hall-7,5["/hall-7"]']);
  engine.close();
  await nothingLeft(server);
  await server.stop();
});
