// SPDX-License-Identifier: MIT
//
// What attackers try against accounts, over real HTTP and stock clients. What
// is tried elsewhere stands in the list in plugins/auth/README.md.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  callAuth, enterAuth, Jar, PASSWORD, plugin, skip as missing,
} from './auth.mjs';
import { echo, next, socketOf, ways } from './client.mjs';
import { isSound, noPython, queries, query } from './database.mjs';
import { startServer } from './server.mjs';

const skip = missing || noPython;
const folder = mkdtempSync(join(tmpdir(), 'mortise-auth-attacks-'));
const database = join(folder, 'auth.db');
const servers = [];

async function start(file, more = {}, changes = {}) {
  const settings = {
    development: true,
    database: file,
    namespaces: { '/custom': 'guest' },
    passwords: { memoryKiB: 8, passes: 1 },
    lockout: { tries: 1000, addressTries: 100000 },
    ratesPerMinute: {
      login: 1e6, register: 1e6, guest: 1e6, refresh: 1e6, password: 1e6,
      reset: 1e6, other: 1e6,
    },
    roles: { admin: ['*'], moderator: ['chat.mute'] },
    ...more,
  };
  const server = await startServer({
    changes: {
      log: { level: 'debug' },
      plugins: [
        { name: 'auth', path: plugin, settings },
        {
          name: 'echo',
          path: join(dirname(dirname(plugin)), 'echo/echo.so'),
        },
      ],
      ...changes,
    },
  });
  servers.push(server);
  return server;
}

let server;
let ann; // who has an account, and is signed in
let root; // who may all
const secrets = new Set([PASSWORD]); // whatever was given out or typed

async function call(method, path, more) {
  const answer = await callAuth(server, method, path, more);
  for (const key of ['accessToken', 'refreshToken', 'device', 'csrfToken']) {
    if (answer[key]) {
      secrets.add(answer[key]);
    }
  }
  return answer;
}
const post = (path, body, more) => call('POST', path, { body, ...more });
const login = (name, more = {}) =>
  post('login', { login: name, password: PASSWORD, ...more });

before(async () => {
  if (skip) {
    return;
  }
  server = await start(database);
  ann = await post('register',
    { name: 'ann', email: 'ann@example.org', password: PASSWORD });
  await post('register', { name: 'root', password: PASSWORD });
  query(database, "UPDATE users SET roles = 'admin' WHERE login = 'root'");
  root = await login('root');
});
after(async () => {
  await Promise.all(servers.map((each) => each.stop()));
  rmSync(folder, { recursive: true, force: true });
});

// --- whatever stands in a field

