// SPDX-License-Identifier: MIT
//
// A configuration that changes while clients are connected: what counts at
// once, for whom, what waits for a restart, and what is refused.

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, echo, next, ways } from '../clients/client.mjs';
import { eventually, freePort, startServer } from '../clients/server.mjs';
import { descriptors, reload, said } from './reload.mjs';

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';
const LONG = 60_000;
const both = { websocket: ways.websocket, polling: ways.polling };

async function handshake(server, headers = {}) {
  const answer = await fetch(server.url + HANDSHAKE, { headers });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    open: answer.ok ? JSON.parse(text.slice(1)) : undefined,
  };
}

// A server and a client on each transport, and whether they are still there.
async function start(t, changes, options, transports = Object.keys(both)) {
  const server = await startServer({ changes, ...options });
  t.after(() => server.stop());
  const clients = await Promise.all(
    transports.map((way) => connect(server, '/', both[way])));
  const ids = clients.map((client) => client.id);
  const ended = [];
  for (const client of clients) {
    client.on('disconnect', (reason) => ended.push(reason));
  }
  t.after(() => clients.forEach((client) => client.disconnect()));
  return {
    server,
    clients,
    stillThere: async () => {
      for (const client of clients) {
        assert.deepEqual(await echo(client, 'there'), ['there']);
      }
      assert.deepEqual(ended, []);
      assert.deepEqual(clients.map((client) => client.id), ids);
    },
  };
}

test('keys that are live', async (t) => {
  const { server, stillThere } = await start(t, {});
  const foreign = { Origin: 'http://other.example' };
  assert.equal((await handshake(server, foreign)).status, 403);
  assert.equal((await fetch(`${server.url}/page.txt`)).status, 404);
  assert.equal((await fetch(`${server.url}/numbers`)).status, 404);

  const pages = join(server.folder, 'pages');
  mkdirSync(pages);
  writeFileSync(join(pages, 'page.txt'), 'a page');
  server.configure({
    log: { level: 'debug' },
    cors: { origin: 'http://other.example' },
    static: { root: pages },
    metrics: { enabled: true, path: '/numbers' },
  });
  await reload(server);
  for (const key of ['log.level', 'cors', 'static.root', 'metrics.enabled']) {
    await said(server, `${key} has changed: it is in effect`);
  }
  const { status, headers } = await handshake(server, foreign);
  assert.equal(status, 200);
  assert.equal(
    headers.get('access-control-allow-origin'), 'http://other.example');
  assert.equal(
    await (await fetch(`${server.url}/page.txt`)).text(), 'a page');
  assert.equal((await fetch(`${server.url}/numbers`)).status, 200);
  await stillThere();

  server.configure({});
  await reload(server);
  assert.equal((await handshake(server, foreign)).status, 403);
  assert.equal((await fetch(`${server.url}/page.txt`)).status, 404);
  assert.equal((await fetch(`${server.url}/numbers`)).status, 404);
  await stillThere();
});

test('pings: who is there keeps theirs', async (t) => {
  const { server, clients, stillThere } =
    await start(t, { pingInterval: LONG, pingTimeout: LONG });
  let old = 0;
  clients.forEach((client) => client.io.on('ping', () => { old += 1; }));

  server.configure({ pingInterval: 50, pingTimeout: LONG });
  await reload(server);
  await said(server, 'pingInterval has changed: it is in effect for new');
  assert.equal((await handshake(server)).open.pingInterval, 50);
  const young = await Promise.all(['websocket', 'polling'].map(
    (way) => connect(server, '/', ways[way])));
  for (let i = 0; i < 3; i += 1) {
    await Promise.all(young.map((client) => next(client.io, 'ping')));
  }
  assert.equal(old, 0);

  server.configure({ pingInterval: LONG, pingTimeout: LONG });
  await reload(server);
  assert.equal((await handshake(server)).open.pingInterval, LONG);
  for (let i = 0; i < 3; i += 1) {
    await Promise.all(young.map((client) => next(client.io, 'ping')));
  }
  assert.equal(old, 0);
  await stillThere();
  young.forEach((client) => client.disconnect());
});

test('the size of a message: who is there keeps theirs', async (t) => {
  const { server, clients } = await start(t, {});
  const large = 'x'.repeat(5000);
  server.configure({ maxHttpBufferSize: 2000 });
  await reload(server);
  for (const client of clients) {
    assert.deepEqual(await echo(client, large), [large]);
  }
  assert.equal((await handshake(server)).open.maxPayload, 2000);
  for (const way of ['websocket', 'polling']) {
    const client = await connect(server, '/', ways[way]);
    const gone = next(client, 'disconnect');
    client.emit('message', large);
    assert.match((await gone)[0], /transport (close|error)/);
  }
});

test('transports: who is there keeps theirs', async (t) => {
  const { server, stillThere } = await start(t, {});
  server.configure({ transports: ['websocket'] });
  await reload(server);
  assert.equal((await handshake(server)).status, 400);
  await stillThere();
  const client = await connect(server, '/', ways.websocket);
  client.disconnect();
});

