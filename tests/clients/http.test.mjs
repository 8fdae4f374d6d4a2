// SPDX-License-Identifier: MIT
//
// Routes of a plugin on the port of the sockets, asked over real HTTP.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { next, socketOf } from './client.mjs';
import { fixtures, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer({
    changes: {
      cors: { origin: ['http://friend.example'] },
      static: { root: fixtures },
      plugins: [
        { name: 'web', path: `${fixtures}/web.so` },
        { name: 'talk', path: `${fixtures}/talk.so` },
      ],
    },
  });
});
after(() => server.stop());

const ask = (path, options) => fetch(`${server.url}${path}`, options);

test('a route, with what stands in its path', async () => {
  const response = await ask('/users/J%C3%BCrgen%20B');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.deepEqual(
    await response.json(), { id: 'Jürgen B', other: null, rest: null });
});

test('what has no route is a file, or is not there', async () => {
  const file = await ask('/web.so');
  assert.equal(file.status, 200);
  assert.ok((await file.arrayBuffer()).byteLength > 1000);
  assert.equal((await ask('/nothing')).status, 404);
});

test('HEAD, OPTIONS, and methods that are none', async () => {
  const head = await ask('/users/me', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
  const options = await ask('/users/me', { method: 'OPTIONS' });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get('allow'), 'GET, HEAD, DELETE, OPTIONS');
  const patch = await ask('/users/me', { method: 'PATCH' });
  assert.equal(patch.status, 405);
  assert.equal(patch.headers.get('allow'), 'GET, HEAD, DELETE, OPTIONS');
});

test('a form, cookies, a redirect', async () => {
  const form = await ask('/facts?q=1', {
    method: 'POST',
    headers: { cookie: 'a=1; b=two' },
    body: new URLSearchParams({ f: 'ü & ö' }),
  });
  assert.equal(await form.text(), '1 (none) two ü & ö (none)');
  const redirect = await ask('/headers', { redirect: 'manual' });
  assert.equal(redirect.status, 303);
  assert.equal(redirect.headers.get('location'), '/elsewhere?a=b');
  // Joined with commas; none of these has one inside.
  assert.deepEqual(redirect.headers.get('set-cookie').split(', '), [
    'sid=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax',
    's=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None',
  ]);
});

test('a body that is too large', async () => {
  const response = await ask('/body', { method: 'POST', body: 'x'.repeat(21) });
  assert.equal(response.status, 413);
});

test('pages of other origins', async () => {
  const send = (origin) =>
    ask('/body', { method: 'POST', body: 'x', headers: { origin } });
  assert.equal((await send('http://foe.example')).status, 403);
  const friend = await send('http://friend.example');
  assert.equal(friend.status, 201);
  assert.equal(friend.headers.get('access-control-allow-origin'),
    'http://friend.example');
  assert.equal((await send(server.url)).status, 201);
});

test('an answer that comes later', async () => {
  const waiting = ask('/keep/me');
  // The second request may overtake the first.
  for (;;) {
    const { kept } = await (await ask('/release')).json();
    if (kept === 0) {
      break;
    }
  }
  assert.equal(await (await waiting).text(), 'me');
});

test('a client that does not wait for its answer', async () => {
  await new Promise((done) => {
    const waiting = request(`${server.url}/keep/me`);
    waiting.on('error', done);
    waiting.end();
    setTimeout(() => waiting.destroy(new Error('enough')), 50);
  });
  let kept = 0;
  while (kept !== -4) {
    ({ kept } = await (await ask('/release')).json());
  }
});

test('a route tells the sockets', async () => {
  const socket = socketOf(server);
  await next(socket, 'connect');
  const told = next(socket, 'told');
  const response = await ask('/tell', {
    method: 'POST', body: JSON.stringify({ news: [1, 'two'] }),
  });
  assert.deepEqual(await response.json(), { told: 1 });
  assert.deepEqual(await told, [{ news: [1, 'two'] }]);
  socket.disconnect();
});
