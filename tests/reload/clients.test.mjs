// SPDX-License-Identifier: MIT
//
// mortise ctl about clients: who is there, where, closing and sending.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { next, socketOf } from '../clients/client.mjs';
import { binary, fixtures, startServer } from '../clients/server.mjs';

async function start(t, plugins) {
  const server = await startServer(
    plugins ? { changes: { plugins } } : { config: 'echo' });
  t.after(() => server.stop());
  return server;
}

const ctl = (server, ...args) => new Promise((done) => {
  execFile(binary, ['ctl', '--config', server.file, ...args],
    (error, out, err) => done({ code: error ? error.code : 0, out, err }));
});
const ask = async (server, ...args) => {
  const { code, out, err } = await ctl(server, ...args, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out);
};

test('who is connected, and where', async (t) => {
  const server = await start(t);
  const one = socketOf(server);
  const two = socketOf(server, '/custom', { transports: ['polling'] });
  await Promise.all([next(one, 'connect'), next(two, 'connect')]);
  await one.emitWithAck('join', 'bench');

  const { clients, namespaces, pid } = await ask(server, 'status');
  assert.equal(clients, 2);
  assert.deepEqual(namespaces, { '/': 1, '/custom': 1 });
  assert.ok(pid > 1);

  const { sockets, total } = await ask(server, 'sockets');
  assert.equal(total, 2);
  const found = (id) => sockets.find(({ sid }) => sid === id);
  assert.equal(found(one.id).namespace, '/');
  assert.equal(found(one.id).rooms, 2);
  assert.equal(found(one.id).user, null);
  assert.equal(found(two.id).transport, 'polling');
  assert.ok(Math.abs(Date.now() - found(two.id).since) < 600_000);

  const custom = await ask(server, 'sockets', '/custom');
  assert.deepEqual(custom.sockets.map(({ sid }) => sid), [two.id]);
  const bench = await ask(server, 'sockets', '--room', 'bench');
  assert.deepEqual(bench.sockets.map(({ sid }) => sid), [one.id]);
  assert.deepEqual(await ask(server, 'rooms'), {
    rooms: [{ namespace: '/', room: 'bench', sockets: 1 }], total: 1,
  });

  const { out } = await ctl(server, 'sockets');
  assert.match(out, /^SOCKET +NAMESPACE +USER +ADDRESS +BY +SINCE/);
  assert.match(out, new RegExp(`^${one.id} +/ +- +\\S+ +websocket`, 'm'));
  assert.match((await ctl(server, 'rooms')).out, /^\/ +bench +1$/m);
  assert.match((await ctl(server, 'status')).out, /^clients +2$/m);
  one.disconnect();
  two.disconnect();
});

test('an event for all, and for a room', async (t) => {
  const server = await start(t);
  const [one, two] = [socketOf(server), socketOf(server)];
  await Promise.all([next(one, 'connect'), next(two, 'connect')]);
  await one.emitWithAck('join', 'bench');
  const heard = [];
  one.on('hello', (...args) => heard.push(['one', ...args]));
  two.on('hello', (...args) => heard.push(['two', ...args]));

  const room = await ask(
    server, 'emit', '/', 'hello', '{"a":1}', 'no JSON', '--room', 'bench');
  assert.deepEqual(room, { sent: 1 });
  assert.deepEqual(await ask(server, 'emit', '/', 'hello'), { sent: 2 });
  await Promise.all([one, two].map((each) => each.emitWithAck('join', 'x')));
  assert.deepEqual(heard.sort(), [
    ['one'], ['one', { a: 1 }, 'no JSON'], ['two']]);
  one.disconnect();
  two.disconnect();
});

test('putting somebody out, by socket and by user', async (t) => {
  const server = await start(
    t, [{ name: 'who', path: `${fixtures}/who.so` }]);
  const one = socketOf(server, '/', { auth: { user: 'ann' } });
  const two = socketOf(server, '/', { auth: { user: 'bob' } });
  await Promise.all([next(one, 'connect'), next(two, 'connect')]);
  const { sockets } = await ask(server, 'sockets');
  assert.deepEqual(sockets.map(({ user }) => user).sort(), ['ann', 'bob']);

  const notices = [one, two].map((each) => next(each, 'mortise:notice'));
  const gone = [one, two].map((each) => next(each, 'disconnect'));
  assert.deepEqual(await ask(server, 'kick', one.id, 'too loud'),
    { kicked: 1 });
  assert.deepEqual(await ask(server, 'kick', 'bob'), { kicked: 1 });
  assert.deepEqual(await ask(server, 'kick', 'nobody'), { kicked: 0 });
  const [[first], [second]] = await Promise.all(notices);
  assert.equal(first.reason, 'too loud');
  assert.equal(second.code, 'disconnected');
  await Promise.all(gone);
});

test('what makes no sense is refused, with a reason', async (t) => {
  const server = await start(t);
  for (const [args, why] of [
    [['emit', '/nope', 'hello'], /no such namespace/],
    [['emit', '/', 'connect'], /nobody may send/],
    [['emit', '/', 'mortise:notice'], /nobody may send/],
    [['emit', '/'], /ctl help/],
    [['kick', 'x'.repeat(300)], /whom/],
    [['kick', 'x', 'y'.repeat(2000)], /reason/],
    [['status', '--room', 'x'], /ctl help/],
    [['drain', 'now'], /ctl help/],
  ]) {
    const { code, err } = await ctl(server, ...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(err, why);
  }
});

test('it stops, and everybody is told', async (t) => {
  const server = await start(t);
  const socket = socketOf(server);
  await next(socket, 'connect');
  const notice = next(socket, 'mortise:notice');
  const gone = next(socket, 'disconnect');
  const { code, out } = await ctl(server, 'drain');
  assert.equal(code, 0);
  assert.equal(out, 'it stops\n');
  assert.equal((await notice)[0].code, 'shutting-down');
  await gone;
  assert.equal((await server.exited).code, 0);
});
