// SPDX-License-Identifier: MIT
//
// mortise ctl why: what happened to a connection, in the words of an operator
// who asks after it is over.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { next, socketOf } from '../clients/client.mjs';
import {
  frame, handshake, Raw, upgradeHead, WEBSOCKET,
} from '../clients/raw.mjs';
import { binary, eventually, startServer } from '../clients/server.mjs';

async function start(t, changes = {}) {
  const server = await startServer({ config: 'echo', changes });
  t.after(() => {
    raws.forEach((raw) => raw.socket.destroy());
    return server.stop();
  });
  return server;
}
const raws = []; // they do not answer when they are closed

const ctl = (server, ...args) => new Promise((done) => {
  execFile(binary, ['ctl', '--config', server.file, ...args],
    (error, out, err) => done({ code: error ? error.code : 0, out, err }));
});

// The latest connection of that id, and what happened: "what about".
async function why(server, id) {
  for (;;) {
    const { code, out, err } = await ctl(server, 'why', '--json', '--', id);
    assert.equal(code, 0, err);
    const [latest] = JSON.parse(out).connections;
    if (latest.over) return { ...latest, told: latest.notes.map(said) };
    await new Promise((done) => setTimeout(done, 20));
  }
}
const said = ({ what, about, size }) =>
  [what, size, about].filter((part) => part !== null).join(' ');

test('who is there, from the first packet to the last', async (t) => {
  const server = await start(t);
  const socket = socketOf(server, '/', { transports: ['websocket'] });
  await next(socket, 'connect');
  await new Promise((done) => setTimeout(done, 20)); // moments are counted
  await socket.emitWithAck('message-with-ack', 'a secret');
  const { out } = await ctl(server, 'why', socket.id, '--json');
  const { connections: [one] } = JSON.parse(out);
  assert.equal(one.over, false);
  assert.equal(one.sid.length, 6);
  assert.equal(one.address, '127.0.0.1');
  assert.ok(Math.abs(one.opened - Date.now()) < 600_000);
  const told = one.notes.map(({ what, about }) => `${what} ${about}`);
  assert.deepEqual(told.slice(0, 4), [
    'opened websocket', 'received CONNECT', 'sent CONNECT',
    `joined ${socket.id} /`]);
  assert.ok(told.includes('received message-with-ack'));
  assert.ok(told.includes('sent ACK'));
  assert.ok(!out.includes('a secret'));
  for (const { time } of one.notes)
    assert.ok(time >= one.opened - 1000 && time <= Date.now() + 1000);

  const { out: text } = await ctl(server, 'why', '--', one.sid);
  assert.match(text, new RegExp(`^${one.sid}\\.\\.\\.  from 127\\.0\\.0\\.1`));
  assert.match(text, /^ +\d\d:\d\d:\d\d\.\d{3} +received +\d+ +message-with-ack$/m);
  socket.disconnect();
});

test('why it is over', async (t) => {
  const server = await start(t);
  const ends = {
    // A client that goes by itself.
    async 'closed transport close'() {
      const socket = socketOf(server);
      await next(socket, 'connect');
      const { id } = socket;
      socket.io.engine.close();
      return id;
    },
    // The operator puts it out.
    async 'told why disconnected'() {
      const socket = socketOf(server, '/', { reconnection: false });
      await next(socket, 'connect');
      const { id } = socket;
      assert.equal((await ctl(server, 'kick', id)).code, 0);
      return id;
    },
  };
  for (const [end, come] of Object.entries(ends)) {
    const id = await come();
    const { told } = await why(server, id);
    assert.ok(told.includes(end), `${end}: ${told.join('; ')}`);
    assert.ok(told.some((each) => each.startsWith(`left ${id} /`)));
    assert.match(told.at(-1), /^closed /);
  }
});

// A WebSocket of raw frames, and the id of its session.
async function rough(server, ...frames) {
  const raw = await new Raw(server.port).session();
  const sid = /"sid":"([^"]+)"/.exec(raw.text)[1];
  raw.send(...frames);
  raws.push(raw);
  return { raw, sid };
}

test('what raw clients did wrong', async (t) => {
  const server = await start(t, { pingInterval: 200, pingTimeout: 200,
    connectTimeout: 10_000 });
  const text = (said) => frame('text', said);

  // Not a word after its namespace: a ping without a pong.
  let { sid } = await rough(server, text('40'));
  let { told } = await why(server, sid.slice(0, 8));
  assert.ok(told.includes('ping sent'), told.join('; '));
  assert.ok(told.includes('time ran out pingTimeout'), told.join('; '));
  assert.equal(told.at(-1), 'closed ping timeout');

  // A packet that is none.
  let raw;
  ({ raw, sid } = await rough(server, text('40'), text('42[1')));
  await raw.heard(/protocol-error/); // and it does not wait for a farewell
  raw.socket.destroy();
  ({ told } = await why(server, sid.slice(0, 8)));
  assert.ok(told.includes('told why protocol-error'), told.join('; '));

  // A frame that is none.
  ({ sid } = await rough(server, text('40'),
    Buffer.from([0xc1, 0x80, 0, 0, 0, 0])));
  ({ told } = await why(server, sid.slice(0, 8)));
  assert.ok(told.includes('WebSocket closed 1002'), told.join('; '));
  assert.equal(told.at(-1), 'closed transport error');
});

