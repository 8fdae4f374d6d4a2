// SPDX-License-Identifier: MIT
//
// Commands of plugins, given by mortise ctl: to a server that runs, and to
// none. The plugin is ruler (tests/unit/host/plugins).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, eventually, fixtures } from '../clients/server.mjs';

const usage = 'Usage: mortise ctl ruler say TEXT TIMES [LOUD] [HOW] [RATE] ' +
  '[LIST] [ANY]\n';
const here = 'mortise: no server is running; done here\n';

// A process; what it says is in `out` and `err`, and `ended` gives its status.
function start(args, { input, ...options } = {}) {
  const child = spawn(binary, args, {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...options,
  });
  const run = { child, out: '', err: '' };
  child.stdout.on('data', (data) => {
    run.out += data;
  });
  child.stderr.on('data', (data) => {
    run.err += data;
  });
  if (input !== undefined) {
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  }
  run.ended = new Promise((done) => {
    child.on('close', (code, signal) => done(code ?? signal));
  });
  return run;
}

// Its status, then what it said.
async function run(args, options) {
  const process = start(args, options);
  const code = await process.ended;
  return [code, process.out, process.err];
}

// A configuration in a folder of its own.
function siteFor(t, changes = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-commands-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const site = { folder, file: join(folder, 'site.json') };
  site.configure = (more = {}) => writeFileSync(site.file, JSON.stringify({
    listen: '127.0.0.1:0',
    runDir: join(folder, 'run'),
    serveClient: false,
    plugins: [{ name: 'ruler', path: join(fixtures, 'ruler.so') }],
    ...changes, ...more,
  }));
  site.configure();
  // "ctl" may stand in front, or not.
  site.give = (line, options) => {
    const words = line.split(' ');
    const ctl = words[0] === 'ctl' ? [words.shift()] : [];
    return run([...ctl, '--config', site.file, ...words], options);
  };
  site.serve = async () => {
    const server = start(['--config', site.file]);
    t.after(() => server.child.kill('SIGKILL'));
    await eventually(() => /listening on/.test(server.out), 'a server');
    server.stop = async () => {
      server.child.kill('SIGTERM');
      assert.equal(await server.ended, 0, server.err);
    };
    return server;
  };
  return site;
}

const runDirs = (site) => readdirSync(join(site.folder, 'run'))
  .filter((name) => name.startsWith('mortise-run-'));
const controlOf = (site) =>
  join(site.folder, 'run', runDirs(site)[0], 'control');

// What is the same with a server and without one, which is said first.
async function answers(site, first) {
  assert.deepEqual(await site.give('ruler say hi 2', { input: 'secret\n' }),
    [0, 'hi\n', first]);
  assert.deepEqual(await site.give('--json ruler say hi 2 true', { input: '' }),
    [0, '{"text":"hi","times":2,"loud":true}\n', first]);
  assert.deepEqual(await site.give('ctl ruler say hi x', { input: '' }),
    [2, '', `${first}"times" has to be a whole number.\n${usage}`]);
  assert.deepEqual(await site.give('ruler say -- -5 1', { input: '' }),
    [0, '-5\n', first]);
  assert.deepEqual(await site.give('ruler turn', { input: 'a\nb\r\n' }),
    [0, 'b\na\n', first]);
  assert.deepEqual(await site.give('ruler turn --json', { input: 'ab' }),
    [0, '"ba"\n', first]);
  assert.deepEqual(await site.give('ruler fail'),
    [1, '', `${first}no, 3 times\n`]);
  assert.deepEqual((await site.give('ruler wrong --json')).slice(0, 2),
    [7, '']);
  const [late, nothing, why] = await site.give('ruler keep --timeout 0.1');
  assert.deepEqual([late, nothing], [124, '']);
  assert.match(why, /kept\nit was not answered within 0\.1 s\n$/);
  assert.deepEqual(await site.give('nobody say'),
    [2, '', `${first}there is no plugin "nobody"\n`]);
  const [unknown, , names] = await site.give('ruler lie');
  assert.equal(unknown, 2);
  assert.match(names, /has no command "lie"; it has say, fail, /);
  assert.deepEqual(
    await site.give('ruler turn', { input: Buffer.alloc((1 << 20) + 3) }),
    [1, '', `${first}mortise ctl: standard input: it is too long\n`]);

  const [, help] = await site.give('ctl help');
  assert.match(help, /^Usage: mortise ctl [^]*\n {2}ruler turn {20,}turns it/);
  assert.deepEqual(await site.give('ctl help ruler turn'), [0,
    'Usage: mortise ctl ruler turn \n  turns it around\n\n' +
    '  on standard input: text\n', '']);
  assert.deepEqual((await site.give('ctl help ruler lie'))[0], 1);
  assert.equal((await site.give('ruler'))[0], 0);
}

