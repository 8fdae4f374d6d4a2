// SPDX-License-Identifier: MIT
//
// "listen": "unix:PATH", for a proxy on the same machine.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { within } from '../clients/client.mjs';
import { startServer } from '../clients/server.mjs';
import { reload, said } from './reload.mjs';

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';

function get(socketPath) {
  return new Promise((done, fail) => {
    const asked = request({ socketPath, path: HANDSHAKE }, (answer) => {
      let text = '';
      answer.on('data', (data) => {
        text += data;
      });
      answer.on('end', () => done({ status: answer.statusCode, text }));
    });
    asked.on('error', fail);
    asked.end();
  });
}

function upgrade(socketPath) {
  return within(new Promise((done, fail) => {
    const asked = request({
      socketPath,
      path: '/socket.io/?EIO=4&transport=websocket',
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': 13,
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    });
    asked.on('upgrade', (answer, socket, head) => {
      socket.on('data', (data) => done({ socket, data }));
      if (head.length > 0) {
        done({ socket, data: head });
      }
    });
    asked.on('error', fail);
    asked.end();
  }), 'an upgrade');
}

async function start(t, listen) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-unix-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'socket');
  const server = await startServer({
    changes: { listen: listen(path) }, listen: false,
  });
  t.after(() => server.stop());
  return { server, path };
}

test('requests and WebSockets', async (t) => {
  const { server, path } = await start(
    t, (at) => ['127.0.0.1:0', `unix:${at}`]);
  assert.match(server.output, new RegExp(`listening on \\S+ unix:${path}\n`));
  assert.equal(statSync(path).mode & 0o777, 0o666);
  const { status, text } = await get(path);
  assert.equal(status, 200);
  assert.match(text, /^0\{"sid":/);
  const { socket, data } = await upgrade(path);
  assert.match(data.toString(), /0\{"sid":/);
  socket.destroy();
  await server.stop();
  assert.ok(!existsSync(path));
});

test('one comes and goes with a reload, its connections stay', async (t) => {
  const { server, path } = await start(t, () => '127.0.0.1:0');
  server.configure({ listen: ['127.0.0.1:0', `unix:${path}`] });
  await reload(server);
  const { socket } = await upgrade(path);
  let closed = false;
  socket.on('close', () => {
    closed = true;
  });
  // What is in both is not opened again.
  server.configure({ listen: ['127.0.0.1:0', `unix:${path}`], pingTimeout: 1 });
  await reload(server);
  assert.equal((await get(path)).status, 200);
  server.configure({ listen: '127.0.0.1:0' });
  await reload(server);
  await said(server, 'listen has changed');
  assert.ok(!existsSync(path));
  assert.ok(!closed);
  socket.destroy();
});

test('where somebody listens already a reload is refused', async (t) => {
  const first = await start(t, (at) => ['127.0.0.1:0', `unix:${at}`]);
  const second = await start(t, () => '127.0.0.1:0');
  second.server.configure({ listen: ['127.0.0.1:0', `unix:${first.path}`] });
  await reload(second.server, 'refused');
  await said(second.server, 'Address already in use');
  assert.equal((await get(first.path)).status, 200);
});
