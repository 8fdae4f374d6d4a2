// SPDX-License-Identifier: MIT
//
// What somebody loads who comes for the first time: few bytes, and none of
// anybody else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeWindow, launch, openWindow, serve } from './pages.mjs';

const MOST = 100_000;
let browser;
let server;

before(async () => {
  browser = await launch();
  server = await serve();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('the front page is small', async () => {
  // Somewhere that loads nothing, to be there before the page is.
  const page = await openWindow(browser, server.url, '/favicon.svg');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const kinds = new Map();
  const sizes = new Map();
  session.on('Network.responseReceived', ({ requestId, response, type }) => {
    if (['Document', 'Script', 'Stylesheet'].includes(type))
      kinds.set(requestId, `${type} ${new URL(response.url).pathname}`);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sizes.set(requestId, encodedDataLength);
  });
  await page.goto(`${server.url}/`);
  await page.locator('.pill[data-status="live"]').waitFor();
  await page.waitForTimeout(500);
  // All that it loads by itself, also what it needs a little later.
  const parts = [...kinds].map(([id, what]) => [what, sizes.get(id) ?? 0]);
  const total = parts.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(parts.length >= 3, String(parts));
  assert.ok(total > 10_000 && total < MOST,
    `${total} bytes: ${parts.map((part) => part.join(' ')).join(', ')}`);
  await closeWindow(page);
});