// Each text that anybody may send: where `x` stands.
const escaped = (x) => encodeURIComponent(x);
const fields = {
  guest: (x) => ['POST', 'guest', { device: x }],
  'register, name': (x) => ['POST', 'register', { name: x, password: PASSWORD }],
  'register, email': (x) =>
    ['POST', 'register', { email: x, password: PASSWORD }],
  'register, password': (x) => ['POST', 'register', { name: 'ann', password: x }],
  'login, login': (x) => ['POST', 'login', { login: x, password: PASSWORD }],
  'login, password': (x) => ['POST', 'login', { login: 'ann', password: x }],
  refresh: (x) => ['POST', 'refresh', { refreshToken: x }],
  'password, password': (x) => ['POST', 'password',
    { password: x, newPassword: 'battery staple' }, ann.accessToken],
  'reset/confirm, login': (x) => ['POST', 'reset/confirm',
    { login: x, code: '7KQM-X3TZ', newPassword: 'battery staple' }],
  'reset/confirm, code': (x) => ['POST', 'reset/confirm',
    { login: 'ann', code: x, newPassword: 'battery staple' }],
  'reset/confirm, newPassword': (x) => ['POST', 'reset/confirm',
    { login: 'ann', code: '7KQM-X3TZ', newPassword: x }],
  'me, password': (x) => ['DELETE', 'me', { password: x }, ann.accessToken],
  'roles, roles': (x) => ['PUT', 'admin/users/ann/roles', { roles: [x] },
    root.accessToken],
  'permissions, permissions': (x) => ['PUT', 'admin/roles/moderator',
    { permissions: [x] }, root.accessToken],
  'ban, user': (x) => ['POST', 'admin/bans', { user: x }, root.accessToken],
  'ban, address': (x) => ['POST', 'admin/bans', { address: x },
    root.accessToken],
  'ban, reason': (x) => ['POST', 'admin/bans', { user: 'nobody', reason: x },
    root.accessToken],
  'ban, until': (x) => ['POST', 'admin/bans', { user: 'nobody', until: x },
    root.accessToken],
};
// Those that stand in a path, a query or a header, and so are texts always.
const texts = {
  'a session': (x) => ['DELETE', `sessions/${escaped(x)}`, undefined,
    ann.accessToken],
  'a user': (x) => ['GET', `admin/users/${escaped(x)}`, undefined,
    root.accessToken],
  'a user, roles': (x) => ['PUT', `admin/users/${escaped(x)}/roles`,
    { roles: [] }, root.accessToken],
  'a user, sessions': (x) => ['DELETE', `admin/users/${escaped(x)}/sessions`,
    undefined, root.accessToken],
  "a user's session": (x) => ['DELETE',
    `admin/users/ann/sessions/${escaped(x)}`, undefined, root.accessToken],
  'a role': (x) => ['PUT', `admin/roles/${escaped(`${x}'`)}`,
    { permissions: ['chat.mute'] }, root.accessToken],
  'a ban': (x) => ['DELETE', `admin/bans/${escaped(x)}`, undefined,
    root.accessToken],
  bearer: (x) => ['GET', 'me', undefined, escaped(x)],
};
const lists = {
  users: ['find', 'role', 'banned', 'after', 'limit'],
  bans: ['kind', 'subject', 'after', 'limit'],
  audit: ['user', 'by', 'what', 'address', 'before', 'limit'],
};

const searches = ['find', 'role', 'subject', 'user', 'by', 'what', 'address'];

const SQL = [
  "' OR '1'='1", "ann' --", "'; DROP TABLE users; --", '" OR ""="',
  "') UNION SELECT password FROM users --", '%', '_nn', 'ann\\', '?1', ':a',
  "x' || (SELECT password FROM users) || '",
];

const send = ([method, path, body, token]) =>
  call(method, path, { body, token });

const kept = () => queries(database,
  'SELECT * FROM sqlite_schema', 'SELECT * FROM permissions',
  'SELECT * FROM bans', 'SELECT id, login, email, password, device, roles ' +
  "FROM users WHERE login IN ('ann', 'root')", 'SELECT count(*) FROM users',
  `SELECT id FROM sessions WHERE user = '${ann.user.id}'`);

test('SQL in every text of every route', { skip }, async () => {
  const then = kept();
  for (const [what, make] of Object.entries({ ...fields, ...texts })) {
    for (const x of SQL) {
      const { status } = await send(make(x));
      assert.ok(status >= 400 && status < 500, `${what}: ${x} gives ${status}`);
    }
  }
  for (const [list, keys] of Object.entries(lists)) {
    for (const key of keys) {
      for (const x of SQL) {
        const answer = await call('GET', `admin/${list}?${key}=${escaped(x)}`,
          { token: root.accessToken });
        assert.ok(answer.status < 500, `${list}, ${key}: ${x}`);
        if (answer.status === 200 && searches.includes(key)) {
          assert.deepEqual(answer[list], [], `${list}, ${key}: ${x}`);
        }
      }
    }
  }
  for (const x of SQL) {
    const headers = { 'User-Agent': x, Cookie: `mortise_access=${escaped(x)}` };
    assert.equal((await call('GET', 'me', { headers })).status, 401);
    assert.deepEqual(await post('reset', { login: x }), { status: 200, ok: true });
  }
  assert.deepEqual(kept(), then);
  assert.ok(isSound(database));
  assert.doesNotMatch(server.output, /error.*database/);
});

