// SPDX-License-Identifier: MIT
//
// What is on the wire, half there, while builds are exchanged.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { createServer, connect as connectTcp } from 'node:net';
import { test } from 'node:test';
import {
  Engine, ask, connect, next, socketOf, ways, within,
} from '../clients/client.mjs';
import { eventually, freePort } from '../clients/server.mjs';
import { openSite } from './site.mjs';

const swap = { name: 'swap' };

for (const [way, options] of Object.entries(ways)) {
  test(`a hundred clients stay, ${way}`, async (t) => {
    const site = await openSite(t);
    const sockets = await Promise.all(Array.from({ length: 100 }, () =>
      connect(site.server, '/', options)));
    const ids = sockets.map((socket) => socket.id);
    const gone = [];
    sockets.forEach((socket) => socket.on('disconnect', (why) => gone.push(why)));
    await Promise.all(sockets.map((socket, i) => {
      socket.emit('note', i);
      return ask(socket, 'who');
    }));
    site.put('swap', 'swap-2');
    const [report, ...answers] = await Promise.all([
      site.reload(), ...sockets.map((socket) => ask(socket, 'count'))]);
    assert.match(report, /^done/);
    assert.deepEqual(answers.sort((a, b) => a - b), sockets.map((_, i) => i + 1));
    assert.deepEqual(await Promise.all(
      sockets.map((socket) => ask(socket, 'who'))), sockets.map(() => 2));
    assert.deepEqual(await Promise.all(
      sockets.map((socket) => ask(socket, 'noted'))), sockets.map((_, i) => i));
    assert.deepEqual(gone, []);
    assert.deepEqual(sockets.map((socket) => socket.id), ids);
    sockets.forEach((socket) => socket.disconnect());
  });

  test(`acknowledgements both ways, ${way}`, async (t) => {
    const site = await openSite(t);
    const socket = await connect(site.server, '/', options);
    const question = within(new Promise((done) => {
      socket.once('question', (answer) => done(answer));
    }), 'the question');
    socket.emit('await', 'answered', 41);
    const answer = await question;
    const late = socket.emitWithAck('postpone');
    await ask(socket, 'who');
    site.put('swap', 'swap-2');
    assert.match(await site.reload(), /^done/);
    answer('yes', 2);
    socket.emit('fulfil');
    assert.equal(await within(late, 'the late answer'), 2);
    await ask(socket, 'who');
    assert.ok(site.lines.some((line) =>
      line.endsWith('plugin swap#2: answered 0, cookie 41, argc 2')));
    socket.disconnect();
  });
}

// The text of an event, a reload of who is to have it, and its attachment.
test('half of a binary event', async (t) => {
  const site = await openSite(t);
  const engine = new Engine(site.server.url,
    { path: '/socket.io/', transports: ['websocket'] });
  const said = [];
  engine.on('message', (data) => said.push(`${data}`));
  const hear = (begin) => eventually(
    () => said.some((text) => text.startsWith(begin)), begin);
  await next(engine, 'open');
  engine.send('0');
  await hear('0{');
  engine.send('51-["note",{"_placeholder":true,"num":0}]');
  // It is read before what another client says later.
  await new Promise((done) => setTimeout(done, 50));
  const other = await connect(site.server);
  assert.equal(await ask(other, 'who'), 1);
  site.put('swap', 'swap-2');
  assert.match(await site.reload(), /^done/);
  engine.send(Buffer.from([1, 2, 3]));
  engine.send('22["who"]');
  await hear('32[2,"/"]');
  assert.ok(!said.some((text) => text.startsWith('1')));
  other.disconnect();
  engine.close();
});

