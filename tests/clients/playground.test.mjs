// SPDX-License-Identifier: MIT
//
// What the playground's page asks of the server: the plugins with their
// contracts, and the stream of what happens.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { next, socketOf, ways } from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

let site;
let server;

const settings = (more = {}) => ({
  mode: 'development',
  static: { root: site, fallback: 'index.html' },
  plugins: [
    { name: 'echo' },
    { name: 'strict', path: `${fixtures}/strict.so`, namespace: '/strict' },
  ],
  ...more,
});

before(async () => {
  site = mkdtempSync(join(tmpdir(), 'mortise-site-'));
  writeFileSync(join(site, 'index.html'), '<p>home');
  writeFileSync(join(site, 'playground.html'), '<p>playground');
  server = await startServer({ changes: settings() });
});
after(async () => {
  await server.stop();
  rmSync(site, { recursive: true });
});

function ask(path, headers = {}, { method = 'GET', to = server } = {}) {
  return new Promise((done, fail) => {
    const sent = request(`${to.url}${path}`, { method, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => done({
        status: answer.statusCode,
        headers: answer.headers,
        text: String(Buffer.concat(parts)),
      }));
    });
    sent.on('error', fail);
    sent.end();
  });
}

// A reader of the stream: what it has got, in order.
class Live {
  entries = [];

  static open(to = server) {
    const live = new Live();
    return new Promise((done, fail) => {
      live.request = request(`${to.url}/playground/live`, (answer) => {
        live.status = answer.statusCode;
        live.type = answer.headers['content-type'];
        live.answer = answer;
        let rest = '';
        answer.setEncoding('utf8');
        answer.on('data', (text) => {
          const lines = (rest + text).split('\n\n');
          rest = lines.pop();
          for (const line of lines.filter((l) => l.startsWith('data: '))) {
            live.entries.push(JSON.parse(line.slice(6)));
          }
        });
        answer.on('close', () => { live.ended = true; });
        answer.on('error', () => {});
        done(live);
      });
      live.request.on('error', fail);
      live.request.end();
    });
  }

  find(kind, test = () => true) {
    return eventually(
      () => this.entries.find((e) => e.kind === kind && test(e)),
      `an entry "${kind}" among ${JSON.stringify(this.entries.slice(-9))}`);
  }

  close() {
    this.request.destroy();
  }
}

async function enter(namespace = '/', to = server) {
  const socket = socketOf(to, namespace, ways.websocket);
  await next(socket, 'connect');
  return socket;
}

test('what there is to say to the plugins', async () => {
  const answer = await ask('/playground/plugins');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const { server: about, plugins } = JSON.parse(answer.text);
  assert.equal(about.path, '/socket.io');
  assert.deepEqual(plugins.map((p) => p.name), ['echo', 'strict']);
  const [echo, strict] = plugins;
  assert.equal(echo.generation, 1);
  assert.ok(echo.namespaces.includes('/custom'));
  assert.match(echo.file, /echo\.so$/);
  assert.ok('message' in echo.contracts['/'].clientToServer);
  const events = strict.contracts['/strict'].clientToServer;
  assert.ok(Object.values(events).some((e) => e.arguments?.prefixItems));
});

test('the page, which production does not have', async () => {
  assert.match((await ask('/playground')).text, /playground/);
  assert.equal((await ask('/playground/')).status, 404);
  assert.equal((await ask('/playground/nothing')).status, 404);
  const own = await startServer({ changes: settings({ mode: 'production' }) });
  try {
    const page = { accept: 'text/html' };
    for (const path of ['/playground', '/playground.html', '/playground/',
      '/playground/plugins', '/playground/live']) {
      assert.equal((await ask(path, page, { to: own })).status, 404, path);
    }
    assert.equal((await ask('/play', page, { to: own })).status, 200);
  } finally {
    await own.stop();
  }
});

