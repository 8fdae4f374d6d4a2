// SPDX-License-Identifier: MIT
//
// Moderation of the chat with stock clients: whoever is muted, banned or slowed
// down is held to it on both transports, by a new connection, over a SIGHUP and
// a restart; and it ends when it says so.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { next, socketOf, ways } from './client.mjs';
import { binary, eventually, startServer } from './server.mjs';

const run = promisify(execFile);
const plugins = join(dirname(binary), 'plugins');
const chat = join(plugins, 'chat/chat.so');
const skip = existsSync(chat) ? false : 'the plugin chat was not built';
const folder = mkdtempSync(join(tmpdir(), 'mortise-chat-'));
const database = join(folder, 'chat.db');
const filterFile = join(folder, 'words');
const ANSWER_MS = 20_000;

let typingSeconds = 6;
const changes = () => ({
  runDir: join(folder, 'run'),
  plugins: [
    { name: 'signer', path: join(plugins, 'chat/signer.so') },
    {
      name: 'chat',
      path: chat,
      namespace: '/chat',
      settings: { database, filterFile, typingSeconds },
    },
  ],
});

let server;
before(async () => {
  if (!skip) {
    writeFileSync(filterFile, 'badword\n');
    mkdirSync(join(folder, 'run'));
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

async function refused(socket, code, event, argument) {
  const { error } = await ask(socket, event, argument);
  assert.equal(error?.code, code, `${event}: ${JSON.stringify(error)}`);
  return error;
}

async function come(name, way = ways.websocket, roles = []) {
  const socket = socketOf(server, '/chat', {
    ...way, auth: { user: `<${name}>`, roles },
  });
  await next(socket, 'connect');
  return socket;
}

async function enter(name, room, way) {
  const socket = await come(name, way);
  await good(socket, 'hello');
  await good(socket, 'join', { room });
  return socket;
}

async function reload() {
  const done = () => server.output.match(/reload \d+: done/g)?.length ?? 0;
  const count = done();
  typingSeconds = typingSeconds === 6 ? 7 : 6;
  server.configure(changes());
  server.signal('SIGHUP');
  await eventually(() => done() > count, 'the reload');
}

async function restart() {
  await server.stop();
  server = await startServer({ changes: changes() });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

for (const [name, way] of Object.entries(
  { polling: ways.polling, websocket: ways.websocket })) {
  test(`sanctions hold, ${name}`, { skip }, async () => {
    const room = `square ${name}`;
    const owner = await enter('Owner', room);
    const loud = await enter('Loud', room, way);
    const rude = await enter('Rude', room, way);
    const fast = await enter('Fast', room, way);

    // Each of them is told, with all there is to know.
    const notices = [next(loud, 'muted'), next(rude, 'banned')];
    await good(owner, 'mute',
      { room, user: '<Loud>', seconds: 3600, reason: 'Shouts' });
    await good(owner, 'ban', { room, user: '<Rude>', reason: 'Is rude' });
    await good(owner, 'slow', { room, seconds: 3600 });
    const [[muted], [banned]] = await Promise.all(notices);
    assert.equal(muted.room, room);
    assert.equal(muted.reason, 'Shouts');
    assert.deepEqual(muted.by, { id: '<Owner>', name: 'Owner' });
    assert.ok(muted.until > Date.now());
    assert.equal(banned.until, null);
    await good(fast, 'say', { room, text: 'First' });
    const heard = [];
    rude.on('said', (message) => heard.push(message));

    const held = async (sockets) => {
      const mute = await refused(
        sockets.loud, 'muted', 'say', { room, text: 'x' });
      assert.ok(mute.data.retry > 0 && mute.data.retry <= 3600_000);
      assert.equal(mute.data.reason, 'Shouts');
      const ban = await refused(sockets.rude, 'banned', 'join', { room });
      assert.equal(ban.data.retry, undefined);
      await refused(sockets.rude, 'not_in_room', 'history', { room });
      const slow = await refused(
        sockets.fast, 'slow_mode', 'say', { room, text: 'x' });
      assert.ok(slow.data.retry > 0 && slow.data.retry <= 3600_000);
    };
    await held({ loud, rude, fast });
    [loud, rude, fast].forEach((socket) => socket.disconnect());

    const again = async () => {
      const sockets = {
        loud: await come('Loud', way),
        rude: await come('Rude', way),
        fast: await come('Fast', way),
      };
      for (const socket of Object.values(sockets)) {
        await good(socket, 'hello');
      }
      await held(sockets);
      return sockets;
    };
    const sockets = await again();
    await reload();
    await held(sockets);
    // Around it: leaving, and coming back.
    await good(sockets.fast, 'leave', { room });
    await good(sockets.fast, 'join', { room });
    await good(sockets.loud, 'leave', { room });
    await good(sockets.loud, 'join', { room });
    await held(sockets);
    await restart();
    const last = await again();

    const back = await come('Owner');
    await good(back, 'hello');
    await good(back, 'say', { room, text: 'Owners are not slow' });
    await good(back, 'say', { room, text: 'ever' });
    assert.deepEqual(heard, []);
    // And all of it is lifted.
    await good(back, 'unmute', { room, user: '<Loud>' });
    await good(back, 'unban', { room, user: '<Rude>' });
    await good(back, 'slow', { room, seconds: 0 });
    await good(last.rude, 'join', { room });
    for (const socket of Object.values(last)) {
      await good(socket, 'say', { room, text: 'Thanks' });
    }
    const { log } = await good(back, 'log', { room });
    assert.deepEqual(log.map(({ what }) => what),
      ['slow', 'unban', 'unmute', 'slow', 'ban', 'mute']);
  });
}

test('it ends when it says so', { skip }, async () => {
  const owner = await enter('Keeper', 'lane');
  const bob = await enter('Brief', 'lane');
  await good(owner, 'mute', { room: 'lane', user: '<Brief>', seconds: 1 });
  await good(owner, 'slow', { room: 'lane', seconds: 1 });
  for (let i = 0; i < 2; i += 1) {
    for (;;) {
      const answer = await ask(bob, 'say', { room: 'lane', text: `${i}` });
      if (answer.ok) {
        break;
      }
      assert.ok(['muted', 'slow_mode'].includes(answer.error.code));
      await pause(answer.error.data.retry);
    }
  }
});

test('banned everywhere hears nothing', { skip }, async () => {
  const guard = await come('Guard', ways.websocket, ['chat.moderate']);
  await good(guard, 'hello');
  const ann = await enter('Listener', 'hall');
  const troll = await enter('Troll', 'hall', ways.polling);
  const heard = [];
  troll.on('said', (message) => heard.push(message));
  const notice = next(troll, 'banned');
  await good(guard, 'ban', { user: '<Troll>', reason: 'Everywhere' });
  assert.equal((await notice)[0].room, null);
  await good(ann, 'say', { room: 'hall', text: 'Quiet' });
  await refused(troll, 'banned', 'hello');
  await restart();
  const back = await come('Troll', ways.polling);
  await refused(back, 'banned', 'hello');
  await refused(back, 'banned', 'say', { room: 'hall', text: 'x' });
  assert.deepEqual(heard, []);
  // The operator stands above all; the server that runs tells of it.
  const told = next(back, 'unbanned');
  const { stdout } = await run(
    binary, ['--config', server.file, 'chat', 'unban', '<Troll>']);
  assert.equal(stdout, 'Done.\n');
  assert.equal((await told)[0].by.id, 'operator');
  await good(back, 'hello');
  await good(back, 'say', { room: 'hall', text: 'Sorry' });
});

test('words of the file are stars, after a SIGHUP others', { skip },
  async () => {
    const ann = await enter('Reader', 'press');
    const bob = await enter('Writer', 'press');
    const hear = () => next(ann, 'said').then(([{ text }]) => text);
    let said = hear();
    await good(bob, 'say', { room: 'press', text: 'B4dword, other' });
    assert.equal(await said, '*******, other');
    writeFileSync(filterFile, 'other\n');
    await reload();
    said = hear();
    await good(bob, 'say', { room: 'press', text: 'badword other' });
    assert.equal(await said, 'badword *****');
  });

test('who ignores hears nothing, on all devices', { skip }, async () => {
  const ann = await enter('Calm', 'cafe');
  const phone = await enter('Calm', 'cafe', ways.polling);
  const bob = await enter('Noise', 'cafe');
  const eve = await enter('Friend', 'cafe');
  const heard = { ann: [], phone: [] };
  ann.on('said', ({ text }) => heard.ann.push(text));
  phone.on('said', ({ text }) => heard.phone.push(text));
  const told = next(phone, 'ignored');
  await good(ann, 'ignore', { user: '@noise' });
  assert.deepEqual((await told)[0], { id: '<Noise>', name: 'Noise', on: true });
  await good(bob, 'say', { room: 'cafe', text: 'One' });
  await reload();
  await good(bob, 'say', { room: 'cafe', text: 'Two' });
  await good(eve, 'say', { room: 'cafe', text: 'Three' });
  await eventually(() => heard.ann.length > 0 && heard.phone.length > 0,
    'what the friend says');
  assert.deepEqual(heard, { ann: ['Three'], phone: ['Three'] });
  const { messages } = await good(ann, 'history', { room: 'cafe' });
  assert.deepEqual(messages.map(({ text }) => text), ['Three']);
});
