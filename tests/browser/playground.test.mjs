// SPDX-License-Identifier: MIT
//
// The playground: its clients, its form, its stream, and reloads, as somebody
// who writes a plugin uses them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary, startServer } from '../clients/server.mjs';
import { axe, closeWindow, DESK, launch, openWindow, PHONE, shoot }
  from './pages.mjs';

const GUESS = `
#include <mortise/contract.h>

static const mortise_field corner[] = {{"x", MORTISE_INTEGER, .max = 9}};
static const mortise_field each[] = {
    {.type = MORTISE_OBJECT, MORTISE_NESTED(corner)}};
static const mortise_field guess[] = {
    {"word", MORTISE_STRING, .min = 5, .max = 5, .description = "A guess."},
    {"hard", MORTISE_BOOL},
    {"mode", MORTISE_STRING, MORTISE_OPTIONAL, .one_of = "slow|fast"},
    {"tries", MORTISE_INTEGER, MORTISE_OPTIONAL, .min = 1, .max = 6},
    {"path", MORTISE_ARRAY, MORTISE_OPTIONAL, .max = 3, MORTISE_NESTED(each)},
    {"picture", MORTISE_BINARY, MORTISE_OPTIONAL, .max = 100},
};

static void on_guess(mortise_socket from, const mortise_event *event)
{
    mortise_ack(event, "*", event);
}

static const mortise_handler handlers[] = {
    {"guess", on_guess,
     .contract = MORTISE_MEMBERS(guess, .ack = MORTISE_ACK_REQUIRED)},
};

MORTISE_PLUGIN("guess", "1.0.0", .handlers = MORTISE_TABLE(handlers));
`;

const build = dirname(binary);
const noAccounts = existsSync(join(build, 'plugins/auth/auth.so'))
  && existsSync(join(build, 'plugins/game/game.so'))
  ? false : 'the plugins auth and game were not built';
