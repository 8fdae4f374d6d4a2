// SPDX-License-Identifier: MIT
//
// Clients before version 3 in a browser, where they poll in the binary form
// that they never use in Node.js.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { startServer } from '../clients/server.mjs';
import { closeWindow, launch, openWindow } from './pages.mjs';

const FILES = {
  1.4: 'socket.io-client-1.4/socket.io.js',
  1.7: 'socket.io-client-1.7/dist/socket.io.js',
  '2.0': 'socket.io-client-2.0/dist/socket.io.js',
  2.5: 'socket.io-client-2.5/dist/socket.io.js',
};
const WAYS = {
  polling: ['polling'],
  websocket: ['websocket'],
  upgrade: ['polling', 'websocket'],
};

let browser;
let server;

before(async () => {
  browser = await launch();
  server = await startServer({ changes: { allowEIO3: true } });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Runs in the page: text and bytes there and back; what came. */
async function talk({ transports, text }) {
  const socket = window.io({ forceNew: true, transports });
  const within = (promise, what) => Promise.race([
    promise,
    new Promise((done, fail) => {
      setTimeout(() => fail(new Error(`never came: ${what}`)), 10_000);
    }),
  ]);
  const ask = (...args) => within(new Promise((done) => {
    socket.emit('message-with-ack', ...args, (...answer) => done(answer));
  }), 'an answer');
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);
  try {
    await within(new Promise((done) => {
      socket.on('connect', done);
    }), 'the connection');
    const [first] = await ask({ a: [bytes.buffer], text });
    const [large] = await ask(new Uint8Array(150_000).buffer);
    return {
      bytes: [...new Uint8Array(first.a[0])].join() === bytes.join(),
      text: first.text,
      plain: (await ask(text))[0],
      large: large.byteLength,
      transport: socket.io.engine.transport.name,
    };
  } finally {
    socket.close();
  }
}

for (const [version, file] of Object.entries(FILES)) {
  test(`socket.io-client ${version}`, async () => {
    const page = await openWindow(browser, server.url, '/');
    await page.addScriptTag({
      path: fileURLToPath(
        new URL(`../clients/node_modules/${file}`, import.meta.url)),
    });
    for (const [way, transports] of Object.entries(WAYS)) {
      // Clients 1 encode text twice on long-polling.
      const text = version < 2 && way !== 'websocket'
        ? 'plain' : 'aä€中\u{1F600}\u{10FFFF}';
      const { transport, ...came } =
        await page.evaluate(talk, { transports, text });
      assert.deepEqual(
        came, { bytes: true, text, plain: text, large: 150_000 }, way);
      if (way !== 'upgrade') assert.equal(transport, way);
    }
    await closeWindow(page);
  });
}
