// SPDX-License-Identifier: MIT
//
// The versions of socket.io-client that people have, each over each way to
// connect: all that a client does, as one table. Those before 3.0 speak another
// protocol, and those with another parser MessagePack, which the server has to
// be told to allow. What an old client cannot do with any server of today is
// named with it.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import msgpack from 'socket.io-msgpack-parser';
import { next, ways, within } from './client.mjs';
import { binary, eventually, fixtures, startServer } from './server.mjs';

const require = createRequire(import.meta.url);

const DOUBLE_UTF8 = 'encodes text twice on long-polling, which servers since ' +
  '2.0 do not undo';
const NO_QUERY = 'says nothing when it joins a namespace';
const ENGINE_IDS = 'takes the id of its connection for that of its sockets';

const clients = [
  { version: '4.8', name: 'socket.io-client' },
  {
    version: '4.8 with MessagePack', name: 'socket.io-client', parser: msgpack,
  },
  { version: '4.7' },
  { version: '4.5' },
  { version: '4.0' },
  { version: '3.1' },
  { version: '3.0' },
  {
    version: '3.0 with MessagePack',
    name: 'socket.io-client-3.0',
    parser: msgpack,
  },
  { version: '2.5', old: true },
  { version: '2.0', old: true },
  {
    version: '1.7',
    old: true,
    cannot: { 'text, polling': DOUBLE_UTF8, 'ids elsewhere': ENGINE_IDS },
  },
  {
    version: '1.4',
    old: true,
    cannot: {
      'text, polling': DOUBLE_UTF8,
      'ids elsewhere': ENGINE_IDS,
      'saying who it is elsewhere': NO_QUERY,
    },
  },
];
for (const client of clients) {
  client.io = require(client.name ?? `socket.io-client-${client.version}`);
}

const plugins = [
  { name: 'echo', path: join(dirname(binary), 'plugins/echo/echo.so') },
  { name: 'matrix', path: `${fixtures}/matrix.so` },
];
const settings = {
  allowEIO3: true, parsers: ['json', 'msgpack'], pingInterval: 200,
  pingTimeout: 10_000, plugins,
};
const start = () => startServer({ changes: settings });

// All clients share it but for the tests that change it.
let server;
before(async () => {
  server = await start();
});
after(() => server.stop());

const PLANES = 'aä€中\u{1F600}\u{10FFFF}';

// One client on one way, in the words that its version has for what all do.
class Guest {
  constructor(client, way, at = server, options = {}) {
    Object.assign(this, client);
    this.manager = new client.io.Manager(at.url, {
      path: '/socket.io',
      ...ways[way],
      parser: this.parser,
      query: this.old ? 'token=open%20sesame' : { token: 'open sesame' },
      reconnection: false,
      reconnectionDelay: 20,
      reconnectionDelayMax: 100,
      ...options,
    });
    this.sockets = [];
  }

  // In the main namespace an old client has nothing but the query of the
  // connection to say who it is with.
  socket(namespace = '/', token) {
    const said = this.old ? { query: `token=${token}` } : { auth: { token } };
    const socket = this.manager.socket(namespace, token ? said : undefined);
    socket.connect();
    this.sockets.push(socket);
    return socket;
  }

  async join(namespace, token) {
    const socket = this.socket(namespace, token);
    const connected = next(socket, 'connect');
    const refused = this.refusal(socket);
    refused.catch(() => {});
    const why = await Promise.race([connected, refused]);
    assert.ok(socket.connected, `not let in: ${JSON.stringify(why)}`);
    return socket;
  }

  async refusal(socket) {
    if (this.old) {
      return (await next(socket, 'error'))[0];
    }
    const [{ message, data }] = await next(socket, 'connect_error');
    return data ?? message;
  }

  // Heartbeats that have come from the server.
  async beats(count) {
    const type = this.old ? 'pong' : 'ping';
    let seen = 0;
    await within(new Promise((done) => {
      this.manager.engine.on('packet', (packet) => {
        seen += packet.type === type ? 1 : 0;
        if (seen === count) {
          done();
        }
      });
    }), `${count} heartbeats`);
  }

  leave() {
    this.sockets.forEach((socket) => socket.disconnect());
    this.manager.engine?.close();
  }
}

const call = (socket, ...event) => within(
  new Promise((done) => {
    socket.emit(...event, (...args) => done(args));
  }), `the answer to ${event[0]}`);

