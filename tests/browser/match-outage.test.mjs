// SPDX-License-Identifier: MIT
//
// A match goes on whatever becomes of the network, the page, the plugin and
// the server: no move is lost, and none counts twice.

import assert from 'node:assert/strict';
import {
  mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import {
  binary, eventually, parseConfig, root, startServer,
} from '../clients/server.mjs';
import { axe, closeWindow, launch, shoot } from './pages.mjs';
import { arrive, begin, cell, disc, drop, line, play, Wire } from './table.mjs';

const skip = process.env.MORTISE_URL
  ? 'somebody else runs the server of MORTISE_URL'
  : false;
const built = join(dirname(binary), 'plugins/game/game.so');

let browser;
let server;
let wire;
let folder;
let builds = 0;

/** A build of the plugin with other bytes. */
function put() {
  const mark = Buffer.from(`build ${builds += 1}`);
  writeFileSync(join(folder, 'new'),
    Buffer.concat([readFileSync(built), mark]), { mode: 0o755 });
  renameSync(join(folder, 'new'), join(folder, 'game.so'));
}

async function start(port = 0) {
  const { plugins } = parseConfig(
    readFileSync(join(process.env.MORTISE_CONFIG_DIR ?? join(root, 'config'),
      'mortise.json'), 'utf8'));
  server = await startServer({
    config: 'mortise',
    port,
    changes: {
      plugins: plugins.map((plugin) => ({
        ...plugin,
        ...(plugin.name === 'game' && { path: join(folder, 'game.so') }),
        ...(plugin.settings?.database && {
          settings: {
            ...plugin.settings,
            ...(plugin.name === 'game' && { keepSeconds: 2 }),
            database: join(folder, plugin.settings.database),
          },
        }),
      })),
    },
  });
}

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), 'mortise-match-'));
  put();
  browser = await launch();
  await start();
  wire = await Wire.to(server.port);
});

