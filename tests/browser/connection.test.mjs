// SPDX-License-Identifier: MIT
//
// The connection of the pages, without a browser, against a server that says
// what the test wants when it wants it: farewells, refusals, silence.

import assert from 'node:assert/strict';
import { once, setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { afterEach, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../clients/server.mjs';
import { frontEnd } from './bundle.mjs';

const reference =
  fileURLToPath(new URL('../protocol/reference/', import.meta.url));
const skip = existsSync(`${reference}node_modules/socket.io`)
  ? false : 'the reference server is not installed';

let Connection;
let http;
let io;
let made; // connections that a test has made

before(async () => {
  if (skip) return;
  // What the connection asks of a window.
  globalThis.window = Object.assign(new EventTarget(), {
    setTimeout, clearTimeout,
    setInterval: (...args) => setInterval(...args).unref(),
  });
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  setMaxListeners(0, window, document);
  Object.defineProperty(globalThis, 'navigator',
    { value: { onLine: true }, writable: true, configurable: true });
  ({ Connection } = await frontEnd('wire/connection.ts'));
});

async function listen(port = 0) {
  const { Server } = createRequire(`${reference}package.json`)('socket.io');
  http = createServer();
  io = new Server(http, { connectTimeout: 2000 });
  io.of('/game');
  io.of('/chat');
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const { port: chosen } = http.address();
  globalThis.location =
    { hostname: '127.0.0.1', port: String(chosen), protocol: 'http:' };
  return chosen;
}

function close() {
  return new Promise((done) => {
    io.close(() => done());
    http.closeAllConnections();
  });
}

beforeEach(async () => {
  if (skip) return;
  made = [];
  await listen();
});

afterEach(async () => {
  if (skip) return;
  for (const { connection, stop } of made) {
    stop();
    // Not again, whatever comes.
    connection.status.value = { kind: 'ended', why: { code: 'closed' } };
  }
  await close();
});

/** A window's connection with both namespaces, and what it has gone through. */
function arrive(namespaces = ['/game', '/chat']) {
  const calls = [];
  const identity = {
    ensure: async () => void calls.push('ensure'),
    renew: async () => void calls.push('renew'),
    ended: ({ code }) => void calls.push(`ended ${code}`),
  };
  const connection = new Connection(identity);
  const channels = namespaces.map((name) => connection.channel(name));
  const states = [];
  const stop = connection.status.subscribe((status) => states.push(status));
  connection.open();
  const here = { connection, channels, calls, states, stop };
  made.push(here);
  return here;
}

const kind = ({ connection }) => connection.status.value.kind;
const is = (here, what) =>
  eventually(() => kind(here) === what && connection(here), what);
const connection = (here) => here.connection.status.value;
const seen = ({ states }) => states.map((status) => status.kind);
const sockets = (name) => [...io.of(name).sockets.values()];

/** As the plugin auth ends a session: in each namespace, one by one. */
function endSession(code, more = {}) {
  for (const name of ['/chat', '/game'])
    for (const socket of sockets(name)) {
      socket.emit('auth:ended', { code, reason: 'Over.', ...more });
      socket.emit('mortise:notice',
        { code: 'disconnected', reason: 'it has ended it', retry: -1 });
      socket.disconnect();
    }
}

function farewell(code, retry) {
  for (const socket of sockets('/game'))
    socket.emit('mortise:notice', { code, reason: `because ${code}`, retry });
  for (const { conn } of sockets('/game')) conn.close();
}

test('it is live when all have been joined', { skip }, async () => {
  const here = arrive();
  const { again } = await is(here, 'live');
  assert.equal(again, false);
  assert.deepEqual(seen(here), ['connecting', 'live']);
  assert.ok(here.channels.every(({ joined }) => joined.value));
});

test('the reason is what the server has said', { skip }, async () => {
  const here = arrive();
  await is(here, 'live');
  farewell('shutting-down', 1000);
  const lost = await is(here, 'lost');
  assert.deepEqual(lost.why,
    { code: 'notice', said: 'because shutting-down' });
  assert.ok(lost.retryAt > Date.now());
  const { again } = await is(here, 'live');
  assert.equal(again, true);
});

test('not wanted back, it waits to be asked', { skip }, async () => {
  const here = arrive();
  await is(here, 'live');
  farewell('protocol-error', -1);
  const { why } = await is(here, 'ended');
  assert.equal(why.said, 'because protocol-error');
  here.connection.retryNow();
  assert.equal(kind(here), 'ended');
  here.connection.open();
  await is(here, 'live');
});

test('one part that is gone is not the end', { skip }, async () => {
  const here = arrive();
  await is(here, 'live');
  farewell('removed', -1);
  await is(here, 'lost');
  await is(here, 'live');
  assert.ok(!seen(here).includes('ended'));
});

for (const namespaces of [['/game', '/chat'], ['/game']])
  test(`a session that ends, with ${namespaces}`, { skip }, async () => {
    const here = arrive(namespaces);
    await is(here, 'live');
    const before = sockets('/game')[0].id;
    endSession('revoked');
    await eventually(() => here.calls.includes('ended revoked'), 'told');
    await eventually(
      () => kind(here) === 'live' && sockets('/game')[0]?.id !== before, 'new');
    assert.deepEqual(here.calls, ['ensure', 'ended revoked', 'ensure']);
    // That is no loss, and nothing to be pressed.
    assert.deepEqual(seen(here),
      ['connecting', 'live', 'connecting', 'live']);
    assert.equal(connection(here).again, false);
  });

test('sessions that end at once have to wait', { skip }, async () => {
  const here = arrive();
  await is(here, 'live');
  endSession('revoked');
  await eventually(() => seen(here).length === 4 && kind(here) === 'live',
    'again');
  endSession('revoked');
  const { why } = await is(here, 'lost');
  assert.deepEqual(why, { code: 'refused', said: 'Over.' });
  await is(here, 'live');
});

test('an old farewell is not blamed for a new loss', { skip }, async () => {
  const here = arrive();
  await is(here, 'live');
  endSession('revoked');
  await close();
  const { why } = await is(here, 'lost');
  assert.equal(why.code, 'unreachable');
  navigator.onLine = false;
  here.connection.retryNow();
  await eventually(() => connection(here).why?.code === 'offline', 'offline');
  navigator.onLine = true;
  await listen(Number(location.port));
  await is(here, 'live');
});

test('a ban is the end, until somebody asks', { skip }, async () => {
  const here = arrive();
  await is(here, 'live');
  endSession('banned', { reason: 'Spam', until: 12 });
  const { why } = await is(here, 'ended');
  assert.deepEqual(why, { code: 'banned', said: 'Spam', until: 12 });
  assert.ok(!here.calls.includes('ended banned'));

  io.of('/game').use((_, next) => next(Object.assign(new Error('No.'),
    { data: { code: 'banned', reason: 'Spam', until: null } })));
  here.connection.open();
  await eventually(() => connection(here).why?.until === null, 'still');
  assert.equal(kind(here), 'ended');
});

test('a stranger is renewed once', { skip }, async () => {
  let strangers = 1;
  io.of('/game').use((_, next) => {
    if (strangers-- <= 0) return next();
    return next(Object.assign(new Error('Sign in first.'),
      { data: { code: 'login_required' } }));
  });
  // Though the other one was joined already.
  const here = arrive();
  await is(here, 'live');
  assert.deepEqual(here.calls, ['ensure', 'renew']);
  assert.equal(sockets('/chat').length, 1);

  strangers = 2;
  here.connection.open();
  const { why } = await is(here, 'lost');
  assert.deepEqual(why, { code: 'refused', said: 'Sign in first.' });
  await is(here, 'live');
  assert.deepEqual(here.calls,
    ['ensure', 'renew', 'ensure', 'renew', 'ensure']);
});

test('a namespace that is not there', { skip }, async () => {
  const here = arrive(['/game', '/nothing']);
  await is(here, 'live');
  const [, nothing] = here.channels;
  assert.equal(nothing.absent.value, true);
  assert.equal(nothing.joined.value, false);
  const error = await nothing.ask('anything', {}).catch((e) => e);
  assert.equal(error.code, 'connection_lost');
  assert.equal(error.unsettled, true);
});

test('who opens it often has one', { skip }, async () => {
  const here = arrive();
  for (let i = 0; i < 5; i++) here.connection.open();
  await is(here, 'live');
  here.connection.open();
  here.connection.open();
  await eventually(() => kind(here) === 'live', 'live');
  await eventually(() => sockets('/game').length === 1
    && sockets('/chat').length === 1, 'one each');
  assert.equal(io.engine.clientsCount, 1);
});

test('requests that the loss has overtaken', { skip }, async () => {
  const here = arrive();
  await is(here, 'live');
  const [game] = here.channels;
  // Nobody answers.
  const asked = game.ask('anything', { a: 1 }).catch((error) => error);
  farewell('shutting-down', 0);
  assert.equal((await asked).code, 'connection_lost');
  assert.equal(game.joined.value, false);
  await is(here, 'live');
  io.of('/game').sockets.forEach((socket) => {
    socket.on('refuse', (reply) => reply(
      { error: { code: 'no', message: 'No.', data: { retry: 5 } } }));
    socket.on('echo', (what, reply) => reply(what));
  });
  const refused = await game.ask('refuse', undefined).catch((error) => error);
  assert.deepEqual([refused.code, refused.message, refused.data],
    ['no', 'No.', { retry: 5 }]);
  assert.equal(refused.unsettled, false);
  assert.deepEqual(await game.ask('echo', { a: [1] }), { a: [1] });
});
