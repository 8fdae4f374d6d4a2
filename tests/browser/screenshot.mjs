#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// Makes web/screenshot.png for the README: the same room in two windows, one
// of them a phone's, on one picture.
//
//   node screenshot.mjs [FILE]

import { fileURLToPath } from 'node:url';
import { House, act, composer, enterRoom, message, say } from './chatting.mjs';
import { closeWindow, launch } from './pages.mjs';

const SHARP = 1.5;
const FILE =
  process.argv[2] ??
  fileURLToPath(new URL('../../web/screenshot.png', import.meta.url));

const browser = await launch();
const house = new House();
await house.start();

const ada = await house.person(browser, 'Ada', {
  deviceScaleFactor: SHARP, viewport: { width: 1040, height: 620 },
});
const bob = await house.person(browser, 'Bob', {
  deviceScaleFactor: SHARP, viewport: { width: 330, height: 620 },
  colorScheme: 'dark', hasTouch: true, isMobile: true,
});
const mei = await house.person(browser, 'Mei');

async function tell(page, ...texts) {
  for (const text of texts) {
    await say(page, text);
    for (const other of [ada, bob]) await message(other, text).waitFor();
  }
}

for (const room of ['beginners', 'announcements', 'joinery'])
  await enterRoom(ada, room);
await enterRoom(bob, 'joinery');
await say(ada, '/topic Games on Thursdays, at eight');
await tell(ada, 'Morning! Who is in for a game tonight?');
await tell(bob, 'Me. Same table as last week?', 'I owe you a rematch');
await enterRoom(mei, 'joinery');
await tell(mei, 'Hi both! The invite link brought me straight in.');
await act(ada, 'I owe you a rematch', 'React');
await ada.getByRole('button', { name: '❤️', exact: true }).click();
await act(ada, 'Hi both! The invite link brought me straight in.', 'Reply');
await tell(ada, 'Welcome @Mei. We start at eight, and there is a seat left.');
await tell(bob, 'Eight it is.');
const ivo = await house.voice('Ivo', 'beginners');
await ivo.say('Where do I begin?');
await composer(mei).pressSequentially('I');
await ada.getByText('Mei is typing').waitFor();
await ada.mouse.move(1, 1);
await composer(ada).fill('Shall I bring the');
await composer(bob).blur();

/** A window frame around a picture of a page. */
async function frame(page, look) {
  const picture = (await page.screenshot()).toString('base64');
  const { width, height } = page.viewportSize();
  return `<figure class="${look}"><figcaption><i></i><i></i><i></i></figcaption>
    <img width="${width}" height="${height}"
      src="data:image/png;base64,${picture}"></figure>`;
}

const frames = (await frame(ada, 'light')) + (await frame(bob, 'dark'));
const sheet = await browser.newPage({ deviceScaleFactor: SHARP });
await sheet.setContent(`<style>
  body { margin: 0; }
  main { display: inline-flex; gap: 28px; padding: 30px; background: #dfe9e5; }
  figure { margin: 0; border-radius: 12px; overflow: hidden;
    border: 1px solid #0002; background: #eae6dc; }
  figure.dark { background: #100f0d; }
  figcaption { display: flex; gap: 7px; padding: 10px 12px; }
  i { width: 10px; height: 10px; border-radius: 50%; background: #8886; }
  img { display: block; }
</style><main>${frames}</main>`);
await sheet.locator('main').screenshot({ path: FILE });

ivo.close();
for (const page of [ada, bob, mei]) await closeWindow(page);
await browser.close();
await house.end();
