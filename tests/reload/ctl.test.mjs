// SPDX-License-Identifier: MIT
//
// mortise ctl, and the control socket behind it.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync,
  readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createConnection as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { next, socketOf } from '../clients/client.mjs';
import {
  binary, eventually, fixtures, startServer,
} from '../clients/server.mjs';

function folderFor(t) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-ctl-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// Its run directory lies in a folder of its own, where nobody else's is.
async function start(t, changes = {}, options = {}) {
  const runDir = folderFor(t);
  const server = await startServer({
    changes: { runDir, ...changes }, ...options,
  });
  t.after(() => server.stop());
  server.runDir = runDir;
  return server;
}

function controlOf(server) {
  const [name] = readdirSync(server.runDir)
    .filter((each) => each.startsWith('mortise-run-'));
  return join(server.runDir, name, 'control');
}

function ctl(args, env = {}) {
  const child = spawn(binary, ['ctl', ...args], {
    env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    result.out += data;
  });
  child.stderr.on('data', (data) => {
    result.err += data;
  });
  return new Promise((done) => {
    child.on('close', (code) => done({ ...result, code }));
  });
}

const ctlOf = (server, ...args) => ctl(['--config', server.file, ...args]);

function ask(socketPath, method, path) {
  return new Promise((done, fail) => {
    const asked = request({ socketPath, method, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (data) => {
        text += data;
      });
      answer.on('end', () => done({
        status: answer.statusCode, headers: answer.headers, text,
      }));
    });
    asked.on('error', fail);
    asked.end();
  });
}

test('what there is to know of each plugin', async (t) => {
  const server = await start(t, {
    plugins: [
      { name: 'guard', path: `${fixtures}/guard.so` },
      { name: 'strict', path: `${fixtures}/strict.so`, namespace: '/strict' },
    ],
  });
  const socket = socketOf(server, '/strict');
  await next(socket, 'connect');
  await socket.emitWithAck('say', 'hi');
  await socket.emitWithAck('say', 7);

  const { out, code } = await ctlOf(server, 'plugins');
  assert.equal(code, 0);
  const lines = out.split('\n').map((line) => line.split(/\s{2,}/));
  assert.deepEqual(lines[0], [
    'PLUGIN', 'VERSION', 'BUILD', 'SINCE', 'SOCKETS', 'EVENTS', 'REFUSED',
    'MEMORY', 'RETIRED']);
  assert.equal(lines[1][0], 'guard');
  const [name, version, build, since, ...numbers] = lines[2];
  assert.deepEqual([name, version, build], ['strict', '1.0.0', '1']);
  assert.match(since, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.deepEqual(numbers, ['1', '1', '1', '0 B', '0']);
  assert.match(out, /\nno reload yet\n$/);

  const json = await ctlOf(server, 'plugins', '--json');
  assert.equal(json.code, 0);
  const told = JSON.parse(json.out);
  assert.deepEqual(told.reload, { number: 0 });
  assert.deepEqual(told.plugins.map((each) => each.name), ['guard', 'strict']);
  assert.deepEqual(told.plugins[1].namespaces, ['/strict', '/other']);
  assert.ok(Math.abs(Date.now() - told.plugins[1].since) < 600_000);
  socket.disconnect();
});

test('what a plugin holds of memory', async (t) => {
  const server = await start(t, {
    plugins: [{ name: 'crash', path: `${fixtures}/crash.so` }],
  }, { env: { ASAN_OPTIONS: 'detect_leaks=0' } }); // it keeps what it takes
  const socket = socketOf(server);
  await next(socket, 'connect');
  for (const [bytes, shown] of [
    [900, '900 B'], [600, '1.5 kB'], [98_499, '100 kB'],
    [1_100_000, '1.2 MB'],
  ]) {
    await socket.emitWithAck('keep', bytes);
    const { out } = await ctlOf(server, 'plugins');
    assert.match(out, new RegExp(` ${shown} +0\n`));
  }
  socket.disconnect();
});

test('a reload that is done, and one that is refused', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'echo.so');
  copyFileSync(join(binary, '../plugins/echo/echo.so'), file);
  const changes = { plugins: [{ name: 'echo', path: file }] };
  const server = await start(t, changes);

  appendFileSync(file, 'another build');
  const done = await ctlOf(server, 'reload');
  assert.equal(done.code, 0, done.err);
  assert.match(done.out, /^done in .* ms, in which /);
  assert.match(done.out, /\n {2}plugin echo#2 .* takes over from #1 .*\n/);

  writeFileSync(file, 'no plugin at all');
  const refused = await ctlOf(server, 'reload');
  assert.equal(refused.code, 1);
  assert.equal(refused.out, '');
  assert.match(refused.err, /^refused, and nothing has changed:\n {2}.*echo/);

  // The unit's reload, whose server writes to the same journal.
  assert.deepEqual(await ctlOf(server, 'reload', '--quiet'),
    { out: '', err: '', code: 1 });
  assert.match(server.output, /error reload 3: refused/);
  const away = await ctl(
    ['--socket', join(folder, 'nobody'), 'reload', '--quiet']);
  assert.match(away.err, /nobody: No such file/);

  const { out } = await ctlOf(server, 'plugins');
  assert.match(out, /\necho +1\.0\.0 +2 .* 1\n/);
  assert.match(out, /\nreload 3, [-0-9]+ [:0-9]+: refused, and nothing/);
});

