// SPDX-License-Identifier: MIT
//
// The chat page in a real browser against the real server. Run `npm ci` and
// `npm run build` in web/ and `npm ci` in tests/clients/ and here first.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  PHONE,
  closeWindow,
  composer,
  heard,
  inRoom,
  join,
  launch,
  notice,
  openWindow,
  pending,
  peopleAre,
  say,
  serve,
  shoot,
  status,
} from './pages.mjs';

const LONG = 'A line that is long enough to need more than one line here.';

let browser;
let server;
let origin;
let rooms = 0;

before(async () => {
  browser = await launch();
  server = await serve();
  origin = server.url;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Tests do not meet each other, nor what an earlier run left behind. */
function newRoom() {
  rooms += 1;
  return `room ${process.pid}-${rooms}`;
}

function at(room, name) {
  return `/?${new URLSearchParams({ room, ...(name && { name }) })}`;
}

async function twoPeople(room, options) {
  const ada = await openWindow(browser, origin, at(room, 'Ada'), options);
  await inRoom(ada, room);
  const bob = await openWindow(browser, origin, at(room, 'Bob'), options);
  await inRoom(bob, room);
  return [ada, bob];
}

test('two people meet, talk both ways and part', async () => {
  const room = newRoom();
  const ada = await openWindow(browser, origin, '/');
  await shoot(ada, 'door');
  await join(ada, room, 'Ada');
  await status(ada, 'Live').waitFor();
  await peopleAre(ada, 'Ada');

  const bob = await openWindow(browser, origin, at(room, 'Bob'));
  await inRoom(bob, room);
  await notice(ada, 'Bob joined').waitFor();
  await peopleAre(ada, 'Ada', 'Bob');
  await peopleAre(bob, 'Bob', 'Ada');

  await say(ada, 'Is anybody here?');
  await heard(bob, 'Is anybody here?').waitFor();
  await say(bob, 'I am.');
  await heard(ada, 'I am.').waitFor();
  await say(bob, 'Since just now.');
  await heard(ada, 'Since just now.').waitFor();

  // One group an author, and one's own on the other side.
  const groups = ada.getByRole('log').locator('.group');
  assert.equal(await groups.count(), 2);
  assert.equal(await groups.nth(0).getAttribute('data-mine'), 'true');
  assert.equal(await groups.nth(1).getAttribute('data-mine'), 'false');
  assert.equal(await groups.nth(1).locator('.name').textContent(), 'Bob');
  assert.equal(await groups.nth(1).locator('.bubble').count(), 2);
  // The sender hears it once, and nothing stays in the outbox.
  assert.equal(await heard(ada, 'Is anybody here?').count(), 1);
  assert.equal(await ada.locator('.pending').count(), 0);
  await shoot(ada, 'talk-light');

  await bob.getByRole('button', { name: 'Leave the room' }).click();
  await bob.getByRole('button', { name: 'Join the room' }).waitFor();
  await notice(ada, 'Bob left').waitFor();
  await peopleAre(ada, 'Ada');

  await bob.goBack();
  await inRoom(bob, room);
  await peopleAre(ada, 'Ada', 'Bob');
  await closeWindow(bob);
  await peopleAre(ada, 'Ada');
  await closeWindow(ada);
});

test('text is text, in every script', async () => {
  const room = newRoom();
  const [ada, bob] = await twoPeople(room);
  const texts = [
    '<img src=x onerror="document.title=1"><b>bold?</b>',
    '<script>document.body.remove()</script>',
    '&lt;already &amp; escaped&gt;',
    'Grüße, 你好, здравствуйте, שלום, नमस्ते, 👩‍🚀🏽 und 🇺🇳',
    'a "quoted" \\ back\\u0041slash {} [] %s $& `tick`',
    '👋',
  ];
  for (const text of texts) {
    await say(ada, text);
    await heard(bob, text).waitFor();
    await heard(ada, text).waitFor();
  }
  assert.equal(await bob.locator('.bubble :is(img, b, script)').count(), 0);

  await say(bob, 'see https://example.org/a?b=c&d=<e>.');
  const link = ada.locator('.bubble a');
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), 'https://example.org/a?b=c&d=');
  assert.match(await link.getAttribute('rel'), /noopener noreferrer/);
  await closeWindow(ada);
  await closeWindow(bob);
});

test('names and rooms may look like markup', async () => {
  const room = `<i>${newRoom()}</i> & "ü"`;
  const ada = await openWindow(browser, origin, at(room, '<b>Ada</b>'));
  await inRoom(ada, room);
  await peopleAre(ada, '<b>Ada</b>');
  await closeWindow(ada);
});

test('a name that is taken is told, and another one comes in', async () => {
  const room = newRoom();
  const ada = await openWindow(browser, origin, at(room, 'Ada'));
  await inRoom(ada, room);
  const other = await openWindow(browser, origin, at(room, 'Ada'));
  await other.locator('.field .problem').waitFor();
  const name = other.getByLabel('Your name');
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  await join(other, room, 'Eve');
  await peopleAre(ada, 'Ada', 'Eve');
  await closeWindow(ada);
  await closeWindow(other);
});

