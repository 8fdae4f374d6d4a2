// SPDX-License-Identifier: MIT
//
// Attacks that need many connections, time, or memory: those on Engine.IO,
// WebSocket and Socket.IO. ../attacks.md has the list of all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, deflateRawSync } from 'node:zlib';
import { besiege } from './attacks.mjs';
import {
  connect, echo, next, socketOf, ways, within,
} from './client.mjs';
import { dawdlers, event, floods } from './hostile.mjs';
import {
  frame, handshake, head, metric, POLLING, resident, upgradeHead, WEBSOCKET,
} from './raw.mjs';
import { eventually, fixtures } from './server.mjs';

const MB = 1 << 20;

test('sessions that are begun and never polled', (t) => besiege(t,
  { pingInterval: 1000, pingTimeout: 5000 },
  async ({ server, many }) => {
    await many(60, async (raw) => {
      await floods.handshakes(raw);
      assert.equal(raw.text.match(/"sid"/g)?.length, 50);
      raw.socket.destroy();
    });
    await eventually(async () =>
      await metric(server, 'mortise_clients') < 10, 'their end', 60_000);
  }));

test('WebSockets on which nobody joins a namespace', (t) => besiege(t,
  { connectTimeout: 1000 },
  ({ many }) => many(500, dawdlers.nobodyJoins)));

test('upgrades that are begun, and not finished', (t) => besiege(t,
  { upgradeTimeout: 1000, pingInterval: 1000, pingTimeout: 5000 },
  ({ server, many }) => many(200, async (raw) => {
    await dawdlers.upgrade(raw, server);
    assert.match(raw.text, /^HTTP\/1\.1 101/);
  })));

test('probes without end', (t) => besiege(t,
  { upgradeTimeout: 1000, pingInterval: 1000, pingTimeout: 5000 },
  ({ server, many }) => many(20, async (raw) => {
    await floods.probes(raw, server);
    await raw.closed();
  })));

test('two upgrades of each session race', (t) => besiege(t,
  { upgradeTimeout: 1000, pingInterval: 1000, pingTimeout: 5000 },
  async ({ server, raw, many }) => {
    await many(60, async (one) => {
      const sid = await handshake(server);
      const two = raw();
      for (const each of [one, two]) {
        await each.opened;
      }
      for (const each of [one, two]) {
        each.send(upgradeHead(`${WEBSOCKET}&sid=${sid}`),
          frame('text', '2probe'), frame('text', '5'), frame('text', '40'));
      }
      await eventually(() => one.over || two.over, 'the end of one');
      await eventually(() =>
        [one, two].some(({ text }) => text.includes('40{"sid"')), 'the other');
      one.socket.destroy();
      two.socket.destroy();
    });
  }));

test('payloads of very many packets', (t) => besiege(t,
  { pingInterval: 1000, pingTimeout: 5000 },
  ({ server, many }) => many(20, async (raw, i) => {
    const sid = await floods.payloads(raw, server, ['6', '3', '4'][i % 3]);
    // Too many are the end of the session.
    raw.send(head('GET', `${POLLING}&sid=${sid}`));
    await raw.heard(/Session ID unknown|6\x1e1$/);
  })));

test('pongs and pings of Engine.IO without end', (t) => besiege(t, {},
  async ({ many }) => {
    const raws = await many(10, async (raw) => {
      await floods.pongs(raw);
      return raw;
    });
    await many(10, async (raw) => {
      await floods.pings(raw);
      await raw.closed();
    });
    raws.forEach((raw) => raw.send(event('message', 'well')));
    await Promise.all(raws.map((raw) => raw.heard(/"message-back","well"/)));
  }));

test('pings of WebSocket, whose pongs nobody reads', (t) => besiege(t, {},
  async ({ server, many }) => {
    const before = resident(server);
    const raws = await many(20, async (raw) => {
      await floods.unreadPings(raw);
      return raw;
    });
    await eventually(() => raws.every(({ socket }) =>
      socket.writableLength === 0), 'all pings are taken', 60_000);
    // Each of them answered would be 125 MB.
    assert.ok(resident(server) - before < 40 * MB);
  }));

test('fragments without an end', (t) => besiege(t, {},
  ({ many }) => many(20, async (raw, i) => {
    await floods.fragments(raw, ['', 'x'][i % 2]);
    await raw.closed();
  })));

