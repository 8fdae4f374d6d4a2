// SPDX-License-Identifier: MIT
//
// Every page with something on it, for people to look at: a house with two
// people, a match that goes on, a fleet, a room with messages.

import { House, composer, enterRoom, message, say } from './chatting.mjs';
import { live } from './accounts.mjs';
import { PHONE } from './pages.mjs';
import { begin, line, open, play } from './table.mjs';

export const LOOKS = [
  ['desk-light', { viewport: { width: 1280, height: 800 } }],
  ['desk-dark', {
    viewport: { width: 1280, height: 800 }, colorScheme: 'dark',
  }],
  ['phone-light', { viewport: PHONE, hasTouch: true, isMobile: true }],
  ['phone-dark', {
    viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: 'dark',
  }],
];

const TALK = [
  ['mei', 'Good evening! Who is in for a round of Battleship?'],
  ['ada', '@mei always. Loser brings cake next week.'],
  ['mei', 'Deal. Same rules as last time: no peeking.'],
  ['ada', 'I saw your last match, that diagonal was lovely.'],
];

/** What all pictures have in common; `end` closes it. */
export async function arrange(browser) {
  const house = new House();
  await house.start();
  const mei = await house.person(browser, 'mei', { at: '/' });
  const ada = await house.person(browser, 'ada', { at: '/' });
  for (const page of [mei, ada]) {
    await live(page);
    await enterRoom(page, 'Friday games');
  }
  for (const [who, text] of TALK) {
    await say(who === 'mei' ? mei : ada, text);
    await message(ada, text).waitFor();
  }
  await rate(mei, ada);
  return {
    house, mei, ada,
    end: async () => {
      for (const page of [mei, ada]) await page.context().close();
      await house.end();
    },
  };
}

/** Two rated matches, so that there is a leaderboard. */
async function rate(mei, ada) {
  for (const page of [mei, ada])
    await page.goto(new URL('/leaderboard', page.url()).href);
  await begin(mei, ada, {
    game: 'connect-four', rated: true, clock: { seconds: 300, increment: 2 },
  });
  await play([mei, ada], 4, 5, 4, 5, 4, 5, 4);
  await mei.getByText('You have won').first().waitFor();
}

/** A match in its middle, seen by mei; and ada's fleet before the first shot. */
export async function matches({ mei, ada }) {
  const four = await begin(mei, ada, {
    game: 'connect-four', clock: { seconds: 300, increment: 2 },
  });
  await play([mei, ada], 4, 4, 3, 5, 5, 3, 6, 2);
  const ships = await open(mei, { game: 'battleship', seat: 0 });
  return { four, ships };
}

const PAGES = [
  ['front', '/', (page) => page.getByRole('region', { name: /^Matches/ })],
  ['match', ({ four }) => `/match/${four}`, (page) => line(page, 'Your turn')],
  ['invite', ({ ships }) => `/match/${ships}`,
    (page) => page.getByRole('textbox', { name: 'Link to this match' })],
  ['chat', '/chat/Friday%20games', (page) => composer(page)],
  ['leaderboard', '/leaderboard/connect-four',
    (page) => page.getByRole('row', { name: /mei/ })],
  ['profile', ({ mei }) => `/player/${mei}`,
    (page) => page.getByRole('link', { name: /^Replay of/ }).first()],
  ['account', '/account',
    (page) => page.getByRole('heading', { name: 'Devices' })],
  ['playground', '/playground#game&%2Fgame&leaderboard', asked],
];

/** Something has been sent, and answered. */
async function asked(page) {
  const tab = page.getByRole('tab', { name: 'Send' });
  if (await tab.isVisible()) await tab.click();
  await page.getByLabel('game', { exact: true }).fill('connect-four');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  return page.getByText(/is answered in/);
}

/** A window of mei's for each page, in one look; `visit(name, page)`. */
export async function tour(browser, { house }, made, options, visit) {
  const page = await house.again(browser, 'mei', { at: '/', ...options });
  await live(page);
  const mei = await page.evaluate(
    async () => (await (await fetch('/auth/me')).json()).user.id);
  for (const [name, path, ready] of PAGES) {
    const where = typeof path === 'function' ? path({ ...made, mei }) : path;
    await page.goto(house.url + where);
    await (await ready(page)).first().waitFor();
    await page.getByText('Loading', { exact: true }).first()
      .waitFor({ state: 'detached' });
    await visit(name, page);
  }
  return page;
}
