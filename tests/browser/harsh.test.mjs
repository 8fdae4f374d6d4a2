// SPDX-License-Identifier: MIT
//
// Browsers that forbid what others allow, addresses that nobody can read, and
// people who press everything twice.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { called, live, startWhole } from './accounts.mjs';
import { axe, closeWindow, launch, openWindow } from './pages.mjs';
import { cell, line, press } from './table.mjs';

const skip = process.env.MORTISE_URL
  ? 'somebody else runs the server of MORTISE_URL'
  : false;

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

const button = (page, name) =>
  page.getByRole('button', { name, exact: true });

/** Who blocks all that sites may keep; this is how browsers refuse it. */
function forbid() {
  const refused = () => {
    throw new DOMException('forbidden', 'SecurityError');
  };
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
    Object.defineProperty(window, name, { get: refused });
  Object.defineProperty(navigator, 'locks', {
    value: { request: async () => refused() },
  });
  window.BroadcastChannel = function () {
    refused();
  };
  window.AudioContext = function () {
    refused();
  };
}

test('without storage, locks and sound', { skip }, async () => {
  const page = await openWindow(browser, server.url, '/favicon.svg');
  await page.addInitScript(forbid);
  await page.goto(`${server.url}/`);
  await called(page, /^guest-/);
  await live(page);
  await press(page, 'Play now');
  await line(page, 'Your turn').waitFor();
  await cell(page, 4, 6).click();
  await page.getByRole('gridcell', { name: /the last move/ }).first()
    .waitFor();
  await page.goto(`${server.url}/chat`);
  await button(page, 'Join the lobby').click();
  const composer = page.getByRole('textbox', { name: /^Message to/ });
  await composer.fill('Nothing is kept here.');
  await composer.press('Enter');
  await page.getByText('Nothing is kept here.').waitFor();
  await closeWindow(page);
});

test('without cookies', { skip }, async () => {
  const page = await openWindow(browser, server.url, '/favicon.svg');
  let guests = 0;
  await page.route('**/auth/**', async (route) => {
    if (route.request().url().endsWith('/guest')) guests++;
    const { method, headers, body } = {
      method: route.request().method(),
      headers: { 'Content-Type': 'application/json' },
      body: route.request().postData() ?? undefined,
    };
    const answer = await fetch(route.request().url(),
      { method, headers, body });
    await route.fulfill({
      status: answer.status, contentType: 'application/json',
      body: await answer.text(),
    });
  });
  await page.goto(`${server.url}/`);
  await page.getByText('This browser keeps no cookies').waitFor();
  await button(page, 'Connect again').waitFor();
  await axe(page);
  // Nobody is made again and again meanwhile.
  await page.waitForTimeout(1_500);
  assert.ok(guests <= 2, `${guests} guests`);
  await page.unroute('**/auth/**');
  await button(page, 'Connect again').click();
  await called(page, /^guest-/);
  await live(page);
  await closeWindow(page);
});

test('addresses that nobody can read', { skip }, async () => {
  const page = await openWindow(browser, server.url, '/leaderboard');
  const says = {
    '/match/%E0%A4%A': 'There is no such match.',
    '/match/%': 'There is no such match.',
    [`/match/${'a'.repeat(500)}`]: 'There is no such match.',
    '/player/%FF': 'There is no such player.',
    '/%FF?query=%FF': 'There is no such page.',
    '//': 'Play a game',
    '//elsewhere//': 'There is no such page.',
  };
  for (const [path, words] of Object.entries(says)) {
    await page.goto(server.url + path);
    await page.getByText(words).first().waitFor();
    await called(page, /^guest-/);
  }
  await closeWindow(page);
});

test('everything is pressed twice', { skip }, async () => {
  const page = await openWindow(browser, server.url, '/');
  await live(page);
  // What opens by the first press is not closed by the second one.
  await button(page, 'Create a match').first().dblclick();
  const dialog = page.getByRole('dialog', { name: 'Create a match' });
  await dialog.waitFor();

  // Neither is it by a selection that ends beside it; by a click it is.
  const box = await dialog.boundingBox();
  await page.mouse.move(box.x + 60, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x - 40, box.y + 40, { steps: 4 });
  await page.mouse.up();
  assert.ok(await dialog.isVisible());
  await page.mouse.click(box.x - 40, box.y + 40);
  await dialog.waitFor({ state: 'detached' });

  await button(page, 'Create a match').first().click();
  await dialog.getByRole('radio', { name: 'Only by link or code' }).check();
  await button(dialog, 'Create').dblclick();
  await page.waitForURL(/\/match\//);
  await page.getByRole('link', { name: 'Play', exact: true }).click();
  const mine = page.getByRole('region', { name: 'Yours' });
  await mine.getByRole('listitem').first().waitFor();
  await button(page, 'Play now').dblclick();
  await page.waitForURL(/\/match\//);
  await page.goto(`${server.url}/`);
  await live(page);
  await mine.getByRole('link', { name: /against Bot/ }).waitFor();
  assert.equal(await mine.getByRole('listitem').count(), 2);
  await closeWindow(page);
});

test('colours of the system alone', { skip }, async () => {
  const page = await openWindow(browser, server.url, '/', {
    forcedColors: 'active',
  });
  await live(page);
  const look = (locator) => locator.evaluate((one) => {
    const { backgroundColor, backgroundImage } = getComputedStyle(one);
    return `${backgroundColor} ${backgroundImage}`;
  });
  // What is chosen is not as what is not.
  const segment = (name) => page.getByText(name, { exact: true }).first();
  assert.notEqual(
    await look(segment('Connect Four')), await look(segment('Battleship')));
  const place = (name) =>
    page.getByRole('navigation').getByRole('link', { name });
  assert.notEqual(await look(place('Play')), await look(place('Chat')));
  await press(page, 'Play now');
  await line(page, 'Your turn').waitFor();
  // Whose discs are whose.
  const [red, yellow] =
    [page.getByRole('img', { name: 'red' }), page.getByRole('img', {
      name: 'yellow',
    })];
  assert.notEqual(await look(red.first()), await look(yellow.first()));
  await closeWindow(page);
});
