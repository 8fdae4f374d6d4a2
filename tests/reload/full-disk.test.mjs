// SPDX-License-Identifier: MIT
//
// A disk that is full: under the log, and where a reload puts new builds. (For
// databases of plugins see auth-storage in ../clients.)

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, connect } from '../clients/client.mjs';
import { limitFiles, noLimits } from '../clients/database.mjs';
import { binary, eventually } from '../clients/server.mjs';
import { openSite, Site } from './site.mjs';

const skip = noLimits;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test('under the log', { skip }, async (t) => {
  const site = new Site();
  t.after(() => site.close());
  const file = join(site.folder, 'log');
  const log = () => readFileSync(file, 'utf8');
  site.put('swap', 'swap-1');
  await site.start([{ name: 'swap' }],
    { log: { file, level: 'info' }, metrics: { enabled: true } });
  const lost = async () => Number(
    /^mortise_log_lines_lost_total (\d+)$/m.exec(
      await (await fetch(`${site.server.url}/metrics`)).text())[1]);
  const socket = await connect(site.server);
  limitFiles(site.server.pid, statSync(file).size);
  for (let i = 1; i <= 3; i += 1) {
    const before = await lost();
    site.server.signal('SIGHUP');
    await eventually(async () => await lost() > before, 'a line that is lost');
    assert.equal(await ask(socket, 'who'), 1);
  }
  const count = await lost();
  await pause(50);
  const said = site.server.output.match(/^.*log\.file: .*$/gm);
  assert.equal(said.length, 1, said);
  assert.match(said[0], /error log\.file: File too large; lines are lost/);
  assert.doesNotMatch(log(), /reload/);
  limitFiles(site.server.pid, 'unlimited');
  site.server.signal('SIGHUP');
  await eventually(() => /reload \d+: nothing has changed/.test(log()), 'more');
  assert.match(log(), new RegExp(`warn ${count} lines of the log were lost`));
  assert.equal(await lost(), count);
  assert.equal(await ask(socket, 'who'), 1);
  socket.disconnect();
});

test('where new builds are put', { skip }, async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  const copies = site.copies();
  site.put('swap', 'swap-2');
  limitFiles(site.server.pid, 4096);
  for (let i = 0; i < 3; i += 1) {
    assert.match(await site.reload(), /^refused, .*\n.*swap.*File too large/);
    assert.equal(await ask(socket, 'who'), 1);
    assert.deepEqual(site.copies(), copies, 'nothing is left behind');
  }
  limitFiles(site.server.pid, 'unlimited');
  assert.match(await site.reload(), /^done/);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

test('from the start', { skip }, async (t) => {
  const site = await openSite(t);
  const { status, stderr } = spawnSync('prlimit',
    ['--fsize=4096', binary, '--config', site.file, '--listen', '127.0.0.1:0'],
    { encoding: 'utf8', timeout: 20_000 });
  assert.equal(status, 1);
  assert.match(stderr, /plugin "echo": .*File too large/);
});
