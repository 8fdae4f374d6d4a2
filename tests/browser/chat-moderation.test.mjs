// SPDX-License-Identifier: MIT
//
// What moderators see and do, and what it looks like to others. Ada owns the
// room, Moe moderates everywhere, Bob does what he should not.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  House, act, composer, enterRoom, message, pending, say,
} from './chatting.mjs';
import { axe, closeWindow, launch, shoot } from './pages.mjs';

const WIDE = { viewport: { width: 1280, height: 800 } };

let browser;
let house;
let ada;
let bob;
let mo;

before(async () => {
  browser = await launch();
  house = new House();
  await house.start();
  ada = await house.person(browser, 'Ada', WIDE);
  bob = await house.person(browser, 'Bob', WIDE);
  mo = await house.person(browser, 'Moe', WIDE);
  house.operator('auth', 'set-roles', 'Moe', 'moderator');
  for (const page of [ada, bob]) await enterRoom(page, 'court');
  await mo.reload();
  await enterRoom(mo, 'court');
});

after(async () => {
  for (const page of [ada, bob, mo]) if (page) await closeWindow(page);
  await browser?.close();
  await house?.end();
});

/** What can be done about somebody, in the list of people. */
async function about(page, name) {
  await page.getByRole('button', { name: `What to do about ${name}` }).click();
  return page.getByRole('menuitem').or(page.getByRole('menuitemradio'))
    .allTextContents();
}

test('each sees what they may do, and no more', async () => {
  const court = await about(bob, 'Ada');
  assert.deepEqual(court, ['Write to them', 'Profile', 'Ignore']);
  await bob.keyboard.press('Escape');
  assert.equal(
    await bob.getByRole('button', { name: 'Moderation' }).count(), 0);
  const owner = await about(ada, 'Bob');
  assert.ok(owner.includes('Mute…') && owner.includes('Role: moderator'));
  await axe(ada);
  await ada.keyboard.press('Escape');
  await composer(bob).fill('/mu');
  await composer(bob).press('End');
  assert.equal(await bob.getByRole('option', { name: '/mute' }).count(), 0);
  await composer(bob).fill('');
});

test('muted: told, counted down, and over by itself', async () => {
  await say(bob, 'Bla bla');
  await message(ada, 'Bla bla').waitFor();
  await act(ada, 'Bla bla', 'More', 'Mute…');
  const dialog = ada.getByRole('dialog', { name: 'Mute Bob' });
  await dialog.getByLabel('For how long').selectOption('5 minutes');
  await dialog.getByLabel('Reason').fill('Too loud');
  await axe(ada);
  await dialog.getByRole('button', { name: 'Mute' }).click();
  await bob.getByText(/You are muted for [45]:\d\d: Too loud/).waitFor();
  await axe(bob);
  await shoot(bob, 'chat-muted');
  // What he writes stays where it is, and nobody sees him type.
  await composer(bob).pressSequentially('But');
  await composer(bob).press('Enter');
  assert.equal(await composer(bob).inputValue(), 'But');
  assert.equal(await ada.getByText('Bob is typing').count(), 0);
  await say(ada, '/unmute Bob');
  await bob.getByText('You are muted').waitFor({ state: 'detached' });
  await composer(bob).press('Enter');
  await message(ada, 'But').waitFor();
  await say(ada, '/mute Bob 1s');
  await bob.getByText(/You are muted/).waitFor();
  await bob.getByText(/You are muted/).waitFor({ state: 'detached' });
  await say(bob, 'Again');
  await message(ada, 'Again').waitFor();
});

test('slow mode says how long to wait', async () => {
  await ada.getByRole('button', { name: 'More about this room' }).click();
  await ada.getByRole('menuitem', { name: 'Slow mode…' }).click();
  await ada.getByRole('dialog').getByRole('combobox').selectOption('30');
  await ada.getByRole('button', { name: 'Save' }).click();
  await bob.getByText('Slow mode: a message every 30 s').waitFor();
  // He has said something just now.
  await say(bob, 'Two');
  const refused = pending(bob, 'Two');
  await refused.getByText('Slowly: wait before the next message.').waitFor();
  await bob.getByText(/Slow mode: wait 0:\d\d/).waitFor();
  await composer(bob).fill('Three');
  await composer(bob).press('Enter');
  assert.equal(await composer(bob).inputValue(), 'Three');
  await axe(bob);
  await bob.reload();
  await refused.getByRole('button', { name: 'Send again' }).waitFor();
  // Moderators need not wait.
  await say(ada, 'One');
  await say(ada, '/slow off');
  await bob.getByText('Slow mode').waitFor({ state: 'detached' });
  await refused.getByRole('button', { name: 'Send again' }).click();
  await message(ada, 'Two').waitFor();
  await refused.waitFor({ state: 'detached' });
  await composer(bob).press('Enter');
  await message(ada, 'Three').waitFor();
});

