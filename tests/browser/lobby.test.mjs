// SPDX-License-Identifier: MIT
//
// The front page: into a match by the bot, a link, a code, the list, the
// queue and a challenge, in two windows; and what stays still meanwhile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  axe, closeWindow, launch, openWindow, PHONE, serve, shoot,
} from './pages.mjs';
import { press, Wire } from './table.mjs';

let browser;
let server;
const WIDE = { viewport: { width: 1280, height: 900 } };
const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true };
const DARK = { ...WIDE, colorScheme: 'dark' };

before(async () => {
  browser = await launch();
  server = await serve();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A window at the front page whose lists are there. */
async function come(options = WIDE, origin = server.url) {
  const page = await openWindow(browser, origin, '/', options);
  await live(page);
  return page;
}

async function live(page) {
  await page.locator('.pill[data-status="live"]').waitFor();
  await page.getByText('Loading', { exact: true }).first()
    .waitFor({ state: 'detached' });
}

async function leave(...pages) {
  for (const page of pages) await closeWindow(page);
}

const nameOf = (page) => page.locator('.person-name').textContent();
const link = (page, name) => page.getByRole('link', { name, exact: true });
const button = (page, name) =>
  page.getByRole('button', { name, exact: true });
const list = (page, name) => page.getByRole('region', { name });
const matches = (page) => list(page, /^Matches/);
const players = (page) => list(page, /^Players here/);

async function atMatch(page) {
  await page.waitForURL(/\/match\//);
  await page.getByRole('region', { name: 'This match' }).waitFor();
  return /\/match\/([a-z0-9]+)/.exec(page.url())[1];
}

/** Makes a match by the dialog; leaves the page at it. */
async function create(page, who) {
  await button(page, 'Create a match').first().click();
  const dialog = page.getByRole('dialog', { name: 'Create a match' });
  await dialog.getByRole('radio', { name: who }).check();
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  return atMatch(page);
}

async function home(page) {
  await link(page, 'Play').click();
  await page.getByRole('heading', { name: 'Play a game' }).waitFor();
}

async function focused(locator) {
  await assert.doesNotReject(
    locator.and(locator.page().locator(':focus')).waitFor());
}

/** Where something stands in the page, however far that is scrolled. */
function place(locator) {
  return locator.evaluate((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return { x, y: y + window.scrollY, width, height };
  });
}

/** Nothing stands out of the window at its side. */
async function fits(page) {
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth);
  assert.equal(wide, page.viewportSize().width);
}

test('one press plays the bot, as one likes it', async () => {
  const ann = await come(TOUCH);
  await matches(ann).getByText('No match to join or to watch just now.').waitFor();
  await players(ann).getByText('Nobody else is here just now.').waitFor();
  await axe(ann);
  await fits(ann);
  await shoot(ann, 'lobby-empty-phone');
  // In sight without scrolling, above the bar at the bottom.
  const bar = await place(ann.getByRole('navigation'));
  for (const name of ['Find an opponent', 'Play now']) {
    const { y, height } = await place(button(ann, name));
    assert.ok(y + height <= bar.y, name);
  }
  await ann.getByRole('radio', { name: 'Battleship' }).check();
  await ann.getByRole('radio', { name: '4', exact: true }).check();
  await press(ann, 'Play now');
  await atMatch(ann);
  // It declines every draw, so none is offered.
  await button(ann, 'Resign').waitFor();
  assert.equal(await button(ann, 'Offer a draw').count(), 0);
  await home(ann);
  assert.ok(await ann.getByRole('radio', { name: 'Battleship' }).isChecked());
  assert.ok(await ann.getByRole('radio', { name: '4', exact: true })
    .isChecked());
  // What goes on stands above all else, in every window.
  const mine = list(ann, 'Yours').getByRole('link', {
    name: 'Go on: Battleship against Bot, level 4',
  });
  await mine.waitFor();
  await axe(ann);
  await ann.reload();
  await mine.click();
  await atMatch(ann);
  await leave(ann);
});

test('a friend comes by a code that was read out, or by a link', async () => {
  const ann = await come();
  const bob = await come(TOUCH);
  const match = await create(ann, 'Only by link or code');
  const shared = await ann.getByRole('textbox', {
    name: 'Link to this match',
  }).inputValue();
  const code = new URL(shared).searchParams.get('code');
  await ann.getByText(`Code: ${code.slice(0, 4)}-${code.slice(4)}`).waitFor();

  const field = bob.getByRole('textbox', { name: 'Code or link' });
  await press(bob, 'Join');
  await bob.getByText('Type the code that you were given.').waitFor();
  await field.fill('nothere9');
  await press(bob, 'Join');
  await bob.getByText('No match has this code.').waitFor();
  await axe(bob);
  await field.fill(
    ` ${code.slice(0, 4)}-${code.slice(4)}`.toUpperCase());
  await field.press('Enter');
  assert.equal(await atMatch(bob), match);
  await button(bob, 'I am ready').waitFor();

  const eve = await come();
  await eve.getByRole('textbox', { name: 'Code or link' }).fill(shared);
  await press(eve, 'Join');
  assert.equal(await atMatch(eve), match);
  await leave(ann, bob, eve);
});

test('the list lives, and holds still under the pointer', async () => {
  const ann = await come();
  const bob = await come(DARK);
  const name = await nameOf(bob);
  const body = matches(ann);
  await create(bob, 'Anybody');
  const join = link(body, `Join ${name}`);
  await join.waitFor();
  await axe(ann);
  await shoot(ann, 'lobby-wide');

  await join.hover();
  const before = await place(join);
  await button(bob, 'Cancel').click();
  await bob.getByRole('heading', { name: 'Play a game' }).waitFor();
  await link(body, 'Over').waitFor();
  await create(bob, 'Anybody');
  await button(body, 'Show 1 new match').waitFor();
  assert.deepEqual(await place(link(body, 'Over')), before);
  await axe(ann);
  await button(body, 'Show 1 new match').click();
  await join.waitFor();

  // Filters; what they hide is not far.
  await body.getByRole('radio', { name: 'To watch' }).check();
  await body.getByLabel('Rated or not').selectOption('Rated');
  await body.getByText('No match is like this just now.').waitFor();
  await press(body, 'Show all matches');
  await join.waitFor();
  await body.getByLabel('Rated or not').selectOption('Rated');
  await join.waitFor({ state: 'detached' });
  await body.getByLabel('Rated or not').selectOption('Casual');
  await body.getByLabel('Game').selectOption('Connect Four');
  await join.click();
  const match = await atMatch(ann);
  assert.equal(await atMatch(bob), match);
  await press(ann, 'I am ready');
  await press(bob, 'I am ready');

  // Two names on a phone are cut before what can be pressed beside them.
  const eve = await come(TOUCH);
  const watch = matches(eve).getByRole('listitem')
    .filter({ hasText: name }).getByRole('link', { name: /^Watch / });
  await watch.waitFor();
  await axe(eve);
  await watch.click();
  assert.equal(await atMatch(eve), match);
  await leave(ann, bob, eve);
});

test('a quick match: the wait is seen, and can be left', async () => {
  const ann = await come(TOUCH);
  const card = ann.locator('.start-card').first();
  const before = await place(card);
  await press(ann, 'Find an opponent');
  await ann.getByText('Nobody else waits yet.').waitFor();
  await ann.getByText('Ratings within 100 of yours.').waitFor();
  await ann.getByRole('timer').filter({ hasText: '0:02' }).waitFor();
  await focused(button(ann, 'Cancel'));
  assert.deepEqual(await place(card), before);
  await ann.keyboard.press('Enter');
  await focused(button(ann, 'Find an opponent'));

  // It goes on in whatever page; when nobody comes there is a bot.
  await press(ann, 'Find an opponent');
  await ann.getByRole('link', { name: 'Leaderboard' }).click();
  await ann.getByRole('heading', { name: 'Leaderboard' }).waitFor();
  await home(ann);
  await button(ann, 'Play the bot instead').waitFor();
  assert.deepEqual(await place(card), before);
  await fits(ann);
  await shoot(ann, 'lobby-waits-phone');
  await ann.getByRole('link', { name: 'Leaderboard' }).click();

  const bob = await come();
  await press(bob, 'Find an opponent');
  assert.equal(await atMatch(ann), await atMatch(bob));
  await button(ann, 'I am ready').waitFor();
  await leave(ann, bob);
});

test('who waits keeps waiting through a lost connection', async () => {
  const wire = await Wire.to(new URL(server.url).port);
  const ann = await come(WIDE, wire.url);
  await press(ann, 'Find an opponent');
  await ann.getByText('Nobody else waits yet.').waitFor();
  await axe(ann);
  wire.cut();
  await ann.getByText('You wait again as soon as there is a connection.')
    .waitFor();
  await axe(ann);
  wire.mend();
  await live(ann);
  await ann.getByText('Nobody else waits yet.').waitFor();
  const bob = await come();
  await press(bob, 'Find an opponent');
  assert.equal(await atMatch(ann), await atMatch(bob));
  await leave(ann, bob);
  wire.close();
});

test('a challenge reaches whoever is here, on every page', async () => {
  const ann = await come();
  const bob = await come(TOUCH);
  const [one, other] = [await nameOf(ann), await nameOf(bob)];
  await bob.getByRole('link', { name: 'Leaderboard' }).click();

  await button(players(ann), `Challenge ${other}`).click();
  const dialog = ann.getByRole('dialog', { name: `Challenge ${other}` });
  await dialog.waitFor();
  await axe(ann);
  await shoot(ann, 'lobby-challenge');
  await ann.keyboard.press('Escape');
  await focused(button(players(ann), `Challenge ${other}`));
  await ann.keyboard.press('Enter');
  await dialog.getByLabel('Clock').selectOption('5 min');
  await press(dialog, 'Send the challenge');
  await atMatch(ann);
  const notices = bob.getByRole('region', { name: 'Notices' });
  await notices.getByText(
    `${one} challenges you: Connect Four, 7 × 6, 5 min, casual.`).waitFor();
  await axe(bob);
  await press(notices, 'Decline');
  await ann.getByText(`${other} would rather not play now.`).waitFor();

  // Not again for a while; what is missed as a notice stands in the page.
  await home(ann);
  await button(players(ann), `Challenge ${other}`).click();
  await press(ann, 'Send the challenge');
  await ann.getByText('They would rather not play now.').first().waitFor();

  const eve = await come();
  const third = await nameOf(eve);
  await button(players(eve), `Challenge ${other}`).click();
  await press(eve, 'Send the challenge');
  const match = await atMatch(eve);
  await home(bob);
  await press(notices, 'Close');
  await button(bob, `Accept the challenge of ${third}`).click();
  assert.equal(await atMatch(bob), match);
  await button(eve, 'I am ready').waitFor();
  await leave(ann, bob, eve);
});

test('who comes and goes is seen', async () => {
  const ann = await come(DARK);
  const bob = await come();
  const name = await nameOf(bob);
  const row = players(ann).getByRole('listitem').filter({ hasText: name });
  await row.getByText('free').waitFor();
  await press(bob, 'Play now');
  await row.getByText('in a match').waitFor();
  await row.getByRole('button', { name: `More about ${name}` }).click();
  await axe(ann);
  await ann.getByRole('menuitem', { name: 'Profile' }).click();
  await ann.getByRole('heading', { name }).waitFor();
  await home(ann);
  await ann.mouse.move(1, 1);
  await leave(bob);
  await row.waitFor({ state: 'detached' });
  await leave(ann);
});

test('what cannot be asked for is said', async () => {
  const wire = await Wire.to(new URL(server.url).port);
  const ann = await come(WIDE, wire.url);
  wire.cut();
  await ann.locator('.pill[data-status="lost"]').waitFor();
  await press(ann, 'Play now');
  await ann.getByRole('alert').filter({
    hasText: 'There is no connection.',
  }).waitFor();
  wire.mend();
  await live(ann);
  await press(ann, 'Play now');
  await atMatch(ann);
  await leave(ann);
  wire.close();
});
