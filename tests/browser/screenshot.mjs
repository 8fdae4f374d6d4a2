#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// Makes web/screenshot.png for the README: the same room in two windows, one
// of them a phone's, on one picture.
//
//   node screenshot.mjs [FILE]

import { fileURLToPath } from 'node:url';
import {
  closeWindow,
  composer,
  heard,
  inRoom,
  launch,
  openWindow,
  say,
  serve,
} from './pages.mjs';

const SHARP = 1.5;
const FILE =
  process.argv[2] ??
  fileURLToPath(new URL('../../web/screenshot.png', import.meta.url));

const browser = await launch();
const server = await serve();

async function enter(name, options) {
  const address = `/?${new URLSearchParams({ room: 'joinery', name })}`;
  const page = await openWindow(browser, server.url, address, {
    deviceScaleFactor: SHARP,
    ...options,
  });
  await inRoom(page, 'joinery');
  return page;
}

const ada = await enter('Ada', { viewport: { width: 880, height: 600 } });
const bob = await enter('Bob', {
  viewport: { width: 330, height: 600 },
  colorScheme: 'dark',
});

async function tell(page, ...texts) {
  for (const text of texts) {
    await say(page, text);
    await heard(ada, text).waitFor();
    await heard(bob, text).waitFor();
  }
}

await tell(ada, 'Morning! Who is in for a game tonight?');
await tell(bob, 'Me. Same table as last week?', 'I owe you a rematch 😅');
const mei = await enter('Mei');
await tell(mei, 'Hi both! The invite link brought me straight in.');
await tell(
  ada,
  'Welcome 👋 We start at eight, and there is a seat left.',
  'If your train goes through a tunnel: keep writing, it waits for you.',
);
await tell(bob, 'Eight it is.');
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

for (const page of [ada, bob, mei]) await closeWindow(page);
await browser.close();
await server.stop();
