// SPDX-License-Identifier: MIT
//
// What the tests of attacks share: a server with honest clients that are
// served all the while, raw connections that keep to no rules, and what has to
// be as before when the attackers are gone.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { get } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { makeFrame, OPCODES } from '../protocol/wire.mjs';
import { connect, echo, ways } from './client.mjs';
import { eventually, startServer } from './server.mjs';

export const POLLING = '/socket.io/?EIO=4&transport=polling';
export const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket';

// The sanitizer keeps what was freed for a while, up to 256 MiB of it: memory
// would never be seen to come back.
const env = {
  ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'quarantine_size_mb=1',
    'thread_local_quarantine_size_kb=64', 'allocator_release_to_os_interval_ms=50']
    .filter(Boolean).join(':'),
};
// What a server may have grown by when all is over, for reasons of its own.
const GROWTH = 48 << 20;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export const head = (method, target, fields = {}) => [
  `${method} ${target} HTTP/1.1`,
  ...Object.entries({ Host: 'x', ...fields }).map((f) => f.join(': ')),
  '', ''].join('\r\n');

export const upgradeHead = (target = WEBSOCKET) => head('GET', target, {
  Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13,
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
});

export const frame = (kind, data, fields) =>
  makeFrame(OPCODES[kind], Buffer.from(data), fields);

// A connection that minds nothing: neither resets nor what it is told.
export class Raw {
  constructor(port) {
    this.text = '';
    this.socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.setNoDelay(true);
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => {
      this.text = (this.text + bytes.toString('latin1')).slice(-100_000);
    });
    this.socket.on('end', () => {
      this.over = true;
    });
    this.socket.on('close', () => {
      this.over = true;
    });
    this.opened = new Promise((done) => {
      this.socket.once('connect', done);
      this.socket.once('close', done);
    });
  }

  send(...parts) {
    for (const part of parts) {
      if (this.socket.writable) {
        this.socket.write(part);
      }
    }
    return this;
  }

  heard(pattern) {
    return eventually(() => this.over || pattern.test(this.text), pattern,
      30_000);
  }

  // An Engine.IO session on WebSocket.
  async session() {
    await this.send(upgradeHead()).heard(/0\{"sid"/);
    return this;
  }

  // A Socket.IO client in the main namespace.
  async join() {
    await this.session();
    await this.send(frame('text', '40')).heard(/40\{"sid"[^]*"auth"/);
    return this;
  }

  deaf() {
    this.socket.pause();
    return this;
  }

  hear() {
    this.socket.resume();
    return this;
  }

  // The server does not wait then for what else it may say.
  async closed() {
    await eventually(() => this.over, 'the end of an attacker', 30_000);
    this.socket.destroy();
  }
}

const ask = (server, path) => new Promise((done, fail) => {
  get(server.url + path, { agent: false }, (answer) => {
    const parts = [];
    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => done(Buffer.concat(parts).toString()));
  }).on('error', fail);
});

// The sid of a session on long-polling that nobody polls.
export async function handshake(server) {
  return JSON.parse((await ask(server, POLLING)).slice(1)).sid;
}

export async function metric(server, name) {
  const text = await ask(server, '/metrics');
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)[1]);
}

export const resident = ({ pid }) => 4096 * Number(
  readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);

// Seconds that the processor has worked for it.
export function worked({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const descriptors = ({ pid }) => readdirSync(`/proc/${pid}/fd`).length;

// Runs `attack(site)` with `site.raw()` for its connections, while two honest
// clients are served without a pause. `growth`: how much memory may stay.
export async function besiege(t, changes, attack, { growth = GROWTH } = {}) {
  const server = await startServer({
    changes: { metrics: { enabled: true }, ...changes }, env,
  });
  t.after(() => server.stop());
  const raws = [];
  const site = {
    server,
    honest: [
      await connect(server, '/', ways.websocket),
      await connect(server, '/', ways.polling),
    ],
    raw() {
      raws.push(new Raw(server.port));
      return raws.at(-1);
    },
    many: (count, make) => Promise.all(
      Array.from({ length: count }, (_, i) => make(site.raw(), i))),
  };
  // What a server keeps for its second client it has not had for its first.
  await Promise.all(site.honest.map((socket) => echo(socket, 0)));
  const before = {
    clients: await metric(server, 'mortise_clients'),
    descriptors: descriptors(server),
    resident: resident(server),
  };
  let over = false;
  let answers = 0;
  const served = Promise.all(site.honest.map(async (socket) => {
    for (let i = 0; !over; i += 1) {
      assert.deepEqual(await echo(socket, i), [i]);
      answers += 1;
      await pause(20);
    }
  }));
  served.catch(() => {});
  try {
    await Promise.race([attack(site), served]);
  } finally {
    over = true;
    await served;
    raws.forEach(({ socket }) => socket.destroy());
  }
  assert.ok(answers > 0);
  await eventually(async () =>
    await metric(server, 'mortise_clients') <= before.clients, 'no clients',
  60_000);
  await eventually(() => descriptors(server) <= before.descriptors + 1,
    'no connections', 60_000);
  await eventually(() => resident(server) < before.resident + growth,
    `memory as before (${before.resident}), but it is ${resident(server)}`,
    20_000);
  t.diagnostic(`${answers} answers meanwhile, ` +
    `${(resident(server) - before.resident) >> 10} KiB more`);
  const later = await connect(server, '/', ways.upgrade);
  assert.deepEqual(await echo(later, 'later'), ['later']);
  for (const socket of [later, ...site.honest]) {
    socket.disconnect();
  }
  await server.stop();
}