async function echo(socket, ...args) {
  const back = next(socket, 'message-back');
  socket.emit('message', ...args);
  return back;
}

// By name; each with a client of its own.
const scenarios = {
  'connecting': async (guest, way) => {
    const socket = await guest.join('/', guest.old ? undefined : 'open sesame');
    const [about] = await call(socket, 'about');
    assert.deepEqual(about, {
      id: socket.id,
      protocol: guest.old ? 3 : 4,
      websocket: about.websocket,
      auth: guest.old ? null : { token: 'open sesame' },
      query: 'open sesame',
    });
    if (way !== 'upgrade') {
      assert.equal(about.websocket, way === 'websocket');
    }
    assert.equal(socket.id === guest.manager.engine.id, guest.old ?? false);
  },

  'text': async (guest) => {
    const socket = await guest.join();
    assert.deepEqual(await call(socket, 'planes', PLANES), [true, PLANES]);
    for (const text of ['', '\0\x1e"\\', PLANES, `${PLANES}5:`.repeat(300)]) {
      assert.deepEqual(await echo(socket, text), [text]);
    }
  },

  'values': async (guest) => {
    const socket = await guest.join();
    for (const args of [[], [0, -1.5, true, null], [{ a: [1, { b: [] }] }]]) {
      assert.deepEqual(await echo(socket, ...args), args);
    }
  },

  'binary': async (guest) => {
    const socket = await guest.join();
    for (const args of [
      [Buffer.from([0, 4, 0x1e, 0xff])],
      [{ a: [Buffer.from('x'), { b: Buffer.alloc(300, 7) }], c: 1 }, 'text'],
    ]) {
      assert.deepEqual(await echo(socket, ...args), args);
      assert.deepEqual(await call(socket, 'message-with-ack', ...args), args);
    }
  },

  'acknowledgements': async (guest) => {
    const socket = await guest.join();
    assert.deepEqual(await call(socket, 'message-with-ack'), []);
    assert.deepEqual(await call(socket, 'message-with-ack', 1, 'b'), [1, 'b']);
    socket.on('question', (...args) => args.pop()(...args, 'answer'));
    for (const args of [[], [1, { a: 2 }], [{ x: Buffer.from([1, 2]) }]]) {
      const answered = next(socket, 'answered');
      socket.emit('ask', ...args);
      assert.deepEqual(await answered, [...args, 'answer']);
    }
  },

  'large messages': async (guest) => {
    const socket = await guest.join();
    const text = 'x'.repeat(150_000);
    const bytes = Buffer.alloc(150_000, 5);
    assert.deepEqual(await echo(socket, text), [text]);
    assert.deepEqual(await echo(socket, { bytes }), [{ bytes }]);
  },

  'many messages': async (guest) => {
    const socket = await guest.join();
    const came = [];
    socket.on('message-back', (number) => came.push(number));
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    numbers.forEach((number) => socket.emit('message', number));
    await call(socket, 'about');
    assert.deepEqual(came, numbers);
  },

  'several namespaces': async (guest) => {
    const [main, custom] = await Promise.all(
      [guest.join('/'), guest.join('/custom')]);
    assert.deepEqual(await echo(custom, 'c'), ['c']);
    assert.deepEqual(await echo(main, 'm', Buffer.from('b')),
      ['m', Buffer.from('b')]);
    await call(custom, 'join', 'bench');
    const news = next(custom, 'broadcast-back');
    main.emit('broadcast', 'for the room of another namespace');
    custom.emit('broadcast', 'news');
    assert.deepEqual(await news, ['news']);
    custom.disconnect();
    assert.deepEqual(await echo(main, 'still here'), ['still here']);
  },

  'ids elsewhere': async (guest) => {
    const [main, custom] = await Promise.all(
      [guest.join('/'), guest.join('/custom')]);
    const [{ id }] = await call(custom, 'about');
    assert.equal(custom.id, id);
    assert.notEqual(id, main.id);
    assert.equal(id === `/custom#${main.id}`, guest.old ?? false);
  },

  'saying who it is elsewhere': async (guest) => {
    const [, staff] = await Promise.all(
      [guest.join('/'), guest.join('/staff', 'staff')]);
    const [{ auth }] = await call(staff, 'about');
    assert.deepEqual(auth, { token: 'staff' });
    const other = new Guest(guest, 'websocket');
    const why = other.socket('/staff', 'why');
    assert.deepEqual(await other.refusal(why), { reason: 'because' });
    other.leave();
  },

  'a refusal': async (guest, way) => {
    const main = await guest.join('/');
    assert.equal(await guest.refusal(guest.socket('/staff')), 'not you');
    const nowhere = await guest.refusal(guest.socket('/nowhere'));
    assert.equal(nowhere.message ?? nowhere, 'Invalid namespace');
    assert.deepEqual(await echo(main, 'still here'), ['still here']);
    const unwanted = new Guest(guest, way, server, {
      query: guest.old ? 'refuse=1' : { refuse: '1' },
    });
    assert.equal(await unwanted.refusal(unwanted.socket('/')), 'not here');
    unwanted.leave();
  },

  'heartbeats': async (guest) => {
    const socket = await guest.join();
    const gone = (reason) => assert.fail(`disconnected: ${reason}`);
    socket.on('disconnect', gone);
    await guest.beats(3);
    assert.deepEqual(await echo(socket, 'alive'), ['alive']);
    socket.off('disconnect', gone);
  },

  'being put out': async (guest) => {
    const [main, custom] = await Promise.all(
      [guest.join('/'), guest.join('/custom')]);
    const left = next(custom, 'disconnect');
    custom.emit('leave-me');
    assert.equal((await left)[0], 'io server disconnect');
    assert.deepEqual(await echo(main, 'still here'), ['still here']);
    const gone = next(main, 'disconnect');
    main.emit('leave-me', 1);
    assert.equal((await gone)[0], 'io server disconnect');
  },

  'coming again': async (guest) => {
    guest.manager.reconnection(true);
    const socket = await guest.join();
    for (let i = 0; i < 2; i += 1) {
      const before = socket.id;
      const again = next(socket, 'connect');
      guest.manager.engine.close();
      await again;
      assert.notEqual(socket.id, before);
      assert.deepEqual(await echo(socket, 'again'), ['again']);
    }
  },
};

