// SPDX-License-Identifier: MIT
//
// Users with several sockets: messages to a user, being thrown out, expiry.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { next, socketOf, ways } from './client.mjs';
import { fixtures, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer({
    changes: { plugins: [{ name: 'who', path: `${fixtures}/who.so` }] },
  });
});
after(() => server.stop());

async function join(auth, way = 'websocket') {
  const socket = socketOf(server, '/', { auth, ...ways[way] });
  await next(socket, 'connect');
  return socket;
}

for (const way of Object.keys(ways)) {
  test(`all sockets of a user, over ${way}`, async () => {
    const sockets = await Promise.all(
      [1, 2].map(() => join({ user: `ann ${way}` }, way)));
    const other = await join({ user: `bob ${way}` }, way);
    other.on('told', () => assert.fail('not for this one'));
    const told = sockets.map((socket) => next(socket, 'told'));
    other.emit('tell', `ann ${way}`);
    assert.deepEqual(await Promise.all(told),
      [[`ann ${way}`], [`ann ${way}`]]);
    // And out with them, not with the other.
    const gone = sockets.map((socket) => next(socket, 'disconnect'));
    const why = sockets.map((socket) => next(socket, 'mortise:notice'));
    other.emit('revoke', `ann ${way}`);
    for (const [reason] of await Promise.all(gone)) {
      assert.equal(reason, 'io server disconnect');
    }
    for (const [{ code }] of await Promise.all(why)) {
      assert.equal(code, 'revoked');
    }
    assert.ok(other.connected);
    [...sockets, other].forEach((socket) => socket.disconnect());
  });
}

test('the room of a user cannot be asked for', async () => {
  const spy = await join({ user: 'spy' });
  const ann = await join({ user: 'ann' });
  spy.on('told', () => assert.fail('overheard'));
  for (const name of ['user:ann', '\u00ffuser:ann', '\ufffduser:ann']) {
    spy.emit('join', name);
  }
  const told = next(ann, 'told');
  spy.emit('tell', 'ann');
  await told;
  const other = next(spy, 'other');
  ann.emit('tell', 'ann');
  await other;
  spy.disconnect();
  ann.disconnect();
});

test('an identity that expires', async () => {
  const short = await join({ user: 'short', lasts: 200 });
  const stays = await join({ user: 'stays', lasts: 200, flags: 1 });
  const why = next(short, 'mortise:notice');
  const [reason] = await next(short, 'disconnect');
  assert.equal(reason, 'io server disconnect');
  assert.equal((await why)[0].code, 'expired');
  assert.ok(stays.connected);
  stays.disconnect();
});
