// SPDX-License-Identifier: MIT
//
// A plugin that crashes: the server ends as it has to, says who it was, and
// leaves out a build that does it again and again.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync,
  statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { next, socketOf } from './client.mjs';
import {
  binary, eventually, fixtures, startServer,
} from './server.mjs';

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-crash-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

// A folder for one test: configuration, plugin, and what a crash leaves there.
function place(name, { plugin = {}, others = [], config = {} } = {}) {
  const here = mkdtempSync(join(folder, `${name}-`));
  const file = join(here, 'mortise.json');
  copyFileSync(join(fixtures, 'crash.so'), join(here, 'crash.so'));
  const write = (changed = {}, more = {}) => writeFileSync(file, JSON.stringify({
    mode: 'development',
    runDir: here,
    plugins: [
      { name: 'crash', path: './crash.so', ...plugin, ...changed },
      ...others,
    ],
    ...config,
    ...more,
  }));
  write();
  return {
    here,
    ctl: (...args) => execFileSync(
      binary, ['ctl', '--config', file, ...args], { encoding: 'utf8' }),
    write,
    plugin: join(here, 'crash.so'),
    start: () => startServer({ args: ['--config', file] }),
    crashes: () => readdirSync(here).filter((f) => /^mortise-crashes-/.test(f)),
  };
}

const talk = {
  name: 'talk', path: `${fixtures}/talk.so`, namespace: '/talk',
};

// Resolves with all that the server has said when it is over.
async function ended(server) {
  const { code, signal } = await server.exited;
  // A sanitizer makes an exit of the signal.
  assert.ok(signal || code !== 0, 'it has crashed');
  return server.output;
}

async function crash(server, ...event) {
  const socket = socketOf(server);
  await next(socket, 'connect');
  socket.emit(...event);
  const output = await ended(server);
  socket.disconnect();
  return output;
}

const line = (signal, what) => new RegExp(
  `^mortise: crashed with ${signal} in plugin crash#1 ` +
  `\\(version 1\\.2\\.0\\), ${what}$`, 'm');

for (const [signal, what, ...event] of [
  ['SIGSEGV', 'event crash', 'crash', 'segv'],
  ['SIGSEGV', 'event crash', 'crash', 'stack'],
  ['SIGABRT', 'event crash', 'crash', 'abort'],
  ['SIGFPE', 'event crash', 'crash', 'fpe'],
  ['SIGILL', 'event crash', 'crash', 'ill'],
  ['SIGBUS', 'event crash', 'crash', 'bus'],
  ['SIGSEGV', 'timer tick', 'timer'],
  ['SIGSEGV', 'job dig', 'job', 'segv'],
  ['SIGSEGV', 'job dig', 'job', 'stack'],
  ['SIGABRT', 'job dig', 'job', 'abort'],
  ['SIGSEGV', 'done of job nothing', 'done'],
  ['SIGSEGV', 'service crash\\.now', 'service'],
]) {
  test(`${signal} in ${what}: ${event.join(' ')}`, async () => {
    const at = place('one', { others: [talk] });
    const output = await crash(await at.start(), ...event);
    assert.match(output, line(signal, what));
    const [file] = at.crashes();
    assert.match(readFileSync(join(at.here, file), 'utf8'), new RegExp(
      `^\\d+ crash [0-9a-f]{16} ${signal} in crash#1 ` +
      `\\(version 1\\.2\\.0\\), ${what}\n$`));
    assert.equal(statSync(join(at.here, file)).mode & 0o777, 0o600);
  });
}

test('in an acknowledgement', async () => {
  const server = await place('ack').start();
  const socket = socketOf(server);
  await next(socket, 'connect');
  socket.on('question', (answer) => answer('segv'));
  socket.emit('ask');
  assert.match(await ended(server), line('SIGSEGV', 'ack answer'));
  socket.disconnect();
});

test('in a moment', async () => {
  const server = await place('moment').start();
  const socket = socketOf(server);
  await next(socket, 'connect');
  const other = socketOf(server);
  await next(other, 'connect');
  other.emit('goodbye');
  await other.timeout(10_000).emitWithAck('slow', 0);
  socket.disconnect();
  assert.match(await ended(server), line('SIGSEGV', 'moment disconnect'));
  other.disconnect();
});