test('who may look on', async () => {
  const refused = async (headers, why) => {
    for (const path of ['/playground/plugins', '/playground/live']) {
      const answer = await ask(path, headers);
      assert.equal(answer.status, 403, JSON.stringify(headers));
      assert.match(answer.text, why);
    }
  };
  // A name of somebody else's that leads here.
  await refused({ host: 'evil.example' }, /localhost/);
  await refused({ host: `localhost.evil.example:${server.port}` }, /localhost/);
  await refused({ host: 'evillocalhost' }, /localhost/);
  await refused({ origin: 'http://evil.example' }, /pages of this server/);
  await refused({ origin: 'null' }, /pages of this server/);
  await refused({ 'sec-fetch-site': 'cross-site' }, /pages of this server/);
  await refused({ 'sec-fetch-site': 'same-site' }, /pages of this server/);
  for (const headers of [
    { host: `localhost:${server.port}` },
    { host: 'app.localhost' },
    { host: `[::1]:${server.port}` },
    { origin: server.url, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ]) {
    const answer = await ask('/playground/plugins', headers);
    assert.equal(answer.status, 200, JSON.stringify(headers));
  }
  const post = await ask('/playground/plugins', {}, { method: 'POST' });
  assert.equal(post.status, 405);
});

test('the stream tells what clients and plugins say', async () => {
  const live = await Live.open();
  assert.equal(live.status, 200);
  assert.match(live.type, /^text\/event-stream/);
  await live.find('hello');
  const socket = await enter();
  const came = await live.find('connect');
  assert.equal(came.sid, socket.id);
  assert.equal(came.namespace, '/');
  assert.equal(came.transport, 'websocket');
  const back = next(socket, 'message-back');
  socket.emit('message', { text: 'höi' }, Buffer.from([1, 2, 3]));
  await back;
  const said = await live.find('event', (e) => e.event === 'message');
  assert.equal(said.sid, socket.id);
  assert.equal(said.verdict, 'handled');
  assert.equal(said.plugin, 'echo');
  assert.equal(said.generation, 1);
  assert.ok(said.took >= 0);
  assert.equal(said.cut, false);
  assert.deepEqual(
    JSON.parse(said.args), [{ text: 'höi' }, { _placeholder: true, num: 0 }]);
  const sent = await live.find('emit', (e) => e.event === 'message-back');
  assert.deepEqual(sent.to, { sid: socket.id });
  assert.equal(sent.receivers, 1);
  assert.ok(sent.id > said.id, 'in the order in which things began');
  assert.deepEqual(await socket.emitWithAck('message-with-ack', 7), 7);
  const answered = await live.find('answer');
  assert.deepEqual(JSON.parse(answered.args), [7]);
  await socket.emitWithAck('join', 'bench');
  socket.emit('broadcast', 1);
  const wide = await live.find('emit', (e) => e.event === 'broadcast-back');
  assert.deepEqual(wide.to, { rooms: ['bench'] });
  socket.emit('nobody-has-this');
  const alone = await live.find('event', (e) => e.event === 'nobody-has-this');
  assert.equal(alone.verdict, 'nobody');
  const { id } = socket;
  socket.disconnect();
  const gone = await live.find('disconnect', (e) => e.sid === id);
  assert.equal(gone.reason, 'client namespace disconnect');
  live.close();
});

test('what breaks a contract, and what is long', async () => {
  const live = await Live.open();
  const socket = await enter('/strict');
  const { plugins } = JSON.parse((await ask('/playground/plugins')).text);
  const events = plugins[1].contracts['/strict'].clientToServer;
  const [name] = Object.entries(events).find(([, e]) =>
    e.arguments?.minItems > 0 && !e.login);
  socket.emit(name);
  const wrong = await live.find('event', (e) => e.event === name);
  assert.equal(wrong.verdict, 'refused');
  assert.equal(wrong.plugin, 'strict');
  assert.ok(wrong.code.length > 0 && wrong.message.length > 0);
  const other = await enter();
  other.emit('message', 'ü'.repeat(5000));
  const long = await live.find('event', (e) => e.event === 'message');
  assert.equal(long.cut, true);
  assert.ok(Buffer.byteLength(long.args) <= 4096);
  assert.ok(long.size > 10000);
  assert.match(long.args, /^\["ü+$/);
  live.close();
});

test('who is slow loses entries and is told how many', async () => {
  const slow = await Live.open();
  slow.answer.pause();
  const live = await Live.open();
  const socket = await enter();
  // More than all the sockets' buffers hold, and no more a second than is told.
  const text = 'x'.repeat(4000);
  for (let i = 0; i < 10; i += 1) {
    for (let k = 0; k < 150; k += 1) {
      socket.emit('message', text);
    }
    await socket.emitWithAck('message-with-ack', i);
    await new Promise((done) => setTimeout(done, 200));
  }
  slow.answer.resume();
  const count = () => slow.entries.filter((e) => e.event === 'message').length;
  await socket.emitWithAck('message-with-ack', 'last');
  await live.find('answer', (e) => e.args === '["last"]');
  const lost = await slow.find('lost');
  assert.ok(lost.count > 0);
  assert.ok(count() < 1500);
  slow.close();
  live.close();
});

test('so many readers and no more', async () => {
  const readers = [];
  for (let i = 0; i < 8; i += 1) {
    readers.push(await Live.open());
  }
  const last = await Live.open();
  assert.equal(last.status, 503);
  readers.forEach((reader) => reader.close());
  await eventually(async () => {
    const again = await Live.open();
    again.close();
    return again.status === 200;
  }, 'room for another');
});

test('reloads, as they happen', async () => {
  const live = await Live.open();
  server.configure(settings({ plugins: [{ name: 'echo' }, { name: 'none' }] }));
  server.signal('SIGHUP');
  const refused = await live.find('reload', (e) => e.state === 'refused');
  assert.ok(refused.lines.some((line) => /none/.test(line)));
  server.configure(settings({
    plugins: [{ name: 'echo', settings: { greet: false } }],
  }));
  server.signal('SIGHUP');
  const done = await live.find('reload', (e) => e.state === 'done');
  assert.equal(done.number, refused.number + 1);
  assert.ok(done.lines.some((line) => /echo#2/.test(line)));
  const begun = live.entries.filter((e) => e.state === 'begun');
  assert.deepEqual(
    begun.map((e) => e.number), [refused.number, done.number]);
  const { plugins } = JSON.parse((await ask('/playground/plugins')).text);
  assert.deepEqual(plugins.map((p) => [p.name, p.generation]), [['echo', 2]]);
  // Who comes later hears of the last one.
  const late = await Live.open();
  assert.equal((await late.find('reload')).state, 'done');
  late.close();
  // Production mode comes, and the playground goes.
  server.configure(settings({ mode: 'production' }));
  server.signal('SIGHUP');
  await eventually(() => live.ended, 'the end of the stream');
  assert.equal((await ask('/playground/plugins')).status, 404);
});

test('the server stops with readers there', async () => {
  const own = await startServer({ changes: settings() });
  const live = await Live.open(own);
  await own.stop();
  await eventually(() => live.ended, 'the end of the stream');
});