test('SQL in every text of every event', { skip }, async () => {
  const then = kept();
  const socket = await enterAuth(server, { token: root.accessToken });
  const stranger = await enterAuth(server, {});
  const events = (x) => [
    [stranger, 'auth:token', { token: x }],
    [stranger, 'auth:login', { login: x, password: PASSWORD }],
    [stranger, 'auth:login', { login: 'ann', password: x }],
    [stranger, 'auth:refresh', { refreshToken: x }],
    [socket, 'auth:admin:user', { user: x }],
    [socket, 'auth:admin:set-roles', { user: x, roles: [] }],
    [socket, 'auth:admin:set-roles', { user: 'ann', roles: [x] }],
    [socket, 'auth:admin:set-permissions',
      { role: `${x}'`, permissions: ['chat.mute'] }],
    [socket, 'auth:admin:set-permissions',
      { role: 'moderator', permissions: [x] }],
    [socket, 'auth:admin:end-sessions', { user: x }],
    [socket, 'auth:admin:end-sessions', { user: 'ann', session: x }],
    [socket, 'auth:admin:ban', { user: x }],
    [socket, 'auth:admin:ban', { address: x }],
  ];
  for (const x of SQL) {
    for (const [from, event, body] of events(x)) {
      const answer = await from.emitWithAck(event, body);
      assert.ok(answer.error && answer.error.code !== 'internal',
        `${event} ${JSON.stringify(body)}`);
    }
    for (const [event, body] of [
      ['users', { find: x }], ['users', { role: x }], ['bans', { subject: x }], ['audit', { user: x }], ['audit', { by: x }],
      ['audit', { what: x }], ['audit', { address: x }],
    ]) {
      const answer = await socket.emitWithAck(`auth:admin:${event}`, body);
      assert.ok(answer.error
        ? answer.error.code !== 'internal' : answer[event].length === 0,
      `${event} ${JSON.stringify(body)}`);
    }
    const refused = socketOf(server, '/', { ...ways.websocket, auth: { token: x } });
    const [error] = await next(refused, 'connect_error');
    assert.equal(error.data.code, 'invalid_token');
    refused.disconnect();
  }
  assert.deepEqual(kept(), then);
  socket.disconnect();
  stranger.disconnect();
});

test('anything in place of a text', { skip }, async () => {
  const then = kept();
  let deep = 'x';
  for (let i = 0; i < 12; i += 1) {
    deep = [deep];
  }
  const odd = [
    null, true, 0, -1, 1e308, 2 ** 53, [], {}, ['ann'], { ann: PASSWORD },
    { $ne: null }, deep, '', ' ', 'ann\0', '\0', 'x'.repeat(7000), '\ud800',
    '\u{1f600}'.repeat(1000), 'a\r\nSet-Cookie: a=b', '\x1b[31m', '../../ann',
    '${jndi:ldap://x}', '{{7*7}}', '<script>',
  ];
  for (const [what, make] of Object.entries(fields)) {
    for (const x of odd) {
      const { status } = await send(make(x));
      assert.ok(status >= 400 && status < 500,
        `${what}: ${JSON.stringify(x).slice(0, 40)} gives ${status}`);
    }
  }
  assert.deepEqual(kept(), then);
  assert.doesNotMatch(server.output, /[\x00-\x08\x0b-\x1f]/);
});

const raw = async (path, body, type = 'application/json') => {
  const response = await fetch(`${server.url}/auth/${path}`, {
    method: 'POST', headers: { 'Content-Type': type }, body,
  });
  return [response.status, await response.text()];
};

test('JSON that is none, or too deep', { skip }, async () => {
  for (const body of [
    '', '{', '[]', '"x"', 'null', '{}{}', '{"login":"ann",}', '[{}]',
    '\ufeff{}', '{"login":NaN}', "{'login':'ann'}", '['.repeat(4000),
    '{"a":'.repeat(1600), `${'['.repeat(4000)}${']'.repeat(4000)}`,
  ]) {
    for (const path of ['guest', 'register', 'login', 'refresh', 'reset']) {
      assert.equal((await raw(path, body))[0], 400, `${path} ${body.slice(0, 9)}`);
    }
  }
  assert.equal((await raw('login', `{"login":"${'x'.repeat(9000)}"}`))[0], 413);
  for (const type of [
    'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data',
    'application/jsonp', 'text/json', 'text/plain; application/json',
  ]) {
    assert.equal((await raw('guest', '{}', type))[0], 415, type);
  }
});