test('in a route', async () => {
  const server = await place('route').start();
  await assert.rejects(fetch(`${server.url}/crash/now`));
  assert.match(await ended(server), line('SIGSEGV', 'route /crash/:how'));
});

test('by a signal from outside, which says where it hangs', async () => {
  const server = await place('outside').start();
  const socket = socketOf(server);
  await next(socket, 'connect');
  server.signal('SIGABRT');
  assert.match(await ended(server), new RegExp(
    '^mortise: crashed with SIGABRT in no plugin; the last that ran was ' +
    'crash#1 \\(version 1\\.2\\.0\\), init$', 'm'));
  socket.disconnect();
});

test('a handler that hangs is named when somebody ends the server', async () => {
  const server = await place('hang').start();
  const socket = socketOf(server);
  await next(socket, 'connect');
  socket.emit('hang');
  await eventually(() => /plugin crash#1: hangs/.test(server.output), 'hangs');
  server.signal('SIGABRT');
  assert.match(await ended(server), line('SIGABRT', 'event hang'));
  socket.disconnect();
});

test('the line is in the file of the log, and on stderr', async () => {
  const at = place('file');
  at.write({}, { log: { file: './log' } });
  const output = await crash(await at.start(), 'crash');
  assert.match(output, line('SIGSEGV', 'event crash'));
  assert.match(
    readFileSync(join(at.here, 'log'), 'utf8'), line('SIGSEGV', 'event crash'));
});

test('a build that crashes three times is left out', async () => {
  const at = place('three', { others: [talk] });
  for (let i = 0; i < 3; i += 1) {
    const output = await crash(await at.start(), 'crash');
    assert.doesNotMatch(output, /NOT STARTED/);
  }
  let server = await at.start();
  assert.match(server.output, new RegExp(
    'error plugin "crash" is NOT STARTED: this build has crashed the server ' +
    '3 times within 5 minutes, last with SIGSEGV in crash#1 ' +
    '\\(version 1\\.2\\.0\\), event crash\n'));
  assert.match(server.output, /"quarantine": false/);
  assert.match(server.output, /plugin talk#1: version/);
  assert.doesNotMatch(server.output, /plugin crash#1/);
  await server.stop();

  // Told not to.
  at.write({ quarantine: false });
  server = await at.start();
  assert.match(server.output, /plugin crash#1: version/);
  await server.stop();
  at.write();

  // A new build of it.
  appendFileSync(at.plugin, 'another');
  server = await at.start();
  assert.match(server.output, /plugin crash#1: version/);
  assert.doesNotMatch(server.output, /NOT STARTED/);
  await server.stop();

  // As it was, without the file.
  copyFileSync(join(fixtures, 'crash.so'), at.plugin);
  server = await at.start();
  assert.match(server.output, /NOT STARTED/);
  await server.stop();
  rmSync(join(at.here, at.crashes()[0]));
  server = await at.start();
  assert.match(server.output, /plugin crash#1: version/);
  await server.stop();
});

test('what an operator is told of one that is left out', async () => {
  const at = place('told', {
    others: [talk], config: { metrics: { enabled: true } },
  });
  for (let i = 0; i < 3; i += 1) {
    await crash(await at.start(), 'crash');
  }
  const begun = Date.now();
  const server = await at.start();
  const { leftOut, plugins } = JSON.parse(at.ctl('plugins', '--json'));
  assert.deepEqual(plugins.map((each) => each.name), ['talk']);
  const [{ since, ...told }] = leftOut;
  assert.ok(since <= begun && begun - since < 600_000, `${since}`);
  const file = join(at.here, at.crashes()[0]);
  const last = 'SIGSEGV in crash#1 (version 1.2.0), event crash';
  assert.deepEqual([told, leftOut.length],
    [{ name: 'crash', crash: last, file }, 1]);
  assert.deepEqual(JSON.parse(at.ctl('status', '--json')).leftOut, leftOut);

  const text = at.ctl('plugins');
  assert.match(text, /\nplugin crash is LEFT OUT since \d{4}-\d\d-\d\d \d\d:/);
  for (const word of [last, '"quarantine": false', `without the file ${file}`]) {
    assert.ok(text.includes(word), text);
  }
  assert.match(at.ctl('status'), /^left out +crash, .*mortise ctl plugins/m);
  assert.match(at.ctl('reload'),
    /^nothing has changed\n {2}plugin crash is left out, /);
  const gauge = 'mortise_plugin_left_out{plugin="crash"} 1\n';
  const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
  assert.ok((await metrics()).includes(gauge));

  // And then it is there.
  at.write({ quarantine: false });
  assert.match(at.ctl('reload'), /plugin crash#1 \(1\.2\.0\) is new/);
  assert.doesNotMatch(at.ctl('plugins') + at.ctl('status'), /left out/i);
  assert.ok(!(await metrics()).includes(gauge));
  await server.stop();
});

test('a reload takes a new build of it, and no old one', async () => {
  const at = place('reload', { others: [talk] });
  for (let i = 0; i < 3; i += 1) {
    await crash(await at.start(), 'crash');
  }
  const server = await at.start();
  const said = async (text) => {
    server.signal('SIGHUP');
    await eventually(() => text.test(server.output), text);
    server.output = '';
  };
  server.output = '';
  await said(/plugin "crash" is NOT STARTED/);
  appendFileSync(at.plugin, 'another');
  await said(/plugin crash#1: version/);
  // The one that crashes does not take the place of the one that runs.
  copyFileSync(join(fixtures, 'crash.so'), at.plugin);
  await said(/plugin "crash": this build has crashed the server again and/);
  const socket = socketOf(server);
  await next(socket, 'connect');
  await socket.timeout(10_000).emitWithAck('slow', 0);
  socket.disconnect();
  await server.stop();
});

test('one that crashes in its init is left out', async () => {
  const at = place('init', {
    plugin: { settings: { init: 'segv' } }, others: [talk],
  });
  for (let i = 0; i < 3; i += 1) {
    await assert.rejects(at.start(), (error) => {
      assert.match(error.message, line('SIGSEGV', 'init'));
      return true;
    });
  }
  const server = await at.start();
  assert.match(server.output, /plugin "crash" is NOT STARTED/);
  await server.stop();
});

test('the only one is not left out', async () => {
  const at = place('alone');
  for (let i = 0; i < 3; i += 1) {
    await crash(await at.start(), 'crash');
  }
  const server = await at.start();
  assert.match(server.output, /plugin "crash" should not be started/);
  assert.match(server.output, /started all the same, because there is no/);
  assert.match(server.output, /plugin crash#1: version/);
  await server.stop();
});

test('a file that is not ours is not written to', async () => {
  const at = place('link');
  await crash(await at.start(), 'crash');
  const [file] = at.crashes();
  rmSync(join(at.here, file));
  writeFileSync(join(at.here, 'other'), 'mine');
  symlinkSync('other', join(at.here, file));
  const server = await at.start();
  assert.match(server.output, /warn crashes are not written down: /);
  assert.match(await crash(server, 'crash'), line('SIGSEGV', 'event crash'));
  assert.equal(readFileSync(join(at.here, 'other'), 'utf8'), 'mine');
});

test('a slow handler is named', async () => {
  const server = await place('slow', { config: { metrics: { enabled: true } } })
    .start();
  const socket = socketOf(server);
  await next(socket, 'connect');
  await socket.timeout(10_000).emitWithAck('slow', 400);
  await eventually(
    () => /warn plugin crash#1: event slow took \d{3,} ms/.test(server.output),
    'the warning');
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /^mortise_slow_calls_total\{plugin="crash"\} [1-9]/m);
  socket.disconnect();
  await server.stop();
});

test('memory that is not freed is told of', async () => {
  const server = await place('memory', {
    config: { metrics: { enabled: true } },
  }).start();
  const socket = socketOf(server);
  await next(socket, 'connect');
  await socket.timeout(10_000).emitWithAck('keep', 1000);
  await socket.timeout(10_000).emitWithAck('keep', 23);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /^mortise_memory_bytes\{plugin="crash"\} 1023$/m);
  socket.disconnect();
  server.signal('SIGTERM');
  await server.exited;
  assert.match(
    server.output, /warn plugin crash#1: 2 blocks, 1023 bytes were not freed/);
});
