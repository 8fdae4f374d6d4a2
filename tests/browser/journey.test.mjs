// SPDX-License-Identifier: MIT
//
// One evening of three people: they find each other, play, watch and talk,
// while a page is loaded anew, a network goes, plugins are replaced and the
// server is restarted. Then what it has come to stands in all places.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House, composer, message, say } from './chatting.mjs';
import { called, live, me, register } from './accounts.mjs';
import { axe, closeWindow, launch, openWindow, PHONE } from './pages.mjs';
import { cell, disc, drop, line, play, press, Wire } from './table.mjs';

const skip = process.env.MORTISE_URL
  ? 'somebody else runs the server of MORTISE_URL'
  : false;
const WIDE = { viewport: { width: 1280, height: 800 } };

let browser;
let house;
let wire;

before(async () => {
  if (skip) return;
  browser = await launch();
  house = new House();
  await house.start();
  wire = await Wire.to(house.port);
});

after(async () => {
  await browser?.close();
  wire?.close();
  await house?.end();
});

const button = (page, name) =>
  page.getByRole('button', { name, exact: true });
const region = (page, name) => page.getByRole('region', { name });
const nameOf = (page) => page.locator('.person-name').textContent();
const matchOf = (page) => /\/match\/([a-z0-9]+)/.exec(page.url())[1];

async function come(origin, options) {
  const page = await openWindow(browser, origin, '/', options);
  await live(page);
  return page;
}

/** Two who look for somebody find each other, and are ready. */
async function meet(ann, bob) {
  await button(ann, 'Find an opponent').click();
  await ann.getByText('Looking for an opponent').first().waitFor();
  await axe(ann);
  await button(bob, 'Find an opponent').click();
  for (const page of [ann, bob]) await page.waitForURL(/\/match\//);
  assert.equal(matchOf(ann), matchOf(bob));
  for (const page of [ann, bob]) await press(page, 'I am ready');
  for (const page of [ann, bob])
    await line(page, /Your turn|is to move/).waitFor();
}

/** In the order in which they sit. */
async function seated(ann, bob) {
  const first = await line(ann, 'Your turn').isVisible();
  return first ? [ann, bob] : [bob, ann];
}

async function hears(text, ...pages) {
  for (const page of pages) await message(page, text).waitFor();
}

/** The chat beside a match is one press away where there is no room for it. */
async function openTalk(page) {
  const chat = button(page, 'Chat');
  if (await chat.isVisible()) await chat.click();
  await composer(page).waitFor();
}

test('an evening', { skip, timeout: 240_000 }, async () => {
  const ann = await come(wire.url, WIDE);
  const bob = await come(house.url, {
    viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: 'dark',
  });
  const eve = await come(house.url, { ...WIDE, colorScheme: 'dark' });
  const names = await Promise.all([ann, bob, eve].map(nameOf));
  assert.equal(new Set(names).size, 3);

  await meet(ann, bob);
  const match = matchOf(ann);

  // A spectator comes by the list, and says something.
  await region(eve, /^Matches/).getByRole('link', { name: /^Watch / }).click();
  await eve.waitForURL(/\/match\//);
  await eve.getByText('You are watching.').first().waitFor();
  await openTalk(eve);
  await openTalk(ann);
  await say(eve, 'Good luck, both!');
  await hears('Good luck, both!', eve, ann);

  const players = await seated(ann, bob);
  const [red, yellow] = players;
  await play(players, 1, 2);
  await disc(eve, 2, 1, 'yellow').waitFor();

  // A page is loaded anew, in the middle.
  await bob.reload();
  await disc(bob, 1, 1, 'red').waitFor();

  // Other builds of the plugins.
  await play([red, yellow], 1);
  await house.swap();
  await play([yellow, red], 2);
  await disc(eve, 2, 2, 'yellow').waitFor();

  // A network that goes while somebody plays and writes.
  const [here, there] = [ann, ann === red ? yellow : red];
  if (here !== red) {
    await drop(red, 1);
    await disc(here, 1, 3, 'red').waitFor();
  }
  wire.cut();
  await here.locator('.pill[data-status="lost"]').waitFor();
  await say(here, 'Is anybody there?');
  await cell(here, here === red ? 1 : 3, 1).click();
  wire.mend();
  await button(here, 'Try now').click().catch(() => {});
  await live(here);
  await hears('Is anybody there?', ann, eve);
  await disc(there, here === red ? 1 : 3, here === red ? 3 : 1,
    here === red ? 'red' : 'yellow').waitFor();

  // The server is restarted before the last moves.
  await house.stop();
  await eve.locator('.pill[data-status="lost"]').waitFor();
  await house.start();
  for (const page of [ann, bob, eve]) {
    await button(page, 'Try now').click({ timeout: 1_000 }).catch(() => {});
    await live(page);
  }
  if (here === red) await drop(yellow, 3);
  await drop(red, 1);
  const winner = await nameOf(red) ?? '';
  await red.getByText('You have won').first().waitFor();
  await yellow.getByText('You have lost').first().waitFor();
  await eve.getByText(`${winner} has won`).first().waitFor();
  for (const page of [ann, eve]) await axe(page);

  // Another one, which ends at once.
  await press(red, 'Rematch');
  await button(yellow, 'Accept the rematch').click();
  for (const page of players)
    await page.waitForURL((url) => !url.pathname.endsWith(match));
  await yellow.getByRole('button', { name: 'Resign' }).click();
  await yellow.getByRole('dialog').getByRole('button', { name: 'Resign' })
    .click();
  await red.getByText('You have won').first().waitFor();

  // The one who was a guest keeps all of it.
  const before = await me(ann);
  await register(ann, 'ann');
  assert.equal((await me(ann)).id, before.id);
  await ann.goto(`${wire.url}/player/${encodeURIComponent(before.id)}`);
  await ann.getByRole('heading', { name: 'ann', exact: true }).waitFor();
  assert.equal(
    await ann.getByRole('link', { name: /^Replay of Connect Four/ }).count(),
    2);
  await axe(ann);

  // Both stand on the leaderboard, one of them in her own place.
  await ann.getByRole('link', { name: 'Leaderboard' }).click();
  await ann.getByRole('row', { name: /ann/ }).waitFor();
  assert.equal(await ann.getByRole('row').count(), 3);
  await axe(ann);

  // A second window is the same person, and follows.
  const second = await ann.context().newPage();
  await second.goto(`${wire.url}/match/${match}`);
  await called(second, 'ann');
  await second.getByRole('button', { name: 'First move' }).click();
  await second.getByText(/^Move 0 of 7|^Move 1 of 7/).first().waitFor();
  await second.getByRole('button', { name: 'Last move' }).click();
  await disc(second, 1, 4, 'red').waitFor();
  await second.close();

  for (const page of [ann, bob, eve]) await closeWindow(page);
});