test('to a server that runs', async (t) => {
  const site = siteFor(t);
  const server = await site.serve();
  await answers(site, '');
  assert.match(server.err, /say of 2: secret/);
  // The socket itself will do, too.
  assert.deepEqual(
    await run(['--socket', controlOf(site), 'ruler', 'fail']),
    [1, '', 'no, 3 times\n']);
  await server.stop();
});

test('and where none does', async (t) => {
  const site = siteFor(t);
  await answers(site, here);
  assert.deepEqual(runDirs(site), []);
  // Without --config any server that runs here may be found.
  const [code] = await run(['ruler', 'fail']);
  assert.notEqual(code, 0);
  writeFileSync(site.file, '{');
  const [wrong, , complaint] = await site.give('ruler fail');
  assert.equal(wrong, 1);
  assert.match(complaint, /site\.json:1:/);
});

test('an order carries over a reload', async (t) => {
  const site = siteFor(t);
  const server = await site.serve();
  const kept = start(
    ['--config', site.file, '--timeout', '60', 'ruler', 'keep']);
  await eventually(() => /ruler#1: keep/.test(server.err), 'an order');
  site.configure({
    plugins: [{
      name: 'ruler', path: join(fixtures, 'ruler.so'), settings: { new: 1 },
    }],
  });
  assert.equal((await site.give('ctl reload'))[0], 0);
  assert.deepEqual(await site.give('ruler release'), [0, '', '']);
  assert.equal(await kept.ended, 0);
  assert.deepEqual([kept.out, kept.err], ['kept\n', '']);
  assert.match(server.err, /ruler#2: release 0/);
  await server.stop();
});

test('who gave it goes away', async (t) => {
  const site = siteFor(t);
  const server = await site.serve();
  const control = controlOf(site);
  const asked = request({ socketPath: control, method: 'POST',
    path: '/commands' });
  asked.on('error', () => {});
  asked.end(JSON.stringify(
    { plugin: 'ruler', command: 'keep', timeout: 600_000 }));
  await eventually(() => /: keep/.test(server.err), 'an order');
  asked.destroy();
  await eventually(async () => {
    await site.give('ruler release');
    return /release -4/.test(server.err);
  }, 'nobody to be answered');
  // One that waits when the server stops is cut off.
  const cut = start(
    ['--config', site.file, '--timeout', '60', 'ruler', 'keep']);
  await eventually(() => /keep[^]*: keep/.test(server.err), 'another one');
  await server.stop();
  assert.equal(await cut.ended, 1);
});

function ask(socketPath, method, path, body) {
  return new Promise((done, fail) => {
    const asked = request({ socketPath, method, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (data) => {
        text += data;
      });
      answer.on('end', () => done([answer.statusCode, text]));
    });
    asked.on('error', fail);
    asked.end(body);
  });
}

test('over HTTP', async (t) => {
  const site = siteFor(t);
  const server = await site.serve();
  const control = controlOf(site);
  const [status, list] = await ask(control, 'GET', '/commands');
  assert.equal(status, 200);
  assert.equal(JSON.parse(list)[0].usage,
    'TEXT TIMES [LOUD] [HOW] [RATE] [LIST] [ANY]');
  const order = { plugin: 'ruler', command: 'turn',
    input: Buffer.from('abc').toString('base64') };
  assert.deepEqual(
    await ask(control, 'POST', '/commands', JSON.stringify(order)),
    [200, '{"status":0,"text":"","value":"cba"}\n']);
  for (const wrong of [
    '', '{', '[]', '{"plugin":"ruler"}', '{"plugin":1,"command":"a"}',
    '{"plugin":"ruler","command":"turn","args":{"a":1}}',
    '{"plugin":"ruler","command":"turn","args":[1]}',
    '{"plugin":"ruler","command":"turn","input":"%"}',
    '{"plugin":"ruler","command":"turn","timeout":"1"}',
    JSON.stringify({ ...order, args: Array(65).fill('a') }),
    JSON.stringify({ ...order, input: 'A'.repeat(1_500_000) }),
  ]) {
    assert.equal((await ask(control, 'POST', '/commands', wrong))[0], 400,
      wrong.slice(0, 80));
  }
  assert.equal((await ask(control, 'PUT', '/commands', ''))[0], 405);
  assert.equal((await ask(control, 'GET', '/commandsX'))[0], 404);
  await server.stop();
});

test('a server that does not answer is not worked around', async (t) => {
  // Its control socket has too long a path.
  const site = siteFor(t);
  const runDir = join(site.folder, 'x'.repeat(100));
  mkdirSync(runDir);
  site.configure({ runDir });
  const server = await site.serve();
  const [code, out, err] = await site.give('ruler fail');
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /^mortise ctl: something runs with .*site\.json, and/);
  await server.stop();
  assert.deepEqual(await site.give('ruler fail'),
    [1, '', `${here}no, 3 times\n`]);
});

