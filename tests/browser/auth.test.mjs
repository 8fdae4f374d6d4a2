// SPDX-License-Identifier: MIT
//
// Somebody is signed in by cookies, and opens pages of others: one of another
// site, one of the same site by another port. Neither can act for them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { callAuth, PASSWORD, plugin, skip } from '../clients/auth.mjs';
import { startServer } from '../clients/server.mjs';
import { launch } from './pages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mortise-browser-auth-'));
let browser;
let server;
let elsewhere;
let context;
let own; // the page of the server
let target;

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
            namespaces: { '/custom': 'guest' },
            passwords: { memoryKiB: 8, passes: 1 },
          },
        },
        {
          name: 'echo',
          path: join(dirname(dirname(plugin)), 'echo/echo.so'),
        },
      ],
    },
  });
  elsewhere = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>elsewhere</title>');
  });
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  for (const name of ['ann', 'mallory']) {
    await callAuth(server, 'POST', 'register',
      { body: { name, password: PASSWORD } });
  }
  browser = await launch();
  context = await browser.newContext();
  target = `http://localhost:${server.port}`;
  own = await context.newPage();
  await own.goto(`${target}/auth/me`);
  assert.equal((await ask('POST', 'login',
    { login: 'ann', password: PASSWORD, cookie: true })).user.name, 'ann');
});

after(async () => {
  await browser?.close();
  elsewhere?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// A request of the server's own page, with the proof that it can read.
const ask = (method, path, body) => own.evaluate(async (what) => {
  const csrf = /mortise_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
  const response = await fetch(`/auth/${what.path}`, {
    method: what.method,
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
    body: what.body && JSON.stringify(what.body),
  });
  return { status: response.status, ...await response.json() };
}, { method, path, body });

/** Runs in a page elsewhere: whether a WebSocket opens, and what requests give,
 * with all cookies that the browser sends along. */
async function attack(url) {
  const gives = async (path, options) => {
    try {
      const response = await fetch(url + path,
        { credentials: 'include', ...options });
      return response.type === 'opaque' ? 'sent' : response.status;
    } catch {
      return 'refused';
    }
  };
  const opens = (path) => new Promise((done) => {
    const socket = new WebSocket(url.replace('http', 'ws') + path);
    socket.onopen = () => done('open');
    socket.onerror = () => done('refused');
  });
  const post = (path, type, mode) => gives(path,
    { method: 'POST', mode, headers: { 'Content-Type': type }, body: '{}' });
  return {
    read: await gives('/auth/export', {}),
    json: await post('/auth/logout', 'application/json', 'cors'),
    removed: await gives('/auth/me', { method: 'DELETE' }),
    polling: await gives('/socket.io/?EIO=4&transport=polling', {}),
    websocket: await opens('/socket.io/?EIO=4&transport=websocket'),
    blind: await post('/auth/logout', 'text/plain', 'no-cors'),
  };
}

/** A form of a page there, which needs nobody's leave: a POST that leads away
 * from it, with all cookies that go along. */
async function sendForm(origin, path, fields) {
  const page = await context.newPage();
  await page.goto(origin);
  const answered = page.waitForResponse((response) =>
    response.request().method() === 'POST');
  await page.evaluate(({ url, values }) => {
    const form = document.createElement('form');
    Object.assign(form,
      { method: 'POST', action: url, enctype: 'text/plain' });
    for (const [name, value] of Object.entries(values)) {
      const input = document.createElement('input');
      Object.assign(input, { type: 'hidden', name, value });
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  }, { url: target + path, values: fields });
  const status = (await answered).status();
  await page.close();
  return status;
}

for (const host of ['127.0.0.1', 'localhost']) {
  const where = host === 'localhost' ? 'the same site' : 'another site';
  test(`a page of ${where}, by another port`, { skip }, async () => {
    const page = await context.newPage();
    const origin = `http://${host}:${elsewhere.address().port}/`;
    await page.goto(origin);
    const { blind, ...others } = await page.evaluate(attack, target);
    for (const [what, result] of Object.entries(others)) {
      assert.equal(result, 'refused', what);
    }
    assert.equal(blind, 'sent');
    // As if its body were JSON: {"login":"mallory","x":"=","password":...}.
    for (const [path, fields] of [
      ['/auth/logout', { a: 'b' }],
      ['/auth/refresh', { '{"a":"': '"}' }],
      ['/auth/login', {
        [`{"login":"mallory","password":"${PASSWORD}","cookie":true,"x":"`]:
          '"}',
      }],
    ]) {
      const status = await sendForm(origin, path, fields);
      assert.ok(status === 403 || status === 415, `${path} gives ${status}`);
    }
    // Still signed in, once, and as who they were.
    const me = await ask('GET', 'me');
    assert.equal(me.user?.name, 'ann');
    assert.equal((await ask('GET', 'sessions')).sessions.length, 2);
    await page.close();
  });
}

test('its own page can', { skip }, async () => {
  assert.equal((await ask('POST', 'refresh', {})).status, 200);
  assert.equal((await ask('POST', 'logout')).status, 200);
  assert.equal((await ask('GET', 'me')).status, 401);
  assert.deepEqual(await context.cookies(target), []);
});
