// SPDX-License-Identifier: MIT
//
// What all pages have in common: a state of the connection that is true, and
// how one gets about with keys, with a thumb, and when something is missing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { called, live, me, register, skip, startWhole }
  from './accounts.mjs';
import { axe, closeWindow, DESK, launch, openWindow, PHONE } from './pages.mjs';

let browser;
let server;

before(async () => {
  if (skip) return;
  browser = await launch();
  server = await startWhole();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const pill = (page, word) =>
  page.getByRole('banner').getByRole('status').filter({ hasText: word });
const strip = (page) => page.getByRole('banner').getByRole('status')
  .filter({ hasText: 'No connection.' });

async function arrive(path = '/leaderboard', options = {}) {
  const page = await openWindow(browser, server.url, path, options);
  await called(page, /^guest-/);
  return page;
}

const focused = (page, locator) => locator.and(page.locator(':focus'));

test('a server that goes and comes back', { skip }, async () => {
  const context = await browser.newContext({ viewport: DESK });
  const page = await context.newPage();
  // It says that it connects for as long as it does.
  let release;
  const held = new Promise((done) => {
    release = done;
  });
  await page.route('**/socket.io/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${server.url}/leaderboard`);
  await pill(page, 'Connecting').waitFor();
  release();
  await pill(page, 'Live').waitFor();
  await page.unroute('**/socket.io/**');
  await register(page, 'Stayer');

  // Why it went, in the server's own words, and when it is tried again.
  const { port } = server;
  await server.stop();
  await pill(page, 'Lost').waitFor();
  await strip(page).filter({ hasText: 'The server says: the server is ' +
    'shutting down.' }).waitFor();
  await page.getByText(/^Again in \d+ s$/).waitFor();
  await axe(page);
  // Asked at once it is tried at once, and honest about that, too.
  await page.getByRole('button', { name: 'Try now' }).click();
  await strip(page).filter({ hasText: 'cannot be reached' }).waitFor();

  // Another database: nobody of before is known there. One is let in as a
  // guest, by oneself.
  server = await startWhole({ port });
  await pill(page, 'Back again').waitFor();
  await called(page, /^guest-/);
  await pill(page, 'Live').waitFor();
  assert.equal((await me(page)).guest, true);
  await context.close();
});

test('without a network', { skip }, async () => {
  const page = await arrive();
  await page.context().setOffline(true);
  await strip(page).filter({ hasText: 'This device is offline.' }).waitFor();
  await page.context().setOffline(false);
  await live(page);
  await strip(page).waitFor({ state: 'detached' });
  await closeWindow(page);
});

test('back after hours', { skip }, async () => {
  const page = await arrive();
  await register(page, 'Sleeper');
  await page.context().clearCookies({ name: 'mortise_access' });
  await page.context().setOffline(true);
  await strip(page).waitFor();
  await page.context().setOffline(false);
  await called(page, 'Sleeper');
  assert.equal((await me(page)).name, 'Sleeper');
  await closeWindow(page);
});

for (const missing of ['chat', 'game']) {
  test(`a server without the plugin ${missing}`, { skip }, async () => {
    const other = await startWhole({ without: missing });
    const page = await openWindow(browser, other.url, '/account');
    await called(page, /^guest-/);
    await closeWindow(page);
    await other.stop();
  });
}

test('a server without guests', { skip }, async () => {
  const other = await startWhole({ settings: { guests: false } });
  await fetch(`${other.url}/auth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'Known', password: 'correct horse' }),
  });
  const page = await openWindow(browser, other.url, '/leaderboard');
  await strip(page).waitFor();
  await page.getByRole('banner').getByRole('button', { name: 'Sign in' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByLabel('Name or e-mail').fill('Known');
  await dialog.getByLabel('Password', { exact: true }).fill('correct horse');
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
  await called(page, 'Known');
  await closeWindow(page);
  await other.stop();
});

test('by keys alone', { skip }, async () => {
  const page = await arrive();
  await page.locator('body').focus();
  await page.keyboard.press('Tab');
  const link = page.getByRole('link', { name: 'Skip to the page' });
  await focused(page, link).waitFor();
  await page.keyboard.press('Enter');
  await focused(page, page.getByRole('main')).waitFor();

  // The page that was gone to has the focus, and its name is the window's.
  const account = page.getByRole('banner').getByRole('button').last();
  await account.focus();
  await page.keyboard.press('Enter');
  const items = page.getByRole('menuitem');
  await focused(page, items.first()).waitFor();
  await page.keyboard.press('Escape');
  await focused(page, account).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  const settings = page.getByRole('menuitem', { name: 'Account and devices' });
  await focused(page, settings).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  await focused(page, page.getByRole('main')).waitFor();
  assert.equal(await page.title(), 'Account · Mortise');
  assert.equal(await page.evaluate(() => scrollY), 0);

  // A dialog gives the focus back to where it was.
  const open = page.getByRole('main')
    .getByRole('button', { name: 'Create an account' });
  await open.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await focused(page, open).waitFor();
  await closeWindow(page);
});

test('with a thumb', { skip }, async () => {
  const page = await arrive('/account', {
    viewport: PHONE, hasTouch: true, isMobile: true,
  });
  for (const place of await page.getByRole('navigation').getByRole('link')
    .all()) {
    const { width, height } = await place.boundingBox();
    assert.ok(width >= 44 && height >= 44, await place.textContent());
  }
  await page.getByRole('link', { name: 'Chat' }).tap();
  await page.waitForURL('**/chat**');
  const wide = () => page.evaluate(
    () => document.documentElement.scrollWidth - innerWidth);
  for (const path of ['/', '/chat', '/leaderboard', '/account', '/nowhere']) {
    await page.goto(server.url + path);
    await called(page, /^guest-/);
    assert.ok(await wide() <= 0, `${path} is wider than the phone`);
  }
  await closeWindow(page);
});

test('a page that is not there', { skip }, async () => {
  const page = await arrive('/nowhere/at/all');
  await page.getByRole('heading', { name: 'There is no such page.' }).waitFor();
  assert.equal(await page.title(), 'There is no such page. · Mortise');
  await axe(page);
  await page.getByRole('link', { name: 'To the front page' }).click();
  await page.waitForURL(`${server.url}/`);
  await closeWindow(page);
});

test('a page of a build that is gone', { skip }, async () => {
  const page = await arrive('/leaderboard');
  await page.route('**/assets/**', (route) => route.abort());
  await page.getByRole('navigation').getByRole('link', { name: 'Play' })
    .click();
  await page.getByRole('banner').getByRole('button').last().click();
  await page.getByRole('menuitem', { name: 'Account and devices' }).click();
  await page.getByText('This page could not be loaded.').waitFor();
  await axe(page);
  await page.unroute('**/assets/**');
  await page.getByRole('button', { name: 'Load it again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
  await called(page, /^guest-/);
  await page.context().close();
});

test('nothing moves by itself', { skip }, async () => {
  // But for what nobody sees: a word that becomes another one.
  const watch = () => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries())
        if (!hadRecentInput && value > 0.0005)
          window.shifts.push(`${value.toFixed(4)} ${sources.map(({ node }) =>
            node?.outerHTML?.slice(0, 120) ?? node?.textContent)}`);
    }).observe({ type: 'layout-shift', buffered: true });
  };
  for (const viewport of [{ width: 1280, height: 800 }, PHONE]) {
    const context = await browser.newContext({ viewport });
    await context.addInitScript(watch);
    // For the first time, and then as who is known.
    for (const path of
      ['/', '/', '/chat', '/leaderboard', '/account', '/nowhere']) {
      const page = await context.newPage();
      await page.goto(server.url + path);
      await called(page, /^guest-/);
      await page.waitForLoadState('networkidle').catch(() => {});
      await page.waitForTimeout(300);
      assert.deepEqual(await page.evaluate(() => window.shifts), [],
        `${path} at ${viewport.width}`);
      await page.close();
    }
    await context.close();
  }
});