test('two at a time without a server', async (t) => {
  const site = siteFor(t);
  const first = start(
    ['--config', site.file, '--timeout', '60', 'ruler', 'keep']);
  t.after(() => first.child.kill('SIGKILL'));
  await eventually(() => existsSync(join(site.folder, 'run')) &&
    runDirs(site).some((name) =>
      readdirSync(join(site.folder, 'run', name)).includes('config')),
  'the first');
  const [code, , err] = await site.give('ruler fail');
  assert.equal(code, 1);
  assert.match(err, /is another command like this/);
  first.child.kill('SIGINT');
  assert.equal(await first.ended, 1);
  assert.match(first.err, /interrupted/);
  assert.deepEqual(runDirs(site), []);
});

test('a control socket that the configuration names', async (t) => {
  const site = siteFor(t);
  const control = join(site.folder, 'orders');
  site.configure({ control });
  assert.deepEqual(await site.give('ruler fail'),
    [1, '', `${here}no, 3 times\n`]);
  const server = await site.serve();
  assert.deepEqual(await site.give('ruler fail'), [1, '', 'no, 3 times\n']);

  // Whom it is not for.
  const root = process.getuid() === 0;
  chmodSync(site.folder, 0o755);
  if (!root) {
    chmodSync(control, 0);
  }
  const [code, out, err] = await run(['--config', site.file, 'ruler', 'fail'],
    root ? { uid: 65534, gid: 65534, cwd: '/' } : {});
  assert.deepEqual([code, out], [1, '']);
  assert.match(err,
    /^mortise ctl: .*orders: Permission denied\nit is for root and .*\n$/);
  await server.stop();
});

// A terminal, at which `keys` are typed once it asks for the text.
const terminal = (keys) => `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown = b""
typed = False
while True:
    try:
        piece = os.read(fd, 4096)
    except OSError:
        break
    if not piece:
        break
    shown += piece
    if b"text: " in shown and not typed:
        typed = True
        os.write(fd, ${keys})
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 255)
`;

test('what a terminal is asked for is not shown', async (t) => {
  const site = siteFor(t);
  const server = await site.serve();
  const at = (keys) => new Promise((done) => {
    const child = spawn('python3', ['-c', terminal(keys), binary, '--config',
      site.file, 'ruler', 'turn'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let shown = '';
    child.stdout.on('data', (data) => {
      shown += data;
    });
    child.on('close', (code) => done([code, shown]));
  });
  assert.deepEqual(await at('b"abc\\n"'), [0, 'text: \r\ncba\r\n']);
  assert.match(server.err, /worked: 0/);
  const [code] = await at('b"ab\\x03"');
  assert.notEqual(code, 0);
  await server.stop();
  // Here, where the signal is the loop's, nothing is done either.
  const [alone, shown] = await at('b"ab\\x03"');
  assert.equal(alone, 1);
  assert.match(shown, /text: \r\nmortise ctl: it was interrupted\r\n$/);
  assert.deepEqual(runDirs(site), []);
});

test('arguments', async (t) => {
  const site = siteFor(t);
  for (const wrong of [
    ['--timeout', 'x', 'ruler', 'fail'], ['--timeout', '0', 'ruler', 'fail'],
    ['--timeout', '1', 'plugins'], ['help', 'a', 'b', 'c'],
    ['--socket', 'a', '--config', site.file, 'ruler', 'fail'],
    ['--config', site.file, 'ruler', 'say', ...Array(70).fill('a')],
    ['--config', site.file, 'nobody'],
  ]) {
    const [code, out] = await run(['ctl', ...wrong], { input: '' });
    assert.deepEqual([code, out], [1, ''], wrong.join(' '));
  }
  const [code, out] = await run(['--nonsense', 'ruler', 'fail']);
  assert.deepEqual([code, out], [1, '']);
});