after(async () => {
  await browser?.close();
  wire?.close();
  await server?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => wire?.mend());

/** ann has a line of her own; bob has not. */
async function two() {
  const ann = await arrive(browser, wire.url);
  const bob = await arrive(browser, server.url);
  await begin(ann, bob, { game: 'connect-four', clock: { seconds: 300 } });
  return [ann, bob];
}

/** The network comes back, and with it the page. */
async function mend(page) {
  wire.mend();
  const live = page.locator('.pill[data-status="live"]').waitFor();
  const again = page.getByRole('button', { name: 'Try now' }).click();
  await Promise.race([live, again.catch(() => {})]);
  await live;
}

/** Everybody sees exactly these discs. */
async function discsAre(pages, red, yellow) {
  for (const page of pages)
    for (const [colour, count] of [['red', red], ['yellow', yellow]])
      await eventually(
        async () => (await page.getByRole('gridcell', {
          name: new RegExp(`, ${colour}, `),
        }).count()) === count,
        `${count} ${colour} discs`, 20_000);
}

test('a move that never came is sent again', { skip }, async () => {
  const [ann, bob] = await two();
  wire.hold('up');
  await drop(ann, 4);
  await disc(ann, 4, 1, 'red').waitFor();
  await line(ann, 'Sending your move').waitFor();
  wire.cut();
  await line(ann, 'Your move is kept').waitFor();
  await axe(ann);
  await shoot(ann, 'match-kept');
  await discsAre([ann], 1, 0);
  await mend(ann);
  await line(bob, 'Your turn').waitFor();
  await discsAre([ann, bob], 1, 0);
  await closeWindow(ann);
  await closeWindow(bob);
});

test('a move whose answer was lost counts once', { skip }, async () => {
  const [ann, bob] = await two();
  wire.hold('down');
  await drop(ann, 4);
  await disc(bob, 4, 1, 'red').waitFor();
  await line(ann, 'Sending your move').waitFor();
  wire.cut();
  await drop(bob, 3);
  await mend(ann);
  await line(ann, 'Your turn').waitFor();
  await discsAre([ann, bob], 1, 1);
  assert.equal(await line(ann, 'another move').count(), 0);
  await play([ann, bob], 4, 3);
  await discsAre([ann, bob], 2, 2);
  await closeWindow(ann);
  await closeWindow(bob);
});

test('a move outlives its page', { skip }, async () => {
  const [ann, bob] = await two();
  wire.hold('up');
  await drop(ann, 6);
  await line(ann, 'Sending your move').waitFor();
  wire.cut();
  wire.mend();
  await ann.reload();
  await disc(bob, 6, 1, 'red').waitFor();
  await discsAre([ann, bob], 1, 0);
  await closeWindow(ann);
  await closeWindow(bob);
});

test('of two windows the second one hears why not', { skip }, async () => {
  const [ann, bob] = await two();
  const other = await ann.context().newPage();
  await other.goto(ann.url().replace(wire.url, server.url));
  // Cookies know no ports: it is the same player.
  await line(other, 'Your turn').waitFor();
  wire.hold('down');
  await drop(other, 1);
  await disc(bob, 1, 1, 'red').waitFor();
  await drop(ann, 7);
  await disc(ann, 7, 1, 'red').waitFor();
  wire.release();
  await line(ann, 'Column 7: There has been another move.').waitFor();
  await disc(ann, 7, 1, 'empty').waitFor();
  await axe(ann);
  await discsAre([ann, bob, other], 1, 0);
  await other.close();
  await closeWindow(ann);
  await closeWindow(bob);
});

test('a new build of the plugin changes nothing', { skip }, async () => {
  const [ann, bob] = await two();
  await play([ann, bob], 4, 4);
  put();
  server.signal('SIGHUP');
  await eventually(() => /reload \d+: done/.test(server.output), 'a reload');
  await play([ann, bob], 4, 4, 3, 3);
  await discsAre([ann, bob], 3, 3);
  await cell(ann, 1, 1).hover();
  await closeWindow(ann);
  await closeWindow(bob);
});

test('a match outlives its server', { skip }, async () => {
  const [ann, bob] = await two();
  await play([ann, bob], 4, 4);
  const { port } = server;
  await server.stop();
  await line(ann, 'No connection').waitFor();
  await cell(ann, 5, 1).click();
  await line(ann, 'Your move is kept').waitFor();
  await start(port);
  await mend(ann);
  await mend(bob);
  await disc(bob, 5, 1, 'red').waitFor();
  await play([bob, ann], 4, 6);
  await discsAre([ann, bob], 3, 2);
  await drop(bob, 1);
  await drop(ann, 7);
  await line(bob, 'You have lost.').waitFor();
  await closeWindow(ann);
  await closeWindow(bob);
});

test('what the server has forgotten is a replay', { skip }, async () => {
  const [ann, bob] = await two();
  await play([ann, bob], 4, 4, 3);
  await bob.getByRole('button', { name: 'Resign' }).focus();
  await bob.keyboard.press('Enter');
  await bob.keyboard.press('Tab');
  await bob.keyboard.press('Tab');
  await bob.keyboard.press('Enter');
  await line(bob, 'You have lost by resignation.').waitFor();
  await line(ann, 'You have won by resignation.').waitFor();
  // The button that had the focus is no more.
  assert.notEqual(await bob.evaluate(() => document.activeElement.tagName),
    'BODY');
  for (const page of [ann, bob])
    await page.getByRole('button', { name: 'Rematch' })
      .waitFor({ state: 'detached' });
  await bob.reload();
  await line(bob, 'You have lost by resignation.').waitFor();
  await discsAre([ann, bob], 2, 1);
  await bob.keyboard.press('Home');
  await discsAre([bob], 0, 0);
  await bob.keyboard.press('ArrowRight');
  await discsAre([bob], 1, 0);
  await axe(bob);
  await shoot(bob, 'match-replay');
  await closeWindow(ann);
  await closeWindow(bob);
});