test('nobody joins in time, and a client that goes without a word', async (t) => {
  const server = await start(t, { connectTimeout: 200 });
  let { raw, sid } = await rough(server);
  await raw.heard(/\x88/);
  raw.socket.destroy();
  let { told } = await why(server, sid.slice(0, 8));
  assert.ok(told.includes('time ran out connectTimeout'), told.join('; '));
  assert.ok(told.includes('told why too-late'), told.join('; '));

  ({ raw, sid } = await rough(server, frame('text', '40')));
  raw.socket.resetAndDestroy();
  ({ told } = await why(server, sid.slice(0, 8)));
  assert.equal(told.at(-1), 'closed transport close');
});

test('a client that does not read', async (t) => {
  const server = await start(t, { limits: { sendBuffer: 65_536 } });
  const { raw, sid } = await rough(server, frame('text', '40'));
  await raw.heard(/40\{"sid"/);
  raw.socket.pause();
  const text = frame('text', `42${JSON.stringify(['message', 'x'.repeat(60_000)])}`);
  let over = false;
  raw.socket.on('close', () => {
    over = true;
  });
  for (let i = 0; i < 1000 && !over; i += 1) {
    raw.send(...Array(20).fill(text));
    const { out } = await ctl(server, 'why', '--json', '--', sid.slice(0, 8));
    over ||= JSON.parse(out).connections[0].notes
      .some(({ about }) => about === 'too-slow');
  }
  raw.socket.destroy();
  const { told } = await why(server, sid.slice(0, 8));
  assert.ok(told.includes('told why too-slow'), told.join('; '));
  assert.match(told.at(-1), /^closed /);
});

test('how it began, and who it is, after much was said', async (t) => {
  const server = await start(t, { why: { notes: 128, connections: 10 } });
  const socket = socketOf(server);
  await next(socket, 'connect');
  await eventually(() => socket.io.engine.transport.name === 'websocket', 'it');
  const { id } = socket;
  const ask = async () => {
    const { code, out, err } = await ctl(server, 'why', '--json', '--', id);
    assert.equal(code, 0, err);
    return JSON.parse(out).connections[0];
  };
  const say = async (count) => {
    for (let i = 0; i < count; i += 1) {
      await socket.emitWithAck('message-with-ack', i);
      await new Promise((done) => setTimeout(done, 2)); // moments are counted
    }
  };
  await say(20);
  let one = await ask();
  assert.equal(one.transport, 'websocket');
  const told = one.notes.map(said);
  const opening = told.slice(0, one.skippedBehind);
  for (const what of ['opened polling', `joined ${id} /`, 'WebSocket probed',
    'upgraded websocket']) {
    assert.ok(opening.includes(what), `${what}: ${told.join('; ')}`);
  }
  assert.ok(one.skipped > 20, `${one.skipped}`);
  const { out: text } = await ctl(server, 'why', '--', id);
  assert.match(text, /, over websocket, since /);
  assert.match(text, /\n +\.\.\. +\d+ more\n/);

  // The ring has forgotten the beginning; who it is is known.
  await say(80);
  one = await ask();
  assert.equal(one.transport, 'websocket');
  assert.equal(one.skippedBehind, 0);
  assert.ok(one.skipped > 20, `${one.skipped}`);
  socket.disconnect();
  await why(server, id);
});

test('old stories make room, and none is kept where none is wanted',
  async (t) => {
    const small = await start(t, { why: { notes: 64, connections: 2 } });
    const ids = [];
    for (let i = 0; i < 4; i++) {
      const { raw, sid } = await rough(small, frame('text', '40'));
      raw.socket.end();
      ids.push(sid.slice(0, 10));
      await why(small, ids[i]);
    }
    for (const [i, id] of ids.entries())
      assert.equal((await ctl(small, 'why', '--', id)).code, i < 2 ? 1 : 0);
    assert.match((await ctl(small, 'why', 'nobody')).err, /nothing is known/);
    assert.match((await ctl(small, 'why')).err, /ctl help/);

    const none = await start(t, { why: { notes: 0 } });
    const socket = socketOf(none);
    await next(socket, 'connect');
    assert.equal((await ctl(none, 'why', socket.id)).code, 1);
    socket.disconnect();
  });

test('an upgrade that is begun and not ended', async (t) => {
  const server = await start(t, { upgradeTimeout: 100 });
  const sid = await handshake(server);
  const probe = new Raw(server.port)
    .send(upgradeHead(`${WEBSOCKET}&sid=${sid}`), frame('text', '2probe'));
  raws.push(probe);
  await probe.heard(/3probe/);
  await eventually(async () => {
    const { out } = await ctl(server, 'why', '--json', '--', sid.slice(0, 8));
    const told = JSON.parse(out).connections[0].notes.map(said);
    assert.ok(told.includes('WebSocket probed'), told.join('; '));
    return told.some((each) => /^upgrade given up .*[a-z]/.test(each));
  }, 'the end of the upgrade');
});
