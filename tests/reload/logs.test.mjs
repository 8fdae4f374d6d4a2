// SPDX-License-Identifier: MIT
//
// log.file, and SIGUSR1, with which logrotate(8) has it opened anew.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync,
  rmSync, statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, eventually, startServer } from '../clients/server.mjs';

async function start(t, changes) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-logs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'log');
  const server = await startServer({ changes: changes(file) });
  t.after(() => server.stop());
  return { server, folder, file };
}

const toFile = (file) => ({ log: { file, level: 'info' } });
const text = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const says = (file, line) => eventually(
  () => line.test(text(file)), `${line} in\n${text(file)}`);

test('the log goes to its file', async (t) => {
  const { server, file } = await start(t, toFile);
  assert.match(text(file), /^\S+Z info .*plugin echo#1: version/m);
  assert.equal(statSync(file).mode & 0o777, 0o640 & ~process.umask());
  assert.match(server.output, /^listening on/);
  assert.doesNotMatch(server.output, /plugin echo#1/);
});

test('SIGUSR1 opens it anew', async (t) => {
  const { server, file } = await start(t, toFile);
  renameSync(file, `${file}.1`);
  server.signal('SIGHUP');
  await says(`${file}.1`, /reload 1: nothing has changed\n/);
  server.signal('SIGUSR1');
  await eventually(() => existsSync(file), 'a new file');
  server.signal('SIGHUP');
  await says(file, /^\S+Z info reload 2: nothing has changed\n$/);
  assert.doesNotMatch(text(`${file}.1`), /reload 2/);
});

test('where it cannot be opened the one before is kept', async (t) => {
  const { server, folder, file } = await start(t, toFile);
  renameSync(file, `${file}.1`);
  mkdirSync(file); /* which is no file */
  server.signal('SIGUSR1');
  await says(`${file}.1`, /error log\.file .*: Is a directory; the one before/);
  server.signal('SIGHUP');
  await says(`${file}.1`, /reload 1: /);
  rmSync(file, { recursive: true });
  server.signal('SIGUSR1');
  await eventually(() => existsSync(file), 'a new file');
  chmodSync(folder, 0o700);
});

test('SIGUSR1 without a file is only remarked', async (t) => {
  const { server } = await start(t, () => ({}));
  server.signal('SIGUSR1');
  await eventually(
    () => /SIGUSR1: there is no log\.file/.test(server.output), 'the remark');
});

test('a reload takes it to another file, and back', async (t) => {
  const { server, file } = await start(t, () => ({}));
  server.configure(toFile(file));
  server.signal('SIGHUP');
  await says(file, /reload 1: .*log\.file has changed/);
  server.configure(toFile(`${file}.2`));
  server.signal('SIGHUP');
  await says(`${file}.2`, /reload 2: done/);
  server.configure({});
  server.signal('SIGHUP');
  await eventually(() => /reload 3: done/.test(server.output), 'stderr');
  server.configure(toFile('/not/there/log'));
  server.signal('SIGHUP');
  await eventually(
    () => /log\.file \/not\/there\/log: No such file/.test(server.output),
    'the reason');
  assert.match(server.output, /reload 4: refused/);
});

test('a server that cannot open it does not start', async () => {
  await assert.rejects(
    startServer({ changes: toFile('/not/there/log') }),
    /log\.file \/not\/there\/log: No such file/);
});

test('a check does not touch it', async (t) => {
  const { server, folder } = await start(t, () => ({}));
  const file = join(folder, 'unborn');
  server.configure(toFile(file));
  const { status } = spawnSync(binary, ['--config', server.file, '--check']);
  assert.equal(status, 0);
  assert.ok(!existsSync(file));
});
