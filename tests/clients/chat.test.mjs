// SPDX-License-Identifier: MIT
//
// The chat with stock clients over real connections: a crowded room,
// connections that break in the worst moments, reloads in the middle, a
// database that somebody else holds.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { next, socketOf, within } from './client.mjs';
import { frame, Raw, upgradeHead } from './raw.mjs';
import { binary, eventually, startServer } from './server.mjs';

const plugins = join(dirname(binary), 'plugins');
const chat = join(plugins, 'chat/chat.so');
const skip = existsSync(chat) ? false : 'the plugin chat was not built';
const folder = mkdtempSync(join(tmpdir(), 'mortise-chat-'));
const database = join(folder, 'chat.db');
const ANSWER_MS = 20_000;

// Settings that differ make a reload replace the plugin.
const changes = (typingSeconds = 6) => ({
  plugins: [
    { name: 'signer', path: join(plugins, 'chat/signer.so') },
    {
      name: 'chat',
      path: chat,
      namespace: '/chat',
      settings: { database, databaseWaitMs: 300, typingSeconds },
    },
  ],
});

let server;
before(async () => {
  if (!skip) {
    server = await startServer({ changes: changes() });
  }
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (socket, event, argument = {}) =>
  socket.timeout(ANSWER_MS).emitWithAck(event, argument);

async function good(socket, event, argument) {
  const answer = await ask(socket, event, argument);
  assert.equal(answer.ok, true, `${event}: ${JSON.stringify(answer)}`);
  return answer;
}

// Somebody who has said hello and is in the room.
async function enter(name, room) {
  const socket = socketOf(server, '/chat', {
    transports: ['websocket'], auth: { user: `<${name}>` },
  });
  await next(socket, 'connect');
  await good(socket, 'hello');
  await good(socket, 'join', { room });
  return socket;
}

function listen(socket) {
  const heard = [];
  socket.on('said', (message) => heard.push(message));
  return heard;
}

async function historyOf(socket, room) {
  const all = [];
  for (let after = 0, more = true; more;) {
    const page = await good(socket, 'history', { room, after, limit: 100 });
    all.push(...page.messages);
    after = all.at(-1)?.id ?? 0;
    more = page.more;
  }
  return all;
}

let reloads = 0;
async function reload() {
  const done = () => server.output.match(/reload \d+: done/g)?.length ?? 0;
  const count = done();
  reloads += 1;
  server.configure(changes(6 + (reloads % 2)));
  server.signal('SIGHUP');
  await eventually(() => done() > count, 'the reload');
}

test('a room of 500 keeps its order and its history', { skip }, async () => {
  const CROWD = 500;
  const SPEAKERS = 20;
  const EACH = 10;
  const people = [];
  for (let i = 0; i < CROWD; i += 50) {
    people.push(...await Promise.all(Array.from({ length: 50 }, (_, k) =>
      enter(`crowd${i + k}`, 'square'))));
  }
  const heard = people.map(listen);
  const answers = await Promise.all(people.slice(0, SPEAKERS).flatMap(
    (socket, i) => Array.from({ length: EACH }, (_, k) =>
      good(socket, 'say', { room: 'square', text: `${i}.${k}` }))));
  await eventually(() => heard.every((h) => h.length === SPEAKERS * EACH),
    'everybody hears everything', 60_000);

  const ids = heard[0].map(({ id }) => id);
  assert.ok(ids.every((id, i) => i === 0 || id > ids[i - 1]), 'ids grow');
  for (const h of heard) {
    assert.deepEqual(h.map(({ id }) => id), ids);
  }
  // What one has said stands in the order in which it was said.
  for (let i = 0; i < SPEAKERS; i += 1) {
    const said = heard[1].filter(({ from }) => from === `<crowd${i}>`);
    assert.deepEqual(said.map(({ text }) => text),
      Array.from({ length: EACH }, (_, k) => `${i}.${k}`));
  }
  assert.deepEqual(
    answers.map(({ id }) => id).sort((a, b) => a - b), ids);
  const history = await historyOf(people[7], 'square');
  assert.deepEqual(history.map(({ id }) => id), ids);
  people.forEach((socket) => socket.disconnect());
});

// Sends with keys over connections that break before the answers come, until
// each has been answered; the answers by key, all there were.
async function sendWhatever(name, room, keys, between) {
  const answers = new Map(keys.map((key) => [key, []]));
  for (let turn = 0; ; turn += 1) {
    const open = keys.filter((key) => answers.get(key).length === 0);
    if (open.length === 0) {
      return answers;
    }
    const socket = await enter(name, room);
    // In another order each time, each twice.
    const order = turn % 2 === 0 ? open : [...open].reverse();
    const asked = order.flatMap((key) => [key, key]).map((key) =>
      ask(socket, 'say', { room, text: key, key }).then(
        (answer) => answer.ok && answers.get(key).push(answer), () => {}));
    await between(turn, socket, asked);
    socket.disconnect();
    await Promise.all(asked);
  }
}

const keysOf = (prefix, n) =>
  Array.from({ length: n }, (_, i) => `${prefix}${i}`);

function saidOnce(keys, answers, messages) {
  for (const key of keys) {
    const found = messages.filter(({ text }) => text === key);
    assert.equal(found.length, 1, `${key}: ${found.length} times`);
    for (const answer of answers.get(key)) {
      assert.equal(answer.id, found[0].id, key);
      assert.equal(answer.time, found[0].time, key);
    }
  }
}

test('each message is said once, whatever breaks', { skip }, async () => {
  const witness = await enter('Witness', 'bridge');
  const heard = listen(witness);
  const keys = keysOf('once', 5);
  const answers = await sendWhatever('Sender', 'bridge', keys,
    async (turn, socket, asked) => {
      if (turn < 3) {
        // Cut after the packets have gone, at some moment before the answers.
        await new Promise((done) => setTimeout(done, turn * 3));
        socket.io.engine.transport.ws.terminate?.();
        socket.io.engine.close();
      } else {
        await Promise.all(asked);
      }
    });
  saidOnce(keys, answers, heard);
  saidOnce(keys, answers, await historyOf(witness, 'bridge'));
  witness.disconnect();
});

test('reloads in the middle lose and repeat nothing', { skip }, async () => {
  const witness = await enter('Watcher', 'forge');
  const heard = listen(witness);
  const senders = await Promise.all(
    keysOf('smith', 4).map((name) => enter(name, 'forge')));
  const answers = [];
  let going = true;
  const talks = senders.map(async (socket, i) => {
    for (let k = 0; k < 40 && going; k += 1) {
      const key = `${i}.${k}`;
      answers.push(
        await good(socket, 'say', { room: 'forge', text: key, key }));
    }
  });
  for (let i = 0; i < 3; i += 1) {
    await reload();
  }
  going = false;
  await Promise.all(talks);
  await eventually(() => heard.length >= answers.length, 'all of it is heard');
  const ids = answers.map(({ id }) => id).sort((a, b) => a - b);
  assert.equal(new Set(ids).size, answers.length);
  assert.deepEqual(heard.map(({ id }) => id), ids);
  assert.deepEqual(
    (await historyOf(witness, 'forge')).map(({ id }) => id), ids);
  [witness, ...senders].forEach((socket) => socket.disconnect());
});

test('who comes back has missed nothing', { skip }, async () => {
  const talker = await enter('Talker', 'harbour');
  const seen = new Map();
  let rev = 0;
  // What was read before an edit may come behind the news of it.
  const take = (message) => {
    rev = Math.max(rev, message.rev);
    if (!(seen.get(message.id)?.rev > message.rev)) {
      seen.set(message.id, message);
    }
  };
  // News that comes meanwhile says nothing of what is still to be read.
  const catchUp = async (socket) => {
    let since = rev;
    for (let more = true; more;) {
      const page = await good(
        socket, 'history', { room: 'harbour', since, limit: 7 });
      page.messages.forEach(take);
      since = page.messages.at(-1)?.rev ?? since;
      more = page.more;
    }
  };
  let going = true;
  const said = new Map();
  const talk = (async () => {
    for (let i = 0; i < 40; i += 1) {
      const { id } =
        await good(talker, 'say', { room: 'harbour', text: `${i}` });
      said.set(id, `${i}`);
      if (i % 5 === 4) {
        await good(talker, 'edit', { id, text: `${i}, edited` });
        said.set(id, `${i}, edited`);
      }
    }
    going = false;
  })();
  while (going) {
    const socket = await enter('Sailor', 'harbour');
    socket.on('said', take);
    socket.on('edited', take);
    await catchUp(socket);
    await new Promise((done) => setTimeout(done, 15));
    socket.disconnect();
  }
  await talk;
  const socket = await enter('Sailor', 'harbour');
  await catchUp(socket);
  assert.deepEqual([...seen].map(([id, { text }]) => [id, text])
    .sort(([a], [b]) => a - b), [...said]);
  socket.disconnect();
  talker.disconnect();
});

// Holds the database, as a backup that is stuck would.
async function lock() {
  const child = spawn('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
db.execute("COMMIT")
`, database], { stdio: ['pipe', 'pipe', 'inherit'] });
  await within(new Promise((done) => child.stdout.once('data', done)),
    'the lock');
  return () => new Promise((done) => {
    child.once('close', done);
    child.stdin.end();
  });
}

test('a locked database is told to the sender', { skip }, async () => {
  const ann = await enter('Ann', 'vault');
  const bob = await enter('Bob', 'vault');
  const heard = listen(bob);
  await good(ann, 'say', { room: 'vault', text: 'before' });
  const unlock = await lock();
  const { error } =
    await ask(ann, 'say', { room: 'vault', text: 'during', key: 'during' });
  assert.equal(error.code, 'unavailable');
  // Others go on reading, and the loop is free.
  const page = await good(bob, 'history', { room: 'vault' });
  assert.deepEqual(page.messages.map(({ text }) => text), ['before']);
  await unlock();
  await good(ann, 'say', { room: 'vault', text: 'during', key: 'during' });
  await eventually(() => heard.length === 2, 'the message');
  assert.deepEqual(heard.map(({ text }) => text), ['before', 'during']);
  ann.disconnect();
  bob.disconnect();
});

test('what was acknowledged outlasts the server', { skip }, async () => {
  const answers = new Map();
  const keys = keysOf('kept', 40);
  const send = (socket, open) => open.map((key) => ask(
    socket, 'say', { room: 'archive', text: key, key }).then((answer) => {
    if (!answer.ok) {
      return;
    }
    // Whenever it is given, it is the first one.
    assert.deepEqual(answer, answers.get(key) ?? answer);
    answers.set(key, answer);
  }, () => {}));
  for (let round = 1; round <= 4; round += 1) {
    const socket = await enter('Keeper', 'archive');
    const before = answers.size;
    const gone = next(socket, 'disconnect');
    const asked = send(socket, keys.slice(0, round * 10));
    await eventually(() => answers.size > before, 'an answer');
    await server.kill();
    await gone;
    await Promise.all(asked);
    server = await startServer({ changes: changes() });
  }
  const keeper = await enter('Keeper', 'archive');
  await Promise.all(send(keeper, keys.slice(0, 20)));
  await Promise.all(send(keeper, keys.slice(20)));
  assert.equal(answers.size, keys.length);
  const history = await historyOf(keeper, 'archive');
  assert.deepEqual(
    history.map(({ text }) => text).sort(), [...keys].sort());
  for (const { id, text, time } of history) {
    assert.deepEqual([answers.get(text).id, answers.get(text).time],
      [id, time]);
  }
  keeper.disconnect();
});

const auth = join(plugins, 'auth/auth.so');

test('names and powers come from the plugin auth', {
  skip: skip || (existsSync(auth) ? false : 'the plugin auth was not built'),
}, async () => {
  const site = await startServer({
    changes: {
      plugins: [
        {
          name: 'auth',
          path: auth,
          settings: {
            development: true,
            database: join(folder, 'auth.db'),
            namespaces: { '/chat': 'guest' },
            passwords: { memoryKiB: 8, passes: 1 },
            roles: { user: ['chat.moderate'] },
          },
        },
        {
          name: 'chat',
          path: chat,
          namespace: '/chat',
          settings: { database: join(folder, 'other.db') },
        },
      ],
    },
  });
  const post = async (path, body) => {
    const response = await fetch(`${site.url}/auth/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const come = async ({ accessToken }) => {
    const socket = socketOf(site, '/chat', { auth: { token: accessToken } });
    await next(socket, 'connect');
    return [socket, (await good(socket, 'hello')).you];
  };
  const account =
    await post('register', { name: 'Ada_L', password: 'correct horse' });
  const [ada, you] = await come(account);
  assert.deepEqual(you, {
    id: account.user.id, name: 'Ada_L', guest: false, moderator: true,
  });
  const [guest, they] = await come(await post('guest', {}));
  assert.match(they.name, /^guest-[0-9a-f]{6}$/);
  assert.equal(they.guest, true);
  assert.equal(they.moderator, false);
  const { error } = await ask(guest, 'join', { room: 'hall', name: 'ada_l' });
  assert.equal(error.code, 'name_taken');
  const { name } = await good(guest, 'join', { room: 'hall', name: 'Bob' });
  assert.equal(name, 'Bob');
  // By name, both ways.
  await good(ada, 'direct', { user: '@bob' });
  const { info } = await good(guest, 'direct', { user: '@ADA_L' });
  assert.deepEqual(info.with, { id: you.id, name: 'Ada_L', online: true });
  ada.disconnect();
  guest.disconnect();
  await site.stop();
});

// By RST, in the turn in which the answer came, and before there is one.
test('what was acknowledged outlasts its connection', { skip }, async () => {
  const reader = await enter('reader', 'resets');
  const certain = [];
  for (let i = 0; i < 12; i += 1) {
    const raw = new Raw(server.port);
    const emit = (id, ...event) =>
      raw.send(frame('text', `42/chat,${id}${JSON.stringify(event)}`));
    await raw.opened;
    await raw.send(upgradeHead()).heard(/0\{"sid"/);
    await raw.send(frame('text', `40/chat,{"user":"<reset${i}>"}`))
      .heard(/40\/chat,\{"sid"/);
    await emit(1, 'hello', {}).heard(/43\/chat,1\[\{"ok"/);
    await emit(2, 'join', { room: 'resets' }).heard(/43\/chat,2\[\{"ok"/);
    emit(3, 'say', { room: 'resets', text: `reset ${i}` });
    if (i % 2 === 0) {
      await raw.heard(/43\/chat,3\[\{"ok"/);
      assert.match(raw.text, /43\/chat,3\[\{"ok"/);
      certain.push(`reset ${i}`);
    }
    raw.socket.resetAndDestroy();
  }
  const texts = (await historyOf(reader, 'resets')).map(({ text }) => text);
  assert.equal(new Set(texts).size, texts.length, 'each is there once');
  for (const text of certain) {
    assert.ok(texts.includes(text), `${text} of ${texts}`);
  }
});
