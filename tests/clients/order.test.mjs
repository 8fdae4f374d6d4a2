// SPDX-License-Identifier: MIT
//
// Numbered messages in both directions while the transport changes: none is
// lost, none comes twice, none overtakes another.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { next, socketOf, upgraded, ways, within } from './client.mjs';
import { startServer } from './server.mjs';

const COUNT = 200;
const numbers = Array.from({ length: COUNT }, (_, i) => i);

let server;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

// Resolves with the numbers that came, when as many came as were sent.
function collect(socket) {
  const came = [];
  return within(new Promise((done) => {
    socket.on('message-back', (number) => {
      came.push(number);
      if (came.length === COUNT) {
        done(came);
      }
    });
  }), 'all numbers');
}

// Sends them spread over the time in which the upgrade happens.
async function send(socket, make) {
  for (const number of numbers) {
    socket.emit('message', ...make(number));
    if (number % 5 === 4) {
      await new Promise((done) => setTimeout(done, 4));
    }
  }
}

const kinds = {
  texts: (number) => [number],
  binaries: (number) => [number, Buffer.from([number])],
  'texts and binaries': (number) =>
    (number % 3 ? [number, 'x'.repeat(number)] : [number, Buffer.alloc(99)]),
};

for (const [way, options] of Object.entries(ways)) {
  for (const [kind, make] of Object.entries(kinds)) {
    test(`${COUNT} ${kind} in order, ${way}`, async () => {
      const socket = socketOf(server, '/', options);
      await next(socket, 'connect');
      const change = way === 'upgrade' ? upgraded(socket) : null;
      const came = collect(socket);
      await send(socket, make);
      assert.deepEqual(await came, numbers);
      await change;
      socket.disconnect();
    });
  }
}

test('what is sent before the connection stands is sent first', async () => {
  const socket = socketOf(server, '/', ways.upgrade);
  const came = collect(socket);
  for (const number of numbers) {
    socket.emit('message', number);
  }
  assert.deepEqual(await came, numbers);
  socket.disconnect();
});

test('ten clients that upgrade at the same time', async () => {
  const sockets = Array.from(
    { length: 10 }, () => socketOf(server, '/', ways.upgrade));
  await Promise.all(sockets.map(async (socket) => {
    const came = collect(socket);
    await next(socket, 'connect');
    await send(socket, (number) => [number]);
    assert.deepEqual(await came, numbers);
    await upgraded(socket);
  }));
  sockets.forEach((socket) => socket.disconnect());
});
