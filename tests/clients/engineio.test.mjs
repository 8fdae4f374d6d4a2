// SPDX-License-Identifier: MIT
//
// The Engine.IO floor alone, with the stock engine.io-client.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Socket } from 'engine.io-client';
import { next, ways, within } from './client.mjs';
import { startEngineEcho } from './server.mjs';

let server;
before(async () => {
  server = await startEngineEcho({ args: ['--patient'] });
});
after(() => server.stop());

async function open(options, url = server.url) {
  const socket = new Socket(url, options);
  socket.binaryType = 'nodebuffer';
  await next(socket, 'open');
  return socket;
}

async function echo(socket, message) {
  const back = next(socket, 'message');
  socket.send(message);
  return (await back)[0];
}

for (const [way, options] of Object.entries(ways)) {
  test(`texts and binaries come back, ${way}`, async () => {
    const socket = await open(options);
    for (const text of ['hello', 'ä 中文 \u{1F600}', '€'.repeat(5000)]) {
      assert.equal(await echo(socket, text), text);
    }
    for (const bytes of [Buffer.alloc(0), Buffer.from([0, 0x1e, 0xff]),
      Buffer.alloc(300_000, 5)]) {
      assert.deepEqual(Buffer.from(await echo(socket, bytes)), bytes);
    }
    socket.close();
  });

  test(`heartbeats over several intervals, ${way}`, async () => {
    const socket = await open(options);
    for (let i = 0; i < 6; i += 1) {
      await next(socket, 'ping');
    }
    assert.equal(socket.readyState, 'open');
    assert.equal(await echo(socket, 'alive'), 'alive');
    socket.close();
  });

  test(`closing, ${way}`, async () => {
    const socket = await open(options);
    const gone = next(socket, 'close');
    socket.close();
    assert.equal((await gone)[0], 'forced close');
  });
}

test('an upgrade', async () => {
  const socket = await open(ways.upgrade);
  assert.equal(socket.transport.name, 'polling');
  await next(socket, 'upgrade');
  assert.equal(socket.transport.name, 'websocket');
  assert.equal(await echo(socket, 'after'), 'after');
  socket.close();
});

test('a hundred messages at once across the upgrade', async () => {
  const socket = await open(ways.upgrade);
  const came = [];
  const all = within(new Promise((done) => {
    socket.on('message', (message) => {
      came.push(Number(message));
      if (came.length === 100) {
        done();
      }
    });
  }), 'all messages');
  for (let i = 0; i < 100; i += 1) {
    socket.send(String(i));
    await new Promise((done) => setTimeout(done, i % 10 ? 0 : 5));
  }
  await all;
  assert.deepEqual(came, Array.from({ length: 100 }, (_, i) => i));
  socket.close();
});

test('a hundred messages of 64 kB do not starve the heartbeat', async () => {
  const hasty = await startEngineEcho();
  const socket = await open(ways.websocket, hasty.url);
  const text = 'x'.repeat(65_536);
  for (let round = 0; round < 3; round += 1) {
    let missing = 100;
    const all = within(new Promise((done) => {
      socket.on('message', (message) => {
        assert.equal(message, text);
        missing -= 1;
        if (missing === 0) {
          done();
        }
      });
    }), 'all messages');
    for (let i = 0; i < 100; i += 1) {
      socket.send(text);
    }
    await all;
    socket.off('message');
    await next(socket, 'ping');
  }
  assert.equal(socket.readyState, 'open');
  socket.close();
  await hasty.stop();
});

test('base64 for those who ask for it', async () => {
  const socket = await open({ ...ways.websocket, forceBase64: true });
  const bytes = Buffer.from([1, 2, 3, 0xff]);
  assert.deepEqual(Buffer.from(await echo(socket, bytes)), bytes);
  socket.close();
});

test('over the limit', async () => {
  for (const way of ['polling', 'websocket']) {
    const socket = await open(ways[way]);
    const gone = next(socket, 'close');
    socket.send('x'.repeat(1_000_001));
    assert.match((await gone)[0], /transport (close|error)/);
  }
});
