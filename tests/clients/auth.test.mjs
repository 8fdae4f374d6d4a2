// SPDX-License-Identifier: MIT
//
// Accounts and sessions, over real HTTP and stock clients: one identity
// everywhere, cookies, reloads in the middle, and what attackers try.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  callAuth, enterAuth, Jar, PASSWORD, plugin, skip,
} from './auth.mjs';
import { next, socketOf, ways } from './client.mjs';
import { noPython, query } from './database.mjs';
import { binary, eventually, root, startServer } from './server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mortise-auth-'));

const changes = (more = {}) => ({
  plugins: [
    {
      name: 'auth',
      path: plugin,
      settings: {
        development: true,
        database: join(folder, 'auth.db'),
        namespaces: { '/custom': 'guest' },
        passwords: { memoryKiB: 8, passes: 1 },
        ratesPerMinute: {
          login: 1000, register: 1000, guest: 1000, password: 1000,
        },
        ...more,
      },
    },
    { name: 'echo', path: join(dirname(binary), 'plugins/echo/echo.so') },
  ],
});

let server;
before(async () => {
  if (!skip) {
    server = await startServer({ changes: changes() });
  }
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const call = (...args) => callAuth(server, ...args);
const post = (path, body, more) => call('POST', path, { body, ...more });

async function register(name) {
  const answer = await post('register', { name, password: PASSWORD });
  assert.equal(answer.status, 201);
  return answer;
}

const login = (name, more = {}) =>
  post('login', { login: name, password: PASSWORD, ...more });

const enter = (...args) => enterAuth(server, ...args);

for (const way of Object.keys(ways)) {
  test(`a token got by HTTP, over ${way}`, { skip }, async () => {
    const name = `way-${way}`;
    const { accessToken, user } = await register(name);
    const socket = await enter({ token: accessToken }, '/custom', ways[way]);
    const open = await enter({}, '/', ways[way]);
    const known = await open.emitWithAck('auth:token', { token: accessToken });
    assert.equal(known.user, user.id);
    const ended = [socket, open].map((s) => next(s, 'auth:ended'));
    const gone = [socket, open].map((s) => next(s, 'disconnect'));
    await call('POST', 'logout', { token: accessToken });
    for (const [{ code }] of await Promise.all(ended)) {
      assert.equal(code, 'signed-out');
    }
    for (const [reason] of await Promise.all(gone)) {
      assert.equal(reason, 'io server disconnect');
    }
  });
}

test('a login over a socket is known to HTTP', { skip }, async () => {
  await register('socket-first');
  const socket = await enter({});
  const answer = await socket.emitWithAck('auth:login',
    { login: 'socket-first', password: PASSWORD });
  const me = await call('GET', 'me', { token: answer.accessToken });
  assert.equal(me.user.name, 'socket-first');
  const fresh = await socket.emitWithAck('auth:refresh',
    { refreshToken: answer.refreshToken });
  assert.equal(fresh.session, answer.session);
  assert.equal((await call('GET', 'me', { token: answer.accessToken })).status,
    401);
  assert.ok(socket.connected);
  socket.disconnect();
});

test('a guest keeps the id as an account', { skip }, async () => {
  const guest = await post('guest', {});
  assert.ok(guest.user.guest);
  const again = await post('guest', { device: guest.device });
  assert.equal(again.user.id, guest.user.id);
  const socket = await enter({ token: again.accessToken }, '/custom');
  const ended = next(socket, 'auth:ended');
  const account = await post('register',
    { name: 'once-guest', password: PASSWORD }, { token: guest.accessToken });
  assert.equal(account.user.id, guest.user.id);
  assert.equal(account.user.guest, false);
  // The device alone is not enough any more, nor what it was given.
  assert.equal((await ended)[0].code, 'signed-in');
  assert.equal((await post('guest', { device: guest.device })).error.code,
    'wrong_device');
  for (const { accessToken } of [guest, again]) {
    assert.equal((await call('GET', 'me', { token: accessToken })).status, 401);
  }
});

test('cookies, for requests and sockets', { skip }, async () => {
  await register('browser');
  const jar = new Jar();
  const answer = await post('login',
    { login: 'browser', password: PASSWORD, cookie: true }, { jar });
  assert.equal(answer.refreshToken, null);
  assert.equal(jar.cookies.get('mortise_csrf'), answer.csrfToken);
  assert.equal((await call('GET', 'me', { jar })).user.name, 'browser');
  const extraHeaders = { Cookie: jar.header };
  const socket = await enter({}, '/custom', { extraHeaders });
  const same = await enter({}, '/custom',
    { extraHeaders: { ...extraHeaders, Origin: server.url } });
  same.disconnect();
  // Refreshing by cookie wants the proof, as all that changes something does.
  assert.equal((await post('refresh', {}, { jar })).error.code, 'csrf');
  const csrf = jar.cookies.get('mortise_csrf');
  const fresh = await post('refresh', {}, { jar, csrf });
  assert.equal(fresh.status, 200);
  assert.equal((await call('GET', 'me', { jar })).status, 200);
  assert.equal((await call('POST', 'logout', { jar })).error.code, 'csrf');
  const ended = next(socket, 'auth:ended');
  await call('POST', 'logout', { jar, csrf });
  assert.equal((await ended)[0].code, 'signed-out');
  assert.equal(jar.cookies.size, 0);
});

test('a page whose scripts see no token', { skip }, async () => {
  const own = await startServer({
    changes: changes({
      database: join(folder, 'tokenless.db'), cookieTokens: false,
    }),
  });
  try {
    const jar = new Jar();
    const ask = (path, body, csrf) =>
      callAuth(own, 'POST', path, { body, jar, csrf });
    const none = (answer) => {
      assert.deepEqual(
        [answer.accessToken, answer.refreshToken], [null, null]);
      assert.ok(answer.expires > Date.now());
      assert.equal(answer.csrfToken, jar.cookies.get('mortise_csrf'));
    };
    const guest = await ask('guest', { cookie: true });
    none(guest);
    const kept = await ask('register',
      { name: 'page', password: PASSWORD, cookie: true }, guest.csrfToken);
    none(kept);
    assert.equal(kept.user.id, guest.user.id);
    none(await ask('refresh', {}, kept.csrfToken));
    none(await ask('login',
      { login: 'page', password: PASSWORD, cookie: true }, kept.csrfToken));
    await enterAuth(own, {}, '/custom',
      { extraHeaders: { Cookie: jar.header } });
    // Who keeps the tokens itself is given them.
    const other = await callAuth(own, 'POST', 'login',
      { body: { login: 'page', password: PASSWORD } });
    assert.equal(typeof other.accessToken, 'string');
    assert.equal(typeof other.refreshToken, 'string');
  } finally {
    await own.stop();
  }
});

test('pages of other sites', { skip }, async () => {
  await register('victim');
  const jar = new Jar();
  await post('login', { login: 'victim', password: PASSWORD, cookie: true },
    { jar });
  const csrf = jar.cookies.get('mortise_csrf');
  const evil = { Origin: 'http://evil.example' };
  // A form cannot send JSON; a script is refused for its origin.
  const form = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify({ login: 'victim', password: PASSWORD }),
  });
  assert.equal(form.status, 415);
  for (const path of ['logout', 'login', 'refresh', 'guest']) {
    const response = await fetch(`${server.url}/auth/${path}`, {
      method: 'POST',
      headers: {
        ...evil, Cookie: jar.header, 'X-CSRF-Token': csrf,
        'Content-Type': 'application/json',
      },
      body: '{}',
    });
    assert.equal(response.status, 403, path);
  }
  for (const transports of [['websocket'], ['polling']]) {
    const socket = socketOf(server, '/custom', {
      transports, extraHeaders: { Cookie: jar.header, ...evil },
    });
    await next(socket, 'connect_error');
    socket.disconnect();
  }
  assert.equal((await call('GET', 'me', { jar })).status, 200);
});