// Whoever looks at a body on its way and whoever answers it must not see two
// different ones: of two members of a name it is the same one everywhere.
test('two members of one name', { skip }, async () => {
  const twice = (key, a, b, rest) => `{"${key}":"${a}","${key}":"${b}",${rest}}`;
  const results = await Promise.all([
    raw('login', twice('login', 'nobody', 'ann', `"password":"${PASSWORD}"`)),
    raw('login', twice('password', 'wrong', PASSWORD, '"login":"ann"')),
    raw('login', twice('login', 'ann', 'nobody', `"password":"${PASSWORD}"`)),
    raw('login', twice('password', PASSWORD, 'wrong', '"login":"ann"')),
  ]);
  const [lastLogin, lastPassword, firstLogin, firstPassword] =
    results.map(([status]) => status === 200);
  assert.equal(lastLogin, lastPassword);
  assert.equal(firstLogin, firstPassword);
  assert.notEqual(lastLogin, firstLogin);
});

// --- cookies

// Another host of the domain can set a cookie beside ours, and have it sent
// first.
test('two cookies of one name', { skip }, async () => {
  const victim = new Jar();
  const attacker = new Jar();
  await login('ann', { cookie: true }, { jar: victim });
  const body = { login: 'ann', password: PASSWORD, cookie: true };
  await post('login', body, { jar: victim });
  await post('guest', { cookie: true }, { jar: attacker });
  for (const both of [
    `${attacker.header}; ${victim.header}`,
    `${victim.header}; ${attacker.header}`,
  ]) {
    const headers = { Cookie: both };
    assert.equal((await call('GET', 'me', { headers })).status, 401);
    for (const jar of [victim, attacker]) {
      const more = { headers, csrf: jar.cookies.get('mortise_csrf') };
      assert.equal((await post('refresh', {}, more)).status, 401);
      assert.equal((await call('POST', 'logout', more)).status, 401);
    }
    const socket = socketOf(server, '/custom',
      { ...ways.websocket, extraHeaders: headers });
    const [error] = await next(socket, 'connect_error');
    assert.equal(error.data.code, 'login_required');
    socket.disconnect();
  }
  // The same one twice is no question, nor is one that only looks like it.
  const twice = `xmortise_access=1; ${victim.header}; ${victim.header}; ` +
    'mortise_access_=2';
  const { status, user } = await call('GET', 'me',
    { headers: { Cookie: twice } });
  assert.equal(status, 200);
  assert.equal(user.name, 'ann');
});

test('the proof of another session', { skip }, async () => {
  const [mine, others] = [new Jar(), new Jar()];
  await post('guest', { cookie: true }, { jar: mine });
  await post('guest', { cookie: true }, { jar: others });
  const wrong = others.cookies.get('mortise_csrf');
  for (const csrf of [undefined, 'x', wrong, `${wrong}x`]) {
    for (const [method, path, body] of [
      ['POST', 'logout'], ['POST', 'refresh', {}], ['DELETE', 'me'],
      ['DELETE', 'sessions/x'], ['POST', 'admin/bans', { user: 'ann' }],
      ['POST', 'password', { password: 'x', newPassword: 'battery staple' }],
      ['PUT', 'admin/users/ann/roles', { roles: [] }],
    ]) {
      const answer = await call(method, path, { jar: mine, csrf, body });
      assert.equal(answer.error.code, 'csrf', `${method} ${path}`);
    }
  }
  assert.equal((await call('GET', 'me', { jar: mine })).status, 200);
});

// --- who exists

