// SPDX-License-Identifier: MIT
//
// Heartbeats, ends and new beginnings.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Socket as Engine } from 'engine.io-client';
import {
  connect, echo, next, socketOf, upgraded, ways, within,
} from './client.mjs';
import { startServer } from './server.mjs';

// A server of the test's own, which does not outlive it.
async function serve(context, options) {
  const server = await startServer(options);
  context.after(() => server.stop());
  return server;
}

// For clients who answer, but on a machine that may be busy.
const patient = { pingTimeout: 20_000 };

describe('with a fast heartbeat', () => {
  for (const [way, options] of Object.entries(ways)) {
    test(`a quiet client stays connected, ${way}`, async (t) => {
      const server =
        await serve(t, { config: 'conformance', changes: patient });
      const socket = await connect(server, '/', options);
      let pings = 0;
      socket.io.on('ping', () => {
        pings += 1;
      });
      const fail = (reason) => assert.fail(`disconnected: ${reason}`);
      socket.on('disconnect', fail);
      await within(new Promise((done) => {
        socket.io.on('ping', () => pings >= 5 && done());
      }), 'five pings');
      assert.deepEqual(await echo(socket, 'alive'), ['alive']);
      socket.off('disconnect', fail);
      socket.disconnect();
      await server.stop();
    });
  }

  test('a client that falls silent is told, and may come back', async (t) => {
    const server = await serve(t, { config: 'conformance' });
    const socket = await connect(server, '/', {
      ...ways.websocket, reconnection: true, reconnectionDelay: 50,
    });
    const gone = next(socket, 'disconnect');
    // Its pongs go nowhere.
    const { transport } = socket.io.engine;
    transport.send = () => {};
    const [reason] = await gone;
    assert.equal(reason, 'transport close');
    await next(socket, 'connect');
    assert.deepEqual(await echo(socket, 'back'), ['back']);
    socket.disconnect();
    await server.stop();
  });

  test('only who joins no namespace is sent away', async (t) => {
    const server =
      await serve(t, { config: 'conformance', changes: patient });
    const socket = await connect(server, '/', ways.websocket);
    const silent = new Engine(server.url, {
      path: '/socket.io/', ...ways.websocket,
    });
    assert.equal((await next(silent, 'close'))[0], 'transport close');
    assert.deepEqual(await echo(socket, 'joined'), ['joined']);
    socket.disconnect();
    await server.stop();
  });
});

for (const [way, options] of Object.entries(ways)) {
  test(`disconnect and connect again, ${way}`, async (t) => {
    const server = await serve(t);
    const socket = await connect(server, '/', options);
    const ids = new Set();
    for (let i = 0; i < 5; i += 1) {
      ids.add(socket.id);
      const gone = next(socket, 'disconnect');
      socket.disconnect();
      assert.deepEqual((await gone)[0], 'io client disconnect');
      const greeting = next(socket, 'auth');
      socket.connect();
      await greeting;
      assert.deepEqual(await echo(socket, i), [i]);
    }
    assert.equal(ids.size, 5);
    socket.disconnect();
    await server.stop();
  });

  test(`a lost connection is made anew, ${way}`, async (t) => {
    const server = await serve(t);
    const socket = await connect(server, '/', {
      ...options, reconnection: true, reconnectionDelay: 20,
    });
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    const before = socket.id;
    const greeting = next(socket, 'auth');
    socket.io.engine.close();
    await greeting;
    assert.notEqual(socket.id, before);
    assert.deepEqual(await echo(socket, 'anew'), ['anew']);
    socket.disconnect();
    await server.stop();
  });

  test(`SIGTERM is the end of the transport, ${way}`, async (t) => {
    const server = await serve(t);
    const socket = await connect(server, '/', options);
    if (way === 'upgrade') {
      await upgraded(socket);
    }
    const gone = next(socket, 'disconnect');
    const [[reason]] = await Promise.all([gone, server.stop()]);
    assert.match(reason, /^transport (close|error)$/);
  });
}

test('SIGTERM with a hundred clients', async (t) => {
  const server = await serve(t);
  const sockets = await Promise.all(Array.from({ length: 100 }, (_, i) =>
    connect(server, '/', i % 2 ? ways.websocket : ways.polling)));
  const gone = Promise.all(
    sockets.map((socket) => next(socket, 'disconnect')));
  await Promise.all([gone, server.stop()]);
});

// Between its two transports a client listens to neither: it has paused its
// polling, and looks at its WebSocket when it has changed over.
test('SIGTERM while a client changes over', async (t) => {
  const server = await serve(t);
  const engine = new Engine(server.url, { path: '/socket.io/' });
  const stopped = new Promise((done) => {
    engine.once('upgrading', () => {
      const { transport } = engine;
      const pause = transport.pause.bind(transport);
      transport.pause = (paused) => pause(() => {
        done(server.stop());
        setTimeout(paused, 300);
      });
    });
  });
  const [[reason]] = await Promise.all([next(engine, 'close'), stopped]);
  assert.match(reason, /^transport (close|error)$/);
});

test('clients find a server that has come back', async (t) => {
  const first = await serve(t);
  const { port } = first;
  const socket = socketOf(first, '/', {
    reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200,
  });
  await next(socket, 'auth');
  const gone = next(socket, 'disconnect');
  await first.stop();
  await gone;
  const greeting = next(socket, 'auth');
  const second = await serve(t, { port });
  await greeting;
  assert.deepEqual(await echo(socket, 'welcome back'), ['welcome back']);
  socket.disconnect();
  await second.stop();
});
