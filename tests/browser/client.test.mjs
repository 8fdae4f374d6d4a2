// SPDX-License-Identifier: MIT
//
// The client files that the server hands out beside the page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeWindow, launch, openWindow, serve } from './pages.mjs';

const FILES = ['socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js'];

let browser;
let server;
let page;

before(async () => {
  browser = await launch();
  server = await serve();
  page = await openWindow(browser, server.url, '/');
});

after(async () => {
  if (page) await closeWindow(page);
  await browser?.close();
  await server?.stop();
});

/** Runs in the page. */
async function get({ path, headers }) {
  const answer = await fetch(path, { headers, cache: 'no-store' });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    etag: answer.headers.get('etag'),
    length: (await answer.text()).length,
  };
}

/** Runs in the page: what a page that uses the file would do first. */
async function connect(path) {
  let { io } = window;
  if (path.includes('.esm.')) ({ io } = await import(path));
  const socket = io('/chat', { forceNew: true });
  try {
    return await new Promise((done, fail) => {
      socket.on('connect', () => done(socket.id));
      socket.on('connect_error', fail);
    });
  } finally {
    socket.close();
  }
}

for (const file of FILES) {
  const path = `/socket.io/${file}`;

  test(`${file} is served, and not twice`, async () => {
    const first = await page.evaluate(get, { path, headers: {} });
    assert.equal(first.status, 200);
    assert.match(first.type, /javascript/);
    assert.match(first.etag ?? '', /^(W\/)?".+"$/);
    assert.ok(first.length > 10_000);

    const headers = { 'If-None-Match': first.etag };
    const second = await page.evaluate(get, { path, headers });
    assert.equal(second.status, 304);
    assert.equal(second.length, 0);
  });

  test(`${file} connects`, async () => {
    if (!path.includes('.esm.')) await page.addScriptTag({ url: path });
    assert.ok(await page.evaluate(connect, path));
  });
}
