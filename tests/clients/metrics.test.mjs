// SPDX-License-Identifier: MIT
//
// Metrics, as Prometheus asks for them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, socketOf } from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const start = (metrics) => startServer({
  changes: {
    metrics, plugins: [{ name: 'meter', path: `${fixtures}/meter.so` }],
  },
});

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
  for (const line of text.trim().split('\n')) {
    assert.match(line,
      /^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+]+)$/);
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
