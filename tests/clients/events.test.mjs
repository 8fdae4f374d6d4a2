// SPDX-License-Identifier: MIT
//
// Events, acknowledgements and namespaces, over each transport.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connect, echo, next, socketOf, ways } from './client.mjs';
import { eventually, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

const values = {
  'no arguments': [],
  texts: ['', 'ä € 中文 \u{1F600} \u{E000} \u{10FFFD}', '"\\/\n\t\0'],
  numbers: [0, -1, 1.5, 1e21, -1e-7, 2 ** 53 - 1],
  'other values': [true, false, null],
  objects: [{ a: { b: [1, { c: 'd' }] }, ä: 'ö' }, [], {}, [[[]]]],
  'keys of prototypes': [JSON.parse('{"__proto__":{"x":1},"toString":2}')],
};

const bytes = (...list) => Buffer.from(list);
const binaries = {
  'one binary': [bytes(1, 2, 3)],
  'an empty binary': [bytes()],
  'every byte': [Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
  'binary at depth': [{ a: [{ b: bytes(4, 0x1e, 0) }, 'x'], c: bytes(9) }],
  'ten binaries': [Array.from({ length: 10 }, (_, i) => bytes(i, i))],
  'binary and text': ['ä', bytes(0xff), 1, bytes(0xfe), { x: null }],
};

for (const [way, options] of Object.entries(ways)) {
  describe(way, () => {
    let socket;
    before(async () => {
      socket = await connect(server, '/', options);
    });
    after(() => socket.disconnect());

    test('the greeting carries the auth', async () => {
      const auth = { token: 'ä', n: [1, { x: null }] };
      const other = socketOf(server, '/', { ...options, auth });
      assert.deepEqual(await next(other, 'auth'), [auth]);
      assert.equal(other.connected, true);
      assert.notEqual(other.id, other.io.engine.id);
      other.disconnect();
    });

    test('the greeting is empty without one', async () => {
      const other = socketOf(server, '/', options);
      assert.deepEqual(await next(other, 'auth'), [{}]);
      other.disconnect();
    });

    for (const [what, args] of Object.entries({ ...values, ...binaries })) {
      test(`echo of ${what}`, async () => {
        assert.deepEqual(await echo(socket, ...args), args);
      });

      test(`acknowledgement with ${what}`, async () => {
        const answer = await new Promise((done) => {
          socket.emit(
            'message-with-ack', ...args, (...back) => done(back));
        });
        assert.deepEqual(answer, args);
      });
    }

    test('emitWithAck', async () => {
      const answer = await socket.timeout(10_000).emitWithAck(
        'message-with-ack', 'x');
      assert.equal(answer, 'x');
    });

    test('an acknowledgement that never comes', async () => {
      await assert.rejects(
        socket.timeout(300).emitWithAck('nobody-handles-this', 1),
        /timed out/);
      assert.deepEqual(await echo(socket, 'still here'), ['still here']);
    });

    test('many acknowledgements at once find their callers', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, i) =>
        socket.timeout(10_000).emitWithAck('message-with-ack', i)));
      assert.deepEqual(answers, Array.from({ length: 100 }, (_, i) => i));
    });

    test('a volatile event arrives when nothing is in its way', async () => {
      const other = await connect(server, '/', options);
      let heard = false;
      other.on('message-back', () => {
        heard = true;
      });
      // The client itself drops it while a request is under way.
      await eventually(() => {
        other.volatile.emit('message', 'v');
        return heard;
      }, 'the echo of a volatile event');
      other.disconnect();
    });

    test('two namespaces on one connection', async () => {
      const first = await connect(server, '/', options);
      const second = first.io.socket('/custom', { auth: { a: 1 } });
      assert.deepEqual(await next(second, 'auth'), [{ a: 1 }]);
      assert.notEqual(first.id, second.id);
      assert.deepEqual(await echo(second, 'c'), ['c']);
      assert.deepEqual(await echo(first, bytes(1)), [bytes(1)]);

      second.disconnect();
      assert.deepEqual(await echo(first, 'm'), ['m']);
      const again = next(second, 'auth');
      second.connect();
      await again;
      assert.deepEqual(await echo(second, bytes(2)), [bytes(2)]);
      first.disconnect();
      assert.deepEqual(await echo(second, 'alone'), ['alone']);
      second.disconnect();
    });

    test('a namespace that is not there', async () => {
      const first = await connect(server, '/', options);
      const other = first.io.socket('/nowhere');
      const [{ message }] = await next(other, 'connect_error');
      assert.equal(message, 'Invalid namespace');
      assert.equal(other.connected, false);
      assert.deepEqual(await echo(first, 'lives'), ['lives']);
      first.disconnect();
    });
  });
}

test('the query of the address is no trouble', async () => {
  const socket = await connect(server, '/', {
    query: { 'ä b': '€&=', EIO: 'x' }, transports: ['polling'],
  }).catch((error) => error);
  // The client lets its own EIO win; nobody's parameters break a session.
  assert.equal(socket.connected, true, socket.message);
  socket.disconnect();
});
