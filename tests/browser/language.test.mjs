// SPDX-License-Identifier: MIT
//
// Every word stands in src/text: a build of the front end in a language of
// nobody's, half as long again, has no other, and has room for them on a
// phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../clients/server.mjs';
import { me } from './accounts.mjs';
import { buildStrange, untranslated } from './language.mjs';
import { closeWindow, launch, openWindow, PHONE, shoot } from './pages.mjs';

const skip = process.env.MORTISE_URL
  ? 'somebody else runs the server of MORTISE_URL'
  : false;

let browser;
let server;
let pages;

before(async () => {
  if (skip) return;
  pages = await buildStrange();
  browser = await launch();
  server = await startServer({
    config: 'mortise', changes: { static: { root: pages.root } },
  });
});

after(async () => {
  await browser?.close();
  await server?.stop();
  pages?.end();
});

/** In the other language: by what it is made of. */
const named = (page, role, words) => page.getByRole(role, {
  name: new RegExp(words.replace(/[aeou]/g, '.')),
});

async function look(page, what) {
  assert.deepEqual(await untranslated(page, ['lobby', 'Hallo']), [], what);
  const { wide, cut } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - innerWidth,
    cut: [...document.querySelectorAll('button, .button, h1, h2, legend')]
      .filter((one) => {
        const { width, right } = one.getBoundingClientRect();
        return width > 2 && getComputedStyle(one).display !== 'inline'
          && (one.scrollWidth > one.clientWidth + 1 || right > innerWidth);
      })
      .map((one) => one.textContent),
  }));
  assert.ok(wide <= 0, `${what} is wider than a phone`);
  assert.deepEqual(cut, [], `${what}: is cut`);
  await shoot(page, `language-${what}`);
}

async function go(page, path) {
  await page.goto(server.url + path);
  await page.locator('.pill[data-status="live"]').waitFor();
  await page.waitForLoadState('networkidle');
}

test('no word is missing, and there is room for all', { skip }, async () => {
  const page = await openWindow(browser, server.url, '/', { viewport: PHONE });
  await go(page, '/');
  await look(page, 'lobby');
  await named(page, 'button', 'Find an opponent').click();
  await named(page, 'button', 'Cancel').waitFor();
  await look(page, 'waiting');
  await named(page, 'button', 'Cancel').click();
  await named(page, 'button', 'Create a match').first().click();
  await page.getByRole('dialog').waitFor();
  await look(page, 'create');
  await page.keyboard.press('Escape');
  await page.getByRole('banner').getByRole('button').last().click();
  await page.getByRole('menu').waitFor();
  await look(page, 'menu');
  await page.keyboard.press('Escape');

  await named(page, 'button', 'Play now').click();
  await named(page, 'region', 'This match').waitFor();
  await named(page, 'button', 'Resign').waitFor();
  await look(page, 'match');
  await named(page, 'button', 'Resign').click();
  await look(page, 'resign');
  await named(page.getByRole('dialog'), 'button', 'Resign').click();
  await named(page, 'button', 'Rematch').waitFor();
  await look(page, 'over');

  const { id } = await me(page);
  await go(page, '/leaderboard');
  await look(page, 'leaderboard');
  await go(page, `/player/${encodeURIComponent(id)}`);
  await look(page, 'player');
  await go(page, '/account');
  await look(page, 'account');
  await named(page.getByRole('main'), 'button', 'Create an account').click();
  await page.getByRole('dialog').waitFor();
  await look(page, 'register');
  await go(page, '/nowhere');
  await look(page, 'nowhere');

  await go(page, '/chat/lobby');
  await look(page, 'outside');
  await named(page, 'button', 'Join').last().click();
  const composer = named(page, 'textbox', 'Message to').last();
  await composer.fill('Hallo');
  await composer.press('Enter');
  await page.getByText('Hallo').waitFor();
  await look(page, 'room');
  await composer.fill('/help ');
  await composer.press('Enter');
  await page.getByRole('dialog').waitFor();
  await look(page, 'help');
  await closeWindow(page);
});