// All that an answer says, but when and how long.
async function wholeAnswer(at, path, body) {
  const response = await fetch(`${at.url}/auth/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  const text = await response.text();
  return { status: response.status, headers, text };
}

test('who exists is not told', { skip }, async () => {
  const banned = await post('register', { name: 'banned', password: PASSWORD });
  await post('admin/bans', { user: 'banned' }, { token: root.accessToken });
  assert.equal((await login('banned')).error.code, 'banned');
  const fresh = { newPassword: 'battery staple', code: '7KQM-X3TZ' };
  for (const [path, body] of [
    ['login', { password: 'wrong' }], ['reset', {}], ['reset/confirm', fresh],
    ['reset/confirm', { ...fresh, code: 'none' }],
  ]) {
    const nobody = await wholeAnswer(server, path, { login: 'nobody', ...body });
    for (const name of [
      'ann', 'ann@example.org', 'banned', 'nobody@example.org', banned.user.id,
    ]) {
      assert.deepEqual(await wholeAnswer(server, path, { login: name, ...body }),
        nobody, `${path} ${name}`);
    }
  }
  const devices = await Promise.all(
    [ann.user.id, 'x', banned.session].map((device) =>
      wholeAnswer(server, 'guest', { device })));
  assert.deepEqual(devices[1], devices[0]);
  assert.deepEqual(devices[2], devices[0]);
});

test('who is locked out is not told either', { skip }, async () => {
  const locking = await start(join(folder, 'locking.db'),
    { lockout: { tries: 2, seconds: 3600, secondsMax: 3600 } });
  await callAuth(locking, 'POST', 'register',
    { body: { name: 'ann', password: PASSWORD } });
  const told = {};
  for (const name of ['ann', 'nobody']) {
    const body = { login: name, password: 'wrong' };
    told[name] = [];
    for (let i = 0; i < 4; i += 1) {
      const { status, headers, text } = await wholeAnswer(locking, 'login', body);
      const { error } = JSON.parse(text);
      assert.ok(status === (i < 2 ? 401 : 429));
      assert.ok(i < 2 || error.retry > 0);
      told[name].push([
        status, error.code, error.message, headers.map(([key]) => key)]);
    }
  }
  assert.deepEqual(told.ann, told.nobody);
});

// --- too much

test('a thousand logins at once', { skip }, async () => {
  const small = await start(join(folder, 'small.db'),
    { passwords: { memoryKiB: 8192, passes: 2 } },
    { jobs: { threads: 2, queue: 40 } });
  await callAuth(small, 'POST', 'register',
    { body: { name: 'ann', password: PASSWORD } });
  const socket = await enterAuth(small, {});
  let under = 1000;
  const body = JSON.stringify({ login: 'ann', password: PASSWORD });
  const all = Array.from({ length: under }, async () => {
    const response = await fetch(`${small.url}/auth/login`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body,
    });
    under -= 1;
    return [response.status, await response.json()];
  });
  let echoed = 0;
  while (under > 0) {
    assert.deepEqual(await echo(socket, echoed), [echoed]);
    echoed += under > 0 ? 1 : 0;
  }
  const answers = await Promise.all(all);
  const busy = answers.filter(([status]) => status === 503);
  const good = answers.filter(([status]) => status === 200);
  assert.equal(busy.length + good.length, 1000);
  assert.ok(busy.length > 0 && good.length > 0 && echoed > 0);
  for (const [, { error }] of busy) {
    assert.equal(error.code, 'busy');
    assert.ok(error.retry > 0);
  }
  // Those that nobody looked at have not been counted as wrong.
  assert.equal((await callAuth(small, 'POST', 'login',
    { body: JSON.parse(body) })).status, 200);
  socket.disconnect();
});

// The last of them: all of the above has been done to this server.
test('the log has no secrets, and nobody of who signs in', { skip },
  async () => {
    const socket = await enterAuth(server, { token: ann.accessToken });
    assert.deepEqual(await echo(socket, 1), [1]);
    socket.disconnect();
    assert.ok(secrets.size > 10);
    for (const secret of secrets) {
      assert.ok(!server.output.includes(secret), 'a secret is in the log');
    }
    for (const { user, session } of [ann, root]) {
      assert.ok(!server.output.includes(user.id));
      assert.ok(!server.output.includes(session));
    }
  });
