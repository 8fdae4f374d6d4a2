// SPDX-License-Identifier: MIT
//
// Metrics, as Prometheus asks for them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, socketOf } from './client.mjs';
import { readMetrics, valueOf } from './prometheus.mjs';
import { frame, head, POLLING, Raw } from './raw.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const start = (metrics, changes = {}) => startServer({
  changes: {
    metrics, plugins: [{ name: 'meter', path: `${fixtures}/meter.so` }],
    ...changes,
  },
});

const read = async (server) =>
  readMetrics(await (await fetch(`${server.url}/metrics`)).text());

test('off unless asked for', async () => {
  const server = await start(undefined);
  assert.equal((await fetch(`${server.url}/metrics`)).status, 404);
  await server.stop();
});

test('of the server and of a plugin', async () => {
  const server = await start({ enabled: true, path: '/numbers' });
  const socket = socketOf(server, '/', { transports: ['websocket'] });
  await next(socket, 'connect');
  await socket.emitWithAck('count', 5);
  const response = await fetch(`${server.url}/numbers`);
  assert.equal(response.status, 200);
  const text = await response.text();
  assert.equal(response.headers.get('content-type'),
    'text/plain; version=0.0.4; charset=utf-8');
  for (const { name, help } of readMetrics(text).values()) {
    assert.ok(help || name === 'mortise_meter_level', `${name}: no help`);
  }
  assert.match(text, /^mortise_clients 1$/m);
  assert.match(text, /^mortise_meter_events_total 5$/m);
  assert.match(text, /^mortise_meter_seconds_bucket\{le="10"\} 1$/m);
  for (const line of [
    'mortise_sessions{transport="polling"} 0',
    'mortise_sessions{transport="websocket"} 1',
    'mortise_queued_bytes 0',
    'mortise_dropped_total{reason="volatile"} 0',
    'mortise_refused_total{reason="address"} 0',
    'mortise_reloads_total{result="done"} 0',
    'mortise_events_total{plugin="meter",event="count",namespace="/"} 1',
    'mortise_call_seconds_bucket{plugin="meter",le="+Inf"} ',
    'mortise_loop_lag_seconds ',
    'mortise_resident_memory_bytes ',
  ]) {
    assert.ok(text.includes(`\n${line}`), line);
  }
  server.signal('SIGHUP');
  await eventually(async () => {
    const later = await (await fetch(`${server.url}/numbers`)).text();
    return later.includes('mortise_reloads_total{result="done"} 1\n');
  }, 'a reload');
  socket.disconnect();
  await server.stop();
});

// By how many it grows, once something has happened.
async function growth(server, name, labels, happen) {
  const value = async () => valueOf(await read(server), name, labels);
  const before = await value();
  assert.equal(typeof before, 'number', JSON.stringify(labels));
  await happen();
  return eventually(async () => await value() - before,
    `${name} ${JSON.stringify(labels)}`);
}

test('answers that refuse, by status and whose they are', async () => {
  const server = await start({ enabled: true }, {
    maxHttpBufferSize: 1000,
    limits: { headerSize: 1024, headerTimeout: 200, connections: 4 },
  });
  const raw = async (text, pattern) => {
    const connection = new Raw(server.port).send(text);
    await connection.heard(pattern);
    await connection.closed();
  };
  const errors = (by, status, happen) => growth(server,
    'mortise_http_errors_total', { by, status: String(status) }, happen);

  await errors('http', 400, () => raw('GET\r\n\r\n', / 400 /));
  await errors('http', 431,
    () => raw(head('GET', '/', { 'X-Long': 'x'.repeat(2000) }), / 431 /));
  await errors('http', 408, () => raw('GET / HTTP/1.1\r\n', / 408 /));
  await errors('socketio', 400,
    () => fetch(`${server.url}/socket.io/?EIO=4&transport=pigeon`));
  const open = await (await fetch(server.url + POLLING)).text();
  await errors('socketio', 413, () => fetch(
    `${server.url}${POLLING}&sid=${JSON.parse(open.slice(1)).sid}`,
    { method: 'POST', body: '4'.repeat(2000) }));
  await errors('http', 503, async () => {
    const all = Array.from({ length: 5 }, () => new Raw(server.port));
    await eventually(() => all.some((one) => / 503 /.test(one.text)), '503');
    await Promise.all(all.map((one) => {
      one.socket.destroy();
      return one.closed();
    }));
    await eventually(() => fetch(`${server.url}/metrics`).then(
      ({ status }) => status === 200, () => false), 'room');
  });
  await server.stop();
});

test('clients that are ended, by code; and bytes', async () => {
  const server = await start({ enabled: true }, {
    pingInterval: 500, pingTimeout: 500, connectTimeout: 10_000,
  });
  // Each counts once, however it was told.
  const ended = async (code, happen) => assert.equal(
    await growth(server, 'mortise_ended_total', { code }, happen), 1);
  const join = async () => {
    const client = await new Raw(server.port).session();
    await client.send(frame('text', '40')).heard(/40\{"sid"/);
    return client;
  };
  const bytes = async (name) => valueOf(await read(server), name);

  await ended('protocol-error', async () => {
    const client = await join();
    await client.send(frame('text', '42{}')).heard(/protocol-error/);
    client.socket.destroy();
  });
  await ended('ping-timeout', async () => {
    const client = await join();
    await client.heard(/ping-timeout/);
    client.socket.destroy();
  });
  // Nobody hears it on long-polling, and it counts.
  await ended('ping-timeout', () => fetch(server.url + POLLING));
  const before = await bytes('mortise_received_bytes_total');
  const client = await join();
  const sent = await bytes('mortise_sent_bytes_total');
  client.send(frame('text', `42["count","${'x'.repeat(5000)}"]`));
  await eventually(async () =>
    await bytes('mortise_received_bytes_total') > before + 5000, 'bytes');
  assert.ok(await bytes('mortise_sent_bytes_total') > sent);
  // Who leaves was ended by nobody.
  const counts = async () => (await read(server)).get('mortise_ended_total')
    .samples.reduce((sum, { value }) => sum + value, 0);
  const many = await counts();
  client.socket.end(frame('text', '1'));
  await eventually(async () => valueOf(await read(server),
    'mortise_clients') === 0, 'the end');
  assert.equal(await counts(), many);
  await server.stop();
});
