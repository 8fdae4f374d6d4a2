// SPDX-License-Identifier: MIT
//
// mortise --watch: what is written is in effect a moment later.

import assert from 'node:assert/strict';
import {
  appendFileSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, eventually, startServer } from '../clients/server.mjs';
import { connect, echo } from '../clients/client.mjs';

const built = join(binary, '../plugins/echo/echo.so');

// A server whose plugin is in a folder of the test's own, and how to wait for
// what the log says.
async function start(t, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-watch-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const build = join(folder, 'build');
  const file = join(build, 'echo.so');
  mkdirSync(build);
  copyFileSync(built, file);
  const plugins = [{ name: 'echo', path: file }];
  const server = await startServer({
    changes: { plugins }, args: ['--watch'], ...options,
  });
  t.after(() => server.stop());
  return {
    server, build, file, plugins,
    says: (line) => eventually(
      () => line.test(server.output), `${line}\n${server.output}`),
  };
}

test('a build in the place of another, while a client is there', async (t) => {
  const { server, build, file, says } = await start(t);
  const socket = await connect(server, '/');
  const beside = join(build, 'echo.so.new');
  copyFileSync(built, beside);
  appendFileSync(beside, 'another build');
  renameSync(beside, file);
  await says(/ watch: echo\.so has changed: reload \d+: done in [\d.]+ ms\n/);
  await says(/plugin echo#2 .* takes over from #1/);
  assert.deepEqual(await echo(socket, 'still there'), ['still there']);
  socket.disconnect();
});

test('a file that is written where it is', async (t) => {
  const { file, says } = await start(t);
  appendFileSync(file, 'another build');
  await says(/ watch: echo\.so has changed: reload \d+: done in/);
});

test('the configuration, right and wrong', async (t) => {
  const { server, says } = await start(t);
  server.configure({ pingTimeout: 12_345 });
  await says(/ watch: echo\.json has changed: reload \d+: (done|nothing)/);
  writeFileSync(server.file, '{ "listn": 1 }');
  await says(/ watch: echo\.json has changed: reload \d+: refused, and nothing/);
  await says(/did you mean "listen"/);
  const socket = await connect(server, '/');
  assert.deepEqual(await echo(socket, 'serves'), ['serves']);
  socket.disconnect();
});

test('a folder that vanishes and comes back', async (t) => {
  const { build, file, says } = await start(t);
  rmSync(build, { recursive: true });
  mkdirSync(build);
  copyFileSync(built, file);
  appendFileSync(file, 'another build');
  await says(/plugin echo#2 .* takes over from #1/);
  appendFileSync(file, 'and one more');
  await says(/plugin echo#3 .* takes over from #2/);
});

test('what is in effect is watched, also after SIGHUP', async (t) => {
  const { server, build, file, plugins, says } = await start(t);
  const other = join(build, 'other.so');
  copyFileSync(built, other);
  server.configure({ plugins: [{ ...plugins[0], path: other }] });
  server.signal('SIGHUP');
  await says(/ watch: echo\.json has changed: reload \d+: /);
  appendFileSync(other, 'another build');
  await says(/ watch: other\.so has changed: reload \d+: done in/);
  appendFileSync(file, 'nobody loads it');
  server.configure({ plugins, pingTimeout: 12_345 });
  await says(/ watch: echo\.json has changed: reload \d+: done in/);
  assert.doesNotMatch(server.output, / watch: echo\.so/);
});

test('several that change at once are one reload', async (t) => {
  const { server, file, says } = await start(t);
  server.signal('SIGSTOP'); // it sees both at the same time
  server.configure({ pingTimeout: 12_345 });
  appendFileSync(file, 'another build');
  server.signal('SIGCONT');
  await says(/ watch: echo\.(so|json) and others have changed: reload 1: done/);
  assert.doesNotMatch(server.output, /reload 2:/);
});

test('without it nothing happens by itself', async (t) => {
  const { server, file, says } = await start(t, { args: [] });
  appendFileSync(file, 'another build');
  server.signal('SIGHUP');
  await says(/reload 1: done in/);
  assert.doesNotMatch(server.output, / watch: /);
});