describe('every version', { concurrency: 8 }, () => {
  for (const client of clients) {
    for (const way of Object.keys(ways)) {
      test(`${client.version}, ${way}`, async (t) => {
        for (const [name, run] of Object.entries(scenarios)) {
          const cannot = client.cannot ?? {};
          const why = cannot[name] ?? cannot[`${name}, ${way}`] ??
            (way === 'upgrade' ? cannot[`${name}, polling`] : undefined);
          await t.test(name, { skip: why }, async () => {
            const guest = new Guest(client, way);
            try {
              await run(guest, way);
            } finally {
              guest.leave();
            }
          });
        }
      });
    }
  }
});

// Everybody, on every way.
const everybody = (at, options) => clients.flatMap(
  (client) => Object.keys(ways).map(
    (way) => new Guest(client, way, at, options)));

test('across reloads, one of which allows old clients no more', async () => {
  const own = await start();
  const guests = everybody(own, { reconnection: true });
  const sockets = await Promise.all(guests.map((guest) => guest.join('/')));
  const reloaded = async (changes) => {
    const before = own.output.length;
    own.configure({ ...settings, ...changes });
    own.signal('SIGHUP');
    await eventually(
      () => /reload \d+: done/.test(own.output.slice(before)), 'the reload');
  };
  const everybodyEchoes = () => Promise.all(sockets.map(async (socket, i) => {
    assert.deepEqual(await echo(socket, i), [i]);
  }));
  await reloaded({ connectTimeout: 40_000 });
  await everybodyEchoes();
  const again = sockets.map((socket) => next(socket, 'connect'));
  guests.forEach((guest) => guest.manager.engine.close());
  await Promise.all(again);
  await everybodyEchoes();
  // Who is there stays, and who comes is refused.
  await reloaded({ allowEIO3: false });
  await everybodyEchoes();
  await Promise.all(clients.map(async (client) => {
    const late = new Guest(client, 'polling', own);
    const socket = late.socket('/');
    const [what] = await Promise.race([
      next(socket, 'connect').then(() => ['connect']),
      next(socket, 'connect_error').then(() => ['connect_error']),
    ]);
    assert.equal(what, client.old ? 'connect_error' : 'connect');
    late.leave();
  }));
  guests.forEach((guest) => guest.leave());
  await own.stop();
});
