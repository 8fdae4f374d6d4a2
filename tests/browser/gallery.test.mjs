// SPDX-License-Identifier: MIT
//
// Pictures of every page, at both widths, in light and dark, in shots/; and
// what can be said of all of them: no rule of axe is broken, nothing stands
// out of the window, and nothing that the pages do is against their policy.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { arrange, LOOKS, matches, tour } from './gallery.mjs';
import { axe, closeWindow, launch, shoot } from './pages.mjs';

const skip = process.env.MORTISE_URL
  ? 'somebody else runs the server of MORTISE_URL'
  : false;

let browser;
let scene;
let made;

before(async () => {
  if (skip) return;
  browser = await launch();
  scene = await arrange(browser);
  made = await matches(scene);
}, { timeout: 120_000 });

after(async () => {
  await scene?.end();
  await browser?.close();
});

for (const [look, options] of LOOKS)
  test(`every page: ${look}`, { skip, timeout: 120_000 }, async () => {
    const page = await tour(browser, scene, made, options,
      async (name, shown) => {
        await axe(shown);
        assert.ok(
          await shown.evaluate(() =>
            document.documentElement.scrollWidth <= window.innerWidth),
          `${name} is wider than the window`);
        await shoot(shown, `${name}-${look}`);
      });
    await closeWindow(page);
  });
