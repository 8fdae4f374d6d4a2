#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// Makes the pictures of the README, in web/screenshots/: the front page, a
// match on a desk and on a phone, and the playground.
//
//   node screenshot.mjs

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { arrange, LOOKS, matches, tour } from './gallery.mjs';
import { launch } from './pages.mjs';

const SHARP = 1.5;
const FOLDER = fileURLToPath(new URL('../../web/screenshots/', import.meta.url));
/** What of which look, and the file's name. */
const WANTED = {
  'desk-light': { front: 'play', playground: 'playground' },
  'phone-dark': { match: 'match' },
};

mkdirSync(FOLDER, { recursive: true });
const browser = await launch();
const scene = await arrange(browser);
const made = await matches(scene);
/** Pictures of one window each, by their names. */
const taken = {};

for (const [look, options] of LOOKS) {
  const wanted = { 'desk-dark': { match: 'desk' }, ...WANTED }[look];
  if (!wanted) continue;
  const page = await tour(browser, scene, made,
    { deviceScaleFactor: SHARP, ...options },
    async (name, shown) => {
      if (!wanted[name]) return;
      await shown.waitForTimeout(500); // what moves is at its end
      taken[`${name}-${look}`] = await shown.screenshot();
    });
  await page.context().close();
}

/** Windows side by side, in frames, as one picture. */
async function sheet(file, ...windows) {
  const frames = windows.map(([picture, width, dark]) =>
    `<figure class="${dark ? 'dark' : ''}">
      <figcaption><i></i><i></i><i></i></figcaption>
      <img width="${width}"
        src="data:image/png;base64,${taken[picture].toString('base64')}">
    </figure>`);
  const page = await browser.newPage({ deviceScaleFactor: SHARP });
  await page.setContent(`<style>
    body { margin: 0; }
    main { display: inline-flex; align-items: start; gap: 24px; padding: 28px;
      background: #dfe9e5; }
    figure { margin: 0; border-radius: 12px; overflow: hidden;
      border: 1px solid #0002; background: #eae6dc; }
    figure.dark { background: #100f0d; }
    figcaption { display: flex; gap: 7px; padding: 9px 12px; }
    i { width: 9px; height: 9px; border-radius: 50%; background: #8886; }
    img { display: block; }
  </style><main>${frames.join('')}</main>`);
  await page.locator('main').screenshot({ path: `${FOLDER}${file}.png` });
  await page.close();
}

await sheet('play', ['front-desk-light', 900, false]);
await sheet('match', ['match-desk-dark', 760, true],
  ['match-phone-dark', 267, true]);
await sheet('playground', ['playground-desk-light', 900, false]);
await scene.end();
await browser.close();