test('a key that waits for a restart', async (t) => {
  const { server, stillThere } = await start(t, {});
  const line = 'path has changed: it waits for a restart';
  server.configure({ path: '/elsewhere' });
  await reload(server);
  await said(server, line);
  assert.equal((await handshake(server)).status, 200);
  assert.equal((await fetch(
    `${server.url}/elsewhere/?EIO=4&transport=polling`)).status, 404);
  // As long as it waits, each reload says so.
  server.configure({ path: '/elsewhere', drainTimeout: 9000 });
  await reload(server);
  await said(server, line);
  server.configure({});
  await reload(server);
  await said(server, 'drainTimeout has changed');
  assert.ok(!server.output.includes(`reload ${server.reloads}:   path`));
  await stillThere();
});

test('listeners come and go', async (t) => {
  const [a, b] = [await freePort(), await freePort()];
  const at = (port) => ({ url: `http://127.0.0.1:${port}` });
  const refuses = (port) => assert.rejects(fetch(at(port).url + HANDSHAKE));
  // On WebSocket: long-polling needs a new connection all the time.
  const { server, stillThere } = await start(
    t, { listen: `127.0.0.1:${a}` }, { listen: false }, ['websocket']);
  await refuses(b);

  server.configure({ listen: [`127.0.0.1:${a}`, `127.0.0.1:${b}`] });
  await reload(server);
  await eventually(
    () => server.output.includes(`listening on http://127.0.0.1:${b}\n`),
    'the line on stdout');
  const young = await connect(at(b), '/', ways.websocket);
  await stillThere();

  server.configure({ listen: `127.0.0.1:${b}` });
  await reload(server);
  await refuses(a);
  await stillThere();
  assert.deepEqual(await echo(young, 'here'), ['here']);

  // From one address to all of them, on the same port.
  server.configure({ listen: `0.0.0.0:${b}` });
  await reload(server);
  const third = await connect(at(b), '/', ways.polling);
  await stillThere();
  assert.deepEqual(await echo(young, 'here'), ['here']);

  // Where somebody else listens.
  const other = createServer();
  await new Promise((done) => { other.listen(0, '127.0.0.1', done); });
  const taken = other.address().port;
  server.configure({ listen: [`127.0.0.1:${a}`, `127.0.0.1:${taken}`] });
  await reload(server, 'refused');
  await said(server, `"127.0.0.1:${taken}": Address already in use`);
  other.close();
  await refuses(a);
  await stillThere();
  assert.equal((await handshake(at(b))).status, 200);
  third.disconnect();
  young.disconnect();
});

test('the command line says where to listen', async (t) => {
  const { server, stillThere } = await start(t, {});
  const port = await freePort();
  server.configure({ listen: `127.0.0.1:${port}` });
  await reload(server);
  await said(server, 'listen has changed, but the command line says');
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  await stillThere();
});

test('what is wrong is refused, and everything goes on', async (t) => {
  const { server, stillThere } = await start(t, {});
  const good = { drainTimeout: 9000 };
  const wrong = [
    ['{"pingTimeout" 1}', ':1:'],
    ['{\n "pingIntervall": 1}', ':2:2: unknown key "pingIntervall"; did you'],
    ['{"pingTimeout": 0, "listen": 7}', 'must be a whole number from 1'],
    ['{"plugins":[{"name":"nothing"}]}', 'nothing'],
    ['{"static":{"root":"/nonexistent"}}', 'static root /nonexistent: No such'],
    ['{"clientDir":"/nonexistent"}', 'clientDir /nonexistent: No such'],
    ['{"log":{"file":"/nonexistent/x"}}', 'log.file /nonexistent/x: No such'],
  ];
  for (const [text, reason] of wrong) {
    writeFileSync(server.file, text);
    await reload(server, 'refused');
    await said(server, reason);
    await stillThere();
  }
  rmSync(server.file);
  await reload(server, 'refused');
  await said(server, 'No such file or directory');
  await stillThere();
  assert.equal((await handshake(server)).open.pingTimeout, 20_000);

  server.configure(good);
  await reload(server);
  await said(server, 'drainTimeout has changed');
  await stillThere();
});

test('nothing has changed: nothing is touched', async (t) => {
  const { server, clients, stillThere } = await start(
    t, { listen: ['127.0.0.1:0', 'localhost:0'] }, { listen: false },
    ['websocket']);
  const before = descriptors(server);
  let packets = 0;
  clients.forEach((client) => {
    client.io.engine.on('packet', () => { packets += 1; });
  });
  for (let i = 0; i < 3; i += 1) {
    await reload(server, 'nothing has changed');
  }
  // The same, written differently.
  server.configure({
    listen: ['127.0.0.1:0', 'localhost:0'], pingTimeout: 20_000,
  });
  await reload(server, 'nothing has changed');
  assert.equal(packets, 0);
  assert.deepEqual(descriptors(server), before);
  await stillThere();
});

test('many changes leave nothing behind', async (t) => {
  const { server, stillThere } = await start(t, {});
  server.configure({ cors: { origin: '*' }, static: { root: server.folder } });
  await reload(server);
  const before = descriptors(server).length;
  for (let i = 0; i < 10; i += 1) {
    server.configure({});
    await reload(server);
    server.configure({
      cors: { origin: '*' }, static: { root: server.folder },
    });
    await reload(server);
  }
  await stillThere();
  await eventually(
    () => descriptors(server).length <= before, 'as many descriptors');
});
