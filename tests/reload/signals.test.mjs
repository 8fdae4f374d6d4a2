// SPDX-License-Identifier: MIT
//
// When a reload happens, how often, and what it costs.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, connect, ways, within } from '../clients/client.mjs';
import { eventually } from '../clients/server.mjs';
import { openSite } from './site.mjs';

// What is freed is to be reused at once, or growth could not be told from it.
process.env.ASAN_OPTIONS =
  `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1`;

const swap = (settings) => [{ name: 'swap', settings }];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test('50 signals are few reloads', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  site.put('swap', 'swap-2');
  for (let i = 0; i < 50; i += 1) {
    site.server.signal('SIGHUP');
  }
  await eventually(() => site.lines.some(
    (line) => line.includes('takes over from #1')), 'a reload');
  // Whatever was asked for has begun before this.
  assert.equal(await site.reload(), 'nothing has changed');
  const all = site.outcomes();
  assert.equal(all.filter(([, , what]) => what === 'done in').length, 1);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

test('those that come during a reload are one more', async (t) => {
  const site = await openSite(t, { changes: { reload: { timeout: 1500 } } });
  const socket = await connect(site.server);
  site.configure(swap({ hang: 'init' }));
  for (let i = 0; i < 50; i += 1) {
    site.server.signal('SIGHUP');
  }
  await pause(200);
  site.server.signal('SIGHUP');
  assert.match(await site.outcome(1), /did not end within/);
  assert.match(await site.outcome(2), /did not end within/);
  await pause(300);
  assert.equal(site.outcomes().length, 2);
  site.configure([{ name: 'swap' }]);
  assert.equal(await site.reload(), 'nothing has changed');
  assert.equal(await ask(socket, 'who'), 1);
  socket.disconnect();
});

test('a handler may ask for it', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  site.put('swap', 'swap-2');
  // The one that asks returns first.
  assert.equal(await ask(socket, 'hangup'), 1);
  assert.match(await site.outcome(1), /^done/);
  assert.equal(await ask(socket, 'hangup'), 2);
  assert.equal(await site.outcome(2), 'nothing has changed');
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

// The numbers of the descriptors that are connections.
function connections(pid) {
  const peers = spawnSync('ss', ['-tnpH', 'state', 'established'],
    { encoding: 'utf8' }).stdout;
  return [...peers.matchAll(new RegExp(`pid=${pid},fd=(\\d+)`, 'g'))]
    .map((match) => match[1]);
}

test('nothing touches the connections when nothing has changed', async (t) => {
  const site = await openSite(t, { changes: { pingInterval: 600_000 } });
  const { pid } = site.server;
  const sockets = [];
  for (let i = 0; i < 10; i += 1) {
    sockets.push(await connect(site.server, '/', ways.websocket));
  }
  await pause(100);
  const trace = join(site.folder, 'trace');
  const strace = spawn('strace', ['-f', '-o', trace, '-p', String(pid)],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  strace.on('error', () => {});
  strace.stderr.setEncoding('utf8');
  let said = '';
  strace.stderr.on('data', (text) => {
    said += text;
  });
  const exited = new Promise((done) => {
    strace.once('close', done);
    strace.once('error', done);
  });
  t.after(() => strace.kill('SIGKILL'));
  await Promise.race([exited, eventually(() => /attached/.test(said), 'strace')]);
  if (!/attached/.test(said)) {
    t.skip('strace cannot be used here');
    return;
  }
  const fds = connections(pid);
  assert.ok(fds.length >= sockets.length, `${fds}`);
  assert.equal(await site.reload(), 'nothing has changed');
  strace.kill('SIGINT');
  await within(exited, 'the end of strace');
  const calls = readFileSync(trace, 'utf8').split('\n');
  assert.ok(calls.some((call) => call.includes('swap.so')), 'it was traced');
  // The first argument, or among those of epoll_ctl.
  const touching = calls.filter((call) => {
    const match = /^\d+ +(?:\S+\((\d+)[,)]|epoll_ctl\(\d+, \w+, (\d+))/.exec(call);
    return match && fds.some((fd) => fd === match[1] || fd === match[2]);
  });
  // Numbers of connections are not those of files that are opened meanwhile.
  assert.deepEqual(touching, []);
  for (const socket of sockets) {
    assert.equal(await ask(socket, 'who'), 1);
    socket.disconnect();
  }
});

function sizes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    rss: Number(/VmRSS:\s+(\d+)/.exec(status)[1]), // KiB
    maps: readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').length,
    fds: readdirSync(`/proc/${pid}/fd`).length,
    threads: Number(/Threads:\s+(\d+)/.exec(status)[1]),
  };
}

// The budget of one reload: a mapped build is 5 maps, and some 20 KiB beside
// what the sanitizers keep of it: with them it was
// 164 KiB.
const MAPS = 8;
const RSS = 400; // KiB

test('what many reloads leave behind', async (t) => {
  const many = Number(process.env.RELOADS ?? 60);
  const site = await openSite(t, {
    changes: { reload: { generations: 10_000 } },
  });
  const socket = await connect(site.server);
  const other = await connect(site.server, '/', ways.polling);
  const reloads = async (count) => {
    for (let i = 0; i < count; i += 1) {
      site.put('swap', i % 2 === 0 ? 'swap-2' : 'swap-1');
      assert.match(await site.reload(), /^done/);
      assert.equal(await ask(socket, 'who'), i % 2 === 0 ? 2 : 1);
    }
  };
  await reloads(20);
  const before = sizes(site.server.pid);
  await reloads(many);
  const after = sizes(site.server.pid);
  t.diagnostic(`a reload: ${(after.maps - before.maps) / many} maps, ` +
    `${((after.rss - before.rss) / many).toFixed(1)} KiB`);
  assert.ok(after.maps - before.maps <= MAPS * many,
    `${after.maps - before.maps} maps`);
  assert.ok(after.rss - before.rss <= RSS * many,
    `${after.rss - before.rss} KiB`);
  assert.ok(after.fds <= before.fds, `${after.fds} descriptors`);
  assert.equal(after.threads, before.threads);
  assert.equal(await ask(other, 'count'), 1);
  socket.disconnect();
  other.disconnect();
});