const env = {
  ...process.env, PKG_CONFIG_PATH: join(build, 'meson-uninstalled'),
};
const folder = mkdtempSync(join(tmpdir(), 'mortise-playground-'));
const ECHO = { name: 'echo', path: join(build, 'plugins/echo/echo.so') };
const run = (command, ...args) =>
  execFileSync(command, args, { cwd: folder, env, stdio: 'pipe' });

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await startServer({
    config: 'mortise', changes: { plugins: [ECHO] },
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path = '/playground', options = { viewport: WIDE }) {
  const page = await openWindow(browser, server.url, path, options);
  await page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();
  return page;
}
const WIDE = { ...DESK, width: 1280 };

const send = (page) =>
  page.getByRole('button', { name: 'Send', exact: true }).click();
const log = (page, n) =>
  page.getByRole('log', { name: `What client ${n} has said and heard` });
const live = (page) =>
  page.getByRole('log', { name: 'What happens on the server' });
const pick = (page, event, nth = 0) => page
  .getByRole('navigation', { name: 'Plugins' })
  .getByRole('button', { name: event, exact: true }).nth(nth).click();

/** The server takes these plugins, or refuses to. */
function reload(plugins) {
  server.configure({ plugins });
  server.signal('SIGHUP');
}

test('an event without a contract, from one client', async () => {
  const page = await open();
  await pick(page, 'message-with-ack');
  await page.getByRole('heading', { name: 'message-with-ack' }).waitFor();
  await page.getByLabel('Arguments').fill('["Hello", {"n": 1}]');
  await send(page);
  await log(page, 1).getByText('says message-with-ack').waitFor();
  await log(page, 1).getByText(/is answered in/).waitFor();
  await log(page, 1).getByText('"Hello",{"n":1}').last().waitFor();
  assert.equal(await log(page, 2).getByText('message-with-ack').count(), 0);
  // The stream has it as well, and names the client.
  const said = live(page).getByRole('listitem')
    .filter({ hasText: 'client 1 says message-with-ack' });
  await said.waitFor();
  await live(page).getByText('client 1 is answered').waitFor();
  await said.getByText(/client 1 says/).click();
  await said.getByText(/echo#1/).waitFor();
  await axe(page);
  await closeWindow(page);
});

test('what is no JSON is not sent', async () => {
  const page = await open('/playground#echo&%2F&message');
  await page.getByLabel('Arguments').fill('[1,');
  await send(page);
  await page.getByRole('alert').getByText('This is no JSON.').waitFor();
  await page.getByLabel('Arguments').fill('{}');
  await send(page);
  await page.getByRole('alert').getByText(/JSON list/).waitFor();
  assert.equal(await page.getByLabel('Arguments').getAttribute('aria-invalid'),
    'true');
  await axe(page);
  await closeWindow(page);
});

test('many clients hear what one says', async () => {
  const page = await open('/playground#echo&%2F&join');
  await page.getByLabel('How many').fill('3');
  await page.getByLabel('How many').press('Enter');
  await page.getByRole('region', { name: 'Client 3' })
    .getByText('Joined').waitFor();
  await page.getByLabel('Who sends').selectOption('All');
  await page.getByLabel('Arguments').fill('["bench"]');
  await send(page);
  for (const n of [1, 2, 3])
    await log(page, n).getByText(/is answered in/).waitFor();
  await pick(page, 'broadcast');
  await page.getByLabel('Who sends').selectOption('Client 2');
  await page.getByLabel('Arguments').fill('[7]');
  await page.getByLabel('Arguments').press('Control+Enter');
  for (const n of [1, 2, 3])
    await log(page, n).getByText('hears broadcast-back').waitFor();
  await live(page).getByText('to room bench broadcast-back').waitFor();
  // Nobody acknowledges a broadcast, and that is said.
  await log(page, 2).getByText('had no answer in 5 seconds').waitFor();
  await page.getByLabel('How many').fill('1');
  await page.getByLabel('How many').press('Enter');
  await page.getByRole('region', { name: 'Client 2' })
    .waitFor({ state: 'detached' });
  await live(page).getByText(/has left: /).first().waitFor();
  await closeWindow(page);
});

test('clients with an auth object', async () => {
  const page = await open('/playground#echo&%2F&message');
  await page.getByLabel('They come as').selectOption('Auth object');
  await page.getByRole('textbox', { name: 'Auth object' })
    .fill('{"token": "x"}');
  await log(page, 1).getByText('{"token":"x"}').waitFor();
  await page.getByRole('textbox', { name: 'Auth object' }).fill('{');
  await page.getByText('This is no JSON object.').waitFor();
  await closeWindow(page);
});

test('the stream is filtered, paused and cleared', async () => {
  const page = await open('/playground#echo&%2F&message');
  await live(page).getByText('client 2 has joined').waitFor();
  await page.getByLabel('Arguments').fill('["needle"]');
  await send(page);
  await live(page).getByText('client 1 says message').waitFor();
  await page.getByLabel('Filter').fill('needle');
  await live(page).getByText('has joined').first()
    .waitFor({ state: 'detached' });
  await live(page).getByText('to client 1 message-back').waitFor();
  await page.getByLabel('Filter').fill('hay');
  await page.getByText('Nothing that is shown has these words.').waitFor();
  await page.getByLabel('Filter').fill('');
  await page.getByRole('button', { name: 'Emits' }).click();
  await live(page).getByText('to client 1 message-back')
    .waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Emits' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await send(page);
  const resume = page.getByRole('button', { name: /Go on \(\d+ new\)/ });
  await resume.waitFor();
  assert.equal(await live(page).getByText('says message').count(), 1);
  await resume.click();
  await live(page).getByText('says message').nth(1).waitFor();
  await page.getByRole('region', { name: 'Live' })
    .getByRole('button', { name: 'Clear' }).click();
  await page.getByText('Nothing has happened since').waitFor();
  await closeWindow(page);
});

/** Builds a plugin as its author would; returns its entry. */
function scaffold(name, source) {
  run(binary, 'new-plugin', name);
  if (source) writeFileSync(join(folder, name, `${name}.c`), source);
  const place = join(folder, name, 'build');
  run('meson', 'setup', place, join(folder, name));
  run('ninja', '-C', place, `${name}.so`);
  return { name, path: join(place, `${name}.so`), namespace: `/${name}` };
}

test('a new plugin is put in, tried, and built again', async () => {
  const page = await open();
  const talk = scaffold('talk');
  reload([ECHO, talk]);
  await page.getByText('Reloaded: talk is now generation 1.').waitFor();
  await live(page).getByText(/^Reload \d+ is done/).waitFor();
  await pick(page, 'say');
  await page.getByLabel('Arguments').fill('["Hello"]');
  await send(page);
  await log(page, 1).getByText('{"ok":true,"id":1}').waitFor();
  await log(page, 2).getByText('hears said').waitFor();

  // It is built anew while everybody stays.
  const file = join(folder, 'talk/talk.c');
  writeFileSync(file, readFileSync(file, 'utf8')
    .replace('{ok:true, id:I}', '{ok:true, again:I}'));
  run('ninja', '-C', join(folder, 'talk/build'), 'talk.so');
  reload([ECHO, talk]);
  await page.getByText('Reloaded: talk is now generation 2.').waitFor();
  await page.getByRole('navigation', { name: 'Plugins' })
    .getByRole('heading', { name: 'talk generation 2' }).waitFor();
  await send(page);
  await log(page, 1).getByText('"again":').waitFor();

  // One that cannot be put in says why, and all is as before.
  writeFileSync(join(folder, 'talk/build/talk.so'), 'no plugin');
  reload([ECHO, talk]);
  const refusal = page.getByRole('region', { name: 'Notices' })
    .getByText(/^The reload was refused: .*talk/);
  await refusal.waitFor();
  await live(page).getByText(/^Reload \d+ was refused/).waitFor();
  await axe(page);
  await send(page);
  await log(page, 1).getByText('"again":').nth(1).waitFor();
  await closeWindow(page);
  reload([ECHO]);
});

test('a form of what the contract says', async () => {
  const page = await open();
  reload([ECHO, scaffold('guess', GUESS)]);
  await page.getByText('Reloaded: guess is now generation 1.').waitFor();
  await pick(page, 'guess');
  await page.getByText('asks for an acknowledgement').waitFor();
  const word = page.getByRole('textbox', { name: 'word' });
  await word.fill('cran');
  await send(page);
  // The server says what is wrong, and the field shows it.
  await page.getByRole('alert').getByText(
    '"word" has to have exactly 5 characters. (bad_argument)').waitFor();
  assert.equal(await word.getAttribute('aria-invalid'), 'true');
  await log(page, 1).getByText('is refused: bad_argument').waitFor();
  await axe(page);
  await live(page).getByText(/^refused: "word"/).waitFor();
  await word.fill('crane');
  assert.equal(await word.getAttribute('aria-invalid'), null);
  await page.getByRole('switch', { name: 'hard' }).click();
  await page.getByLabel('mode').selectOption('fast');
  await page.getByRole('textbox', { name: 'tries' }).fill('many');
  await send(page);
  await page.getByRole('alert').getByText('This is no number.').waitFor();
  await page.getByRole('textbox', { name: 'tries' }).fill('3');
  await page.getByRole('button', { name: 'Add to path' }).click();
  await page.getByRole('button', { name: 'Add to path' }).click();
  await page.getByRole('textbox', { name: 'x' }).nth(0).fill('1');
  await page.getByRole('textbox', { name: 'x' }).nth(1).fill('10');
  await page.getByRole('textbox', { name: 'picture', exact: true })
    .fill('00 ff 2');
  await send(page);
  await page.getByRole('alert').getByText(/hex/).waitFor();
  await page.getByRole('textbox', { name: 'picture', exact: true })
    .fill('00 ff 2a');
  await send(page);
  // A place deep in the form.
  const second = page.getByRole('textbox', { name: 'x' }).nth(1);
  await page.getByRole('alert').getByText(/^"path\[1\]\.x"/).waitFor();
  assert.equal(await second.getAttribute('aria-invalid'), 'true');
  await axe(page);
  await shoot(page, 'playground-form');
  await page.getByRole('button', { name: 'Remove path[1]' }).click();
  await send(page);
  await log(page, 1).getByText(
    '{"word":"crane","hard":true,"mode":"fast","tries":3,' +
    '"path":[{"x":1}],"picture":"‹3 B›"}').last().waitFor();
  await log(page, 1).getByText(/is answered in/).waitFor();
  // A file in place of the hex, and the form as JSON.
  await page.getByLabel('picture: a file').setInputFiles({
    name: 'dot.png', mimeType: 'image/png', buffer: Buffer.alloc(20),
  });
  await page.getByText('dot.png, 20 bytes').waitFor();
  await send(page);
  await log(page, 1).getByText('‹20 B›').last().waitFor();
  await page.getByRole('radio', { name: 'JSON' }).click();
  await page.getByRole('textbox', { name: 'Arguments' })
    .fill('[{"word": "stare", "hard": false}]');
  await send(page);
  await log(page, 1).getByText('{"word":"stare","hard":false}').last()
    .waitFor();
  await closeWindow(page);
  reload([ECHO]);
});

test('on a phone it is three tabs', async () => {
  const page = await open('/playground', { viewport: PHONE });
  await axe(page);
  await pick(page, 'message');
  await page.getByRole('tab', { name: 'Send', selected: true }).waitFor();
  await nothingIsWider(page);
  await send(page);
  await log(page, 1).getByText('says message').waitFor();
  await axe(page);
  await shoot(page, 'playground-phone');
  await page.getByRole('tab', { name: 'Send' }).press('ArrowRight');
  await page.getByRole('tab', { name: 'Live', selected: true }).waitFor();
  await live(page).getByText('client 1 says message').waitFor();
  await axe(page);
  await nothingIsWider(page);
  await closeWindow(page);
});

async function nothingIsWider(page) {
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('main *')].filter((one) =>
      one.getBoundingClientRect().right > window.innerWidth + 1
      && !one.closest('pre, code'))
      .map((one) => one.outerHTML.slice(0, 100)));
  assert.deepEqual(wide, []);
}