test('a report, what it was before, and the log', async () => {
  await say(bob, 'Something bad');
  await message(bob, 'Something bad').focus();
  await bob.keyboard.press('e');
  await composer(bob).fill('Nothing at all');
  await composer(bob).press('Enter');
  await message(ada, 'Nothing at all').getByText('(edited)').waitFor();
  await act(ada, 'Nothing at all', 'More', 'What it was before');
  await ada.getByRole('dialog').getByText('Something bad').waitFor();
  await ada.keyboard.press('Escape');

  const eve = await house.person(browser, 'Eve', WIDE);
  await enterRoom(eve, 'court');
  await act(eve, 'Nothing at all', 'More', 'Report…');
  await eve.getByLabel('What is wrong with it?').fill('I saw it before');
  await eve.getByRole('button', { name: 'Report', exact: true }).click();
  await ada.getByText('Eve has reported a message in court.').waitFor();
  await ada.getByRole('button', { name: 'Moderation' }).click();
  const panel = ada.getByRole('complementary', { name: 'Moderation' });
  await panel.getByText('Reported by Eve · I saw it before').waitFor();
  await axe(ada);
  await shoot(ada, 'chat-reports');
  await panel.getByRole('button', { name: 'Delete it' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('Seen');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await message(eve, 'This message was deleted.').waitFor();
  await panel.getByRole('tab', { name: 'Log' }).click();
  await panel.getByText('deleted a message').waitFor();
  await panel.getByRole('tab', { name: 'Reports' }).click();
  await panel.getByText('No report is open.').waitFor();
  await closeWindow(eve);
});

test('kicked, and back; banned, and kept out until it is lifted', async () => {
  await say(ada, '/kick Bob Out');
  await bob.getByText('Ada has put you out of this room.').waitFor();
  await bob.getByText('Reason: Out').waitFor();
  await axe(bob);
  await bob.getByRole('button', { name: 'Join again' }).click();
  await composer(bob).waitFor();
  await ada.getByRole('button', { name: /^People/ }).click();
  await about(ada, 'Bob');
  await ada.getByRole('menuitem', { name: 'Ban…' }).click();
  const dialog = ada.getByRole('dialog', { name: 'Ban Bob' });
  await dialog.getByLabel('Reason').fill('Enough');
  await dialog.getByRole('button', { name: 'Ban' }).click();
  await bob.getByText('Ada has banned you from this room.').waitFor();
  await bob.getByText(/It ends in (1 h|59:\d\d)\./).waitFor();
  await bob.getByRole('button', { name: 'Join again' }).click();
  await bob.getByRole('alert').getByText('You are banned.').waitFor();
  await ada.getByRole('button', { name: 'Moderation' }).click();
  const panel = ada.getByRole('complementary', { name: 'Moderation' });
  await panel.getByRole('tab', { name: 'Sanctions' }).click();
  await panel.getByText('Banned').waitFor();
  await axe(ada);
  await panel.getByRole('button', { name: 'Lift' }).click();
  await panel.getByText('Nobody is muted or banned.').waitFor();
  await bob.goto(`${house.url}/chat`);
  await enterRoom(bob, 'court');
});

test('everywhere, by who moderates everywhere', async () => {
  await about(mo, 'Bob');
  await mo.getByRole('menuitem', { name: 'Ban…' }).click();
  const dialog = mo.getByRole('dialog', { name: 'Ban Bob' });
  await dialog.getByRole('radio', { name: 'Everywhere' }).check();
  await dialog.getByRole('button', { name: 'Ban' }).click();
  await bob.getByText('You are banned from the chat.').waitFor();
  await bob.reload();
  await bob.getByText('You are banned from the chat.').waitFor();
  await axe(bob);
  await mo.getByRole('button', { name: 'Moderation' }).click();
  const panel = mo.getByRole('complementary', { name: 'Moderation' });
  await panel.getByRole('radio', { name: 'Everywhere' }).check();
  await panel.getByRole('tab', { name: 'Sanctions' }).click();
  await panel.getByRole('button', { name: 'Lift' }).click();
  await panel.getByText('Nobody is muted or banned.').waitFor();
  await composer(bob).waitFor();
});

test('a moderator is made, and unmade', async () => {
  await ada.getByRole('button', { name: /^People/ }).click();
  await about(ada, 'Bob');
  await ada.getByRole('menuitemradio', { name: 'Role: moderator' }).click();
  await bob.getByRole('button', { name: 'Moderation' }).waitFor();
  await about(ada, 'Bob');
  await ada.getByRole('menuitemradio', { name: 'Role: member' }).click();
  await bob.getByRole('button', { name: 'Moderation' })
    .waitFor({ state: 'detached' });
});
