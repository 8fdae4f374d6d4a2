// SPDX-License-Identifier: MIT
//
// The page of a match: both games to the end, by mouse, touch, drag and
// keyboard, with somebody who looks on; what was, once more.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, closeWindow, launch, PHONE, serve, shoot } from './pages.mjs';
import {
  arrive, begin, cell, disc, drop, line, open, play, press, strip,
} from './table.mjs';

let browser;
let server;
const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true };

before(async () => {
  browser = await launch();
  server = await serve();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const come = (options) => arrive(browser, server.url, options);

async function leave(...pages) {
  for (const page of pages) await closeWindow(page);
}

const region = (page, name) => page.getByRole('region', { name, exact: true });

test('from an invitation to a rematch', async () => {
  const ann = await come();
  const match = await open(ann, {
    game: 'connect-four', seat: 0, rated: true,
    clock: { seconds: 300, increment: 2 },
  });
  const link = ann.getByRole('textbox', { name: 'Link to this match' });
  assert.equal(await link.inputValue(), `${server.url}/match/${match}`);
  await axe(ann);

  const bob = await come();
  await bob.goto(await link.inputValue());
  await bob.getByRole('button', { name: 'Take the free seat' }).waitFor();
  await axe(bob);
  await press(bob, 'Take the free seat');
  await line(ann, 'has sat down').waitFor();
  await axe(ann);
  await press(ann, 'I am ready');
  await ann.getByRole('heading', { name: 'You are ready.' }).waitFor();
  await press(bob, 'I am ready');

  // By a click, by a drag, and by keys.
  await drop(ann, 4);
  await disc(bob, 4, 1, 'red').waitFor();
  await line(bob, 'column 4. Your turn.').waitFor();
  const from = await cell(bob, 1, 5).boundingBox();
  const to = await cell(bob, 5, 3).boundingBox();
  await bob.mouse.move(from.x + 10, from.y + 10);
  await bob.mouse.down();
  await bob.mouse.move(to.x + 20, to.y + 20, { steps: 4 });
  await bob.mouse.up();
  await disc(ann, 5, 1, 'yellow').waitFor();
  await cell(ann, 4, 1).focus();
  await ann.keyboard.press('ArrowUp');
  assert.ok(await cell(ann, 4, 2).evaluate(
    (one) => one === document.activeElement));
  await ann.keyboard.press('Enter');
  await disc(bob, 4, 2, 'red').waitFor();
  await axe(bob);
  await shoot(bob, 'match-four');
  await play([bob, ann], 5, 4, 5, 4);
  await line(ann, 'You have won.').waitFor();
  await line(bob, 'You have lost.').waitFor();
  assert.equal(await ann.getByRole(
    'gridcell', { name: /part of the line|the last move/ }).count(), 4);
  await strip(ann, 'bottom').getByText(/^\+\d+$/).waitFor();
  await axe(ann);

  // The rematch has the seats changed, and both come to it by themselves.
  await press(ann, 'Rematch');
  await press(bob, 'Accept the rematch');
  for (const page of [ann, bob])
    await page.waitForURL((url) => !url.pathname.endsWith(match));
  await drop(bob, 1);
  await disc(ann, 1, 1, 'red').waitFor();

  await press(ann, 'Resign');
  await ann.getByRole('dialog').waitFor();
  await axe(ann);
  await press(ann, 'Play on');
  await press(ann, 'Resign');
  await ann.getByRole('dialog').getByRole('button', { name: 'Resign' }).click();
  await line(ann, 'You have lost by resignation.').waitFor();
  await line(bob, 'You have won by resignation.').waitFor();
  await leave(ann, bob);
});

test('draws', async () => {
  const [ann, bob] = [await come(), await come()];
  await begin(ann, bob, { game: 'connect-four' });
  await drop(ann, 4);
  await press(ann, 'Offer a draw');
  await ann.getByRole('button', { name: 'Draw offered' }).waitFor();
  await line(bob, 'offers a draw').waitFor();
  await press(bob, 'Decline');
  await line(ann, 'declines the draw').waitFor();
  await drop(bob, 4);
  await drop(ann, 4);
  await press(ann, 'Offer a draw');
  await press(bob, 'Accept the draw');
  for (const page of [ann, bob])
    await line(page, 'A draw by agreement.').waitFor();
  await leave(ann, bob);
});

test('a column that is full', async () => {
  const [ann, bob] = [await come(), await come()];
  await begin(ann, bob, { game: 'connect-four' });
  await play([ann, bob], 4, 4, 4, 4, 4, 4);
  await drop(ann, 4);
  await line(ann, 'Column 4: This column is full.').waitFor();
  await drop(ann, 3).catch(() => {});
  await cell(ann, 3, 1).click();
  await disc(bob, 3, 1, 'red').waitFor();
  await leave(ann, bob);
});

test('who looks on sees what was, too', async () => {
  const [ann, bob, eve] = [await come(), await come(), await come()];
  const match = await begin(ann, bob, { game: 'connect-four' });
  await play([ann, bob], 1, 2, 1);
  await eve.goto(`${server.url}/match/${match}`);
  await eve.getByText('You are watching.').waitFor();
  const moves = region(eve, 'Moves').getByRole('listitem');
  await moves.nth(2).waitFor();
  await ann.getByText('1 watching').waitFor();
  await axe(eve);

  // Back by keys, and the match goes on meanwhile.
  await eve.keyboard.press('Home');
  await disc(eve, 1, 1, 'empty').waitFor();
  await line(eve, 'Move 0 of 3.').waitFor();
  await eve.keyboard.press('ArrowRight');
  await disc(eve, 1, 1, 'red').waitFor();
  await drop(bob, 2);
  await moves.nth(3).waitFor();
  await disc(eve, 2, 1, 'empty').waitFor();
  await press(eve, 'Back to now');
  await disc(eve, 2, 2, 'yellow').waitFor();
  await play([ann, bob], 1, 2, 1);
  await line(eve, 'has won.').waitFor();
  await leave(ann, bob);

  // Whether it makes a noise is remembered.
  const noise = eve.getByRole('button', { name: 'Sound' });
  assert.equal(await noise.getAttribute('aria-pressed'), 'true');
  await noise.click();
  await eve.reload();
  await line(eve, 'has won.').waitFor();
  assert.equal(await noise.getAttribute('aria-pressed'), 'false');
  await noise.click();

  // Of itself, from the first move.
  await press(eve, 'First move');
  await disc(eve, 1, 1, 'empty').waitFor();
  await press(eve, 'Play the moves');
  await disc(eve, 1, 4, 'red').waitFor();
  await region(eve, 'Moves').getByRole('button', { name: /^2\. / }).click();
  await disc(eve, 1, 2, 'empty').waitFor();
  await axe(eve);
  await leave(eve);
});

test('the whole page comes back', async () => {
  const [ann, bob] = [await come(), await come()];
  await begin(ann, bob, { game: 'connect-four', clock: { seconds: 300 } });
  await play([ann, bob], 4, 4, 3);
  await bob.reload();
  await line(bob, 'Your turn').waitFor();
  await region(bob, 'Moves').getByRole('listitem').nth(2).waitFor();
  const other = await bob.context().newPage();
  await other.goto(bob.url());
  await drop(other, 5);
  for (const page of [ann, bob]) await disc(page, 5, 1, 'yellow').waitFor();
  await drop(ann, 2);
  await other.close();
  await drop(bob, 1);
  await disc(ann, 1, 1, 'yellow').waitFor();
  await leave(ann, bob);
});

test('clocks run for who is to move, and decide', async () => {
  const [ann, bob] = [await come(), await come()];
  await begin(ann, bob, { game: 'connect-four', clock: { seconds: 10 } });
  const clock = (page, place) => strip(page, place).getByRole('timer');
  assert.equal(await clock(bob, 'bottom').textContent(), '0:10');
  await play([ann, bob], 4, 4);
  const still = await clock(ann, 'top').textContent();
  await line(ann, 'You have lost on time.').waitFor();
  await line(bob, 'You have won on time.').waitFor();
  assert.equal(await clock(ann, 'top').textContent(), still);
  assert.equal(await clock(ann, 'bottom').textContent(), '0.0');
  await leave(ann, bob);
});

test('who is away has a time to come back', async () => {
  const [ann, bob] = [await come(), await come()];
  const match = await begin(ann, bob, { game: 'connect-four' });
  await bob.goto('about:blank');
  await strip(ann, 'top').getByText(/^away, 0:\d\d left$/).waitFor();
  await bob.goto(`${server.url}/match/${match}`);
  await line(ann, 'is back.').waitFor();
  await drop(ann, 1);
  // Another page of this window is no reason to be away.
  await bob.getByRole('link', { name: 'Leaderboard' }).click();
  await bob.getByRole('heading', { name: 'Leaderboard' }).waitFor();
  await bob.goBack();
  await drop(bob, 1);
  await bob.getByRole('link', { name: 'Leaderboard' }).click();
  await drop(ann, 2);
  await bob.getByText(/^Your turn against /).waitFor();
  await press(bob, 'Go there');
  await line(bob, 'Your turn').waitFor();
  await leave(ann, bob);
});

test('battleship, on a desk and on a phone', async () => {
  const ann = await come({ viewport: { width: 1280, height: 720 } });
  const bob = await come(TOUCH);
  await begin(ann, bob, { game: 'battleship' });

  // Placed by a drag and by keys; two ships in one place are told.
  const ship = (page, name) =>
    page.getByRole('button', { name: new RegExp(`^${name}, `) });
  await axe(ann);
  await axe(bob);
  await ship(ann, 'Carrier').focus();
  for (let i = 0; i < 10; i++) {
    await ann.keyboard.press('ArrowLeft');
    await ann.keyboard.press('ArrowUp');
  }
  assert.match(
    await ship(ann, 'Carrier').getAttribute('aria-label'), /from a1 /);
  const carrier = await ship(ann, 'Carrier').getAttribute('aria-label');
  await ann.keyboard.press('r');
  assert.notEqual(
    await ship(ann, 'Carrier').getAttribute('aria-label'), carrier);
  const hold = await ship(ann, 'Destroyer').boundingBox();
  const goal = await ship(ann, 'Carrier').boundingBox();
  await ann.mouse.move(hold.x + 8, hold.y + 8);
  await ann.mouse.down();
  await ann.mouse.move(goal.x + 8, goal.y + 8, { steps: 6 });
  await ann.mouse.up();
  await ann.getByText('Two ships are in the same place.').waitFor();
  assert.ok(await ann.getByRole(
    'button', { name: 'Ready', exact: true }).isDisabled());
  await axe(ann);
  await press(ann, 'Shuffle');
  await press(ann, 'Ready');
  await bob.getByRole('button', { name: 'Turn' }).tap();
  await bob.getByRole('button', { name: 'Shuffle' }).tap();
  await bob.getByRole('button', { name: 'Ready', exact: true }).tap();

  await Promise.race([ann, bob].map((p) => line(p, 'Your turn').waitFor()));
  const annFirst = await line(ann, 'Your turn').isVisible();
  const order = annFirst ? [ann, bob] : [bob, ann];
  const target = (page, at) => page.locator('.battle-side[data-open]')
    .getByRole('gridcell', { name: new RegExp(`^${at}, `) });
  await axe(bob);
  await shoot(bob, 'match-sea-phone');

  // One shot after the other until a fleet is gone; a phone taps.
  let shots = 0;
  for (let i = 0; i < 200 && shots < 200; i++) {
    const page = order[i % 2];
    const n = Math.floor(i / 2);
    const at = `${'abcdefghij'[n % 10]}${Math.floor(n / 10) + 1}`;
    const over = line(page, /You have (won|lost)/);
    await line(page, 'Your turn').or(over).waitFor();
    if (await over.isVisible()) break;
    if (n === 0) {
      await target(page, at).focus();
      await page.keyboard.press('Enter');
    } else if (page === bob) await target(page, at).tap();
    else await target(page, at).click();
    shots++;
  }
  await Promise.all([
    line(ann, /You have (won|lost)\./).waitFor(),
    line(bob, /You have (won|lost)\./).waitFor(),
  ]);
  assert.ok(shots >= 17);
  await axe(ann);
  await axe(bob);
  await shoot(ann, 'match-sea');
  await leave(ann, bob);
});

test('nothing has to be scrolled on a phone', async () => {
  const ann = await come(TOUCH);
  const bob = await come(TOUCH);
  const inView = async (page, what) => {
    const { y, height } = await what.boundingBox();
    const bar = await page.getByRole('navigation').boundingBox();
    assert.ok(y >= 0 && y + height <= bar.y, `${y} + ${height} <= ${bar.y}`);
  };
  for (const game of ['connect-four', 'battleship']) {
    await begin(ann, bob, { game, clock: { seconds: 300 } });
    for (const one of [
      strip(ann, 'top'), region(ann, 'Board'), strip(ann, 'bottom'),
      ann.getByRole('button', { name: 'Resign' }),
    ]) await inView(ann, one);
    if (game === 'connect-four') {
      await cell(ann, 3, 4).tap();
      await disc(bob, 3, 1, 'red').waitFor();
    } else await inView(
      ann, ann.getByRole('button', { name: 'Ready', exact: true }));
    await axe(ann);
  }
  await leave(ann, bob);
});

test('the board has the room there is on a tablet', async () => {
  const ann = await come({ viewport: { width: 768, height: 1024 } });
  for (const game of ['connect-four', 'battleship']) {
    await open(ann, { game, seat: 0 });
    const { width } = await region(ann, 'Board').boundingBox();
    assert.ok(width > 700, `${game}: ${width}`);
    await axe(ann);
    await shoot(ann, `match-tablet-${game}`);
  }
  // A seat that is free has no name.
  await region(ann, 'The other sea').waitFor();
  await leave(ann);
});

test('no such match, and one that needs its code', async () => {
  const [ann, bob] = [await come(), await come()];
  await ann.goto(`${server.url}/match/nowhere`);
  await ann.getByText('There is no such match.').waitFor();
  await axe(ann);
  await ann.goto(`${server.url}/leaderboard`);
  const match = await open(ann, { game: 'connect-four', private: true });
  const link = await ann.getByRole(
    'textbox', { name: 'Link to this match' }).inputValue();
  await ann.waitForURL(link);
  await bob.goto(`${server.url}/match/${match}`);
  await bob.getByText('There is no such match.').waitFor();
  await bob.goto(link);
  await press(bob, 'Take the free seat');
  await press(bob, 'I am ready');
  await leave(ann, bob);
});
