// SPDX-License-Identifier: MIT
//
// The page of plugins/auth/README.md, as it stands there: its code is taken out
// of the text, and given what a browser would give it.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { callAuth, Jar, PASSWORD, plugin, skip } from './auth.mjs';
import { next, socketOf } from './client.mjs';
import { root, sleep, startServer } from './server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mortise-auth-'));
let server;

after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

before(async () => {
  if (skip) {
    return;
  }
  server = await startServer({
    changes: {
      plugins: [
        {
          name: 'auth',
          path: plugin,
          settings: {
            development: true,
            database: join(folder, 'auth.db'),
            passwords: { memoryKiB: 8, passes: 1 },
            sessions: { accessSeconds: 5, warnSeconds: 3 },
            otherwise: 'guest',
          },
        },
        {
          name: 'echo',
          path: join(dirname(dirname(plugin)), 'echo/echo.so'),
        },
      ],
    },
  });
});

let pages = 0;

// The module of the text, in a browser of its own.
async function open() {
  const text = readFileSync(join(root, 'plugins/auth/README.md'), 'utf8');
  const [, code] = /^```js page\n(.*?)^```$/ms.exec(text);
  const jar = new Jar();
  const name = `page${pages++}`;
  globalThis[name] = {
    io: (namespace, options) => socketOf(server, namespace, options),
    document: { get cookie() { return jar.header; } },
    navigator: { locks: { request: (lock, call) => call() } },
    async fetch(path, options) {
      const response = await fetch(server.url + path, {
        ...options, headers: { ...options.headers, Cookie: jar.header },
      });
      jar.take(response);
      return response;
    },
  };
  const given = `const { io, document, navigator, fetch } = ${name};\n`;
  const page = await import(`data:text/javascript,${
    encodeURIComponent(given + code)}`);
  return { ...page, jar };
}

test('a page: guest, account, refreshing, back again', { skip }, async () => {
  const page = await open();
  const told = [];
  const socket = page.join('/', (error) => told.push(error.code));

  await next(socket, 'connect_error');
  assert.deepEqual(told, ['login_required']);
  await assert.rejects(page.refresh(), { code: 'invalid_token' });
  const guest = await page.enter('guest');
  await next(socket, 'connect');
  const second = page.join('/custom', (error) => told.push(error.code));
  await next(second, 'connect');

  // Registering keeps the id, and both sockets come back.
  const again = [next(socket, 'connect'), next(second, 'connect')];
  const user = await page.enter('register',
    { name: 'page', password: PASSWORD });
  await Promise.all(again);
  assert.equal(user.id, guest.id);
  assert.equal(user.guest, false);

  // Both are warned; the token is another one afterwards, and they stay.
  const ended = [];
  socket.once('disconnect', (reason) => ended.push(reason));
  second.once('disconnect', (reason) => ended.push(reason));
  for (let i = 0; i < 3; i++) {
    await next(socket, 'auth:expiring');
  }
  assert.deepEqual(ended, []);

  // A connection that is lost comes back with the token of now.
  const back = next(socket, 'connect');
  socket.disconnect().connect();
  await back;
  assert.deepEqual(told, ['login_required']);

  const gone = next(socket, 'disconnect');
  await page.leave();
  await gone;
  assert.equal(told.at(-1), 'signed-out');
  socket.disconnect();
  second.disconnect();
});

test('a page whose token is over refreshes first', { skip }, async () => {
  const page = await open();
  const told = [];

  await page.enter('register', { name: 'sleeper', password: PASSWORD });
  // As a computer that was asleep: the token has ended, the session has not.
  const token = page.jar.cookies.get('mortise_access');
  const me = () => callAuth(server, 'GET', 'me', { token });
  while ((await me()).status !== 401) {
    await sleep(250);
  }
  const socket = page.join('/', (error) => told.push(error.code));
  await next(socket, 'connect');
  assert.deepEqual(told, []);
  await assert.rejects(page.enter('login', { login: 'sleeper' }),
    { code: 'missing_argument' });
  socket.disconnect();
});
