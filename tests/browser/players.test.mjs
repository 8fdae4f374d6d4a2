// SPDX-License-Identifier: MIT
//
// The leaderboard and profiles: empty, after a rated match, of others.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  axe, closeWindow, launch, openWindow, PHONE, serve, shoot,
} from './pages.mjs';

let browser;
let server;
const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true };
const DARK = { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' };

before(async () => {
  browser = await launch();
  server = await serve();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function come(path, options) {
  const page = await openWindow(browser, server.url, path, options);
  await page.locator('.pill[data-status="live"]').waitFor();
  return page;
}

const nameOf = (page) => page.locator('.person-name').textContent();
const idOf = (page) => page.evaluate(
  async () => (await (await fetch('/auth/me')).json()).user.id);
const link = (page, name) => page.getByRole('link', { name, exact: true });
const row = (page, text) =>
  page.getByRole('row').filter({ hasText: text });

/** Asks as any client does, with a connection of its own. */
async function ask(page, event, ...args) {
  return page.evaluate(async ([name, values]) => {
    if (!window.io)
      await new Promise((done) => {
        const script = document.createElement('script');
        script.src = '/socket.io/socket.io.js';
        script.onload = done;
        document.head.append(script);
      });
    window.asker ??= window.io('/game', { forceNew: true });
    const answer = await window.asker.emitWithAck(name, ...values);
    if (answer.error) throw new Error(answer.error.message);
    return answer;
  }, [event, args]);
}

/** The first wins: by the other's resignation, after a move of both. */
async function win(winner, loser, options = {}) {
  const { match } = await ask(winner, 'match:create',
    { game: 'connect-four', seat: 0, ...options });
  await ask(loser, 'match:join', {
    match, ...(options.private ? await invite(winner, loser, match) : {}),
  });
  await ask(winner, 'match:ready', { match });
  await ask(loser, 'match:ready', { match });
  await ask(winner, 'match:move', { match, move: '1' });
  await ask(loser, 'match:move', { match, move: '2' });
  await ask(loser, 'match:resign', { match });
  return match;
}

/** What opens a private match for who is invited to it. */
async function invite(winner, loser, match) {
  await ask(winner, 'match:invite', { match, user: await idOf(loser) });
  const { invitations } = await ask(loser, 'match:mine');
  return { code: invitations[0].code };
}

async function fits(page) {
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth);
  assert.equal(wide, page.viewportSize().width);
}

test('the leaderboard, before and after a rated match', async () => {
  const ann = await come('/leaderboard', DARK);
  const bob = await come('/leaderboard/connect-four?around', TOUCH);
  await ann.getByText(
    'Nobody has played a rated match of Connect Four yet.').waitFor();
  await axe(ann);
  await axe(bob);
  const [one, other] = [await nameOf(ann), await nameOf(bob)];
  await win(ann, bob, { rated: true });

  await link(ann, 'Battleship').click();
  await ann.getByText(
    'Nobody has played a rated match of Battleship yet.').waitFor();
  await link(ann, 'Connect Four').click();
  await row(ann, one).getByText('1662').waitFor();
  assert.match(await row(ann, one).innerText(), /^1\s[^]*you[^]*1662\?/);
  assert.match(await row(ann, other).innerText(), /^2\s[^]*1338\?/);
  await ann.getByText('2 players').waitFor();
  await axe(ann);
  await shoot(ann, 'leaderboard');

  await bob.reload();
  await row(bob, other).getByText('you').waitFor();
  await fits(bob);
  await axe(bob);
  await shoot(bob, 'leaderboard-phone');

  const eve = await come('/leaderboard');
  await row(eve, one).waitFor();
  await link(eve, 'Around me').click();
  await eve.getByText('You have no rating in Connect Four yet').waitFor();
  await eve.goBack();
  await row(eve, one).waitFor();
  await link(eve, one).click();
  await eve.getByRole('heading', { name: one }).waitFor();
  for (const page of [ann, bob, eve]) await closeWindow(page);
});

test('a profile: ratings, matches, and what is nobody else\'s', async () => {
  const ann = await come('/leaderboard', DARK);
  const bob = await come('/leaderboard', TOUCH);
  const [one, other] = [await nameOf(ann), await nameOf(bob)];
  const mine = `/player/${encodeURIComponent(await idOf(ann))}`;
  await bob.goto(server.url + mine);
  await bob.getByText('No matches yet.').waitFor();
  await axe(bob);
  const match = await win(ann, bob, { rated: true });
  const hidden = await win(ann, bob, { private: true });

  await ann.goto(server.url + mine);
  await ann.getByRole('heading', { name: one }).waitFor();
  const replays = ann.getByRole('link', { name: /^Replay of / });
  await replays.nth(1).waitFor();
  assert.deepEqual(await replays.evaluateAll(
    (all) => all.map((a) => a.getAttribute('href'))),
  [`/match/${hidden}`, `/match/${match}`]);
  await ann.getByText('2 matches: 2 won, 0 drawn, 0 lost').waitFor();
  await link(ann, 'Account and devices').waitFor();
  await axe(ann);
  await shoot(ann, 'profile');

  await bob.reload();
  await bob.getByText('1 match: 1 won, 0 drawn, 0 lost').waitFor();
  assert.equal(
    await bob.getByRole('link', { name: /^Replay of / }).count(), 1);
  await bob.getByText('Here now').waitFor();
  await fits(bob);
  await axe(bob);
  await shoot(bob, 'profile-phone');

  // Whoever is here can be challenged from here, and talked to.
  await bob.getByRole('button', { name: 'Challenge' }).click();
  await bob.getByRole('dialog', { name: `Challenge ${one}` }).waitFor();
  await bob.getByRole('button', { name: 'Send the challenge' }).click();
  await ann.getByText(`${other} challenges you`).waitFor();
  await bob.goBack();
  await bob.getByRole('button', { name: 'Message' }).click();
  await bob.waitForURL(/\/chat\/./);

  await link(ann, 'Rank 1').or(ann.getByRole('link', { name: /^Rank / }))
    .first().click();
  await row(ann, one).waitFor();
  for (const page of [ann, bob]) await closeWindow(page);
});

test('nobody has no profile; a replay is a press away', async () => {
  const ann = await come('/player/nobody');
  await ann.getByText('There is no such player.').waitFor();
  await axe(ann);
  const bob = await come('/leaderboard');
  const match = await win(bob, ann);
  await bob.goto(`${server.url}/player/${await idOf(ann)}`);
  await bob.getByText('Lost', { exact: true }).waitFor();
  await bob.getByRole('link', { name: /^Replay of / }).click();
  await bob.waitForURL(new RegExp(`/match/${match}`));
  for (const page of [ann, bob]) await closeWindow(page);
});
