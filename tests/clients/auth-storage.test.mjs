// SPDX-License-Identifier: MIT
//
// A disk that is full and a database that somebody keeps locked: requests are
// answered with an error, the server goes on, what was acknowledged is there
// afterwards, and of what was not there is nothing.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { callAuth, enterAuth, PASSWORD, plugin, skip } from './auth.mjs';
import { echo } from './client.mjs';
import {
  isSound, limitFiles, noLimits, noPython, queries, query, whileLocked,
} from './database.mjs';
import { eventually, startServer } from './server.mjs';

const FRESH = 'battery staple';
const folder = mkdtempSync(join(tmpdir(), 'mortise-auth-storage-'));
const servers = [];

after(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const ECHO =
  { name: 'echo', path: join(dirname(dirname(plugin)), 'echo/echo.so') };
const authOf = (database, more = {}) => ({
  name: 'auth',
  path: plugin,
  settings: {
    development: true,
    database,
    passwords: { memoryKiB: 8, passes: 1 },
    ratesPerMinute: {
      login: 10000, register: 10000, guest: 10000, password: 10000,
      reset: 10000,
    },
    roles: { admin: ['*'], moderator: ['chat.mute'] },
    ...more,
  },
});

async function start(database) {
  const server = await startServer({
    changes: { plugins: [authOf(database), ECHO] },
  });
  servers.push(server);
  return server;
}

const register = (server, name) => callAuth(server, 'POST', 'register',
  { body: { name, password: PASSWORD } });
const login = (server, name, password = PASSWORD) =>
  callAuth(server, 'POST', 'login', { body: { login: name, password } });

// Ann, who is signed in twice, and somebody who may all.
async function people(server, database) {
  const ann = await register(server, 'ann');
  const other = await login(server, 'ann');
  await register(server, 'root');
  query(database, "UPDATE users SET roles = 'admin' WHERE login = 'root'");
  const root = await login(server, 'root');
  query(database,
    "INSERT INTO bans(kind, subject, reason, until, created) VALUES" +
    "('address', '192.0.2.0/24', '', 0, 0)");
  return { ann, other, root };
}

// All that there is to ask for: [method, path, body, token].
function requests({ ann, other, root }) {
  const [a, r] = [ann.accessToken, root.accessToken];
  return {
    writes: [
      ['POST', 'guest', {}],
      ['POST', 'register', { name: 'late', password: PASSWORD }],
      ['POST', 'login', { login: 'ann', password: PASSWORD }],
      ['POST', 'login', { login: 'ann', password: 'wrong' }],
      ['POST', 'login', { login: 'nobody', password: 'wrong' }],
      ['POST', 'refresh', { refreshToken: other.refreshToken }],
      ['POST', 'logout', undefined, a],
      ['POST', 'password', { password: PASSWORD, newPassword: FRESH }, a],
      ['POST', 'password', { password: 'wrong', newPassword: FRESH }, a],
      ['POST', 'reset/confirm',
        { login: 'ann', code: '7KQM-X3TZ', newPassword: FRESH }],
      ['DELETE', `sessions/${other.session}`, undefined, a],
      ['DELETE', 'me', { password: PASSWORD }, a],
      ['PUT', 'admin/users/ann/roles', { roles: ['moderator'] }, r],
      ['PUT', 'admin/roles/moderator', { permissions: ['chat.kick'] }, r],
      ['DELETE', 'admin/users/ann/sessions', undefined, r],
      ['POST', 'admin/bans', { user: 'ann' }, r],
      ['DELETE', 'admin/bans/1', undefined, r],
    ],
    reads: [
      ['GET', 'me', undefined, a],
      ['GET', 'sessions', undefined, a],
      ['GET', 'export', undefined, a],
      ['GET', 'admin/users', undefined, r],
      ['GET', 'admin/users/ann', undefined, r],
      ['GET', 'admin/bans', undefined, r],
      ['GET', 'admin/audit', undefined, r],
    ],
  };
}

const askAll = (server, list) => Promise.all(list.map(
  async ([method, path, body, token]) => ({
    what: `${method} ${path}`,
    ...await callAuth(server, method, path, { body, token }),
  })));

function areErrors(answers, expected, code) {
  for (const { what, status, error } of answers) {
    assert.equal(status, expected, what);
    assert.equal(error.code, code, what);
    assert.equal(error.retry > 0, code === 'busy', what);
  }
}

// All that requests change.
const contents = (database) => queries(database,
  'SELECT * FROM users ORDER BY id', 'SELECT * FROM sessions ORDER BY id',
  'SELECT * FROM bans', 'SELECT * FROM permissions', 'SELECT * FROM codes',
  'SELECT * FROM tries', 'SELECT * FROM audit');

test('a database that somebody keeps locked', { skip: skip || noPython },
  async () => {
    const database = join(folder, 'locked.db');
    const server = await start(database);
    const all = await people(server, database);
    const socket = await enterAuth(server, { token: all.ann.accessToken });
    const before = contents(database);
    const { writes, reads } = requests(all);
    let joined;

    await whileLocked(database, async () => {
      let waiting = true;
      const under = askAll(server, [...writes, ...reads]);
      under.finally(() => {
        waiting = false;
      });
      // Meanwhile others are served: sockets, tokens, what needs no disk.
      assert.deepEqual(await echo(socket, 'here'), ['here']);
      joined = await enterAuth(server, { token: all.root.accessToken });
      assert.equal((await callAuth(server, 'GET', 'me')).status, 401);
      assert.ok(waiting, 'an answer while it was locked came too early');
      areErrors(await under, 503, 'busy');
      // Nobody is told who exists, here either.
      assert.deepEqual(
        await callAuth(server, 'POST', 'reset', { body: { login: 'ann' } }),
        { status: 200, ok: true });
      areErrors(await askAll(server, reads), 503, 'busy'); // behind it
      // A build that cannot have the file does not come, and the one that is
      // there stays.
      server.configure({
        plugins: [authOf(database, { guests: false }), ECHO],
      });
      server.signal('SIGHUP');
      await eventually(() => /reload 1: refused/.test(server.output),
        'the end of the reload', 30_000);
    });

    assert.deepEqual(contents(database), before);
    assert.ok(isSound(database));
    assert.ok(socket.connected && joined.connected);
    // Nothing was used up, and nobody is kept out for what was not looked at.
    assert.equal((await callAuth(server, 'POST', 'refresh',
      { body: { refreshToken: all.other.refreshToken } })).status, 200);
    assert.equal((await register(server, 'late')).status, 201);
    for (let i = 0; i < 4; i += 1) {
      assert.equal((await login(server, 'ann', 'wrong')).status, 401);
    }
    assert.equal((await login(server, 'ann')).status, 200);
    assert.match(server.output, /database is locked/);
    assert.equal((await callAuth(server, 'POST', 'guest', { body: {} })).status,
      200);
    server.signal('SIGHUP');
    await eventually(() => /reload 2: done/.test(server.output), 'the reload');
    assert.equal((await callAuth(server, 'POST', 'guest',
      { body: {} })).error.code, 'no_guests');
    assert.ok(socket.connected && joined.connected);
    socket.disconnect();
    joined.disconnect();
  });

test('a disk that is full', { skip: skip || noPython || noLimits },
  async () => {
    const database = join(folder, 'full.db');
    const server = await start(database);
    const all = await people(server, database);
    const socket = await enterAuth(server, { token: all.ann.accessToken });
    limitFiles(server.pid, statSync(`${database}-wal`).size + 100_000);

    // In a row and beside each other, until nothing goes any more.
    const kept = new Map([['ann', 2], ['root', 2]]);
    const lost = [];
    for (let i = 0; lost.length < 30; i += 1) {
      const names = [0, 1, 2].map((n) => `user${i}-${n}`);
      const answers = await Promise.all(
        names.map((name) => register(server, name)));
      answers.forEach(({ status, error }, n) => {
        assert.ok(status === 201 || (status === 500 &&
          error.code === 'internal'), `${status} ${error?.code}`);
        if (status === 201) {
          kept.set(names[n], 1);
        } else {
          lost.push(names[n]);
        }
      });
      assert.ok(i < 2000, 'the disk is never full');
    }
    assert.ok(kept.size > 2);
    limitFiles(server.pid, 4096); // also for what is small
    const before = contents(database);
    const { writes, reads } = requests(all);
    areErrors(await askAll(server, writes), 500, 'internal');
    for (const { what, status } of await askAll(server, reads)) {
      assert.equal(status, 200, what);
    }
    assert.deepEqual(await echo(socket, 'here'), ['here']);
    assert.deepEqual(contents(database), before);
    assert.ok(isSound(database));

    // Whoever was told so has an account and a session, and nobody else.
    const found = query(database, 'SELECT login, count(s.id) FROM users u ' +
      'LEFT JOIN sessions s ON s.user = u.id GROUP BY u.id');
    assert.deepEqual(new Map(found.sort()), new Map([...kept].sort()));
    limitFiles(server.pid, 'unlimited');
    for (const name of lost) {
      assert.equal((await register(server, name)).status, 201, name);
    }
    for (const name of kept.keys()) {
      assert.equal((await login(server, name)).status, 200, name);
    }
    assert.equal((await callAuth(server, 'POST', 'refresh',
      { body: { refreshToken: all.other.refreshToken } })).status, 200);
    assert.ok(socket.connected);
    socket.disconnect();
    await server.stop();
    assert.ok(isSound(database));
  });
