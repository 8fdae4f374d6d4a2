// SPDX-License-Identifier: MIT
//
// Rooms and broadcasts with twenty clients, half of them on long-polling.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, echo, within } from './client.mjs';
import { startServer } from './server.mjs';

const CLIENTS = 20;
const MEMBERS = 12;

let server;
let sockets;
before(async () => {
  server = await startServer();
  sockets = await Promise.all(Array.from({ length: CLIENTS }, (_, i) =>
    connect(server, '/', {
      transports: [i % 2 ? 'websocket' : 'polling'],
    })));
  await Promise.all(sockets.slice(0, MEMBERS).map(
    (socket) => socket.timeout(10_000).emitWithAck('join', 'bench')));
});
after(async () => {
  sockets.forEach((socket) => socket.disconnect());
  await server.stop();
});

// What every socket hears, until each member has heard `count` broadcasts and
// everybody has come back from a round trip afterwards.
async function listen(members, count, act) {
  const heard = sockets.map(() => []);
  let missing = members.length * count;
  let complete;
  const all = new Promise((done) => {
    complete = done;
  });
  const listeners = sockets.map((socket, i) => (...args) => {
    heard[i].push(args);
    missing -= 1;
    if (missing === 0) {
      complete();
    }
  });
  sockets.forEach((socket, i) => socket.on('broadcast-back', listeners[i]));
  act();
  await within(all, 'all broadcasts');
  await Promise.all(sockets.map((socket) => echo(socket, 'sync')));
  sockets.forEach((socket, i) => socket.off('broadcast-back', listeners[i]));
  return heard;
}

test('all members hear a broadcast, its sender too, nobody else', async () => {
  const heard = await listen(sockets.slice(0, MEMBERS), 1, () => {
    sockets[3].emit('broadcast', 'hello', { ä: [1] });
  });
  heard.forEach((events, i) => {
    assert.deepEqual(events, i < MEMBERS ? [['hello', { ä: [1] }]] : []);
  });
});

test('who is not in the room may still speak to it', async () => {
  const heard = await listen(sockets.slice(0, MEMBERS), 1, () => {
    sockets[MEMBERS].emit('broadcast', 'from outside');
  });
  heard.forEach((events, i) => {
    assert.equal(events.length, i < MEMBERS ? 1 : 0);
  });
});

test('binary reaches both transports whole', async () => {
  const parts = [Buffer.alloc(3000, 7), { deep: [Buffer.from([0x1e])] }];
  const heard = await listen(sockets.slice(0, MEMBERS), 1, () => {
    sockets[0].emit('broadcast', ...parts);
  });
  for (const events of heard.slice(0, MEMBERS)) {
    assert.deepEqual(events, [parts]);
  }
});

test('all members hear everything in the same order', async () => {
  const rounds = 30;
  const heard = await listen(
    sockets.slice(0, MEMBERS), rounds * MEMBERS, () => {
      for (let i = 0; i < rounds; i += 1) {
        sockets.slice(0, MEMBERS).forEach((socket, who) => {
          socket.emit('broadcast', who, i);
        });
      }
    });
  for (const events of heard.slice(1, MEMBERS)) {
    assert.deepEqual(events, heard[0]);
  }
  for (let who = 0; who < MEMBERS; who += 1) {
    const mine = heard[0].filter(([from]) => from === who).map(([, i]) => i);
    assert.deepEqual(mine, Array.from({ length: rounds }, (_, i) => i));
  }
});

test('who leaves hears no more, who goes is no trouble', async () => {
  sockets[1].emit('leave', 'bench');
  await echo(sockets[1], 'left');
  sockets[2].disconnect();
  sockets.splice(2, 1);
  const members = [sockets[0], ...sockets.slice(2, MEMBERS - 1)];
  const heard = await listen(members, 1, () => {
    sockets[0].emit('broadcast', 'again');
  });
  heard.forEach((events, i) => {
    const member = i !== 1 && i < MEMBERS - 1;
    assert.equal(events.length, member ? 1 : 0, `socket ${i}`);
  });
});
