// SPDX-License-Identifier: MIT
//
// What was needed for a peak is given back when it is over. The sanitizers have
// an allocator of their own; so this is about the release build that the suites
// `install`, `count` and `valgrind` keep beside a build with them.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const MB = 1 << 20;
const CLIENTS = 1000;
const BYTES = 20_000; // of an attachment, three of which each of them leaves

const sanitized = (file) => readFileSync(file).includes('__asan_init');

// Who starts servers looks at the name when it is loaded.
process.env.MORTISE_BIN ??= 'build/mortise';
let release = process.env.MORTISE_BIN;
if (sanitized(release)) {
  release = join(dirname(release), 'install/mortise');
}
process.env.MORTISE_BIN = release;
const { frame, metric, Raw, resident } = await import('./raw.mjs');
const { eventually, startServer } = await import('./server.mjs');

const placeholders = Array.from({ length: 4 },
  (_, num) => `,{"_placeholder":true,"num":${num}}`).join('');

async function begin(server) {
  const raw = await new Raw(server.port).join();
  raw.send(frame('text', `454-["message"${placeholders}]`),
    ...Array.from({ length: 3 }, () => frame('binary', Buffer.alloc(BYTES))),
    frame('ping', 'all'));
  await raw.heard(/\x8a\x03all/);
  return raw;
}

test('memory of a peak is given back', {
  skip: existsSync(release) ? false : `no ${release}`,
}, async (t) => {
  const server = await startServer({ changes: { metrics: { enabled: true } } });
  t.after(() => server.stop());
  const first = await new Raw(server.port).join();
  const before = resident(server);
  const raws = [];
  while (raws.length < CLIENTS) {
    raws.push(...await Promise.all(
      Array.from({ length: 100 }, () => begin(server))));
  }
  const most = resident(server);
  assert.ok(most - before > CLIENTS * 3 * BYTES);
  raws.forEach(({ socket }) => socket.destroy());
  await eventually(async () =>
    await metric(server, 'mortise_clients') === 1, 'their end');
  await eventually(() => resident(server) < before + 6 * MB,
    `memory as before (${before}), but it is ${resident(server)}`, 30_000);
  t.diagnostic([before, most, resident(server)].map((n) => n >> 10).join(', '));
  // Whatever was put away is made again.
  first.send(frame('text', '42["message","well"]'));
  await first.heard(/"message-back","well"/);
  first.socket.destroy();
});
