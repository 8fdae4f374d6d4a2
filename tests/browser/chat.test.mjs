// SPDX-License-Identifier: MIT
//
// The pages of the chat: two or three people, on a desk and on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  House, act, composer, enterRoom, fill, message, roomLink, say,
} from './chatting.mjs';
import { PHONE, axe, closeWindow, launch, shoot } from './pages.mjs';

const WIDE = { viewport: { width: 1280, height: 800 } };
const POCKET = { viewport: PHONE, hasTouch: true, isMobile: true };

let browser;
let house;
let ada;
let bob;

before(async () => {
  browser = await launch();
  house = new House();
  await house.start();
  ada = await house.person(browser, 'Ada', WIDE);
  bob = await house.person(browser, 'Bob', POCKET);
});

after(async () => {
  for (const page of [ada, bob]) if (page) await closeWindow(page);
  await browser?.close();
  await house?.end();
});

async function meet(room) {
  for (const page of [ada, bob]) await enterRoom(page, room);
}

test('whoever comes for the first time is in a room with one click', async () => {
  await ada.getByRole('heading', { name: 'Rooms', level: 2 }).first().waitFor();
  await axe(ada);
  await ada.getByRole('button', { name: 'Join the lobby' }).click();
  await composer(ada).waitFor();
  await ada.getByText('Nothing has been said yet.').waitFor();
  assert.match(ada.url(), /\/chat\/lobby$/);
});

test('two people talk both ways', async () => {
  await meet('wood');
  await say(ada, 'Is anybody here?');
  await message(bob, 'Is anybody here?').waitFor();
  await say(bob, 'I am.');
  await say(bob, 'Since just now.');
  await message(ada, 'Since just now.').waitFor();
  assert.equal(await message(ada, 'Is anybody here?').count(), 1);
  // What is said in a row has one name above it.
  const log = ada.getByRole('log');
  assert.equal(await log.getByText('Bob', { exact: true }).count(), 1);
  await ada.getByText('Seen by Bob').waitFor({ state: 'detached' });
  await axe(ada);
  await axe(bob);
});

test('text is text, and addresses are links', async () => {
  for (const text of [
    '<img src=x onerror="document.title=1"><b>bold?</b>',
    '&lt;already &amp; escaped&gt;',
    'Grüße, 你好, שלום, नमस्ते 👩‍🚀🏽',
    'first\nsecond',
  ]) {
    await say(ada, text);
    await message(bob, text).waitFor();
  }
  assert.equal(await bob.getByRole('log').locator('img, b').count(), 0);
  await say(ada, 'see https://example.org/a?b=c&d=<e>. javascript:alert(1)');
  const link = bob.getByRole('log').getByRole('link');
  await link.waitFor();
  assert.equal(await link.count(), 1);
  assert.equal(await link.getAttribute('href'), 'https://example.org/a?b=c&d=');
  assert.match(await link.getAttribute('rel'), /noopener noreferrer/);
});

test('who is there, and who is typing', async () => {
  const people = ada.getByRole('complementary', { name: 'People' });
  await people.getByText('Online: 2').waitFor();
  await people.getByText('Bob').waitFor();
  await composer(bob).pressSequentially('hm');
  await ada.getByText('Bob is typing…').waitFor();
  await composer(bob).fill('');
  await ada.getByText('Bob is typing…').waitFor({ state: 'detached' });
});

test('a mention is completed, and stands out', async () => {
  await composer(bob).pressSequentially('ask @ad');
  const list = bob.getByRole('listbox', { name: 'Suggestions' });
  await list.getByRole('option', { name: /Ada/ }).waitFor();
  assert.match(
    await composer(bob).getAttribute('aria-activedescendant'), /-0$/);
  await axe(bob);
  await composer(bob).press('Tab');
  assert.equal(await composer(bob).inputValue(), 'ask @Ada ');
  await composer(bob).pressSequentially('then');
  await composer(bob).press('Enter');
  const named = message(ada, 'ask @Ada then');
  await named.waitFor();
  assert.equal(await named.getAttribute('data-named'), 'true');
  assert.equal(
    await message(bob, 'ask @Ada then').getAttribute('data-named'), 'false');
});

test('reactions', async () => {
  await act(ada, 'I am.', 'React');
  await ada.getByRole('button', { name: '🎉', exact: true }).click();
  const chip = (page, name) =>
    message(page, 'I am.').getByRole('button', { name, exact: true });
  await chip(bob, '🎉 1').waitFor();
  await chip(bob, '🎉 1').click();
  await chip(ada, '🎉 2').waitFor();
  assert.equal(await chip(ada, '🎉 2').getAttribute('aria-pressed'), 'true');
  await chip(ada, '🎉 2').click();
  await chip(bob, '🎉 1').waitFor();
  await act(ada, 'I am.', 'React');
  await ada.getByRole('textbox', { name: 'Any emoji' }).fill('🦫');
  await ada.keyboard.press('Enter');
  await chip(bob, '🦫 1').waitFor();
});