test('by keyboard, from the beginning to an answer', async () => {
  const page = await open('/playground', { viewport: WIDE });
  await page.getByRole('searchbox', { name: 'Find an event' }).focus();
  await page.keyboard.type('with-ack');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  assert.equal(
    await page.evaluate('document.activeElement.textContent'),
    'message-with-ack');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'message-with-ack' }).waitFor();
  await page.getByRole('textbox', { name: 'Arguments' }).focus();
  await page.keyboard.type('["by hand"]');
  await page.keyboard.press('Control+Enter');
  await log(page, 1).getByText(/is answered in/).waitFor();
  await closeWindow(page);
});

test('each client is a guest of its own', { skip: noAccounts }, async () => {
  const own = await startServer({ config: 'mortise' });
  try {
    const page = await openWindow(
      browser, own.url, '/playground#game&%2Fgame&games', { viewport: WIDE });
    // As this browser, which nobody has signed in with, they may not come in.
    const state = (n) => page.getByRole('region', { name: `Client ${n}` })
      .getByRole('status');
    await state(1).getByText(/^Out: /).waitFor();
    await send(page);
    await log(page, 1).getByText('is out: games was not sent').waitFor();
    await page.getByLabel('They come as').selectOption('Guests');
    await state(1).getByText('Joined').waitFor();
    await state(2).getByText('Joined').waitFor();
    await send(page);
    await log(page, 1).getByText(/is answered in/).waitFor();
    const users = [];
    for (const n of [1, 2]) {
      const entry = live(page).getByRole('listitem')
        .filter({ hasText: `client ${n} has joined` });
      await entry.getByText('has joined').click();
      users.push((await entry.locator('p').textContent()).split(' · ')[1]);
    }
    assert.notEqual(users[0], users[1]);
    assert.deepEqual(await page.context().cookies(), []);
    await closeWindow(page);
  } finally {
    await own.stop();
  }
});

test('production mode has no playground', async () => {
  const own = await startServer({
    config: 'mortise', changes: { mode: 'production', plugins: [ECHO] },
  });
  try {
    const headers = { accept: 'text/html' };
    const page = await fetch(`${own.url}/playground`, { headers });
    assert.equal(page.status, 404);
    const data = await fetch(`${own.url}/playground/plugins`, { headers });
    assert.equal(data.status, 404);
  } finally {
    await own.stop();
  }
});
