// SPDX-License-Identifier: MIT
//
// Accounts in use, with stock clients: a password that was forgotten, sessions
// that are kept or not, one session or one socket a user, and a server that is
// restarted or gets another secret in the middle of it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import {
  callAuth, cookiesOf, enterAuth, Jar, PASSWORD, plugin, skip,
} from './auth.mjs';
import { next, socketOf, ways } from './client.mjs';
import { eventually, startServer } from './server.mjs';

const FRESH = 'battery staple';
const plugins = dirname(dirname(plugin));
const folder = mkdtempSync(join(tmpdir(), 'mortise-auth-'));
const servers = [];

after(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

let databases = 0;
const newDatabase = () => join(folder, `auth${databases++}.db`);

const changes = (database, more = {}) => ({
  plugins: [
    {
      name: 'auth',
      path: plugin,
      settings: {
        development: true,
        database,
        passwords: { memoryKiB: 8, passes: 1 },
        ratesPerMinute: {
          login: 1000, register: 1000, guest: 1000, password: 1000,
          reset: 1000, refresh: 1000,
        },
        ...more,
      },
    },
    { name: 'echo', path: join(plugins, 'echo/echo.so') },
    // Shows codes to everybody in "/".
    { name: 'mailer', path: join(plugins, 'auth/mailer.so') },
  ],
});

async function start(database, more) {
  const server = await startServer({ changes: changes(database, more) });
  servers.push(server);
  return server;
}

async function reload(server, database, more) {
  const count = () => server.output.match(/reload \d+: done/g)?.length ?? 0;
  const before = count();
  server.configure(changes(database, more));
  server.signal('SIGHUP');
  await eventually(() => count() > before, 'the reload');
}

const post = (server, path, body, more) =>
  callAuth(server, 'POST', path, { body, ...more });
const register = (server, name, more = {}) =>
  post(server, 'register', { name, password: PASSWORD, ...more });
const login = (server, name, more = {}) =>
  post(server, 'login', { login: name, password: PASSWORD, ...more });
const me = (server, token) => callAuth(server, 'GET', 'me', { token });

// Asks for a code, and reads it from the mail.
async function codeOf(server, name) {
  const reader = await enterAuth(server, {});
  const mail = next(reader, 'mail');
  assert.deepEqual(await post(server, 'reset', { login: name }),
    { status: 200, ok: true });
  const [{ code }] = await mail;
  reader.disconnect();
  return code;
}

test('a password that was forgotten', { skip }, async () => {
  const server = await start(newDatabase());
  await register(server, 'forgets', { email: 'forgets@example.org' });
  const { accessToken } = await login(server, 'forgets');
  const sockets = await Promise.all(Object.values(ways).map((way) =>
    enterAuth(server, { token: accessToken }, '/custom', way)));
  const ended = sockets.map((socket) => next(socket, 'auth:ended'));
  const gone = sockets.map((socket) => next(socket, 'disconnect'));
  const code = await codeOf(server, 'FORGETS@example.org');
  const confirm = () => post(server, 'reset/confirm', {
    login: 'forgets', code: code.toLowerCase(), newPassword: FRESH,
  });
  assert.deepEqual(await confirm(), { status: 200, ok: true });
  for (const [{ code: why }] of await Promise.all(ended)) {
    assert.equal(why, 'password-changed');
  }
  for (const [reason] of await Promise.all(gone)) {
    assert.equal(reason, 'io server disconnect');
  }
  assert.equal((await me(server, accessToken)).status, 401);
  assert.equal((await login(server, 'forgets')).error.code, 'wrong_login');
  assert.equal((await login(server, 'forgets', { password: FRESH })).status,
    200);
  assert.equal((await confirm()).error.code, 'wrong_code');
  // What is answered says nothing about who has an account.
  assert.deepEqual(await post(server, 'reset', { login: 'nobody' }),
    { status: 200, ok: true });
  assert.ok(!server.output.includes(code));
});

test('a code, and the server reloaded and restarted', { skip }, async () => {
  const database = newDatabase();
  let server = await start(database);
  await register(server, 'patient');
  const code = await codeOf(server, 'patient');
  await reload(server, database, { codes: { minutes: 20 } });
  assert.equal((await post(server, 'reset/confirm',
    { login: 'patient', code: '2222-2222', newPassword: FRESH })).status, 401);
  await server.stop();
  server = await start(database);
  // Of many at once one is the first.
  const all = await Promise.all(Array.from({ length: 5 }, () =>
    post(server, 'reset/confirm',
      { login: 'patient', code, newPassword: FRESH })));
  assert.equal(all.filter(({ status }) => status === 200).length, 1);
  assert.equal((await login(server, 'patient', { password: FRESH })).status,
    200);
});

test('cookies until the browser is closed', { skip }, async () => {
  const server = await start(newDatabase());
  await register(server, 'brief');
  const send = (path, body, headers = {}) =>
    fetch(`${server.url}/auth/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  for (const remember of [false, true, undefined]) {
    const jar = new Jar();
    let response = await send('login',
      { login: 'brief', password: PASSWORD, cookie: true, remember });
    for (let i = 0; i < 2; i += 1) {
      const lines = cookiesOf(response);
      assert.equal(lines.length, 3);
      for (const line of lines) {
        assert.equal(/Max-Age/i.test(line), remember !== false, line);
      }
      jar.take(response);
      const { refreshExpires } = await response.json();
      const hours = (refreshExpires - Date.now()) / 3_600_000;
      assert.equal(hours > 24, remember !== false);
      // It stays what it is when it is refreshed.
      response = await send('refresh', {}, {
        Cookie: jar.header, 'X-CSRF-Token': jar.cookies.get('mortise_csrf'),
      });
      assert.equal(response.status, 200);
    }
    await response.text();
  }
});

test('one session a user: the last', { skip }, async () => {
  const server = await start(newDatabase(),
    { sessions: { policy: 'replace' } });
  const first = await register(server, 'single');
  const socket = await enterAuth(server, { token: first.accessToken });
  const ended = next(socket, 'auth:ended');
  const all = await Promise.all(
    Array.from({ length: 5 }, () => login(server, 'single')));
  assert.equal((await ended)[0].code, 'signed-in-elsewhere');
  const good = await Promise.all(all.filter(({ status }) => status === 200)
    .map(({ accessToken }) => me(server, accessToken)));
  assert.equal(good.filter(({ status }) => status === 200).length, 1);
  for (const { status, error } of all) {
    assert.ok(status === 200 || error.code === 'signed_in_elsewhere');
  }
});

test('one session a user: the first', { skip }, async () => {
  const server = await start(newDatabase(), { sessions: { policy: 'refuse' } });
  const { accessToken } = await register(server, 'jealous');
  assert.equal((await login(server, 'jealous')).error.code,
    'already_signed_in');
  await post(server, 'logout', {}, { token: accessToken });
  const all = await Promise.all(
    Array.from({ length: 5 }, () => login(server, 'jealous')));
  assert.equal(all.filter(({ status }) => status === 200).length, 1);
  assert.equal(all.filter(({ error }) =>
    error?.code === 'already_signed_in').length, 4);
  // A new password is the way in for who has lost the session.
  const code = await codeOf(server, 'jealous');
  await post(server, 'reset/confirm',
    { login: 'jealous', code, newPassword: FRESH });
  assert.equal((await login(server, 'jealous', { password: FRESH })).status,
    200);
});

for (const way of Object.keys(ways)) {
  test(`one socket a user: the last, over ${way}`, { skip }, async () => {
    const server = await start(newDatabase(),
      { sockets: { policy: 'replace' } });
    const auth = { token: (await register(server, 'moves')).accessToken };
    const other = await enterAuth(server, auth, '/custom', ways[way]);
    const old = await enterAuth(server, auth, '/', ways[way]);
    const ended = next(old, 'auth:ended');
    const many = Array.from({ length: 6 }, () =>
      socketOf(server, '/', { auth, ...ways[way] }));
    await Promise.all(many.map((socket) => next(socket, 'connect')));
    assert.equal((await ended)[0].code, 'signed-in-elsewhere');
    await eventually(() => many.filter(({ connected }) => connected)
      .length === 1, 'one that stays');
    assert.ok(other.connected);
  });

  test(`one socket a user: the first, over ${way}`, { skip }, async () => {
    const server = await start(newDatabase(),
      { sockets: { policy: 'refuse' } });
    const auth = { token: (await register(server, 'stays')).accessToken };
    const many = Array.from({ length: 6 }, () =>
      socketOf(server, '/', { auth, ...ways[way] }));
    const came = await Promise.all(many.map((socket) => new Promise((done) => {
      socket.once('connect', () => done(null));
      socket.once('connect_error', done);
    })));
    assert.equal(came.filter((error) => !error).length, 1);
    for (const error of came.filter(Boolean)) {
      assert.equal(error.data.code, 'already_connected');
    }
    await enterAuth(server, auth, '/custom', ways[way]);
    // When that one has gone there is room.
    many[came.indexOf(null)].disconnect();
    await eventually(() => enterAuth(server, auth, '/', ways[way])
      .catch(() => false), 'the room');
  });
}

test('another secret by SIGHUP', { skip }, async () => {
  const old = 'the secret of yesterday, which was long';
  const secret = 'the secret of today, which is as long as that';
  const database = newDatabase();
  const server = await start(database, { secret: old });
  const jar = new Jar();
  await register(server, 'rotates');
  const guest = await post(server, 'guest', {});
  const first = await login(server, 'rotates');
  const second = await login(server, 'rotates');
  await post(server, 'login',
    { login: 'rotates', password: PASSWORD, cookie: true }, { jar });
  const socket = await enterAuth(server, { token: first.accessToken });

  await reload(server, database, { secret, oldSecrets: [old] });
  assert.ok(socket.connected);
  for (const { accessToken } of [first, second, guest]) {
    assert.equal((await me(server, accessToken)).status, 200);
  }
  const fresh = await post(server, 'refresh',
    { refreshToken: first.refreshToken });
  assert.equal(fresh.status, 200);
  assert.equal((await post(server, 'refresh', {},
    { jar, csrf: jar.cookies.get('mortise_csrf') })).status, 200);
  const back = await post(server, 'guest', { device: guest.device });
  assert.equal(back.user.id, guest.user.id);

  // What was seen meanwhile is good without the old one, and nothing else.
  await reload(server, database, { secret });
  assert.ok(socket.connected);
  assert.equal((await me(server, fresh.accessToken)).status, 200);
  assert.equal((await callAuth(server, 'GET', 'me', { jar })).status, 200);
  assert.equal((await post(server, 'refresh',
    { refreshToken: fresh.refreshToken })).status, 200);
  assert.equal((await post(server, 'guest', { device: guest.device })).status,
    200);
  assert.equal((await me(server, second.accessToken)).status, 401);
  assert.equal((await post(server, 'refresh',
    { refreshToken: second.refreshToken })).error.code, 'invalid_token');
});

test('wrong passwords, and a server that is killed', { skip }, async () => {
  const database = newDatabase();
  const more = { lockout: { tries: 3, seconds: 600 } };
  let server = await start(database, more);
  await register(server, 'guessed');
  for (let i = 0; i < 3; i += 1) {
    assert.equal((await login(server, 'guessed', { password: 'no' })).status,
      401);
  }
  servers.pop();
  await server.kill();
  server = await start(database, more);
  assert.equal((await login(server, 'guessed')).error.code, 'locked');
});