test('a configuration that cannot be read any more', async (t) => {
  // Where is then not known but from the system's places.
  const tmp = folderFor(t);
  const env = { TMPDIR: tmp, XDG_RUNTIME_DIR: '' };
  const server = await startServer({ changes: {}, env });
  t.after(() => server.stop());
  writeFileSync(server.file, '{');
  const { err, code } = await ctl(['--config', server.file, 'reload'], env);
  assert.equal(code, 1);
  assert.match(err, /^refused, .*\n {2}.*echo\.json:1:/);

  const elsewhere = await start(t);
  writeFileSync(elsewhere.file, '{');
  const lost = await ctlOf(elsewhere, 'reload');
  assert.equal(lost.code, 1);
  assert.match(lost.err, /echo\.json:1:[^]*--socket PATH/);
});

// There may be others, of whoever tests here, too.
test('several servers', async (t) => {
  const tmp = folderFor(t);
  const env = { TMPDIR: tmp, XDG_RUNTIME_DIR: tmp };
  const first = await startServer({ changes: {}, env });
  t.after(() => first.stop());
  const second = await startServer({ changes: {}, env });
  t.after(() => second.stop());
  const both = await ctl(['reload'], env);
  assert.equal(both.code, 1);
  assert.match(both.err, /\d servers run; which one\?/);
  for (const server of [first, second]) {
    const line = new RegExp(
      `--socket (\\S+) +pid ${server.pid}, runs ${server.file}`);
    const [, socket] = line.exec(both.err);
    assert.equal((await ctl(['--socket', socket, 'plugins'])).code, 0);
    assert.equal(
      (await ctl(['--config', server.file, 'reload'], env)).code, 0);
    assert.match(server.output, /reload 1: nothing has changed/);
    assert.doesNotMatch(server.output, /reload 2/);
  }
  const other = join(tmp, 'other.json');
  writeFileSync(other, '{}');
  const neither = await ctl(['--config', other, 'plugins'], env);
  assert.equal(neither.code, 1);
  assert.match(neither.err, /no server of yours runs .*other\.json\nothers do:/);
});

test('the socket is nobody else\'s, and goes with the server', async (t) => {
  const server = await start(t);
  const control = controlOf(server);
  assert.equal(statSync(control).mode & 0o777, 0o600);
  assert.equal(statSync(join(control, '..')).mode & 0o777, 0o700);
  await server.stop();
  assert.ok(!existsSync(control));
  const { err, code } = await ctl(['--socket', control, 'plugins']);
  assert.equal(code, 1);
  assert.match(err, /control: No such file or directory/);
});

test('what was tried, and what helps', async (t) => {
  const folder = folderFor(t);
  const env = { TMPDIR: folder, XDG_RUNTIME_DIR: folder };
  const config = join(folder, 'idle.json');
  writeFileSync(config, '{}');
  const none = await ctl(['--config', config, 'status'], env);
  assert.equal(none.code, 1);
  assert.match(none.err, /no server of yours runs .*idle\.json\n/);
  assert.ok(none.err.includes(`looked for the sockets of servers in ${folder
  }, /tmp, and for /run/mortise/control\n`), none.err);
  assert.match(none.err, /started with "mortise --config .*idle\.json"/);

  const socket = join(folder, 'socket');
  const away = await ctl(['--socket', socket, 'status']);
  assert.match(away.err, /No such file[^]*no server has made that socket/);
  writeFileSync(socket, '');
  const ended = await ctl(['--socket', socket, 'status']);
  assert.match(ended.err, /refused\nnobody listens there/);
  assert.deepEqual([away.code, ended.code], [1, 1]);
});

// In a place of its own, where /run is nobody else's.
const ownRun = ['--mount', ...process.getuid() === 0
  ? [] : ['--user', '--map-root-user']];
const noRun = spawnSync('unshare', [
  ...ownRun, 'mount', '-t', 'tmpfs', 'none', '/run']).status !== 0 &&
  'nothing can be mounted here';

test('the place of systemd\'s unit', { skip: noRun }, (t) => {
  const folder = folderFor(t);
  const write = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const config = write('unit.json',
    JSON.stringify({ control: '/run/mortise/control', runDir: folder }));
  const changed = write('changed.json', '{ "listen": "${NOT_THERE}" }');
  const { stdout, stderr } = spawnSync('unshare', [...ownRun, 'sh', '-c', `
    mount -t tmpfs none /run && mkdir -m 700 /run/mortise && cd ${folder}
    ${binary} --config ${config} --listen localhost:0 >ready &
    for try in $(seq 60); do [ -s ready ] && break; sleep 0.5; done
    ${binary} ctl status 2>&1
    cp ${changed} ${config}
    ${binary} ctl --config ${config} status
    kill $! && wait $! && echo ended`], { encoding: 'utf8' });
  // There may be others, of whoever tests here, too.
  assert.match(stdout,
    /^configuration +.*unit\.json$|control +pid \d+, runs .*unit\.json/m);
  assert.match(stdout, /^configuration +.*unit\.json\n[^]*ended\n$/m, stderr);
});

