// SPDX-License-Identifier: MIT
//
// Compressed WebSocket messages in a real browser, which offers them always.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../clients/server.mjs';
import { closeWindow, launch, openWindow } from './pages.mjs';

const ROUNDS = 30;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Runs in the page: what is agreed on, and how many messages came back. */
async function talk(rounds) {
  const ws = new WebSocket(
    `ws://${window.location.host}/socket.io/?EIO=4&transport=websocket`);
  const heard = [];
  let wake;
  ws.onmessage = ({ data }) => {
    heard.push(data);
    wake?.();
  };
  ws.onclose = () => wake?.();
  const next = async () => {
    while (!heard.length && ws.readyState <= WebSocket.OPEN) {
      await new Promise((done) => { wake = done; });
    }
    return heard.shift();
  };
  await next();                 // the session
  const { extensions } = ws;
  ws.send('40');
  await next();                 // the namespace
  await next();                 // the greeting
  let same = 0;
  for (let i = 0; i < rounds; i += 1) {
    const text = `All work and no play, ${i}. `.repeat(i * i * 10);
    ws.send(`42${JSON.stringify(['message', text])}`);
    const back = `42${JSON.stringify(['message-back', text])}`;
    same += await next() === back ? 1 : 0;
  }
  ws.close();
  return { extensions, same };
}

const settings = [
  [false, ''],
  [true, 'permessage-deflate'],
  [{ serverNoContextTakeover: true, clientNoContextTakeover: true },
    'permessage-deflate; server_no_context_takeover; ' +
    'client_no_context_takeover'],
  [{ serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
    'permessage-deflate; client_max_window_bits=10; server_max_window_bits=9'],
];

for (const [perMessageDeflate, agreed] of settings) {
  test(`perMessageDeflate ${JSON.stringify(perMessageDeflate)}`, async () => {
    const server = await startServer({ changes: { perMessageDeflate } });
    const page = await openWindow(browser, server.url, '/');
    const { extensions, same } = await page.evaluate(talk, ROUNDS);
    assert.equal(extensions, agreed);
    assert.equal(same, ROUNDS);
    await closeWindow(page);
    await server.stop();
  });
}