test('messages that are large when decompressed', (t) => besiege(t,
  { perMessageDeflate: true },
  async ({ server, many }) => {
    const bomb = deflateRawSync(Buffer.alloc(100 * MB, '4'),
      { finishFlush: constants.Z_SYNC_FLUSH });
    const before = resident(server);
    await many(30, async (raw) => {
      await raw.opened;
      raw.send(upgradeHead().replace('\r\n\r\n', '\r\n' +
        'Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n'));
      await raw.heard(/0\{"sid"|permessage-deflate/);
      raw.send(frame('text', bomb.subarray(0, -4), { rsv: 4 }));
      await raw.closed();
    });
    assert.ok(resident(server) - before < 150 * MB);
  }));

test('CONNECT again and again', (t) => besiege(t, {},
  ({ many }) => many(50, async (raw) => {
    await floods.connects(raw);
    await raw.closed();
    // One has joined; the second CONNECT is the end.
    assert.ok((raw.text.match(/40\{"sid"/g)?.length ?? 0) <= 1);
  })));

test('ten thousand namespaces that are not there, each', (t) => besiege(t, {},
  ({ many }) => many(5, async (raw) => {
    await floods.namespaces(raw);
    assert.match(raw.text, /"message-back","the end"/);
  })));

test('rooms without end', (t) => besiege(t, {},
  ({ many }) => many(10, async (raw) => {
    await floods.rooms(raw);
    assert.match(raw.text, /"message-back","the end"/);
    raw.socket.destroy();
  })));

// So many may be as large as a message, for as long as joining may take.
test('attachments that never come', (t) => besiege(t,
  { connectTimeout: 2000, limits: { attachments: 3 } },
  async ({ server, many }) => {
    const before = resident(server);
    const raws = await many(20, async (raw) => {
      await raw.join();
      raw.send(frame('text', `453-["message"${Array.from({ length: 3 },
        (_, num) => `,{"_placeholder":true,"num":${num}}`).join('')}]`),
      frame('binary', Buffer.alloc(900_000)),
      frame('binary', Buffer.alloc(900_000)), frame('ping', 'all'));
      await raw.heard(/\x8a\x03all/);
      return raw;
    });
    assert.ok(resident(server) - before < 20 * 4 * MB);
    await Promise.all(raws.map((raw) => raw.closed()));
    assert.ok(raws.every(({ text }) => text.includes('"too-late"')));
  }));

// What has begun to come and is not all there has one maximum for everybody.
// Those who take up the room make it, and large messages of others come through.
test('messages that are begun by many, and not finished', (t) => besiege(t,
  { limits: { unfinishedBytes: 4 * MB } },
  async ({ server, raw }) => {
    const part = Buffer.alloc(900_000, 'x');
    const text = ['4', 'x'.repeat(990_000)].join('');
    const begin = [
      async (one) => (await one.join()).send(
        frame('text', `452-["message"${[0, 1].map(
          (num) => `,{"_placeholder":true,"num":${num}}`).join('')}]`),
        frame('binary', part), frame('ping', 'all')).heard(/\x8a\x03all/),
      async (one) => (await one.join()).send(
        frame('text', text).subarray(0, 900_000)),
      async (one) => (await one.join()).send(
        frame('text', text.slice(0, 900_000), { fin: 0 })),
      async (one) => {
        const sid = await handshake(server);
        await one.opened;
        one.send(head('POST', `${POLLING}&sid=${sid}`,
          { 'Content-Length': text.length }), part);
      },
    ];
    const before = resident(server);
    const raws = [];
    while (raws.length < 40) { // those of one round fit
      const round = begin.map(() => raw());
      await Promise.all(round.map((one, kind) => begin[kind](one)));
      raws.push(...round);
    }
    const refused = 'mortise_refused_total\\{reason="crowded"\\}';
    await eventually(async () => await metric(server, refused) > 25,
      'many make room');
    assert.ok(resident(server) - before < 40 * 0.7 * MB);
    assert.ok(await metric(server, 'mortise_unfinished_bytes') <= 4 * MB);
    for (const way of [ways.websocket, ways.polling]) {
      const socket = await connect(server, '/', way);
      const bytes = part.subarray(0, 600_000); // in base64 they fit, too
      assert.ok((await echo(socket, bytes))[0].equals(bytes));
      assert.ok((await echo(socket, text))[0] === text);
      socket.disconnect();
    }
    const told = [/"out-of-memory"/, /\x88\x02\x03\xf5/, /\x88\x02\x03\xf5/,
      /HTTP\/1\.1 503 /];
    begin.forEach((_, kind) => assert.ok(
      raws.some(({ text: heard }, i) => i % begin.length === kind &&
        told[kind].test(heard)), `who was told ${told[kind]}`));
  }));

// A megabyte that is named thirty thousand times would be sent back as thirty
// gigabytes. It is not sent at all, and the plugin is told so.
test('one attachment that is named very often', (t) => besiege(t, {},
  async ({ server, many }) => {
    const before = resident(server);
    const raws = await many(5, async (raw) => {
      await raw.join();
      return raw.send(
        frame('text', '451-["message"' +
          ',{"_placeholder":true,"num":0}'.repeat(30_000) + ']'),
        frame('binary', Buffer.alloc(1_000_000)), event('message', 'well'));
    });
    await Promise.all(raws.map((raw) => raw.heard(/"message-back","well"/)));
    assert.ok(raws.every(({ text }) => !text.includes('_placeholder')));
    assert.ok(resident(server) - before < 100 * MB);
  }));

test('packets that are asked to be acknowledged without end', (t) => besiege(t,
  {}, ({ many }) => many(5, async (raw) => {
    await floods.questions(raw);
    assert.match(raw.text, /439999\[1\]/);
  })));

test('acknowledgements that nobody awaits', (t) => besiege(t, {},
  ({ many }) => many(5, async (raw) => {
    await floods.answers(raw);
    assert.match(raw.text, /"message-back","the end"/);
  })));

const crowd = { plugins: [
  { name: 'echo' }, { name: 'crowd', path: `${fixtures}/crowd.so`,
    namespace: '/crowd' },
] };

// What is asked of clients who never answer is forgotten in time, and there is
// an end to how much is asked.
test('questions that nobody answers', (t) => besiege(t,
  { ...crowd, limits: { acksPerSocket: 100 } },
  async ({ server }) => {
    const silent = socketOf(server, '/crowd', ways.websocket);
    await next(silent, 'connect');
    const results = await Promise.all(Array.from({ length: 1000 }, () =>
      within(silent.emitWithAck('ask', 1000, null), 'whether it was asked')));
    assert.equal(results.filter((result) => result === 0).length, 100);
    assert.equal(await metric(server, 'mortise_acks_awaited'), 100);
    await eventually(async () =>
      await metric(server, 'mortise_acks_awaited') === 0, 'it is forgotten');
    silent.disconnect();
  }));

test('who does not read is closed, who reads hears each broadcast', (t) =>
  besiege(t, { limits: { sendBuffer: MB } },
    async ({ server, many, honest }) => {
      const reader = await connect(server, '/', ways.websocket);
      await reader.emitWithAck('join', 'bench');
      const raws = await many(20, async (raw) => {
        await raw.join();
        raw.send(event('join', 'bench'), event('message', 'in'));
        await raw.heard(/"message-back","in"/);
        return raw.deaf();
      });
      const before = resident(server);
      const text = 'x'.repeat(100_000);
      for (let i = 0; i < 200; i += 1) {
        const heard = next(reader, 'broadcast-back');
        honest[0].emit('broadcast', i, text);
        assert.equal((await heard)[0], i);
      }
      assert.ok(resident(server) - before < 60 * MB);
      await eventually(async () =>
        await metric(server, 'mortise_clients') === 3, 'they are closed',
      30_000);
      raws.forEach((raw) => raw.hear());
      await Promise.all(raws.map((raw) => raw.closed()));
      reader.disconnect();
    }));

test('deep JSON, in quantity', (t) => besiege(t, {},
  ({ many }) => many(30, async (raw, i) => {
    await floods.depth(raw, ['[', '{"a":'][i % 2]);
    await raw.closed();
  })));

test('more events than may be in a second', (t) => besiege(t,
  { limits: { eventsPerSecond: 200 } },
  ({ many }) => many(10, async (raw) => {
    await floods.events(raw);
    await raw.closed();
  })));