test('what a crash leaves behind is in nobody\'s way', async (t) => {
  const runDir = folderFor(t);
  const control = join(runDir, 'mine');
  const crashed = await startServer({ changes: { runDir, control } });
  await crashed.kill();
  assert.ok(existsSync(control));
  const without = await startServer({ changes: { runDir } });
  const left = controlOf({ runDir });
  await without.kill();
  assert.ok(existsSync(left));

  const server = await startServer({ changes: { runDir, control } });
  t.after(() => server.stop());
  assert.ok(!existsSync(left));
  assert.equal((await ctlOf(server, 'plugins')).code, 0);
  await server.stop();
  assert.ok(!existsSync(control));
});

test('a path that is too long costs the socket, not the server', async (t) => {
  const runDir = join(folderFor(t), 'x'.repeat(100));
  mkdirSync(runDir);
  const server = await startServer({ changes: { runDir } });
  t.after(() => server.stop());
  assert.match(server.output,
    /mortise ctl has no way to this server: .*at most 107 bytes/);
  assert.equal((await ctlOf(server, 'plugins')).code, 1);
});

test('why it is not answered', async (t) => {
  const server = await start(t);
  const socket = controlOf(server);
  const long = await ctl(['--socket', socket, 'why', 'x'.repeat(100_000)]);
  assert.equal(long.code, 1);
  assert.match(long.err, /that is too long to be asked/);
  // As many as it talks to at a time, none of which ever says what it wants.
  const silent = await Promise.all(Array.from({ length: 16 }, () =>
    new Promise((done) => {
      const one = connectTo(socket, () => done(one));
      t.after(() => one.destroy());
    })));
  const late = await ctl(['--socket', socket, 'status']);
  assert.equal(late.code, 1);
  assert.match(late.err, /try again in a moment/);
  silent.forEach((one) => one.destroy());
  await eventually(async () =>
    (await ctl(['--socket', socket, 'status'])).code === 0, 'an answer');
});

test('over HTTP, as curl speaks it', async (t) => {
  const server = await start(t);
  const control = controlOf(server);
  const self = await ask(control, 'GET', '/');
  assert.equal(self.status, 200);
  assert.equal(self.headers['content-type'], 'application/json');
  const { name, pid, config } = JSON.parse(self.text);
  assert.deepEqual({ name, pid, config },
    { name: 'mortise', pid: server.pid, config: server.file });

  const posted = await ask(control, 'POST', '/reload');
  assert.equal(posted.status, 200);
  assert.equal(posted.text, 'nothing has changed\n');
  writeFileSync(server.file, '{ "listn": 1 }');
  const refused = await ask(control, 'POST', '/reload');
  assert.equal(refused.status, 409);
  assert.match(refused.text, /did you mean "listen"/);
  const { number, good, lines } =
    JSON.parse((await ask(control, 'GET', '/reload')).text);
  assert.deepEqual({ number, good }, { number: 2, good: false });
  assert.equal(`${lines.join('\n')}\n`, refused.text);

  assert.equal((await ask(control, 'DELETE', '/reload')).status, 405);
  const post = await ask(control, 'POST', '/plugins');
  assert.deepEqual([post.status, post.headers.allow], [405, 'GET, HEAD']);
  assert.equal((await ask(control, 'GET', '/elsewhere')).status, 404);
});

test('who waits for a reload may go', async (t) => {
  const folder = folderFor(t);
  const file = join(folder, 'echo.so');
  copyFileSync(join(binary, '../plugins/echo/echo.so'), file);
  const server = await start(t, { plugins: [{ name: 'echo', path: file }] });
  const control = controlOf(server);
  appendFileSync(file, 'another build');
  const asked = request({ socketPath: control, method: 'POST', path: '/reload' });
  asked.on('error', () => {});
  asked.end(() => setImmediate(() => asked.destroy()));
  await eventually(() => /reload 1: done/.test(server.output), 'the reload');
  assert.equal((await ask(control, 'POST', '/reload')).status, 200);
  // One that waits when the server stops is cut off.
  appendFileSync(file, 'and one more');
  const cut = ask(control, 'POST', '/reload').catch(() => 'cut');
  await server.stop();
  await cut;
});

test('arguments', async () => {
  const help = await ctl(['help']);
  assert.equal(help.code, 0);
  assert.match(help.out, /^Usage: mortise ctl /);
  assert.equal((await ctl(['--help'])).out, help.out);
  for (const wrong of [
    [], ['stop'], ['plugins', 'more'], ['reload', '--json'],
    ['status', '--quiet'], ['--nonsense'],
    ['--config', 'a', '--socket', 'b', 'plugins'],
  ]) {
    const { code, out } = await ctl(wrong);
    assert.deepEqual([code, out], [1, ''], wrong.join(' '));
  }
  const missing = await ctl(['--config', '/not/there.json', 'plugins']);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /not\/there\.json: No such file/);
});