test('a cookie of a page that may connect but is no own one', { skip },
  async () => {
    const open = await startServer({
      changes: {
        ...changes({ database: join(folder, 'open.db') }),
        cors: { origin: 'http://friend.example' },
      },
    });
    const response = await fetch(`${open.url}/auth/guest`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"cookie":true}',
    });
    const jar = new Jar();
    jar.take(response);
    const socket = socketOf(open, '/custom', {
      ...ways.websocket,
      extraHeaders: { Cookie: jar.header, Origin: 'http://friend.example' },
    });
    const [error] = await next(socket, 'connect_error');
    assert.equal(error.data.code, 'login_required');
    socket.disconnect();
    await open.stop();
  });

test('a session that was planted', { skip }, async () => {
  await register('fixed');
  const jar = new Jar();
  const planted = await post('guest', { cookie: true }, { jar });
  const attacker = await enter({ token: planted.accessToken }, '/custom');
  const gone = next(attacker, 'disconnect');
  const csrf = jar.cookies.get('mortise_csrf');
  const answer = await post('login',
    { login: 'fixed', password: PASSWORD, cookie: true }, { jar, csrf });
  assert.notEqual(answer.session, planted.session);
  await gone;
  assert.equal(
    (await call('GET', 'me', { token: planted.accessToken })).status, 401);
});

