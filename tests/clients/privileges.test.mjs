// SPDX-License-Identifier: MIT
//
// What the server may do, and as whom it runs.

import assert from 'node:assert/strict';
import {
  chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { connect, echo } from './client.mjs';
import { binary, eventually, fixtures, root, startServer } from './server.mjs';

const NOBODY = 65534;
const control = `/tmp/mortise-test-${process.pid}.sock`;
// From which port on anybody may listen.
const UNPRIVILEGED = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
const isRoot = process.getuid() === 0;

// Whether everybody can reach a file.
function isPublic(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (!(statSync(folder).mode & 0o001)) {
      return false;
    }
    if (folder === '/') {
      return true;
    }
  }
}

function statusOf(pid) {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/:\s*/, 2)));
}

test('no new privileges', async () => {
  const server = await startServer();
  assert.equal(statusOf(server.pid).NoNewPrivs, '1');
  await server.stop();
});

const reason = !isRoot && 'only root can become another user';
const hidden = isRoot && !(isPublic(binary) && isPublic(join(root, 'x'))) &&
  'others cannot read the build';

test('root becomes a user', { skip: reason || hidden }, async () => {
  const server = await startServer({
    changes: {
      user: 'nobody', control, listen: 'localhost:81',
    },
    listen: false,
  });
  const socket = await connect({ url: 'http://127.0.0.1:81' });
  assert.deepEqual(await echo(socket, 'x'), ['x']);
  const status = statusOf(server.pid);
  assert.equal(status.Uid, Array(4).fill(NOBODY).join('\t'));
  assert.match(status.Gid, /^(\d+)\t\1\t\1\t\1$/);
  assert.notEqual(status.Gid.split('\t')[0], '0');
  assert.doesNotMatch(` ${status.Groups}`, / 0 /);
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
    assert.equal(BigInt(`0x${status[set]}`), 0n, set);
  }
  assert.equal(statSync(control).uid, NOBODY);

  // Reloads go on, if that user can read the file; such ports are over.
  assert.match(server.output, /cannot read .*: reloads will fail/);
  chmodSync(server.folder, 0o755);
  server.configure({ user: 'nobody', listen: 'localhost:81', pingTimeout: 9 });
  server.signal('SIGHUP');
  await eventually(
    () => /pingTimeout has changed/.test(server.output), 'a reload');
  assert.deepEqual(await echo(socket, 'y'), ['y']);
  if (Number(readFileSync(UNPRIVILEGED, 'utf8')) > 82) {
    server.configure(
      { user: 'nobody', listen: ['localhost:81', 'localhost:82'] });
    server.signal('SIGHUP');
    await eventually(() =>
      /82.*: a port below 1024 is root's to open/.test(server.output), 'a no');
    assert.deepEqual(await echo(socket, 'z'), ['z']);
  }
  socket.disconnect();
  await server.stop();
});

test('who cannot become one does not start', async () => {
  for (const [user, why] of [
    ['no-such-user', /no such user/],
    [isRoot ? 'root' : 'nobody', /root is nobody|only root can/],
  ]) {
    await assert.rejects(startServer({ changes: { user } }), why);
  }
});

test('a plugin that others can exchange', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-plugin-'));
  const file = join(folder, 'work.so');
  copyFileSync(join(fixtures, 'work.so'), file);
  chmodSync(folder, 0o777);
  const plugins = [{ name: 'work', path: file }];
  try {
    await assert.rejects(
      startServer({
        changes: { mode: 'production', serveClient: false, plugins } }),
      /everybody may write to this folder of a plugin/);
    const server = await startServer({
      changes: { mode: 'development', plugins } });
    await server.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
