// SPDX-License-Identifier: MIT
//
// Administrators and bans, over real HTTP and stock clients: who is let in,
// who is put out and with what words, by every transport and across a reload.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect, next, socketOf, ways } from './client.mjs';
import { binary, eventually, startServer } from './server.mjs';

const plugin = join(dirname(binary), 'plugins/auth/auth.so');
const skip = existsSync(plugin) ? false : 'the plugin auth was not built';
const PASSWORD = 'correct horse';
const folder = mkdtempSync(join(tmpdir(), 'mortise-auth-admin-'));

const changes = (more = {}) => ({
  plugins: [
    {
      name: 'auth',
      path: plugin,
      settings: {
        development: true,
        database: join(folder, 'auth.db'),
        namespaces: { '/custom': 'role:chat.mute' },
        passwords: { memoryKiB: 8, passes: 1 },
        ratesPerMinute: { login: 1000, register: 1000, guest: 1000 },
        roles: { admin: ['*'], moderator: ['chat.mute', 'auth.ban'] },
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

async function call(method, path, { token, body } = {}) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  const response = await fetch(`${server.url}/auth/${path}`, {
    method, headers, body: body && JSON.stringify(body),
  });
  return { status: response.status, ...await response.json() };
}

async function register(name) {
  const answer = await call('POST', 'register',
    { body: { name, password: PASSWORD } });
  assert.equal(answer.status, 201, name);
  return { id: answer.user.id, name, token: answer.accessToken,
    refresh: answer.refreshToken };
}

// As the operator, by the control socket.
function operator(...words) {
  const out = execFileSync(binary,
    ['ctl', '--config', server.file, ...words, '--json'], { encoding: 'utf8' });
  return JSON.parse(out);
}

let admin;
test('the first administrator', { skip }, async () => {
  admin = await register('root');
  const answer = await call('GET', 'admin/users', { token: admin.token });
  assert.equal(answer.error.code, 'not_allowed');
  operator('auth', 'set-roles', 'root', 'admin');
  const list = await call('GET', 'admin/users?find=root',
    { token: admin.token });
  assert.deepEqual(list.users[0].roles, ['admin']);
});

test('a role lets in and its loss puts out, at once', { skip }, async () => {
  const bob = await register('bob');
  const refused = socketOf(server, '/custom', { auth: { token: bob.token } });
  const [error] = await next(refused, 'connect_error');
  assert.equal(error.data.code, 'role_required');
  const set = (roles) => call('PUT', 'admin/users/bob/roles',
    { token: admin.token, body: { roles } });
  assert.deepEqual((await set(['moderator'])).roles, ['moderator']);
  const inside = await connect(server, '/custom', { auth: { token: bob.token } });
  const beside = await connect(server, '/', { auth: { token: bob.token } });
  const ended = next(inside, 'auth:ended');
  const gone = next(inside, 'disconnect');
  await set([]);
  assert.equal((await ended)[0].code, 'role_required');
  assert.equal((await gone)[0], 'io server disconnect');
  assert.ok(beside.connected);
  beside.disconnect();
});

for (const [way, options] of Object.entries(ways)) {
  test(`a ban of an account, by ${way}`, { skip }, async () => {
    const user = await register(`spammer-${way}`);
    const other = await register(`friend-${way}`);
    const socket = await connect(server, '/',
      { ...options, auth: { token: user.token } });
    const spared = await connect(server, '/',
      { ...options, auth: { token: other.token } });
    const boss = await connect(server, '/', { auth: { token: admin.token } });
    const ended = next(socket, 'auth:ended');
    const gone = next(socket, 'disconnect');
    const { ban } = await boss.emitWithAck('auth:admin:ban',
      { user: user.name, reason: 'Spam', seconds: 600 });
    const said = { code: 'banned', reason: 'Spam', until: ban.until };
    assert.deepEqual((await ended)[0], said);
    assert.equal((await gone)[0], 'io server disconnect');

    const again = socketOf(server, '/',
      { ...options, auth: { token: user.token } });
    const [error] = await next(again, 'connect_error');
    assert.equal(error.message, 'Spam');
    assert.deepEqual(error.data, said);
    const login = await call('POST', 'login',
      { body: { login: user.name, password: PASSWORD } });
    assert.equal(login.status, 403);
    assert.deepEqual(login.error.data, said);
    const refresh = await call('POST', 'refresh',
      { body: { refreshToken: user.refresh } });
    assert.equal(refresh.error.code, 'banned');

    assert.ok(spared.connected);
    await boss.emitWithAck('auth:admin:unban', { id: ban.id });
    (await connect(server, '/', { ...options, auth: { token: user.token } }))
      .disconnect();
    boss.disconnect();
    spared.disconnect();
  });
}

test('nobody bans above themselves, nor themselves', { skip }, async () => {
  const guard = await register('guard');
  operator('auth', 'set-roles', 'guard', 'moderator');
  const ban = async (who, body) =>
    (await call('POST', 'admin/bans', { token: who.token, body })).error.code;
  assert.equal(await ban(guard, { user: 'root' }), 'outranked');
  assert.equal(await ban(guard, { user: 'guard' }), 'yourself');
  assert.equal(await ban(admin, { address: '127.0.0.0/8' }), 'yourself');
  assert.equal(await ban(admin, { address: '::ffff:127.0.0.1' }), 'yourself');
  assert.equal((await call('POST', 'admin/bans',
    { body: { user: 'root' } })).error.code, 'login_required');
});

test('a ban outlives a reload', { skip }, async () => {
  const user = await register('lasting');
  await call('POST', 'admin/bans',
    { token: admin.token, body: { user: 'lasting', reason: 'For good' } });
  const before = server.output.match(/reload \d+: done/g)?.length ?? 0;
  server.configure(changes({ auditDays: 91 }));
  server.signal('SIGHUP');
  await eventually(() => (server.output.match(/reload \d+: done/g)?.length ??
    0) > before, 'the reload');
  const socket = socketOf(server, '/', { auth: { token: user.token } });
  const [error] = await next(socket, 'connect_error');
  assert.deepEqual(error.data,
    { code: 'banned', reason: 'For good', until: null });
  const { audit } = await call('GET', 'admin/audit?what=ban&limit=1',
    { token: admin.token });
  assert.equal(audit[0].by, admin.id);
  assert.equal(audit[0].user, user.id);
});