test('replying, editing, deleting', async () => {
  await act(bob, 'Is anybody here?', 'Reply');
  await bob.getByText('Answering Ada').waitFor();
  await say(bob, 'Only me.');
  await message(ada, 'Only me.').waitFor();
  await message(ada, 'Only me.')
    .getByRole('button', { name: /In answer to.*Is anybody here/ }).click();
  await ada.waitForFunction(() =>
    document.activeElement.getAttribute('aria-label')
      ?.endsWith('Is anybody here?'));

  // The last one, from an empty field.
  await composer(bob).press('ArrowUp');
  await bob.getByText('Editing your message').waitFor();
  assert.equal(await composer(bob).inputValue(), 'Only me.');
  await composer(bob).fill('Only us.');
  await composer(bob).press('Enter');
  await message(ada, 'Only us.').getByText('(edited)').waitFor();
  await act(bob, 'Only us.', 'More', 'Delete');
  await bob.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await message(ada, 'This message was deleted.').waitFor();
  assert.equal(await message(ada, 'Only us.').count(), 0);
});

test('rooms are found, made, and left', async () => {
  await ada.getByRole('button', { name: 'Find or make a room' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByRole('tab', { name: 'Make a room' }).click();
  await dialog.getByLabel('Name').fill('Joinery');
  await dialog.getByLabel('What it is about').fill('Tenons and others');
  await axe(ada);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await ada.getByRole('heading', { name: 'Joinery', level: 1 }).waitFor();
  await ada.getByText('Tenons and others').waitFor();

  await bob.goto(`${house.url}/chat`);
  await bob.getByRole('button', { name: 'Find or make a room' }).click();
  await bob.getByRole('dialog').getByLabel('Search by name or topic')
    .fill('TENON');
  await bob.getByRole('dialog')
    .getByRole('button', { name: 'Join: Joinery' }).click();
  await composer(bob).waitFor();
  await ada.getByRole('complementary').getByText('Bob').waitFor();
  await bob.getByRole('button', { name: 'More about this room' }).click();
  await bob.getByRole('menuitem', { name: 'Leave the room' }).click();
  await bob.getByRole('heading', { name: 'Chat', level: 1 }).waitFor();
  await ada.getByRole('complementary').getByText('Bob')
    .waitFor({ state: 'detached' });
});

test('a private room is for whom one invites', async () => {
  await ada.getByRole('button', { name: 'Find or make a room' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByRole('tab', { name: 'Make a room' }).click();
  await dialog.getByRole('radio', { name: 'Whom you invite' }).check();
  await dialog.getByLabel('Name').fill('Secrets');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await ada.getByRole('heading', { name: 'Secrets', level: 1 }).waitFor();
  await say(ada, '/invite Bob');
  await ada.getByText('They have been invited.').waitFor();
  const rooms = bob.getByRole('navigation', { name: 'Rooms' });
  await rooms.getByText('from Ada').waitFor();
  await axe(bob);
  await rooms.getByRole('button', { name: 'Join', exact: true }).click();
  await composer(bob).waitFor();
  await bob.getByRole('heading', { name: 'Secrets', level: 1 }).waitFor();
  await say(bob, 'Nobody hears us.');
  await message(ada, 'Nobody hears us.').waitFor();
});

test('what is unread is marked everywhere', async () => {
  await ada.goto(`${house.url}/chat/lobby`);
  await composer(ada).waitFor();
  await bob.goto(`${house.url}/chat`);
  await bob.getByRole('button', { name: 'Talk to somebody' }).click();
  await bob.getByLabel('Who do you want to write to?').fill('ada');
  await bob.getByRole('button', { name: 'Start' }).click();
  await say(bob, 'One');
  await say(bob, 'Two');
  await roomLink(ada, /Bob.*2 unread messages/).waitFor();
  await ada.getByRole('link', { name: /Chat.*2 unread messages/ }).waitFor();
  await ada.waitForFunction(() => document.title.startsWith('(2) '));
  await roomLink(ada, /Bob/).click();
  await message(ada, 'Two').waitFor();
  await ada.getByText('New', { exact: true }).waitFor();
  await roomLink(ada, /unread/).waitFor({ state: 'detached' });
  await ada.waitForFunction(() => !document.title.startsWith('('));
  await say(ada, 'Three');
  await message(bob, 'Three').waitFor();
  await ada.getByText('Seen', { exact: true }).waitFor();
});

test('drafts stay where they were begun', async () => {
  await composer(ada).fill('half a sent');
  await roomLink(ada, 'lobby').click();
  await ada.getByRole('heading', { name: 'lobby', level: 1 }).waitFor();
  assert.equal(await composer(ada).inputValue(), '');
  await ada.goBack();
  await ada.getByRole('heading', { name: 'Bob', level: 1 }).waitFor();
  assert.equal(await composer(ada).inputValue(), 'half a sent');
  await ada.reload();
  await composer(ada).waitFor();
  assert.equal(await composer(ada).inputValue(), 'half a sent');
  await composer(ada).fill('');
});

test('a long history, without a jump and without an end', async () => {
  await fill(house, 'long', 400);
  await enterRoom(ada, 'long');
  await message(ada, 'line 400').waitFor();
  const articles = ada.getByRole('log').getByRole('article');
  const scroller = ada.locator('.messages-scroll');
  // What is in sight stays, however much is put above it.
  let most = 0;
  for (let i = 0; i < 60 && !(await message(ada, 'line 1').count()); i += 1) {
    const moved = await scroller.evaluate(async (box) => {
      box.scrollTop = 500;
      await new Promise((done) => { requestAnimationFrame(done); });
      const top = box.getBoundingClientRect().top;
      const seen = [...box.querySelectorAll('article')].find(
        (one) => one.getBoundingClientRect().top > top);
      const name = seen.getAttribute('aria-label');
      const before = seen.getBoundingClientRect().top;
      const count = box.querySelectorAll('article').length;
      const first = box.querySelector('article');
      for (let n = 0; n < 50; n += 1) {
        await new Promise((done) => { setTimeout(done, 10); });
        if (box.querySelector('article') !== first) break;
      }
      const same = [...box.querySelectorAll('article')].find(
        (one) => one.getAttribute('aria-label') === name);
      return { count, by: same.getBoundingClientRect().top - before };
    });
    assert.ok(Math.abs(moved.by) < 2, `it moved by ${moved.by}`);
    most = Math.max(most, moved.count);
  }
  await message(ada, 'line 1').waitFor();
  most = Math.max(most, await articles.count());
  assert.ok(most > 200 && most <= 300, `${most} at once`);
  assert.equal(await message(ada, 'line 400').count(), 0);
  await ada.getByText('This is the beginning of long.').waitFor();

  // Meanwhile others go on, and one comes back to them.
  const voice = await house.voice('late', 'long');
  await voice.say('line 401');
  await ada.getByRole('button', { name: '1 new message' }).click();
  await message(ada, 'line 401').waitFor();
  voice.close();
});

test('what was missed while away', async () => {
  await enterRoom(bob, 'long');
  await message(bob, 'line 401').waitFor();
  await bob.goto(`${house.url}/chat/lobby`);
  const voice = await house.voice('later', 'long');
  for (let i = 0; i < 45; i += 1) await voice.say(`later ${i}`);
  voice.close();
  const other = await house.voice('later2', 'long');
  for (let i = 45; i < 80; i += 1) await other.say(`later ${i}`);
  other.close();
  await bob.goto(`${house.url}/chat/long`);
  const main = bob.getByRole('region', { name: 'Chat' });
  await main.getByText('80 unread messages').waitFor();
  await bob.getByRole('button', { name: 'Go to the first' }).click();
  await message(bob, 'later 0').waitFor();
  await bob.getByText('New', { exact: true }).waitFor();
  await bob.getByRole('button', { name: /To the latest|new message/ }).click();
  await message(bob, 'later 79').waitFor();
  await bob.goto(`${house.url}/chat`);
  await roomLink(bob, /long$/).waitFor();
});

test('searching, and going there', async () => {
  await ada.getByRole('button', { name: 'Search', exact: true }).click();
  await ada.getByLabel('Search in this room').fill('LINE 17');
  await ada.keyboard.press('Enter');
  const found = ada.getByRole('complementary', { name: 'Search' });
  await found.getByText('11 messages').waitFor();
  await axe(ada);
  await found.getByRole('button', { name: /line 17$/ }).click();
  await message(ada, 'line 17').waitFor();
  await message(ada, 'line 16').waitFor();
  await found.getByRole('button', { name: 'Close' }).click();
});

test('commands', async () => {
  await ada.goto(`${house.url}/chat/Joinery`);
  await composer(ada).pressSequentially('/to');
  await ada.getByRole('option', { name: /\/topic/ }).waitFor();
  await composer(ada).press('Enter');
  await composer(ada).pressSequentially('Dovetails');
  await composer(ada).press('Enter');
  await ada.getByText('Dovetails').first().waitFor();
  await say(ada, '/nonsense');
  await ada.getByRole('alert').getByText('There is no command /nonsense')
    .waitFor();
  assert.equal(await composer(ada).inputValue(), '/nonsense');
  await say(ada, '/msg nobody.at.all hello');
  await ada.getByRole('alert').getByText('Nobody knows this user.').waitFor();
  await say(ada, '/me waves');
  await ada.getByRole('log').getByText('Ada waves').waitFor();
  await say(ada, '/help');
  await ada.getByRole('dialog', { name: 'Help' }).getByText('/topic').waitFor();
  await axe(ada);
  await ada.keyboard.press('Escape');
  await say(ada, '/join attic');
  await ada.getByRole('heading', { name: 'attic', level: 1 }).waitFor();
  await say(ada, '/leave');
  await ada.getByRole('heading', { name: 'Rooms', level: 2 }).first().waitFor();
});

test('the keyboard is enough', async () => {
  await ada.goto(`${house.url}/chat/wood`);
  await message(ada, 'I am.').waitFor();
  await ada.keyboard.press('Control+k');
  await ada.getByRole('dialog').waitFor();
  await ada.keyboard.type('lobb');
  await ada.keyboard.press('Enter');
  await ada.getByRole('heading', { name: 'lobby', level: 1 }).waitFor();
  await ada.goBack();
  await composer(ada).waitFor();
  const focused = () =>
    ada.evaluate(() => document.activeElement.getAttribute('aria-label'));
  await composer(ada).focus();
  const all = ada.getByRole('log').getByRole('article');
  await all.last().focus();
  const last = await focused();
  await ada.keyboard.press('ArrowUp');
  assert.notEqual(await focused(), last);
  await ada.keyboard.press('Home');
  assert.match(await focused(), /Is anybody here\?$/);
  await ada.keyboard.press('r');
  await ada.getByText('Answering Ada').waitFor();
  assert.equal(await focused(), 'Message to wood');
  await ada.keyboard.press('Escape');
  await all.first().focus();
  await ada.keyboard.press('Enter');
  await ada.getByRole('menu').waitFor();
  await ada.keyboard.press('Escape');
  await ada.keyboard.press('Escape');
});

test('ignoring', async () => {
  await act(ada, 'I am.', 'More', 'Ignore');
  await message(ada, 'I am.').waitFor({ state: 'detached' });
  await bob.goto(`${house.url}/chat/wood`);
  await say(bob, 'Do you hear me?');
  await message(bob, 'Do you hear me?').waitFor();
  await say(ada, '/unignore Bob');
  await message(ada, 'Do you hear me?').waitFor();
});

test('two windows of one person agree', async () => {
  const desk = await house.again(browser, 'Ada', { ...WIDE, at: '/chat/lobby' });
  await composer(desk).waitFor();
  await ada.goto(`${house.url}/chat/lobby`);
  await composer(ada).waitFor();
  await say(bob, 'For both of you');
  await roomLink(desk, /wood.*1 unread message/).waitFor();
  await roomLink(ada, /wood.*1 unread message/).waitFor();
  await ada.bringToFront();
  await roomLink(ada, /wood/).click();
  await message(ada, 'For both of you').waitFor();
  await roomLink(desk, /wood.*unread/).waitFor({ state: 'detached' });
  await say(ada, 'Read');
  await roomLink(desk, 'wood').click();
  await message(desk, 'Read').waitFor();
  assert.equal(await message(desk, 'Read').count(), 1);
  await closeWindow(desk);
});

test('a phone has room for all of it', async () => {
  await bob.goto(`${house.url}/chat/wood`);
  await say(ada, 'w'.repeat(300));
  await message(bob, 'w'.repeat(300)).waitFor();
  await say(ada, `/topic ${'long '.repeat(40)}`);
  await bob.getByText('long long').first().waitFor();
  const outside = await bob.getByRole('log').getByRole('article').evaluateAll(
    (all) => all.filter(
      (one) => one.getBoundingClientRect().right > window.innerWidth).length);
  assert.equal(outside, 0, 'nothing is cut off');
  const wide = await bob.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('.chat *')]
      .filter((box) => box.scrollWidth > box.clientWidth + 1
        && getComputedStyle(box).overflowX !== 'hidden'
        && getComputedStyle(box).display !== 'inline'
        && box.clientWidth > 0 && !box.closest('.sr-only'))
      .map((box) => box.className || box.localName));
  assert.deepEqual(wide, [], 'nothing scrolls sideways');
  await bob.getByRole('button', { name: /^People/ }).tap();
  await bob.getByRole('complementary', { name: 'People' }).waitFor();
  await axe(bob);
  await shoot(bob, 'chat-phone-people');
  await bob.keyboard.press('Escape');
  await bob.getByRole('complementary').waitFor({ state: 'detached' });
});
