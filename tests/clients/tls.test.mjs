// SPDX-License-Identifier: MIT
//
// TLS: stock clients over it, certificates that are renewed, and what does not
// get in.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync }
  from 'node:fs';
import { get } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { echo, next, socketOf, upgraded } from './client.mjs';
import { dripTls } from './hostile.mjs';
import { Raw } from './raw.mjs';
import { eventually, startServer } from './server.mjs';

const clientDir = fileURLToPath(
  new URL('node_modules/socket.io-client/dist', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mortise-tls-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = (name) => join(folder, name);
const pem = (name) => readFileSync(file(name));
const openssl = (...args) =>
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });

// A key and a certificate, of an authority (without `by`) or signed by one.
function certify(name, subject, by) {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const issuer = by
    ? ['-CA', file(`${by}.pem`), '-CAkey', file(`${by}.key`),
      '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-addext', 'basicConstraints=critical,CA:FALSE']
    : [];
  openssl('req', '-x509', ...curve, '-nodes', '-days', '2',
    '-subj', `/CN=${subject}`, ...issuer,
    '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`));
}
certify('authority', 'An authority');
certify('other', 'Another authority');
certify('server', 'localhost', 'authority');
certify('renewed', 'renewed', 'authority');
certify('client', 'ann', 'authority');
certify('stranger', 'eve', 'other');

async function start(t, tls = {}, changes = {}) {
  for (const end of ['pem', 'key'])
    copyFileSync(file(`server.${end}`), file(`current.${end}`));
  const server = await startServer({
    listen: false,
    changes: {
      listen: 'localhost:0 tls',
      tls: { certificate: file('current.pem'), key: file('current.key'),
        ...tls },
      ...changes,
    },
  });
  t.after(() => server.stop());
  return {
    url: /listening on (https:\S+)/.exec(server.output)[1],
    port: server.port,
    output: () => server.output,
    signal: (name) => server.signal(name),
  };
}

const trust = { ca: pem('authority.pem') };
const shake = (server, options = {}) => new Promise((done, fail) => {
  const socket = connectTls({
    host: 'localhost', port: server.port, servername: 'localhost', ...trust,
    ...options,
  });
  socket.on('secureConnect', () => done(socket));
  socket.on('error', fail);
});

for (const transports of [['websocket'], ['polling'],
  ['polling', 'websocket']]) {
  test(`a stock client over ${transports.join(' and ')}`, async (t) => {
    const server = await start(t);
    const socket = socketOf(server, '/', { transports, ...trust });
    await next(socket, 'connect');
    if (transports.length > 1)
      await upgraded(socket);
    for (const value of ['x', 'ä'.repeat(40_000), { a: [1, 2] },
      Buffer.alloc(100_000, 7)])
      assert.deepEqual((await echo(socket, value))[0], value);
    const many = Array.from({ length: 500 }, (_, i) => echo(socket, i));
    await Promise.all(many);
    socket.disconnect();
  });
}

test('what is spoken', async (t) => {
  const server = await start(t);
  const newest = await shake(server, { ALPNProtocols: ['h2', 'http/1.1'] });
  assert.equal(newest.getProtocol(), 'TLSv1.3');
  assert.equal(newest.alpnProtocol, 'http/1.1');
  newest.destroy();
  const older = await shake(server, { maxVersion: 'TLSv1.2' });
  assert.match(older.getCipher().name, /^ECDHE-.*(GCM|CHACHA20)/);
  older.destroy();
  const ours = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0' };
  await assert.rejects(shake(server, ours));
  await assert.rejects(shake(server, { maxVersion: 'TLSv1.2',
    ciphers: 'AES128-SHA' }));
});

test('a session is taken up again', async (t) => {
  const server = await start(t);
  const first = await shake(server, { maxVersion: 'TLSv1.2' });
  const session = first.getSession();
  first.destroy();
  const second = await shake(server, { maxVersion: 'TLSv1.2', session });
  assert.equal(second.isSessionReused(), true);
  second.destroy();
});

test('a cookie of a session is a secure one where it can be', async (t) => {
  const server = await start(t, {}, { cookie: { secure: true } });
  const answer = await new Promise((done, fail) => {
    get(`${server.url}/socket.io/?EIO=4&transport=polling`, trust, done)
      .on('error', fail);
  });
  answer.resume();
  assert.match(answer.headers['set-cookie'][0], /; Secure/);
});

test('a renewed certificate, by SIGHUP; who is there stays', async (t) => {
  const server = await start(t);
  const socket = socketOf(server, '/', { transports: ['websocket'], ...trust });
  await next(socket, 'connect');
  const subject = async () => {
    const shaken = await shake(server);
    const { CN } = shaken.getPeerCertificate().subject;
    shaken.destroy();
    return CN;
  };
  assert.equal(await subject(), 'localhost');
  for (const end of ['pem', 'key'])
    copyFileSync(file(`renewed.${end}`), file(`current.${end}`));
  server.signal('SIGHUP');
  await eventually(async () => await subject() === 'renewed', 'the new one');
  await echo(socket, 'still here');

  // One that does not fit its key changes nothing.
  copyFileSync(file('server.pem'), file('current.pem'));
  server.signal('SIGHUP');
  await eventually(() => /tls: the key .*: .*mismatch/.test(server.output()),
    'a refusal');
  assert.equal(await subject(), 'renewed');
  await echo(socket, 'still here');
  socket.disconnect();
});

test('certificates of clients', async (t) => {
  const server = await start(t, { clientAuthorities: file('authority.pem') });
  const of = (name) => ({ transports: ['websocket'], ...trust,
    cert: pem(`${name}.pem`), key: pem(`${name}.key`) });
  const known = socketOf(server, '/', of('client'));
  await next(known, 'connect');
  await echo(known, 1);
  for (const options of [of('stranger'), { transports: ['websocket'],
    ...trust }]) {
    const refused = socketOf(server, '/', options);
    await next(refused, 'connect_error');
    refused.disconnect();
  }
  await echo(known, 2);
  known.disconnect();
});

test('what is no TLS', async (t) => {
  const server = await start(t, {}, { limits: { headerTimeout: 300 } });
  const ends = (first) => new Promise((done) => {
    const socket = connectPlain(server.port, 'localhost', () => {
      if (first)
        socket.write(first);
    });
    socket.on('data', () => {});
    socket.on('error', () => {});
    socket.on('close', done);
  });
  // In the clear, garbage, half a record, and nothing at all.
  await ends('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await ends('\x00'.repeat(100));
  await ends('\x16\x03\x01\x02\x00\x01');
  await ends('');
  const socket = socketOf(server, '/', trust);
  await next(socket, 'connect');
  await echo(socket, 1);
  socket.disconnect();
});

test('a client that sends its bytes one by one', async (t) => {
  const server = await start(t);
  const socket = await shake(server);
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  for (const byte of 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n' +
    'Host: localhost\r\n\r\n') {
    socket.write(byte);
    await new Promise(setImmediate);
  }
  await eventually(() => /200 OK[^]*"sid"/.test(answer), 'an answer');
  socket.destroy();
});

// Deadlines are for the whole handshake, as for a head, not for a pause in it.
test('handshakes that come by drops, and hundreds that do not', async (t) => {
  const server = await start(t, {}, { limits: { headerTimeout: 1000 } });
  const honest = socketOf(server, '/', { transports: ['websocket'], ...trust });
  await next(honest, 'connect');
  const attackers = Array.from({ length: 200 }, (_, i) => {
    const raw = new Raw(server.port);
    return i % 2 ? dripTls(raw) : raw.send('\x16\x03\x01').closed();
  });
  const all = Promise.all(attackers).then(() => true);
  while (!await Promise.race([all, echo(honest, 'served').then(() => false)]))
    await new Promise((done) => setTimeout(done, 20));
  await echo(honest, 'still');
  honest.disconnect();
});

test('a client that wants to shake hands again', async (t) => {
  const server = await start(t);
  const older = await shake(server, { maxVersion: 'TLSv1.2' });
  const refusal = await new Promise((done) => {
    older.once('error', done);
    older.renegotiate({}, done);
  });
  assert.match(String(refusal), /renegotiation/i);
  older.destroy();
  const other = socketOf(server, '/', trust);
  await next(other, 'connect');
  await echo(other, 'served');
  other.disconnect();
});

test('small records, where a client wants them', async (t) => {
  const server = await start(t, {}, { clientDir });
  // The longest that it takes is 512 bytes (RFC 6066).
  const asked = execFileSync('openssl', ['s_client', '-connect',
    `localhost:${server.port}`, '-CAfile', file('authority.pem'),
    '-maxfraglen', '512', '-quiet', '-ign_eof'], {
    input: 'GET /socket.io/socket.io.js HTTP/1.1\r\nHost: localhost\r\n' +
      'Connection: close\r\n\r\n',
    stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 1 << 24, timeout: 20_000,
  }).toString();
  const [head] = asked.split('\r\n\r\n', 1);
  const length = Number(/content-length: (\d+)/i.exec(head)[1]);
  assert.ok(length > 10_000, head);
  assert.equal(Buffer.byteLength(asked) - head.length - 4, length);
});

test('a configuration without a certificate', async () => {
  await assert.rejects(
    startServer({ listen: false, changes: { listen: 'localhost:0 tls' } }),
    /"listen" has "localhost:0 tls", which needs a certificate/);
  writeFileSync(file('empty.pem'), '');
  await assert.rejects(startServer({
    listen: false,
    changes: { listen: 'localhost:0 tls', tls: {
      certificate: file('empty.pem'), key: file('server.key'),
    } },
  }), /tls: the certificate .*empty\.pem/);
});
