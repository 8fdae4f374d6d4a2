// SPDX-License-Identifier: MIT
//
// The client's own files, served to browsers from where npm put them.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';

const clientDir = join(dirname(fileURLToPath(import.meta.url)),
  'node_modules/socket.io-client/dist');
const names = [
  'socket.io.js', 'socket.io.min.js', 'socket.io.esm.min.js',
  'socket.io.msgpack.min.js',
].flatMap((name) => [name, `${name}.map`]);

let server;
before(async () => {
  server = await startServer({ changes: { clientDir } });
});
after(() => server.stop());

const get = (name, headers = {}, method = 'GET') =>
  fetch(`${server.url}/socket.io/${name}`, { method, headers });

for (const name of names) {
  test(name, async () => {
    const file = readFileSync(join(clientDir, name));
    const response = await get(name, { 'Accept-Encoding': 'identity' });
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), name.endsWith('.map')
      ? /^application\/json; charset=utf-8$/i
      : /^application\/javascript; charset=utf-8$/i);
    assert.match(response.headers.get('cache-control'), /\bmax-age=\d+/);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), file);

    const etag = response.headers.get('etag');
    assert.match(etag, /^(W\/)?"[^"]+"$/);
    const weak = etag.startsWith('W/') ? etag : `W/${etag}`;
    for (const known of [etag, weak]) {
      const again = await get(`${name}?t=1`, {
        'Accept-Encoding': 'identity', 'If-None-Match': known,
      });
      assert.equal(again.status, 304);
    }

    const small = await get(name, { 'Accept-Encoding': 'gzip' });
    assert.equal(small.status, 200);
    assert.deepEqual(Buffer.from(await small.arrayBuffer()), file);

    const head = await get(name, {}, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal((await head.arrayBuffer()).byteLength, 0);
  });
}

test('no other file of that folder', async () => {
  const others = readdirSync(clientDir).filter((name) => !names.includes(name));
  for (const name of [...others, 'socket.io.js.gz', '..%2fpackage.json',
    'socket.io.js/', 'SOCKET.IO.js']) {
    const response = await get(name);
    assert.equal(response.status, 400, name);
    await response.arrayBuffer();
  }
});

test('not by other methods', async () => {
  const response = await get('socket.io.js', {}, 'DELETE');
  assert.ok([400, 405].includes(response.status));
  await response.arrayBuffer();
});

test('not when serveClient is off', async () => {
  const off = await startServer({
    changes: { clientDir, serveClient: false },
  });
  const response = await fetch(`${off.url}/socket.io/socket.io.js`);
  assert.equal(response.status, 400);
  assert.deepEqual(
    await response.json(), { code: 0, message: 'Transport unknown' });
  await off.stop();
});