test('the keyboard is enough', async () => {
  const room = newRoom();
  const ada = await openWindow(browser, origin, '/');
  // The cursor is in the first field already.
  await ada.keyboard.type(room);
  await ada.keyboard.press('Tab');
  await ada.keyboard.type('Ada');
  await ada.keyboard.press('Enter');
  await inRoom(ada, room);
  // And now where one writes.
  await ada.keyboard.type('first');
  await ada.keyboard.press('Shift+Enter');
  await ada.keyboard.type('second');
  await ada.keyboard.press('Enter');
  await heard(ada, 'first\nsecond').waitFor();
  assert.equal(await composer(ada).inputValue(), '');
  await closeWindow(ada);
});

test('an invite link leads into the room and gives no name away', async () => {
  const room = newRoom();
  const ada = await openWindow(browser, origin, at(room, 'Ada'));
  await inRoom(ada, room);
  await ada.getByRole('button', { name: 'Copy an invite link' }).click();
  await ada.getByText('Link copied').waitFor();
  const link = await ada.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, `${origin}${at(room)}`);

  const bob = await openWindow(browser, origin, new URL(link).search);
  assert.equal(await bob.getByLabel('Room').inputValue(), room);
  await bob.keyboard.type('Bob');
  await bob.keyboard.press('Enter');
  await inRoom(bob, room);
  await peopleAre(ada, 'Ada', 'Bob');
  await closeWindow(ada);
  await closeWindow(bob);
});

test('a reload comes back into the room with the draft', async () => {
  const room = newRoom();
  const [ada, bob] = await twoPeople(room);
  await composer(ada).fill('half a sent');
  await ada.reload();
  await inRoom(ada, room);
  assert.equal(await composer(ada).inputValue(), 'half a sent');
  await peopleAre(bob, 'Bob', 'Ada');
  await closeWindow(ada);
  await closeWindow(bob);
});

test('it fits on a phone, in the dark too', async () => {
  const room = newRoom();
  const [ada, bob] = await twoPeople(room, {
    viewport: PHONE,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
    hasTouch: true,
    isMobile: true,
  });
  await say(bob, 'w'.repeat(300));
  await heard(ada, 'w'.repeat(300)).waitFor();
  await say(ada, LONG);
  await heard(bob, LONG).waitFor();
  await pending(ada, LONG).waitFor({ state: 'detached' });
  const wide = await ada.evaluate(() =>
    [document.documentElement, document.querySelector('.scroller')]
      .filter((box) => box.scrollWidth > box.clientWidth)
      .map((box) => box.className || box.localName),
  );
  assert.deepEqual(wide, [], 'nothing scrolls sideways');

  const list = ada.getByRole('complementary', { name: /In this room/ });
  await list.waitFor({ state: 'hidden' });
  await shoot(ada, 'phone-dark');
  await ada.getByRole('button', { name: /^People/ }).click();
  await list.waitFor();
  await shoot(ada, 'phone-people-dark');
  await ada.keyboard.press('Escape');
  await list.waitFor({ state: 'hidden' });
  await closeWindow(ada);
  await closeWindow(bob);
});

test('without a network the page waits, and comes back by itself', async () => {
  const room = newRoom();
  const [ada, bob] = await twoPeople(room);
  await ada.context().setOffline(true);
  await status(ada, 'Offline').waitFor();
  await ada.getByText('This device is offline.').waitFor();
  await peopleAre(bob, 'Bob');
  await say(ada, 'written in a tunnel');

  // Meanwhile the name is somebody else's: as it is for a server which has
  // not noticed yet that the old connection is gone.
  const other = await openWindow(browser, origin, at(room, 'Ada'));
  await inRoom(other, room);
  await ada.context().setOffline(false);
  await ada.getByText('Your name is still held').waitFor();
  await status(ada, 'Live').waitFor();
  assert.equal(await heard(bob, 'written in a tunnel').count(), 0);

  await other.getByRole('button', { name: 'Leave the room' }).click();
  await heard(bob, 'written in a tunnel').waitFor();
  await heard(ada, 'written in a tunnel').waitFor();
  await notice(ada, 'You were away for').waitFor();
  await peopleAre(ada, 'Ada', 'Bob');
  for (const page of [ada, bob, other]) await closeWindow(page);
});

test('a message lost on its way is shown as lost, not sent twice', async () => {
  const room = newRoom();
  const ada = await openWindow(browser, origin, '/');
  let upgraded = () => {};
  const upgrade = new Promise((done) => {
    upgraded = done;
  });
  // A network that swallows one message and breaks.
  let broken = false;
  await ada.routeWebSocket(/\/socket\.io\//, (toPage) => {
    const toServer = toPage.connectToServer();
    toPage.onMessage((frame) => {
      if (String(frame).includes('"say"') && !broken) {
        broken = true;
        toServer.close();
        toPage.close();
        return;
      }
      toServer.send(frame);
      if (frame === '5') upgraded();
    });
  });
  await ada.reload();
  await join(ada, room, 'Ada');
  await upgrade;
  const bob = await openWindow(browser, origin, at(room, 'Bob'));
  await inRoom(bob, room);

  await say(ada, 'did this arrive?');
  const lost = pending(ada, 'did this arrive?');
  await lost.getByText('lost before this was confirmed').waitFor();
  await notice(ada, 'You were away for').waitFor();
  // In the room again, and still not repeated.
  await say(ada, 'hello again');
  await heard(bob, 'hello again').waitFor();
  assert.equal(await heard(bob, 'did this arrive?').count(), 0);

  await shoot(ada, 'lost-message');
  await lost.getByRole('button', { name: 'Send again' }).click();
  await heard(bob, 'did this arrive?').waitFor();
  await lost.waitFor({ state: 'detached' });
  await closeWindow(ada);
  await closeWindow(bob);
});
