// SPDX-License-Identifier: MIT
//
// The server goes away under the page and comes back on the same port.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../clients/server.mjs';
import {
  closeWindow,
  composer,
  heard,
  inRoom,
  launch,
  notice,
  openWindow,
  pending,
  peopleAre,
  say,
  shoot,
  status,
} from './pages.mjs';

const skip = process.env.MORTISE_URL
  ? 'somebody else runs the server of MORTISE_URL'
  : false;

let browser;
let server;
let origin;

before(async () => {
  if (skip) return;
  browser = await launch();
  server = await startServer({ config: 'mortise' });
  origin = server.url;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function restart() {
  const { port } = server;
  server = await startServer({ config: 'mortise', port });
  assert.equal(server.url, origin);
}

test('a room outlives its server', { skip }, async () => {
  const ada = await openWindow(browser, origin, '/?room=attic&name=Ada');
  await inRoom(ada, 'attic');
  const bob = await openWindow(browser, origin, '/?room=attic&name=Bob');
  await inRoom(bob, 'attic');
  await say(ada, 'before');
  await heard(bob, 'before').waitFor();

  await server.stop();
  for (const page of [ada, bob]) {
    await status(page, 'Offline').waitFor();
    await page.getByText('No connection.').waitFor();
    await page.getByRole('heading', { name: 'Was here' }).waitFor();
  }
  // Nothing that was on the page has gone, and one may go on writing.
  assert.equal(await heard(bob, 'before').count(), 1);
  await say(ada, 'during');
  await pending(ada, 'during').getByText('Waiting').waitFor();
  await composer(ada).fill('unfinished');
  await shoot(ada, 'outage');

  await restart();
  for (const page of [ada, bob]) {
    // Unless the page was quicker, and has tried by itself.
    const live = status(page, 'Live').waitFor();
    const click = page.getByRole('button', { name: 'Try now' }).click();
    await Promise.race([live, click.catch(() => {})]);
    await live;
    await notice(page, 'You were away for').waitFor();
  }
  const focused = composer(ada).and(ada.locator(':focus'));
  await focused.waitFor();
  await peopleAre(ada, 'Ada', 'Bob');
  await peopleAre(bob, 'Bob', 'Ada');
  await heard(ada, 'during').waitFor();
  assert.equal(await composer(ada).inputValue(), 'unfinished');
  assert.equal(await heard(ada, 'before').count(), 1);

  await say(bob, 'after');
  await heard(ada, 'after').waitFor();
  await shoot(ada, 'outage-over');
  await closeWindow(ada);
  await closeWindow(bob);
});

test('a page waits at the door by itself', { skip }, async () => {
  const page = await openWindow(browser, origin, '/');
  await server.stop();
  await status(page, 'Offline').waitFor();
  await page.getByLabel('Room').fill('cellar');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Join the room' }).click();
  await page.getByText('Waiting for the server').waitFor();
  await shoot(page, 'door-outage');

  // Nobody presses anything: it comes in on its own.
  await restart();
  await inRoom(page, 'cellar');
  await status(page, 'Live').waitFor();
  await closeWindow(page);
});
