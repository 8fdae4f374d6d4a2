// SPDX-License-Identifier: MIT
//
// Files that are no plugin, or not the right one: the old build goes on.

import assert from 'node:assert/strict';
import {
  chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync,
  unlinkSync, utimesSync, writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ask, connect } from '../clients/client.mjs';
import { fixtures, startServer } from '../clients/server.mjs';
import { Site, openSite } from './site.mjs';

const build = (name) => readFileSync(join(fixtures, `${name}.so`));
const swap = { name: 'swap' };

// Refused for this reason, and nothing has changed for anybody.
async function refuses(site, socket, reason) {
  const report = await site.reload();
  assert.match(report, /^refused, and nothing has changed:\n/);
  assert.match(report, reason);
  assert.equal(await ask(socket, 'who'), 1);
  assert.ok(socket.connected);
}

// Where each segment of a 64-bit ELF file ends.
function segmentEnds(file) {
  const at = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  const ends = [];
  for (let i = 0; i < count; i += 1) {
    const header = at + i * size;
    const offset = Number(file.readBigUInt64LE(header + 8));
    ends.push(offset, offset + Number(file.readBigUInt64LE(header + 32)));
  }
  return ends;
}

test('files cut at the edges of their segments', async (t) => {
  const site = await openSite(t, {
    changes: { reload: { generations: 1000, canary: false } },
  });
  const socket = await connect(site.server);
  const whole = build('swap-2');
  const needed = Math.max(...segmentEnds(whole));
  const cuts = new Set([0, 1, 63, 64, 65, whole.length - 1]);
  for (const end of segmentEnds(whole)) {
    [end - 1, end, end + 1].forEach((n) => cuts.add(n));
  }
  let refused = 0;
  for (const n of [...cuts].filter((cut) => cut >= 0 && cut < whole.length)) {
    site.put('swap', whole.subarray(0, n));
    const report = await site.reload();
    const taken = report.startsWith('done');
    // What is cut behind all segments may be as good as the whole.
    assert.ok(!taken || n >= needed, `cut at ${n}`);
    assert.equal(await ask(socket, 'who'), taken ? 2 : 1);
    refused += !taken;
    if (taken) {
      site.put('swap', 'swap-1');
      assert.match(await site.reload(), /^done/);
    }
  }
  assert.ok(refused > 20, `${refused} were refused`);
  site.put('swap', whole);
  assert.match(await site.reload(), /^done/);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

// The note that MORTISE_PLUGIN() makes; `change` is given where it begins.
function withNote(change) {
  const file = build('swap-2');
  const at = file.indexOf(Buffer.from('\x01\0\0\0Mortise\0', 'latin1'));
  assert.ok(at > 0);
  change(file, at + 12);
  return file;
}

const bad = {
  'a text file': [Buffer.from('#!/bin/sh\necho hello\n'.repeat(100)),
    /not an ELF file|ELF/],
  'an empty file': [Buffer.alloc(0), /too short/],
  'a library that is no plugin': [withNote((file, at) => {
    file.write('N', at - 8);
  }), /note|plugin/],
  'another machine': [(() => {
    const file = build('swap-2');
    file.writeUInt16LE(183, 18);
    return file;
  })(), /machine|another/],
  'another major version': [withNote((file, at) => {
    file.writeUInt16LE(7, at);
  }), /7\.\d/],
  'a newer minor version': [withNote((file, at) => {
    file.writeUInt16LE(99, at + 2);
  }), /1\.99/],
  'another name': [withNote((file, at) => {
    file.write('swop', at + 16);
  }), /"swop"/],
  'another plugin': [build('good'), /"good"/],
  'a missing function': [(() => {
    const file = build('swap-2');
    const symbol = Buffer.from('mortise_plugin_entry_v1\0');
    for (let at; (at = file.indexOf(symbol)) >= 0;) {
      file.write('nobody', at);
    }
    return file;
  })(), /mortise_plugin_entry_v1/],
};

test('files that are no plugin', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  for (const [name, [bytes, reason]] of Object.entries(bad)) {
    await t.test(name, async () => {
      site.put('swap', bytes);
      await refuses(site, socket, reason);
    });
  }
  await t.test('one that anybody may write', async () => {
    chmodSync(site.put('swap', 'swap-2'), 0o666);
    await refuses(site, socket, /write/);
  });
  await t.test('none', async () => {
    unlinkSync(join(site.plugins, 'swap.so'));
    await refuses(site, socket, /swap\.so/);
  });
  await t.test('a folder', async () => {
    mkdirSync(join(site.plugins, 'swap.so'));
    await refuses(site, socket, /swap\.so/);
    rmSync(join(site.plugins, 'swap.so'), { recursive: true });
  });
  site.put('swap', 'swap-2');
  assert.match(await site.reload(), /^done/);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

test('a file that is overwritten in place while it runs', async (t) => {
  const site = await openSite(t);
  const file = join(site.plugins, 'swap.so');
  const socket = await connect(site.server);
  writeFileSync(file, Buffer.alloc(10_000, 0xff));
  assert.equal(await ask(socket, 'who'), 1);
  assert.equal(await ask(socket, 'count'), 1);
  await refuses(site, socket, /ELF/);
  copyFileSync(join(fixtures, 'swap-2.so'), file);
  assert.match(await site.reload(), /^done/);
  assert.equal(await ask(socket, 'who'), 2);
  assert.equal(await ask(socket, 'count'), 2);
  socket.disconnect();
});

test('the same contents with another time', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  assert.equal(await site.reload(), 'nothing has changed');
  utimesSync(join(site.plugins, 'swap.so'), new Date(), new Date(0));
  assert.equal(await site.reload(), 'nothing has changed');
  site.put('swap', 'swap-1');
  assert.equal(await site.reload(), 'nothing has changed');
  assert.ok(!site.lines.some((line) => line.includes('swap#2')));
  socket.disconnect();
});

test('a configuration that is wrong', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  const good = readFileSync(site.file, 'utf8');
  site.put('swap', 'swap-2'); // which would be taken, were it not for that
  for (const [text, reason] of [
    ['{ "plugins": [ }', /echo\.json:1:/],
    ['', /echo\.json/],
    [good.replace('"pluginDir"', '"pluginDirs"'), /did you mean "pluginDir"/],
    [good.replace('"swap"', '"swab"'), /swab\.so/],
    ['{ "mode": "development", "pingTimeout": "long" }', /pingTimeout/],
  ]) {
    writeFileSync(site.file, text);
    await refuses(site, socket, reason);
  }
  unlinkSync(site.file);
  await refuses(site, socket, /echo\.json/);
  writeFileSync(site.file, good);
  assert.match(await site.reload(), /^done/);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

test('too many builds', async (t) => {
  const site = await openSite(t, { changes: { reload: { generations: 2 } } });
  const socket = await connect(site.server);
  for (const version of [2, 1]) {
    site.put('swap', `swap-${version}`);
    assert.match(await site.reload(), /^done/);
  }
  site.put('swap', 'swap-2');
  await refuses(site, socket, /restart the server, or raise reload\.generations/);
  site.configure([swap], { reload: { generations: 3 } });
  assert.match(await site.reload(), /^done/);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

// --- the folder of the private copies ---

test('a folder for copies that has gone', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  rmSync(site.runDir, { recursive: true });
  site.put('swap', 'swap-2');
  await refuses(site, socket, /No such file|cannot/);
  assert.equal(await site.reload().then((text) => text.split('\n')[0]),
    'refused, and nothing has changed:');
  socket.disconnect();
});

test('copies of a server that was killed', async (t) => {
  const site = await openSite(t);
  await site.server.kill();
  site.server.stopped = true;
  const left = site.copies();
  assert.equal(left.length, 2); // echo, too
  await site.start([swap]);
  assert.equal(site.copies().length, 2);
  assert.notDeepEqual(site.copies(), left);
  await site.server.stop();
  assert.deepEqual(site.copies(), []);
});

test('a folder where nothing can be run', async (t) => {
  const site = new Site();
  const mounted = spawnSync('mount',
    ['-t', 'tmpfs', '-o', 'noexec,size=16m', 'tmpfs', site.runDir]);
  if (mounted.status !== 0) {
    rmSync(site.folder, { recursive: true });
    t.skip('nothing can be mounted here');
    return;
  }
  t.after(() => {
    spawnSync('umount', [site.runDir]);
    return site.close();
  });
  site.put('swap', 'swap-1');
  await assert.rejects(
    startServer({ changes: site.keys([swap]) }), /noexec|run_dir|runDir/);
});
