// SPDX-License-Identifier: MIT
//
// Pages of other origins, as a browser sees it: preflights, credentials, the
// cookie of a session, and who is refused.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root, startServer } from '../clients/server.mjs';
import { launch } from './pages.mjs';

const ways = {
  polling: { transports: ['polling'] },
  websocket: { transports: ['websocket'] },
  upgrade: { transports: ['polling', 'websocket'] },
};

let browser;
let server;
let pages; // serves one page, by two names that are two origins
let target;

before(async () => {
  browser = await launch();
  server = await startServer({
    changes: {
      clientDir: join(root, 'web/node_modules/socket.io-client/dist'),
      cookie: true,
      cors: {
        origin: ['https://*.friend.example', 'http://localhost:*'],
        credentials: true, allowedHeaders: ['x-own', 'content-type'],
        maxAge: 600,
      },
    },
  });
  pages = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>elsewhere</title>');
  });
  pages.listen(0, '127.0.0.1');
  await once(pages, 'listening');
  target = `http://localhost:${server.port}`;
});

after(async () => {
  await browser?.close();
  pages?.close();
  await server?.stop();
});

/** A page of that host, with a fresh profile and the client's script. */
async function openPage(host) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://${host}:${pages.address().port}/`);
  await page.addScriptTag({ url: `${target}/socket.io/socket.io.min.js` });
  return page;
}

/** Runs in the page: connects, changes over where that is the way, and has
 * something echoed. */
async function talk({ url, options }) {
  const socket = window.io(url, { forceNew: true, ...options });
  try {
    await new Promise((done, fail) => {
      socket.on('connect', done);
      socket.on('connect_error', fail);
    });
    const { engine } = socket.io;
    if (options.transports.length > 1 && engine.transport.name === 'polling') {
      await new Promise((done) => engine.once('upgrade', done));
    }
    const back = new Promise((done) => socket.once('message-back', done));
    socket.emit('message', 'hello');
    return [engine.transport.name, await back];
  } catch (error) {
    return String(error.message);
  } finally {
    socket.close();
  }
}

const talkOf = (page, options) =>
  page.evaluate(talk, { url: target, options });

describe('a page of an origin that is listed', () => {
  let page;
  before(async () => {
    page = await openPage('localhost');
  });
  after(() => page.context().close());

  for (const [way, options] of Object.entries(ways)) {
    test(`connects, ${way}`, async () => {
      assert.deepEqual(
        await talkOf(page, options), [options.transports.at(-1), 'hello']);
      assert.deepEqual(await page.context().cookies(target), []);
    });
  }

  test('connects with credentials, and keeps the cookie', async () => {
    const options = { ...ways.upgrade, withCredentials: true };
    const sent = [];
    page.on('request', (request) => {
      sent.push(request.allHeaders().then(({ cookie }) => cookie));
    });
    assert.deepEqual(await talkOf(page, options), ['websocket', 'hello']);
    const [cookie] = await page.context().cookies(target);
    assert.equal(cookie.name, 'io');
    assert.equal(cookie.path, '/');
    assert.equal(cookie.sameSite, 'Lax');
    assert.ok(cookie.httpOnly);
    assert.ok((await Promise.all(sent)).includes(`io=${cookie.value}`));
  });

  test('sends a header that a preflight has allowed', async () => {
    const options = { ...ways.polling, extraHeaders: { 'x-own': '1' } };
    assert.deepEqual(await talkOf(page, options), ['polling', 'hello']);
  });

  test('does not send a header that a preflight has not', async () => {
    const options = { ...ways.polling, extraHeaders: { 'x-else': '1' } };
    assert.equal(await talkOf(page, options), 'xhr poll error');
  });

  test('reads why it was refused', async () => {
    const answer = await page.evaluate(async (url) => {
      const response = await fetch(`${url}/socket.io/?EIO=4&transport=abc`);
      return [response.status, await response.json()];
    }, target);
    assert.deepEqual(answer, [400, { code: 0, message: 'Transport unknown' }]);
  });
});

describe('a page of an origin that is not', () => {
  let page;
  before(async () => {
    page = await openPage('127.0.0.1');
  });
  after(() => page.context().close());

  for (const [way, options] of Object.entries(ways)) {
    test(`is refused, ${way}`, async () => {
      assert.match(
        String(await talkOf(page, options)), /^(xhr poll|websocket) error$/);
    });
  }
});
