// SPDX-License-Identifier: MIT
//
// Attackers, in a process of their own: quick ones at a steady rate, and slow
// ones, so many at a time. Their parent says where the server is and when to
// begin and to end, by messages, and is told how many there were of each kind.

import { setPriority } from 'node:os';
import { connect as connectTls } from 'node:tls';
import {
  bring, dawdlers, dripTls, endings, floods, states,
} from '../clients/hostile.mjs';
import { pause, Raw } from '../clients/raw.mjs';
import { ends, kinds } from './cycles.mjs';

const PATIENCE = 15_000; // ms for one attack
const DRIP = 100; // ms from byte to byte

// All are given a connection and the server.
const quick = [
  ...Object.entries(kinds).map(([name, run]) => ({ name, run })),
  ...Object.entries(floods).map(
    ([name, run]) => ({ name: `a flood: ${name}`, run })),
  ...Object.entries(states).map(([name, parts]) => ({
    name: `gone ${name}`,
    run: async (raw, server) => {
      await bring(raw, server, parts);
      await pause(Math.random() * 100);
    },
    ends: Object.values(endings),
  })),
  { name: 'a handshake of TLS, and no more', tls: true, run: shake },
];
const slow = [
  ...Object.entries(dawdlers).map(([name, run]) => ({
    name: `by drops, or never: ${name}`,
    run: (raw, server) => run(raw, server, DRIP),
  })),
  { name: 'by drops: TLS', tls: true, run: (raw) => dripTls(raw, DRIP) },
];

const shaken = (raw) => new Promise((done) => {
  const tls = connectTls({ socket: raw.socket, rejectUnauthorized: false });
  tls.once('secureConnect', done);
  tls.once('error', done);
  tls.once('close', done);
});

async function shake(raw) {
  await raw.opened;
  await shaken(raw);
}

const one = (list) => list[Math.floor(Math.random() * list.length)];

const counts = {};
let failed = 0; // were refused before they could begin

async function attack(kind, server) {
  const from = one(server.from);
  const raw = new Raw(kind.tls ? server.tlsPort : server.port, from);
  counts[kind.name] = (counts[kind.name] ?? 0) + 1;
  try {
    await raw.opened;
    await Promise.race([
      kind.run(raw, { ...server, from }), pause(PATIENCE)]);
  } catch {
    failed += 1;
  }
  one(kind.ends ?? ends)(raw);
  setTimeout(() => raw.socket.destroy(), 2000).unref();
}

function begin({ server, rate, beside, dawdling }) {
  let due = performance.now();
  Array.from({ length: beside }, async () => {
    for (;;) {
      due = Math.max(due + 1000 / rate, performance.now() - 1000);
      await pause(due - performance.now());
      await attack(one(quick), server);
    }
  });
  Array.from({ length: dawdling }, async (_, i) => {
    await pause(i * 10);
    for (;;) {
      await attack(slow[i % slow.length], server);
      await pause(100);
    }
  });
}

setPriority(10);
// What is done to a connection that has just gone is nobody's concern.
process.on('uncaughtException', (error) => {
  if (!['EPIPE', 'ECONNRESET'].includes(error.code)) {
    throw error;
  }
});
process.on('message', ({ order, ...what }) => {
  if (order === 'begin') {
    begin(what);
    return;
  }
  // All of them go at once, wherever they are.
  const { user, system } = process.cpuUsage();
  process.send({ counts, failed, cpu: (user + system) / 1e6 },
    () => process.exit());
});
process.on('disconnect', () => process.exit());