test('half of a request', async (t) => {
  const site = await openSite(t);
  const opened = await (await fetch(
    `${site.server.url}/socket.io/?EIO=4&transport=polling`)).text();
  const { sid } = JSON.parse(opened.slice(1));
  const url = `${site.server.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
  await fetch(url, { method: 'POST', body: '40' });
  await (await fetch(url)).text();
  const body = '421["who"]';
  const post = request(url, {
    method: 'POST', headers: { 'Content-Length': body.length },
  });
  const answered = within(new Promise((done, fail) => {
    post.once('response', (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode));
    });
    post.once('error', fail);
  }), 'the answer');
  post.write(body.slice(0, 5));
  // A poll that hangs, too.
  const poll = fetch(url).then((answer) => answer.text());
  await new Promise((done) => setTimeout(done, 100));
  site.put('swap', 'swap-2');
  assert.match(await site.reload(), /^done/);
  post.end(body.slice(5));
  assert.equal(await answered, 200);
  assert.match(await within(poll, 'the poll'), /431\[2,"\/"\]/);
});

test('a plugin that goes and comes back', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  const side = socketOf(site.server, '/side', { forceNew: false });
  await next(side, 'connect');
  assert.equal(await ask(side, 'who'), 1);
  const waiting = fetch(`${site.server.url}/swap/wait`);
  await new Promise((done) => setTimeout(done, 100));
  const told = next(side, 'mortise:notice');
  const gone = next(side, 'disconnect');
  site.configure([]);
  assert.match(await site.reload(), /swap#1 has gone/);
  assert.equal((await told)[0].code, 'removed');
  assert.equal((await gone)[0], 'io server disconnect');
  assert.equal((await waiting).status, 503);
  assert.equal((await fetch(`${site.server.url}/swap/who`)).status, 404);
  const refused = next(side, 'connect_error');
  side.connect();
  assert.equal((await refused)[0].message, 'Invalid namespace');
  // Who else is there has noticed nothing.
  const back = next(socket, 'message-back');
  socket.emit('message', 1);
  assert.deepEqual(await back, [1]);
  site.configure([swap]);
  assert.match(await site.reload(), /swap#2 .* is new/);
  const again = next(side, 'connect');
  side.connect();
  await again;
  assert.equal(await ask(side, 'who'), 1);
  assert.equal(await (await fetch(`${site.server.url}/swap/who`)).text(), '1');
  side.disconnect();
  socket.disconnect();
});

// --- what only one can hold ---

// Whether somebody listens there.
function listens(port) {
  return new Promise((done) => {
    const probe = connectTcp(port, '127.0.0.1');
    probe.once('connect', () => {
      probe.destroy();
      done(true);
    });
    probe.once('error', () => done(false));
  });
}

test('a port that only one build can have', async (t) => {
  const port = await freePort();
  const lock = (settings) => ({
    name: 'lock', path: `${site.plugins}/lock.so`, settings,
  });
  const site = await openSite(t);
  site.put('lock', 'lock');
  const socket = await connect(site.server);

  site.configure([swap, lock({ port })]);
  assert.match(await site.reload(), /^done/);
  assert.ok(await listens(port));
  site.configure([swap, lock({ port, x: 1 })]);
  assert.match(await site.reload(), /lock#2 .* takes over from #1/);
  assert.equal(await ask(socket, 'holds'), true);
  assert.ok(await listens(port));

  // Another plugin of the same reload fails.
  site.configure([{ ...swap, settings: { restore: -1 } }, lock({ port, x: 2 })]);
  assert.match(await site.reload(), /its restore .* returned -1/);
  assert.equal(await ask(socket, 'holds'), true);
  assert.ok(await listens(port));

  // What it is to hold now is another's.
  const other = createServer();
  await new Promise((done) => other.listen(0, '127.0.0.1', done));
  site.configure([swap, lock({ port: other.address().port })]);
  assert.match(await site.reload(), /its acquire returned -1/);
  assert.equal(await ask(socket, 'holds'), true);
  assert.ok(await listens(port));
  await new Promise((done) => other.close(done));

  assert.match(await site.reload(), /^done/);
  assert.ok(!await listens(port));
  site.configure([swap]);
  assert.match(await site.reload(), /^done/);
  socket.disconnect();
});
