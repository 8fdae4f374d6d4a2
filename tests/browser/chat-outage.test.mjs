// SPDX-License-Identifier: MIT
//
// The chat without a network, without a server, and with another build of the
// plugin: nothing is lost, and nothing is said twice.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  House, composer, enterRoom, message, pending, roomLink, say,
} from './chatting.mjs';
import { axe, closeWindow, launch, shoot, status } from './pages.mjs';

let browser;
let house;
let ada;
let bob;

before(async () => {
  browser = await launch();
  house = new House();
  await house.start();
  ada = await house.person(browser, 'Ada');
  bob = await house.person(browser, 'Bob');
  for (const page of [ada, bob]) await enterRoom(page, 'tunnel');
});

after(async () => {
  for (const page of [ada, bob]) if (page) await closeWindow(page);
  await browser?.close();
  await house?.end();
});

async function once(page, ...texts) {
  for (const text of texts) {
    await message(page, text).waitFor();
    assert.equal(await message(page, text).count(), 1, text);
  }
}

test('what is written in a tunnel is said at its end', async () => {
  await ada.context().setOffline(true);
  await status(ada, 'Lost').waitFor();
  await ada.getByText('What you write now is sent later.').waitFor();
  await say(ada, 'first in the tunnel');
  await say(ada, 'second in the tunnel');
  await pending(ada, 'first in the tunnel').getByText('Waits').waitFor();
  await axe(ada);
  await shoot(ada, 'chat-offline');
  await say(bob, 'meanwhile outside');
  await message(bob, 'meanwhile outside').waitFor();
  assert.equal(await message(bob, 'first in the tunnel').count(), 0);
  await ada.context().setOffline(false);
  await status(ada, 'Live').waitFor();
  for (const page of [ada, bob])
    await once(page, 'meanwhile outside', 'first in the tunnel',
      'second in the tunnel');
  await pending(ada, 'tunnel').waitFor({ state: 'detached' });
});

test('edits, deletions and reactions of the meantime are caught up with',
  async () => {
    await say(bob, 'to be edited');
    await say(bob, 'to be deleted');
    await message(ada, 'to be deleted').waitFor();
    await ada.context().setOffline(true);
    await status(ada, 'Lost').waitFor();
    const mine = message(bob, 'to be deleted');
    await mine.focus();
    await bob.keyboard.press('Delete');
    await bob.getByRole('dialog').getByRole('button', { name: 'Delete' })
      .click();
    await mine.waitFor({ state: 'detached' });
    await message(bob, 'to be edited').focus();
    await bob.keyboard.press('e');
    await composer(bob).fill('was edited');
    await composer(bob).press('Enter');
    await message(bob, 'was edited').waitFor();
    await ada.context().setOffline(false);
    await once(ada, 'was edited', 'This message was deleted.');
    assert.equal(await message(ada, 'to be edited').count(), 0);
  });

test('what waits outlives the page', async () => {
  const eve = await house.person(browser, 'Eve');
  await enterRoom(eve, 'tunnel');
  await eve.context().setOffline(true);
  await status(eve, 'Lost').waitFor();
  await say(eve, 'from the page before');
  await pending(eve, 'from the page before').waitFor();
  // The next page comes, and for now without a connection.
  let cut = true;
  await eve.route(/\/socket\.io\/\?/, (route) =>
    (cut ? route.abort() : route.continue()));
  await eve.context().setOffline(false);
  await eve.reload();
  await status(eve, 'Lost').waitFor();
  assert.equal(await message(bob, 'from the page before').count(), 0);
  cut = false;
  await once(bob, 'from the page before');
  await once(eve, 'from the page before');
  await closeWindow(eve);
});

test('an answer that is lost makes no second message', async () => {
  await closeWindow(ada);
  ada = await house.again(browser, 'Ada');
  let swallowed = 0;
  await ada.routeWebSocket(/\/socket\.io\//, (toPage) => {
    const toServer = toPage.connectToServer();
    let said = false;
    toPage.onMessage((frame) => {
      said ||= String(frame).includes('"say"');
      toServer.send(frame);
    });
    toServer.onMessage((frame) => {
      // It was said, and neither the answer nor the news of it arrives.
      if (said && swallowed === 0 && /^43/.test(String(frame))) {
        swallowed += 1;
        toServer.close();
        toPage.close();
        return;
      }
      if (!said || swallowed > 0) toPage.send(frame);
    });
  });
  await ada.goto(`${house.url}/chat/tunnel`);
  await composer(ada).waitFor();
  await status(ada, 'Live').waitFor();
  await say(ada, 'did this arrive?');
  await once(bob, 'did this arrive?');
  await once(ada, 'did this arrive?');
  await pending(ada, 'did this arrive?').waitFor({ state: 'detached' });
  await say(bob, 'once');
  await once(ada, 'once', 'did this arrive?');
  await once(bob, 'did this arrive?');
});

test('another build comes in as all are talking', async () => {
  await ada.getByText('Back again').waitFor({ state: 'detached' });
  const talk = async (page, name) => {
    for (let i = 0; i < 12; i += 1) await say(page, `${name} ${i}.`);
  };
  await Promise.all([
    talk(ada, 'Ada'), talk(bob, 'Bob'),
    (async () => {
      await house.swap();
      await house.swap();
    })(),
  ]);
  for (const page of [ada, bob])
    for (const name of ['Ada', 'Bob'])
      for (let i = 0; i < 12; i += 1) await once(page, `${name} ${i}.`);
  // Nobody was thrown out by it.
  assert.equal(await ada.getByText('Back again').count(), 0);
});

test('the server goes, and comes back with everything', async () => {
  await composer(bob).fill('half a');
  await house.stop();
  for (const page of [ada, bob]) await status(page, 'Lost').waitFor();
  await say(ada, 'written without a server');
  await pending(ada, 'written without a server').waitFor();
  await house.start();
  for (const page of [ada, bob]) {
    await status(page, /Live|Back/).waitFor();
    await once(page, 'written without a server', 'once', 'Ada 11.');
  }
  assert.equal(await composer(bob).inputValue(), 'half a');
  await composer(bob).fill('');
  await say(bob, 'and on we go');
  await once(ada, 'and on we go');
  await roomLink(ada, 'tunnel').waitFor();
});
