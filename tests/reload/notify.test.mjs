// SPDX-License-Identifier: MIT
//
// What a service manager is told, as sd_notify(3) has it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, fixtures, startServer } from '../clients/server.mjs';

// Node has no datagrams of the file system.
const listener = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\\0", 1))
print("bound", flush=True)
while True:
    print(json.dumps(s.recv(65536).decode()), flush=True)
`;

// Somebody who listens at this name; `told` are the messages so far.
async function manager(t, name) {
  const child = spawn('python3', ['-c', listener, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  const lines = () => text.split('\n').slice(0, -1);
  await eventually(() => lines()[0] === 'bound', 'a listener');
  return {
    env: { NOTIFY_SOCKET: name },
    told: () => lines().slice(1).map((line) => JSON.parse(line)),
  };
}

async function start(t, { env, told }, more = {}) {
  const server = await startServer({ changes: {}, env: { ...env, ...more } });
  t.after(() => server.stop());
  const tells = (count) => eventually(
    () => told().length >= count && told(), `${count}: ${told()}`);
  return { server, tells };
}

// A configuration of two plugins, with a folder of its own.
function twoPlugins(t) {
  const folder = realpathSync(folderFor(t));
  const file = join(folder, 'two.json');
  writeFileSync(file, JSON.stringify({
    mode: 'development',
    runDir: folder,
    plugins: ['crash', 'talk'].map((name) => (
      { name, path: `${fixtures}/${name}.so`, namespace: `/${name}` })),
  }));
  return { file, folder };
}

function folderFor(t) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-notify-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('ready, reloading, ready, stopping', async (t) => {
  const { env, told } = await manager(t, join(folderFor(t), 'notify'));
  const { server, tells } = await start(t, { env, told });
  assert.deepEqual(await tells(1), ['READY=1\nSTATUS=1 plugin']);

  server.signal('SIGHUP');
  let [, reloading, ready] = await tells(3);
  const [, usec] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(reloading);
  const now = process.hrtime.bigint() / 1000n;
  assert.ok(BigInt(usec) <= now && now - BigInt(usec) < 600_000_000n);
  assert.equal(ready, 'READY=1\nSTATUS=1 plugin; reload 1: nothing has changed');

  writeFileSync(server.file, '{');
  server.signal('SIGHUP');
  [, , , reloading, ready] = await tells(5);
  assert.match(reloading, /^RELOADING=1\n/);
  assert.equal(ready, 'READY=1\n' +
    'STATUS=1 plugin; reload 2: refused, and nothing has changed');

  await server.stop();
  assert.match((await tells(6))[5], /^STOPPING=1\n/);
  assert.equal(told().length, 6);
});

test('a plugin that is left out', async (t) => {
  // As three crashes leave it behind.
  const { file, folder } = twoPlugins(t);
  const digits = (data) =>
    createHash('sha256').update(data).digest('hex').slice(0, 16);
  const build = digits(readFileSync(`${fixtures}/crash.so`));
  writeFileSync(join(folder, `mortise-crashes-${digits(file)}`),
    `1000 crash ${build} SIGSEGV in crash#1, event crash\n`.repeat(3),
    { mode: 0o600 });
  const { env, told } = await manager(t, join(folder, 'notify'));
  const server = await startServer({ args: ['--config', file], env });
  t.after(() => server.stop());
  await eventually(() => told().length > 0, 'a word');
  assert.deepEqual(told(), ['READY=1\nSTATUS=1 plugin, 1 left out']);
});

test('an abstract name', async (t) => {
  const them = await manager(t, `@mortise-test-${process.pid}-${Date.now()}`);
  const { tells } = await start(t, them);
  assert.match((await tells(1))[0], /^READY=1\n/);
});

test('signs of life, where they are wanted', async (t) => {
  const them = await manager(t, join(folderFor(t), 'notify'));
  const { tells } = await start(t, them, { WATCHDOG_USEC: '40000' });
  const [, ...signs] = await tells(4);
  assert.deepEqual([...new Set(signs)], ['WATCHDOG=1']);
});

test('signs of life that another process is to give', async (t) => {
  const them = await manager(t, join(folderFor(t), 'notify'));
  const { server, tells } = await start(
    t, them, { WATCHDOG_USEC: '10000', WATCHDOG_PID: '1' });
  server.signal('SIGHUP');
  const told = await tells(3);
  assert.ok(!told.includes('WATCHDOG=1'));
});

test('nobody listens there', async (t) => {
  const env = { NOTIFY_SOCKET: join(folderFor(t), 'notify') };
  const server = await startServer({ changes: {}, env });
  t.after(() => server.stop());
  await eventually(
    () => /the service manager could not be told: /.test(server.output),
    'the remark');
});
