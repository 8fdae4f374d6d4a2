// SPDX-License-Identifier: MIT
//
// Who a browser is: as a guest, with an account, in several windows and on
// several devices; and how all of that ends.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { eventually } from '../clients/server.mjs';
import {
  called, fillLogin, live, login, me, openDialog, operator, PASSWORD, register,
  signOut, skip, startWhole,
} from './accounts.mjs';
import { axe, closeWindow, launch, openWindow } from './pages.mjs';

let browser;
let server;

before(async () => {
  if (skip) return;
  browser = await launch();
  server = await startWhole();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function arrive(path = '/account', options = {}) {
  const page = await openWindow(browser, server.url, path, options);
  await called(page, /^guest-/);
  return page;
}

const button = (page, name) =>
  page.getByRole('main').getByRole('button', { name, exact: true });

/** The matches that this browser sits at, as the game says; with `create` there
 * is one more. */
const matches = (page, create = false) => page.evaluate(async (more) => {
  if (!window.io)
    await new Promise((done, fail) => {
      const script = document.createElement('script');
      Object.assign(script,
        { src: '/socket.io/socket.io.js', onload: done, onerror: fail });
      document.head.append(script);
    });
  const socket = window.io('/game', { forceNew: true });
  if (more)
    await socket.emitWithAck(
      'match:create', { game: 'connect-four', bot: 1 });
  const { matches: mine } = await socket.emitWithAck('match:mine');
  socket.close();
  return mine.map(({ match }) => match);
}, create);

test('a guest registers, and stays who they are', { skip }, async () => {
  const page = await arrive();
  await button(page, 'Sign out everywhere').waitFor({ state: 'detached' });
  const guest = await me(page);
  const before = await matches(page, true);
  assert.equal(before.length, 1);
  await openDialog(page, 'Create an account');
  await page.getByText(`${guest.display} becomes your account`).waitFor();
  await axe(page);
  await page.keyboard.press('Escape');
  await register(page, 'Ann', { email: 'ann@example.org' });
  await page.getByRole('heading', { name: 'Ann' }).waitFor();
  const user = await me(page);
  assert.equal(user.id, guest.id);
  assert.equal(user.email, 'ann@example.org');
  assert.equal(user.guest, false);
  assert.deepEqual(await matches(page), before);
  await axe(page);

  // The next one to be here is somebody else.
  await signOut(page);
  assert.notEqual((await me(page)).id, guest.id);
  await login(page, 'Ann', 'Ann@Example.org');
  assert.equal((await me(page)).id, guest.id);
  await closeWindow(page);
});

test('signed out, the browser is its guest again', { skip }, async () => {
  const page = await arrive();
  const guest = await me(page);
  await login(page, 'Ann', 'ANN');
  await signOut(page);
  assert.equal((await me(page)).id, guest.id);
  // With all cookies gone but the one of the device, too.
  const context = page.context();
  const device = (await context.cookies())
    .filter(({ name }) => name === 'mortise_device');
  await context.clearCookies();
  await context.addCookies(device);
  await page.reload();
  await called(page, `${guest.display}, a guest`);
  assert.equal((await me(page)).id, guest.id);
  await closeWindow(page);
});

test('no script holds a token', { skip }, async () => {
  const answers = [];
  const page = await openWindow(browser, server.url, '/leaderboard');
  page.on('response', (response) => {
    if (new URL(response.url()).pathname.startsWith('/auth/'))
      answers.push(response.text().catch(() => ''));
  });
  await page.context().clearCookies();
  await page.reload();
  await called(page, /^guest-/);
  await register(page, 'Holder');
  const cookies = await page.context().cookies();
  const secret = cookies.filter(({ httpOnly }) => httpOnly);
  assert.deepEqual(cookies.filter(({ httpOnly }) => !httpOnly)
    .map(({ name }) => name), ['mortise_csrf']);
  assert.deepEqual(secret.map(({ name }) => name).sort(),
    ['mortise_access', 'mortise_refresh']);
  const seen = await page.evaluate(() => JSON.stringify(
    [{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  const told = (await Promise.all(answers)).join('\n');
  assert.match(told, /"accessToken":null/);
  for (const { name, value } of secret) {
    assert.ok(!seen.includes(value), `${name} is in the storage`);
    assert.ok(!told.includes(value), `${name} was told`);
  }
  assert.match(told, /"device":null/);
  assert.doesNotMatch(told, /"(device|accessToken|refreshToken)":"/);
  await closeWindow(page);
});

test('what is wrong stands where it is wrong', { skip }, async () => {
  const page = await arrive();
  await openDialog(page, 'Create an account');
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel('Name', { exact: true });
  const password = dialog.getByLabel('Password', { exact: true });
  const refused = async (field, why) => {
    await dialog.getByRole('button', { name: 'Create account' }).click();
    await dialog.getByRole('alert').filter({ hasText: why }).waitFor();
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    const below = await field.getAttribute('aria-describedby');
    assert.match(await page.locator(`[id="${below}"]`).textContent(), why);
    await field.and(page.locator(':focus')).waitFor();
  };
  await name.fill('Ann');
  await password.fill(PASSWORD);
  await refused(name, /taken/);
  await axe(page);
  await name.fill('guest-ann');
  await refused(name, /those of guests/);
  await name.fill('Newcomer');
  await dialog.getByLabel('E-mail').fill('ann@example.org');
  await refused(dialog.getByLabel('E-mail'), /has an account/);
  await dialog.getByLabel('E-mail').fill('');
  await password.fill('password123');
  await refused(password, /./);

  // What is typed can be looked at, and managers know what it is.
  assert.equal(await password.getAttribute('autocomplete'), 'new-password');
  await dialog.getByRole('button', { name: 'Show the password' }).click();
  assert.equal(await password.getAttribute('type'), 'text');

  await dialog.getByRole('button', { name: 'I have an account' }).click();
  await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
  await page.getByText('stays with that guest').waitFor();
  const login = dialog.getByLabel('Name or e-mail');
  await login.and(page.locator(':focus')).waitFor();
  assert.equal(await login.getAttribute('autocomplete'), 'username');
  await fillLogin(page, 'Ann', 'no such horse');
  await dialog.getByRole('alert').filter({ hasText: 'Wrong name' }).waitFor();
  await axe(page);
  // Until the door is locked, and says for how long.
  for (let i = 0; i < 20; i++) {
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForTimeout(50);
    if (await dialog.getByText(/Try again in/).count()) break;
  }
  await dialog.getByText(/Try again in \d+ (second|minute)s?\./).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await closeWindow(page);
});

test('all windows of a browser are one person', { skip }, async () => {
  const one = await arrive('/account');
  const other = await one.context().newPage();
  await other.goto(`${server.url}/leaderboard`);
  await called(other, /^guest-/);
  await register(one, 'Twin');
  await called(other, 'Twin');
  assert.equal((await me(other)).name, 'Twin');
  await signOut(other);
  await called(one, /^guest-/);
  // Nobody is told what they have done themselves.
  for (const page of [one, other])
    assert.equal(await page.getByText('You have been signed out').count(), 0);
  await closeWindow(one);
});

for (const locks of [true, false]) {
  const where = locks ? 'at once' : 'at once, on a page of plain HTTP';
  test(`windows renew ${where}`, { skip }, async () => {
    const name = locks ? 'Double' : 'Plain';
    const one = await arrive('/leaderboard');
    await register(one, name);
    const context = one.context();
    if (!locks)
      await context.addInitScript(() => Object.defineProperty(
        Navigator.prototype, 'locks', { value: undefined }));
    // As after hours: the token that asks is gone, the one that renews is not.
    await context.clearCookies({ name: 'mortise_access' });
    await one.evaluate(() => localStorage.clear());
    const pages = [one, await context.newPage(), await context.newPage()];
    await Promise.all(pages.map((page) => page.goto(`${server.url}/account`)));
    for (const page of pages) await called(page, name);
    assert.equal(await one.evaluate(() => !!navigator.locks), locks);
    assert.equal((await me(one)).name, name);
    await closeWindow(one);
  });
}

test('a page that stays open stays signed in', { skip }, async () => {
  const brief = await startWhole({
    settings: { sessions: { accessSeconds: 16, warnSeconds: 10 } },
  });
  const page = await openWindow(browser, brief.url, '/leaderboard');
  await called(page, /^guest-/);
  await register(page, 'Patient');
  const other = await page.context().newPage();
  await other.goto(`${brief.url}/account`);
  for (const one of [page, other]) {
    await called(one, 'Patient');
    await one.evaluate(() => {
      window.states = [];
      const pill = document.querySelector('.pill');
      new MutationObserver(() => window.states.push(pill.dataset.status))
        .observe(pill, { attributes: true });
    });
  }
  const token = async () => (await page.context().cookies())
    .find(({ name }) => name === 'mortise_access')?.value;
  let now = await token();
  for (let i = 0; i < 2; i++) {
    now = await eventually(async () => {
      const next = await token();
      return next && next !== now && next;
    }, 'another token', 20_000);
  }
  for (const one of [page, other]) {
    assert.ok(!(await one.evaluate(() => window.states)).includes('lost'));
    await called(one, 'Patient');
  }
  await closeWindow(page);
  await brief.stop();
});

test('devices', { skip }, async () => {
  const here = await arrive('/leaderboard');
  await register(here, 'Dev');
  const there = await arrive('/leaderboard');
  await login(there, 'Dev');
  await here.goto(`${server.url}/account`);
  const list = here.getByRole('region', { name: 'Devices' });
  await list.getByText('This device').waitFor();
  await eventually(async () => await list.getByRole('listitem').count() === 2,
    'two devices');
  await axe(here);
  await list.getByRole('button', { name: /^Sign out there: / }).click();
  await there.getByText('You have been signed out.').waitFor();
  await called(there, /^guest-/);
  await axe(there);
  await eventually(async () => await list.getByRole('listitem').count() === 1,
    'one device');
  // From the notice back to the form, and then everywhere.
  await there.getByRole('button', { name: 'Sign in again' }).click();
  await fillLogin(there, 'Dev', PASSWORD);
  await called(there, 'Dev');
  await list.getByRole('button', { name: 'Sign out everywhere' }).click();
  await called(here, /^guest-/);
  await called(there, /^guest-/);
  await closeWindow(here);
  await closeWindow(there);
});

test('another password', { skip }, async () => {
  const page = await arrive('/account');
  await register(page, 'Changer');
  const section = page.getByRole('region', { name: 'Password' });
  await section.getByLabel('Password until now').fill('wrong horse');
  await section.getByLabel('New password').fill('battery staple');
  await section.getByRole('button', { name: 'Change the password' }).click();
  await section.getByText('Wrong password').waitFor();
  await section.getByLabel('Password until now').fill(PASSWORD);
  await section.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('Your password is changed').waitFor();
  await signOut(page);
  await openDialog(page, 'Sign in');
  await fillLogin(page, 'Changer', 'battery staple');
  await called(page, 'Changer');
  await closeWindow(page);
});

test('a password that was forgotten', { skip }, async () => {
  const page = await arrive('/leaderboard');
  await register(page, 'Forgetful');
  await signOut(page);
  await openDialog(page, 'Sign in');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name or e-mail').fill('Forgetful');
  await dialog.getByRole('button', { name: 'Forgotten password' }).click();
  await dialog.getByRole('button', { name: 'Send a code' }).click();
  const code = dialog.getByLabel('Code', { exact: true });
  await code.and(page.locator(':focus')).waitFor();
  await axe(page);
  // Nobody delivers codes here, so the log has it.
  const sent = await eventually(
    () => /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(server.output)?.[0], 'a code');
  await code.fill('AAAA-AAAA');
  await dialog.getByLabel('New password').fill('battery staple');
  await dialog.getByRole('button', { name: 'Set the password' }).click();
  await dialog.getByText('This code is not good.').waitFor();
  await code.fill(sent);
  await dialog.getByRole('button', { name: 'Set the password' }).click();
  await dialog.getByText('Your password is the new one.').waitFor();
  await fillLogin(page, 'Forgetful', 'battery staple');
  await called(page, 'Forgetful');
  await closeWindow(page);
});

test('all that is stored, to take away and to delete', { skip }, async () => {
  const page = await arrive('/account');
  await register(page, 'Leaver');
  const [file] = await Promise.all([
    page.waitForEvent('download'), button(page, 'Download everything').click(),
  ]);
  const all = JSON.parse(readFileSync(await file.path(), 'utf8'));
  assert.equal(all.user.name, 'Leaver');
  assert.ok(all.audit.some(({ what }) => what === 'register'));

  await button(page, 'Delete the account').click();
  const dialog = page.getByRole('dialog');
  const sure = dialog.getByRole('button', { name: 'Delete for good' });
  assert.ok(await sure.isDisabled());
  await dialog.getByLabel('Type Leaver to confirm').fill('leaver');
  await dialog.getByLabel('Password', { exact: true }).fill('wrong horse');
  await axe(page);
  await sure.click();
  await dialog.getByText('Wrong password').waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await sure.click();
  await called(page, /^guest-/);
  await openDialog(page, 'Sign in');
  await fillLogin(page, 'Leaver', PASSWORD);
  await page.getByText('Wrong name or password').waitFor();
  await page.keyboard.press('Escape');

  // A guest needs no password for it.
  const guest = await me(page);
  await button(page, 'Delete this guest').click();
  await dialog.getByLabel(`Type ${guest.display} to confirm`)
    .fill(guest.display);
  await sure.click();
  await page.getByText('It is deleted.').last().waitFor();
  await live(page);
  await eventually(async () => {
    const now = await me(page);
    return now && now.id !== guest.id;
  }, 'another guest');
  await closeWindow(page);
});

test('who is banned reads why, and until when', { skip }, async () => {
  const page = await arrive('/leaderboard');
  await register(page, 'Banned');
  operator(server, 'auth', 'ban', 'Banned', '3600', 'Too loud');
  const strip = page.getByRole('banner').getByRole('status')
    .filter({ hasText: 'You have been banned: Too loud. Until ' });
  await strip.waitFor();
  await page.locator('.pill', { hasText: 'Closed' }).waitFor();
  await axe(page);
  await page.reload();
  await strip.waitFor();
  const { bans } = operator(server, 'auth', 'bans');
  operator(server, 'auth', 'unban', String(bans[0].id));
  await page.getByRole('button', { name: 'Connect again' }).click();
  await called(page, 'Banned');
  await closeWindow(page);
});
