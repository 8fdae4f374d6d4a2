// SPDX-License-Identifier: MIT
//
// Two machines and the cable between them, as network namespaces; run by
// half-open.test.mjs in the first of them, and by itself in the second.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { descriptors } from '../reload/reload.mjs';
import { connect, echo, ways } from './client.mjs';
import { eventually, startServer } from './server.mjs';

const HERE = '10.77.0.1';
const THERE = '10.77.0.2';
const me = fileURLToPath(import.meta.url);
const ip = (...words) => execFileSync('ip', words, { stdio: 'inherit' });
const up = (device, address) => {
  ip('address', 'add', `${address}/24`, 'dev', device);
  ip('link', 'set', device, 'up');
};

// --- the machine that vanishes ---

async function clients(plain, secure) {
  up('c0', THERE);
  const server = { url: plain };
  await connect(server, '/', ways.websocket); // says nothing
  await connect(server, '/', ways.polling);
  await connect({ url: secure }, '/',
    { ...ways.websocket, rejectUnauthorized: false });
  await connect({ url: secure }, '/',
    { ...ways.polling, rejectUnauthorized: false });
  // What comes back is on its way when the cable is pulled.
  const busy = await Promise.all(['websocket', 'polling'].map(
    (way) => connect(server, '/', ways[way])));
  const file = await new Promise((done) => get(`${plain}/large`, done));
  file.once('data', () => file.pause());
  await eventually(() => file.isPaused(), 'the file');
  console.log('ready');
  busy.forEach((socket) => socket.emit('message', 'x'.repeat(500_000)));
  await new Promise((done) => setTimeout(done, 5));
  ip('link', 'set', 'c0', 'down');
  console.log('gone');
  setInterval(() => {}, 1000); // but not at an end, of which anybody heard
}

// --- the machine of the server ---

function prepare(folder) {
  const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=x',
    '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  mkdirSync(join(folder, 'pages'));
  writeFileSync(join(folder, 'pages/large'), Buffer.alloc(30_000_000));
  return { key, certificate };
}

async function serve(folder) {
  ip('link', 'set', 'lo', 'up');
  const server = await startServer({
    changes: {
      // Whose files others are is not seen in there.
      mode: 'development', runDir: folder,
      listen: ['0.0.0.0:0', '0.0.0.0:0 tls'], tls: prepare(folder),
      static: { root: join(folder, 'pages') },
      pingInterval: 500, pingTimeout: 1000,
      limits: { headerTimeout: 2000, bodyTimeout: 2000, keepAliveTimeout: 2000 },
    },
    listen: false,
  });
  const ports = [...server.output.matchAll(/:(\d+)(?=\s)/g)].map(([, n]) => n);
  const honest = await connect(server, '/', ways.websocket);
  honest.on('disconnect', (reason) => assert.fail(reason));
  const before = descriptors(server);
  const other = spawn('unshare', ['-n', process.execPath, me, 'clients'],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    let said = '';
    other.stdout.on('data', (text) => {
      said += text;
    });
    await eventually(() => said.includes('born'), 'the other machine');
    ip('link', 'add', 's0', 'type', 'veth', 'peer', 'name', 'c0', 'netns',
      String(other.pid));
    up('s0', HERE);
    other.stdin.end(`http://${HERE}:${ports[0]} https://${HERE}:${ports[1]}\n`);
    await eventually(() => said.includes('ready'), 'its clients', 20_000);
    // With two that are sent large things, and a download.
    assert.ok(descriptors(server).length >= before.length + 7);
    await eventually(() => said.includes('gone'), 'the cable');
    await eventually(() => descriptors(server).length === before.length,
      'all that was theirs is gone', 20_000);
    assert.equal(other.exitCode, null);
    assert.deepEqual(await echo(honest, 'still'), ['still']);
    honest.off('disconnect');
    honest.disconnect();
    await server.stop();
  } finally {
    other.kill('SIGKILL');
    await server.kill();
  }
}

if (process.argv[2] === 'clients') {
  console.log('born');
  process.stdin.once('data', (line) => clients(...String(line).split(/\s/)));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-vanish-'));
  try {
    await serve(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
}
