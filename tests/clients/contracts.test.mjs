// SPDX-License-Identifier: MIT
//
// Contracts of events, as the stock client meets them: with the chat, whose
// events have some.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DEADLINE, next, socketOf, ways } from './client.mjs';
import { fixtures, startServer } from './server.mjs';

const VIOLATIONS = 20;
const folder = mkdtempSync(pathOf(tmpdir(), 'mortise-contracts-'));

let server;
before(async () => {
  server = await startServer({
    config: 'echo',
    changes: {
      plugins: [{
        name: 'chat',
        settings: { anonymous: true, database: pathOf(folder, 'chat.db') },
      }],
      limits: { violations: VIOLATIONS },
    },
  });
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function join(options) {
  const socket = socketOf(server, '/', options);
  await next(socket, 'connect');
  return socket;
}

function ask(socket, ...args) {
  return socket.timeout(DEADLINE).emitWithAck(...args);
}

for (const [way, options] of Object.entries(ways)) {
  describe(way, () => {
    test('what keeps the contract is handled', async () => {
      const socket = await join(options);
      const room = `${way} ü`;
      const { info, ...answer } =
        await ask(socket, 'join', { room, name: 'Ann' });
      const id = `~${socket.id}`;
      assert.equal(info.room, room);
      assert.deepEqual(answer, {
        ok: true, room, you: id, name: 'Ann', more: false,
        people: [{ id, name: 'Ann', role: 'member', online: true }],
      });
      socket.disconnect();
    });

    test('what breaks it is answered', async () => {
      const socket = await join(options);
      assert.deepEqual(await ask(socket, 'say', { room: 'wood' }), {
        error: {
          code: 'missing_argument',
          message: '"text" is missing.',
          event: 'say',
          data: { field: 'text' },
        },
      });
      assert.deepEqual(
        await ask(socket, 'join', { room: 'x'.repeat(61), name: 'Ann' }), {
          error: {
            code: 'bad_argument',
            message: '"room" has to have 1 to 60 characters.',
            event: 'join',
            data: { field: 'room', min: 1, max: 60 },
          },
        });
      const { error } = await ask(socket, 'join', { room: 'wood', name: 'A' }, 1);
      assert.equal(error.code, 'too_many_arguments');
      socket.disconnect();
    });

    test('who asks for no answer gets the event error', async () => {
      const socket = await join(options);
      const refused = next(socket, 'error');
      socket.emit('say', { room: 'wood', text: 'hi' });
      assert.deepEqual(await refused, [{
        code: 'ack_required',
        message: 'It has to ask for an acknowledgement.',
        event: 'say',
      }]);
      socket.disconnect();
    });
  });
}

test('binary where there is to be none is an answer too', async () => {
  const socket = await join();
  const { error } = await ask(
    socket, 'join', { room: Buffer.from([1, 2]), name: 'Ann' });
  assert.equal(error.message, '"room" has to be a string.');
  socket.disconnect();
});

test('too much at once is told when to come back', async () => {
  const socket = await join();
  const answers = await Promise.all(Array.from({ length: 60 }, () =>
    ask(socket, 'say', { room: 'nowhere', text: 'hi' })));
  assert.deepEqual(answers[0], {
    error: { code: 'no_such_room', message: 'There is no such room.' },
  });
  const { error } = answers.find(
    (answer) => answer.error.code === 'rate_limited');
  assert.ok(error.data.retry >= 1 && error.data.retry <= 200, error.data.retry);
  socket.disconnect();
});

test('who does nothing else is disconnected', async () => {
  const socket = await join();
  const gone = next(socket, 'disconnect');
  let answers = 0;
  for (let i = 0; i < VIOLATIONS + 10; i += 1) {
    socket.emit('join', { room: i }, () => {
      answers += 1;
    });
  }
  const [reason] = await gone;
  assert.match(reason, /io server disconnect|transport close/);
  assert.ok(answers > VIOLATIONS, `${answers} answers`);

  // Others are served as before, and so is this one when it comes again.
  socket.connect();
  await next(socket, 'connect');
  const { ok } = await ask(socket, 'join', { room: 'again', name: 'Ann' });
  assert.equal(ok, true);
  socket.disconnect();
});

for (const mode of ['development', 'production']) {
  test(`what plugins emit, ${mode}`, async () => {
    const herald = await startServer({
      changes: {
        mode, plugins: [{ name: 'herald', path: `${fixtures}/herald.so` }],
      },
    });
    const socket = socketOf(herald, '/', ways.websocket);
    await next(socket, 'connect');
    for (const title of ['title', 'too long', 'much too long']) {
      const news = next(socket, 'news');
      socket.emit('say', 'emit', 'news', title);
      assert.deepEqual(await news, [title]);
    }
    socket.disconnect();
    await herald.stop();
    const warnings = herald.output.match(/ warn .*/g) ?? [];
    assert.deepEqual(warnings, mode === 'production' ? [] : [
      ' warn plugin herald#1: it emits "news" unlike its table of emits says: ' +
      '"title" has to have at most 5 characters. (bad_argument; told once)',
    ]);
  });
}
