// SPDX-License-Identifier: MIT
//
// Sockets that are open before the server starts, as systemd gives them.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { connect, echo, next, socketOf, within } from './client.mjs';
import { binary, eventually, freePort } from './server.mjs';

// Opens a socket for each name, tells their ports, waits for a line, and
// becomes the server.
const LAUNCHER = `
import os, socket, sys
names = sys.argv[1].split(":")
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
print("ports", *[s.getsockname()[1] for s in sockets], flush=True)
sys.stdin.readline()
copies = [os.dup(s.fileno()) for s in sockets] # out of the way
copies = [os.dup2(fd, 50 + i) for i, fd in enumerate(copies)]
for i, fd in enumerate(copies):
    os.dup2(fd, 3 + i, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(names)),
                  LISTEN_FDNAMES=sys.argv[1])
os.execv(sys.argv[2], sys.argv[2:])
`;

async function launch(t, names, listen) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-test-'));
  const file = join(folder, 'echo.json');
  const server = { output: '' };
  server.configure = (where) => writeFileSync(file, JSON.stringify({
    listen: where, serveClient: false, pluginDir: join(dirname(binary), 'plugins/echo'),
    plugins: [{ name: 'echo' }],
  }));
  server.configure(listen);
  const child = spawn('python3',
    ['-c', LAUNCHER, names, binary, '--config', file], { cwd: folder });
  server.child = child;
  server.exited = new Promise((done) => child.once('close', done));
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      server.output += text;
    });
  }
  await eventually(() => /^ports .*\n/m.test(server.output), 'the launcher');
  server.ports = /^ports (.*)$/m.exec(server.output)[1].split(' ').map(Number);
  server.begin = () => child.stdin.write('\n');
  server.has = (text) => eventually(() => server.output.includes(text), text);
  return server;
}

const at = (port) => ({ url: `http://127.0.0.1:${port}` });

test('all that there are', async (t) => {
  const server = await launch(t, 'web:web', ['systemd']);
  // It comes before there is a server, and waits.
  const early = socketOf(at(server.ports[0]));
  server.begin();
  await next(early, 'connect');
  await server.has(`listening on http://127.0.0.1:${server.ports[0]}\n`);
  const second = await connect(at(server.ports[1]));
  assert.deepEqual(await echo(second, 1), [1]);
  early.disconnect();
  second.disconnect();
  server.child.kill('SIGTERM');
  assert.equal(await within(server.exited, 'the end'), 0);
});

test('by name, through reloads', async (t) => {
  const server = await launch(t, 'public:private', ['systemd:private']);
  server.begin();
  await server.has(`listening on http://127.0.0.1:${server.ports[1]}\n`);
  await server.has('the socket "public", and no "listen" takes it');
  assert.doesNotMatch(server.output, /the socket "private"/);
  const socket = await connect(at(server.ports[1]));
  server.configure(['systemd:private', 'systemd:public']);
  server.child.kill('SIGHUP');
  await server.has(`listening on http://127.0.0.1:${server.ports[0]}\n`);
  const other = await connect(at(server.ports[0]));
  server.configure(['systemd:private']);
  server.child.kill('SIGHUP');
  await server.has('not listening on systemd:public any more');
  server.configure(['systemd:private', 'systemd:public']);
  server.child.kill('SIGHUP');
  await server.has('cannot listen on "systemd:public": no such socket');
  assert.deepEqual(await echo(socket, 2), [2]);
  assert.deepEqual(await echo(other, 3), [3]);
  socket.disconnect();
  other.disconnect();
  server.child.kill('SIGTERM');
  assert.equal(await within(server.exited, 'the end'), 0);
});

test('without them', async (t) => {
  const server = await launch(t, 'other', ['systemd:web']);
  server.begin();
  assert.equal(await within(server.exited, 'the end'), 1);
  assert.match(server.output, /no such socket was given to it: start mortise\.socket/);
});

// The real thing: systemd's own program listens, and starts the server when the
// first client comes.
const ACTIVATE = 'systemd-socket-activate';
const skip = spawnSync(ACTIVATE, ['--version']).status !== 0 && `no ${ACTIVATE}`;

test('started by the first client', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-test-'));
  const file = join(folder, 'echo.json');
  const port = await freePort();
  writeFileSync(file, JSON.stringify({
    listen: 'systemd:web', serveClient: false,
    pluginDir: join(dirname(binary), 'plugins/echo'), plugins: [{ name: 'echo' }],
  }));
  const child = spawn(ACTIVATE, ['-l', `127.0.0.1:${port}`, '--fdname=web',
    ...['ASAN_OPTIONS', 'UBSAN_OPTIONS'].flatMap((name) => ['-E', name]),
    binary, '--config', file], { cwd: folder });
  const exited = new Promise((done) => child.once('close', done));
  t.after(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  await eventually(() => /Listening on/.test(output), 'the socket');
  assert.doesNotMatch(output, /plugin echo/);
  const socket = await connect(at(port));
  assert.deepEqual(await echo(socket, 'first'), ['first']);
  socket.disconnect();
  child.kill('SIGTERM'); // it has become the server
  assert.equal(await within(exited, 'the end'), 0, output);
});
