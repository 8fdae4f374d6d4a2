// SPDX-License-Identifier: MIT
//
// What plugins can no longer ask of the kernel. That everything else works is
// what all other tests show, for it is so unless the configuration says
// otherwise.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { test } from 'node:test';
import { ask, next, socketOf } from './client.mjs';
import { binary, eventually, fixtures, startServer } from './server.mjs';

const { EPERM, EAFNOSUPPORT } = constants.errno;
const captive = { name: 'captive', path: `${fixtures}/captive.so` };

const linked = execFileSync('ldd', [binary], { encoding: 'utf8' });
// LeakSanitizer itself needs that one call.
const sanitized = linked.includes('libasan');
const skip = !linked.includes('libseccomp') && 'built without libseccomp';

async function serve(t, seccomp, settings) {
  const server = await startServer({
    changes: { seccomp, plugins: [{ ...captive, settings }] },
  });
  t.after(() => server.stop());
  const socket = socketOf(server);
  await next(socket, 'connect');
  t.after(() => socket.disconnect());
  return { server, attempt: (what) => ask(socket, 'try', what) };
}

const filters = (server) => Number(
  /^Seccomp_filters:\s+(\d+)/m.exec(
    readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? 0);

test('what no plugin needs is refused', { skip }, async (t) => {
  const { server, attempt } = await serve(t, {});
  assert.match(server.output, /seccomp: calls of the kernel .* refused, and so/);
  const never = ['mount', 'namespace', 'process', 'process_vm', 'bpf',
    'keyring', 'module', 'clock', 'personality', 'program', 'itself'];
  for (const what of sanitized ? never : [...never, 'ptrace']) {
    assert.equal(await attempt(what), EPERM, what);
  }
  // As the guide has it; the second is what glibc makes of EPERM.
  assert.equal(await attempt('shell'), 32512);
  assert.notEqual(await attempt('popen'), 0);
  assert.equal(await attempt('packet'), EAFNOSUPPORT);
  assert.equal(await attempt('alg'), EAFNOSUPPORT);
  assert.equal(await attempt('inet6'), 0);
  assert.equal(await attempt('netlink'), 0);
});

test('plugins may be allowed to start programs', { skip }, async (t) => {
  const { server, attempt } = await serve(t, { programs: true });
  assert.match(server.output, /seccomp: .* refused, other programs are not/);
  assert.equal(await attempt('program'), 0);
  assert.equal(await attempt('itself'), 0);
  assert.equal(await attempt('shell'), 0);
  assert.equal(await attempt('popen'), 0);
  assert.equal(await attempt('personality'), EPERM);
  assert.equal(await attempt('mount'), EPERM);
});

test('all of it can be left out', async (t) => {
  const inherited = filters({ pid: process.pid });
  const { server, attempt } = await serve(t, { enabled: false });
  assert.match(server.output, /seccomp: off/);
  assert.equal(filters(server), inherited);
  assert.equal(await attempt('program'), 0);
});

// A reload begins this program once more, which is all that it may begin.
test('a new build is tried under it, and can start nothing', { skip },
  async (t) => {
    const { server, attempt } = await serve(t, {}, {});
    for (const [init, outcome] of [
      ['program', /plugin "captive": its init returned 1/],
      ['itself', /plugin "captive": its init returned 1/],
      ['netlink', /reload \d: done/],
    ]) {
      const from = server.output.length;
      server.configure({
        seccomp: {}, plugins: [{ ...captive, settings: { init } }],
      });
      server.signal('SIGHUP');
      await eventually(() => outcome.test(server.output.slice(from)),
        `${outcome} in ${server.output}`);
    }
    assert.equal(await attempt('program'), EPERM);
  });

test('a change waits for a restart', { skip }, async (t) => {
  const { server, attempt } = await serve(t, {});
  server.configure({ seccomp: { enabled: false }, plugins: [captive] });
  server.signal('SIGHUP');
  await eventually(
    () => /seccomp\.enabled.*restart/.test(server.output), 'the report');
  assert.equal(await attempt('program'), EPERM);
});
