// SPDX-License-Identifier: MIT
//
// Tokens of another issuer, signed here with node's own crypto: each algorithm
// over each transport, requests and sockets, what attackers try, and keys that
// are exchanged while sockets stay.

import assert from 'node:assert/strict';
import {
  createHmac, createPublicKey, generateKeyPairSync, sign,
} from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { callAuth, enterAuth, plugin, skip } from './auth.mjs';
import { echo, next, socketOf, ways } from './client.mjs';
import { binary, eventually, startServer } from './server.mjs';

const ISSUER = 'https://login.example/';
const SECRET = 'the backend next door knows this secret too';
const folder = mkdtempSync(join(tmpdir(), 'mortise-jwt-'));
const jwks = join(folder, 'jwks.json');

const makers = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

const newKey = (alg, kid) => ({ alg, kid, ...makers[alg]() });

function publish(...keys) {
  const members = keys.map(({ alg, kid, publicKey }) => (
    { ...publicKey.export({ format: 'jwk' }), alg, kid, use: 'sig' }));
  writeFileSync(`${jwks}.next`, JSON.stringify({ keys: members }));
  renameSync(`${jwks}.next`, jwks);
}

const encode = (value) =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

const seconds = () => Math.floor(Date.now() / 1000);

function signature({ alg, privateKey, secret }, text) {
  if (alg === 'HS256') {
    return createHmac('sha256', secret).update(text).digest();
  }
  return sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(text),
    { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

function tokenOf(key, claims = {}, header = {}) {
  const text = [
    { alg: key.alg, typ: 'JWT', kid: key.kid, ...header },
    {
      iss: ISSUER, aud: 'chat', sub: 'ann', iat: seconds(),
      exp: seconds() + 600, ...claims,
    },
  ].map(encode).join('.');
  return `${text}.${signature(key, text).toString('base64url')}`;
}

const backend = { alg: 'HS256', secret: SECRET };
const ofBackend = (claims) => tokenOf(backend, { iss: 'backend', ...claims });
const keys = Object.keys(makers).map((alg) => newKey(alg, `first-${alg}`));

const changes = (more = {}) => ({
  plugins: [
    {
      name: 'auth',
      path: plugin,
      settings: {
        development: true,
        database: join(folder, 'auth.db'),
        namespaces: { '/custom': 'user' },
        sessions: { warnSeconds: 2 },
        issuers: [
          {
            name: 'idp', issuer: ISSUER, audience: 'chat', jwks,
            rolesClaim: ['realm_access', 'roles'], clockSkewSeconds: 0,
          },
          {
            name: 'backend', issuer: 'backend', audience: 'chat',
            algorithm: 'HS256', key: SECRET, clockSkewSeconds: 0,
          },
        ],
        ...more,
      },
    },
    { name: 'echo', path: join(dirname(binary), 'plugins/echo/echo.so') },
  ],
});

let server;
before(async () => {
  if (!skip) {
    publish(...keys);
    server = await startServer({ changes: changes() });
  }
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const enter = (token, way) => enterAuth(server, { token }, '/custom', way);
const me = (token) => callAuth(server, 'GET', 'me', { token });

async function refused(token) {
  const socket = socketOf(server, '/custom', { auth: { token } });
  const [error] = await next(socket, 'connect_error');
  socket.disconnect();
  return error.data?.code;
}

for (const way of Object.keys(ways)) {
  test(`each algorithm, over ${way}`, { skip }, async () => {
    for (const key of keys) {
      const token = tokenOf(key, { realm_access: { roles: ['player', '*'] } });
      const socket = await enter(token, ways[way]);
      assert.deepEqual(await echo(socket, key.alg), [key.alg]);
      const { user } = await me(token);
      assert.deepEqual(user, {
        id: 'idp:ann', name: null, display: 'guest-29c03c', email: null,
        guest: false, roles: ['player'],
      });
      socket.disconnect();
    }
    const socket = await enter(ofBackend(), ways[way]);
    assert.equal((await me(ofBackend())).user.id, 'backend:ann');
    socket.disconnect();
  });
}

test('what attackers sign', { skip }, async () => {
  const [rsa, ec] = keys;
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const confused = { alg: 'HS256', kid: rsa.kid, secret: pem };
  const [header, payload] = tokenOf(rsa).split('.');
  const other = newKey('RS256', rsa.kid);
  const tokens = {
    'key confusion': tokenOf(confused),
    'key confusion, RS256 said': tokenOf(confused, {}, { alg: 'RS256' }),
    'alg none': `${encode({ alg: 'none' })}.${payload}.`,
    'no signature': `${header}.${payload}.`,
    'a key of their own': tokenOf(other),
    'their own key within': tokenOf(other, {},
      { jwk: createPublicKey(other.privateKey).export({ format: 'jwk' }) }),
    'the kid of another key': tokenOf({ ...rsa, kid: ec.kid }),
    'a kid that is none': tokenOf({ ...rsa, kid: 'x' }),
    'no kid': tokenOf({ ...rsa, kid: undefined }),
    'crit': tokenOf(rsa, {}, { crit: ['exp'] }),
    'the other issuer': tokenOf(rsa, { iss: 'backend' }),
    'the other secret': tokenOf(backend),
    'another audience': tokenOf(rsa, { aud: 'mail' }),
    'expired': tokenOf(rsa, { exp: seconds() - 1 }),
    'no end': tokenOf(rsa, { exp: undefined }),
    'not yet': tokenOf(rsa, { nbf: seconds() + 60 }),
    'padding': `${tokenOf(ec)}==`,
    'nobody': tokenOf(rsa, { sub: undefined }),
  };
  for (const [what, token] of Object.entries(tokens)) {
    assert.equal(await refused(token), 'invalid_token', what);
    assert.equal((await me(token)).status, 401, what);
  }
  assert.equal((await me(tokenOf(rsa))).status, 200);
});

test('a token that ends, and the next one', { skip }, async () => {
  const first = ofBackend({ sub: 'bob', exp: seconds() + 6 });
  const [stays, goes] = await Promise.all([enter(first), enter(first)]);
  const warned = next(goes, 'auth:expiring');
  const gone = next(goes, 'disconnect');
  const exp = seconds() + 600;
  const answer = await stays.emitWithAck('auth:token',
    { token: ofBackend({ sub: 'bob', exp }) });
  assert.deepEqual(answer, { user: 'backend:bob', expires: exp * 1000 });
  const [{ expires }] = await warned;
  assert.ok(expires < exp * 1000);
  await gone;
  assert.equal(await refused(first), 'invalid_token');
  assert.ok(stays.connected);
  assert.deepEqual(await echo(stays, 1), [1]);
  stays.disconnect();
});

test('no account of ours', { skip }, async () => {
  const token = ofBackend();
  for (const [method, path] of [['POST', 'logout'], ['GET', 'export'],
    ['GET', 'sessions'], ['DELETE', 'me']]) {
    const { status, error } = await callAuth(server, method, path, { token });
    assert.equal(status, 403);
    assert.equal(error.code, 'foreign_account');
  }
});

test('SIGHUP, and other keys', { skip }, async () => {
  const [old] = keys;
  const fresh = newKey('ES256', 'second');
  const before = tokenOf(old);
  const socket = await enter(before);
  assert.equal((await me(before)).status, 200);
  assert.equal((await me(tokenOf(fresh))).status, 401);

  publish(fresh);
  server.signal('SIGHUP');
  await eventually(async () => (await me(tokenOf(fresh))).status === 200,
    'the new key');
  assert.equal((await me(before)).status, 401);
  assert.equal(await refused(before), 'invalid_token');
  assert.deepEqual(await echo(socket, 'still here'), ['still here']);

  // Also when the plugin itself is another one afterwards.
  publish(old);
  server.configure(changes({ auditDays: 30 }));
  server.signal('SIGHUP');
  await eventually(() => /reload \d+:\s+plugin auth#2/.test(server.output),
    'the reload');
  assert.equal((await me(tokenOf(fresh))).status, 401);
  assert.equal((await me(before)).status, 200);
  assert.deepEqual(await echo(socket, 'and still'), ['and still']);

  // A file that is none changes nothing.
  writeFileSync(jwks, '{"keys":[');
  await eventually(() => /issuer idp: .* is no JWKS/.test(server.output),
    'the complaint');
  assert.equal((await me(before)).status, 200);
  assert.ok(socket.connected);
  socket.disconnect();
});