test('a refresh token that is used twice', { skip }, async () => {
  await register('stolen');
  const first = await login('stolen');
  const other = await login('stolen');
  const socket = await enter({ token: first.accessToken }, '/custom');
  const spared = await enter({ token: other.accessToken }, '/custom');
  const refresh = ({ refreshToken }) => post('refresh', { refreshToken });
  const second = await refresh(first);
  // The answer may have been lost, so until the new one is used it is repeated.
  assert.equal((await refresh(first)).refreshToken, second.refreshToken);
  const third = await refresh(second);
  assert.equal(third.status, 200);
  const ended = next(socket, 'auth:ended');
  const reused = await refresh(first);
  assert.equal(reused.status, 401);
  assert.equal(reused.error.code, 'token_reused');
  assert.equal((await ended)[0].code, 'token-reused');
  assert.equal((await refresh(third)).error.code, 'invalid_token');
  assert.ok(spared.connected);
  // Many at once are tabs of one browser: all get the same.
  const all = await Promise.all(
    Array.from({ length: 8 }, () => refresh(other)));
  assert.deepEqual(all.map(({ status }) => status), Array(8).fill(200));
  assert.equal(new Set(all.map(({ refreshToken }) => refreshToken)).size, 1);
  assert.equal((await call('GET', 'me',
    { token: all[0].accessToken })).status, 200);
});

test('a password that was changed', { skip }, async () => {
  await register('changes');
  const [here, there] = [await login('changes'), await login('changes')];
  const kept = await enter({ token: here.accessToken }, '/custom');
  const out = await enter({ token: there.accessToken }, '/custom');
  const ended = next(out, 'auth:ended');
  const answer = await post('password',
    { password: PASSWORD, newPassword: 'battery staple' },
    { token: here.accessToken });
  assert.equal(answer.status, 200);
  assert.equal((await ended)[0].code, 'password-changed');
  assert.ok(kept.connected);
  assert.equal((await login('changes')).error.code, 'wrong_login');
});

test('SIGHUP in the middle of logins', { skip }, async () => {
  await register('reload');
  const { accessToken } = await login('reload');
  const socket = await enter({ token: accessToken }, '/custom');
  const wrong = await post('login', { login: 'reload', password: 'wrong' });
  assert.equal(wrong.status, 401);
  // Slow passwords, so that jobs of the old build end in the new one.
  const slow = (passes) => changes({ passwords: { memoryKiB: 8192, passes } });
  for (const passes of [4, 5, 6]) {
    const under = Array.from({ length: 4 }, () => login('reload'));
    server.configure(slow(passes));
    const before = server.output.match(/reload \d+: done/g)?.length ?? 0;
    server.signal('SIGHUP');
    await eventually(() => (server.output.match(/reload \d+: done/g)?.length ??
      0) > before, 'the reload');
    for (const { status, accessToken: token } of await Promise.all(under)) {
      assert.equal(status, 200);
      assert.equal((await call('GET', 'me', { token })).status, 200);
    }
  }
  assert.equal((await call('GET', 'me', { token: accessToken })).status, 200);
  assert.ok(socket.connected);
  const ended = next(socket, 'auth:ended');
  await call('POST', 'logout', { token: accessToken });
  assert.equal((await ended)[0].code, 'signed-out');
});

