// SPDX-License-Identifier: MIT
//
// What the server lets its pages do, and that they need no more than that.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeWindow, DESK, launch, openWindow, PHONE, serve }
  from './pages.mjs';

const PAGES = [
  '/', '/chat', '/leaderboard', '/account', '/match/none', '/player/none',
  '/nowhere', '/playground',
];
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

test('the policy is strict', async () => {
  for (const path of PAGES) {
    const response = await fetch(server.url + path,
      { headers: { Accept: 'text/html' } });
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /(^|; )default-src 'self'(;|$)/, path);
    assert.match(policy, /object-src 'none'/, path);
    assert.match(policy, /base-uri 'none'/, path);
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/, path);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  }
});

for (const viewport of [DESK, PHONE])
  test(`no page asks for more, ${viewport.width} wide`, async () => {
    const page = await openWindow(browser, server.url, '/nowhere',
      { viewport });
    const reports = [];
    await page.exposeFunction('reported', (what) => reports.push(what));
    await page.context().addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        window.reported(
          `${location.pathname}: ${event.violatedDirective} ` +
          `${event.blockedURI} ${event.sourceFile} ${event.sample}`);
      });
    });
    for (const path of PAGES) {
      await page.goto(server.url + path);
      await page.locator('main, body').last().waitFor();
      await page.waitForTimeout(500);
    }
    // What opens above them, too.
    await page.goto(`${server.url}/account`);
    await page.getByRole('main')
      .getByRole('button', { name: 'Create an account' }).click();
    await page.getByRole('dialog').waitFor();
    // The ear itself works: this is one.
    assert.deepEqual(reports, []);
    await page.evaluate(() => {
      const style = document.createElement('style');
      style.textContent = 'body { color: red }';
      document.head.append(style);
    });
    await page.waitForTimeout(200);
    assert.equal(reports.length, 1);
    page.troubles = page.troubles
      .filter((one) => !one.includes('Content Security Policy'));
    await closeWindow(page);
  });
