// SPDX-License-Identifier: MIT
//
// Attacks that need many connections, time, or memory: those on HTTP, on TCP
// below it, and on the process. ../attacks.md has the list of all.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { besiege } from './attacks.mjs';
import { connect, echo, ways } from './client.mjs';
import { bring, dawdlers, endings, states } from './hostile.mjs';
import {
  frame, head, metric, pause, POLLING, Raw, resident, upgradeHead, worked,
} from './raw.mjs';
import { eventually, startServer } from './server.mjs';

const noPrlimit = spawnSync('prlimit', ['--version']).error
  ? 'no prlimit(1)' : false;

test('headers that come by drops', (t) => besiege(t,
  { limits: { headerTimeout: 1000 } },
  ({ many }) => many(200, (raw) => dawdlers.headers(raw))));

test('bodies that come by drops', (t) => besiege(t,
  { limits: { bodyTimeout: 1000 } },
  ({ server, many }) => many(100, (raw) => dawdlers.body(raw, server))));

test('chunks of one byte that come by drops', (t) => besiege(t,
  { limits: { bodyTimeout: 1000 } },
  ({ server, many }) => many(100, (raw) => dawdlers.chunks(raw, server))));

test('connections on which nothing is said', (t) => besiege(t,
  { limits: { headerTimeout: 1000 } },
  ({ many }) => many(1500, dawdlers.silence)));

test('answers that nobody reads', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-attack-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'large.bin'), Buffer.alloc(20 << 20, 'large'));
  await besiege(t,
    { static: { root: folder }, limits: { bodyTimeout: 1000 } },
    async ({ server, many }) => {
      const before = resident(server);
      const raws = await many(60, async (raw) => {
        await raw.deaf().opened;
        return raw.send(head('GET', '/large.bin'));
      });
      // All of the file, sixty times, would be more than a gigabyte.
      await pause(500);
      assert.ok(resident(server) - before < 300 << 20);
      await eventually(async () =>
        await metric(server, 'mortise_connections') < 10, 'their end', 30_000);
      raws.forEach((raw) => raw.hear());
      await Promise.all(raws.map((raw) => raw.closed()));
    });
});

test('requests without a pause, whose answers nobody reads', (t) => besiege(t,
  { limits: { keepAliveTimeout: 1000, sendBuffer: 65_536 } },
  async ({ many }) => {
    const raws = await many(20, async (raw) => {
      await raw.deaf().opened;
      return raw.send(head('GET', '/nowhere').repeat(20_000));
    });
    await pause(1500);
    raws.forEach((raw) => raw.hear());
    await Promise.all(raws.map((raw) => raw.closed()));
  }));

for (const [ending, end] of Object.entries(endings)) {
  test(`clients that go by ${ending}, in every state`, (t) => besiege(t,
    { pingInterval: 1000, pingTimeout: 5000, upgradeTimeout: 1000,
      limits: { headerTimeout: 1000, bodyTimeout: 1000,
        keepAliveTimeout: 1000 } },
    ({ server, many }) => many(6 * Object.keys(states).length,
      async (raw, i) => {
        await bring(raw, server,
          Object.values(states)[i % Object.keys(states).length]);
        // Some go before the server has read a byte, some long afterwards.
        await pause(50 * (i % 4));
        end(raw);
        await raw.closed();
      })));
}

test('SIGTERM while there are clients in every state', async (t) => {
  const server = await startServer({ changes: { drainTimeout: 2000 } });
  t.after(() => server.stop());
  for (const parts of Object.values(states)) {
    const raw = new Raw(server.port);
    await bring(raw, server, parts);
  }
  await pause(200);
  await server.stop();
});

// The loop must not spin on a connection that cannot be accepted, those that
// are there must be served, and all that come when there is room again.
test('descriptors that run out', { skip: noPrlimit }, async (t) => {
  const server = await startServer({ changes: { pingInterval: 60_000 } });
  t.after(() => server.stop());
  const honest = await connect(server, '/', ways.websocket);
  const limit = (count) => execFileSync('prlimit',
    ['--pid', String(server.pid), `--nofile=${count}:${20_000}`]);
  limit(40);
  const raws = Array.from({ length: 300 }, () => new Raw(server.port));
  await Promise.all(raws.map((raw) => raw.opened));
  await pause(200);
  assert.deepEqual(await echo(honest, 'within'), ['within']);
  const before = worked(server);
  await pause(3000);
  const spent = worked(server) - before;
  t.diagnostic(`${spent} s of 3 s worked`);
  assert.ok(spent < 1, `the loop spins: ${spent} s of 3 s`);
  assert.deepEqual(await echo(honest, 'still'), ['still']);
  raws.forEach(({ socket }) => socket.destroy());
  limit(20_000);
  const later = await eventually(
    () => connect(server, '/', ways.websocket).catch(() => null),
    'room for one more');
  assert.deepEqual(await echo(later, 'later'), ['later']);
  later.disconnect();
  honest.disconnect();
});

// What clients do wrong is worth few lines, and none of it drives a terminal.
test('a log that attackers write to', async (t) => {
  const evil = '\x1b[2J\x1b]0;owned\x07\x9b31m\u0085';
  await besiege(t, { log: { level: 'info' } }, async ({ server, many }) => {
    let written = 0;
    server.child.stderr.on('data', (text) => {
      written += text.split('\n').length;
    });
    await many(3000, async (raw, i) => {
      await raw.opened;
      raw.send(i % 3 === 0 ? `GET /${evil} HTTP/1.1\r\nHost: ${evil}\r\n\r\n`
        : i % 3 === 1 ? head('GET', `${POLLING}&sid=none`,
          { Origin: `http://x/%1b[2J`, 'User-Agent': '%1b' })
          : Buffer.concat([Buffer.from(upgradeHead()),
            frame('text', `40/${evil}`), frame('text', `42["${evil}`)]));
      await raw.heard(/HTTP\/1\.1 \d+/);
      raw.socket.destroy();
    });
    t.diagnostic(`${written} lines for 3000 attacks`);
    assert.ok(written < 1000);
    assert.doesNotMatch(server.output, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});

test('texts of clients in a log of every detail', async (t) => {
  const evil = '\x1b[2J\x1b]0;owned\x07\r\nforged';
  await besiege(t, { log: { level: 'debug' } }, async ({ server, many }) => {
    await many(50, async (raw) => {
      await raw.session();
      raw.send(frame('text', `40/${evil}`), frame('text', '40'),
        frame('text', `42["${evil}"]`));
      await raw.closed();
    });
    await many(50, async (raw) => {
      await raw.opened;
      raw.send(head('GET', `/%1b%5b2J`, { Origin: '%1b', Cookie: 'a=%0a' }));
      await raw.heard(/HTTP\/1\.1 404/);
    });
    assert.doesNotMatch(server.output, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    assert.doesNotMatch(server.output, /^forged/m);
  });
});