test('SIGHUP in the middle of registrations', { skip: skip || noPython },
  async () => {
    for (const passes of [4, 5, 6]) {
      const names = [0, 1, 2, 3].map((n) => `new-${passes}-${n}`);
      const guest = await post('guest', {});
      const under = names.map((name, n) => post('register',
        { name, password: PASSWORD },
        n === 0 ? { token: guest.accessToken } : {}));
      server.configure(changes({ passwords: { memoryKiB: 8192, passes } }));
      const before = server.output.match(/reload \d+: done/g)?.length ?? 0;
      server.signal('SIGHUP');
      await eventually(() => (server.output.match(/reload \d+: done/g)?.length ??
        0) > before, 'the reload');
      const answers = await Promise.all(under);
      for (const { status, accessToken: token } of answers) {
        assert.equal(status, 201);
        assert.equal((await call('GET', 'me', { token })).status, 200);
      }
      assert.equal(answers[0].user.id, guest.user.id);
      // Each of them once, with one session.
      assert.deepEqual(query(join(folder, 'auth.db'), 'SELECT login, count(*) ' +
        'FROM users u JOIN sessions s ON s.user = u.id WHERE login LIKE ' +
        `'new-${passes}-%' GROUP BY login`), names.map((name) => [name, 1]));
      for (const name of names) {
        assert.equal((await post('register',
          { name, password: PASSWORD })).error.code, 'name_taken');
      }
    }
  });

test('--check leaves the database alone', { skip }, () => {
  const file = join(folder, 'check.json');
  const settings = { development: true, database: join(folder, 'none.db') };
  writeFileSync(file, JSON.stringify({
    mode: 'development', listen: 'localhost:0',
    plugins: [{ name: 'auth', path: plugin, settings }],
  }));
  const check = spawnSync(binary, ['--config', file, '--check']);
  assert.equal(check.status, 0, String(check.stderr));
  assert.ok(!existsSync(settings.database));
  const example = spawnSync(binary,
    ['--config', join(root, 'config/auth.json'), '--check'], { cwd: folder });
  assert.equal(example.status, 0, String(example.stderr));
});

test('bytes that are no text, and too many of them', { skip }, async () => {
  const raw = (body, length) => new Promise((done, fail) => {
    const sent = request(`${server.url}/auth/login`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': length ?? body.length,
      },
    }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    sent.once('error', fail);
    sent.end(body);
  });
  const bytes = Buffer.concat([
    Buffer.from('{"login":"'), Buffer.from([0xff, 0xc0, 0x80]),
    Buffer.from('","password":"x"}')]);
  assert.equal(await raw(bytes), 400);
  assert.equal(await raw(Buffer.from('{"login":"\\ud800","password":"x"}')),
    401);
  const large = JSON.stringify({ login: 'x'.repeat(9000), password: 'x' });
  assert.equal(await raw(Buffer.from(large)), 413);
  assert.equal(await raw(Buffer.from('{"login":"a\\u0000b","password":"x"}')),
    401);
  for (const nasty of ["' OR 1=1 --", '"; DROP TABLE users; --', '%']) {
    assert.equal((await post('login',
      { login: nasty, password: nasty })).status, 401);
    assert.equal((await call('DELETE', `sessions/${encodeURIComponent(nasty)}`,
      { token: (await post('guest', {})).accessToken })).status, 404);
  }
});

test('what is kept is handed out, and goes', { skip }, async () => {
  await register('leaves');
  const { accessToken: token } = await login('leaves');
  const kept = await call('GET', 'export', { token });
  assert.equal(kept.user.name, 'leaves');
  assert.equal(kept.sessions.length, 2);
  assert.ok(kept.audit.some(({ what }) => what === 'login'));
  const socket = await enter({ token }, '/custom');
  const ended = next(socket, 'auth:ended');
  assert.equal((await call('DELETE', 'me',
    { token, body: { password: PASSWORD } })).status, 200);
  assert.equal((await ended)[0].code, 'account-deleted');
  assert.equal((await login('leaves')).error.code, 'wrong_login');
});
