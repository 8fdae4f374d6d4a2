// SPDX-License-Identifier: MIT
//
// SIGTERM while very many clients are connected. See README.md.

import { performance } from 'node:perf_hooks';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { frame, head, POLLING, resident, upgradeHead } from '../clients/raw.mjs';
import { startServer } from '../clients/server.mjs';

const DEADLINE = 120_000;
const NOTICE = /"mortise:notice",\{[^}]*?"code":"shutting-down"[^}]*\}/;

// A client that does what stock ones do, and no more, so that one process can
// be very many of them.
class Client {
  constructor(port) {
    this.text = '';
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.setNoDelay(true);
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => {
      this.text += bytes.toString('latin1');
      this.look?.();
    });
    this.gone = new Promise((done) => this.socket.once('close', done));
  }

  heard(pattern) {
    return new Promise((done, fail) => {
      this.look = () => {
        const match = pattern.exec(this.text);
        if (match) {
          this.look = undefined;
          this.text = '';
          done(match);
        }
      };
      this.socket.once('close', () => fail(new Error(`never came: ${pattern}`)));
      this.look();
    });
  }

  say(...parts) {
    parts.forEach((part) => this.socket.write(part));
    return this;
  }

  async join() {
    await this.say(upgradeHead()).heard(/0\{"sid"/);
    await this.say(frame('text', '40')).heard(/"auth"/);
  }

  async poll() {
    const [, sid] = await this.say(head('GET', POLLING)).heard(/"sid":"([^"]+)/);
    const target = `${POLLING}&sid=${sid}`;
    await this.say(head('POST', target, { 'Content-Length': 2 }), '40')
      .heard(/ok$/);
    await this.say(head('GET', target)).heard(/"auth"/);
    this.say(head('GET', target)); // which the server holds
  }

  // Resolves with the notice when it has gone.
  async told(websocket) {
    const [notice] = await this.heard(NOTICE);
    if (websocket) {
      this.say(frame('close', [3, 233]));
    }
    this.socket.end();
    await this.gone;
    return JSON.parse(notice.slice(notice.indexOf('{')));
  }
}

// `count` clients, every fifth on long-polling. Rejects unless each of them is
// told, and the server ends with 0 because they have gone, not because its time
// is over.
export async function drain({ count, drainTimeout = 60_000, say = () => {} }) {
  const server = await startServer({
    changes: { drainTimeout, pingInterval: 300_000, mode: 'production' },
  });
  const clients = [];
  try {
    while (clients.length < count) {
      const batch = Array.from(
        { length: Math.min(100, count - clients.length) },
        () => new Client(server.port));
      await Promise.all(batch.map((client, i) =>
        (i % 5 === 4 ? client.poll() : client.join())));
      clients.push(...batch);
    }
    say(`${count} clients, ${resident(server) >> 10} KiB`);
    // So that the last poll is there to be answered.
    await new Promise((done) => setTimeout(done, 200));
    const begin = performance.now();
    const all = Promise.all(
      clients.map((client, i) => client.told(i % 100 % 5 !== 4)));
    server.signal('SIGTERM');
    const late = new Promise((done, fail) => {
      setTimeout(() => fail(new Error('the server does not end')), DEADLINE)
        .unref();
    });
    const [notices, end] = await Promise.race(
      [Promise.all([all, server.exited]), late]);
    const took = Math.round(performance.now() - begin);
    const retries = notices.map(({ retry }) => retry);
    const [least, most] = [Math.min(...retries), Math.max(...retries)];
    say(`all were told, to come back in ${least} to ${most} ms, ` +
      `${new Set(retries).size} different ones; the end came after ${took} ms`);
    if (end.code !== 0 || /Sanitizer|runtime error:/.test(server.output)) {
      throw new Error(`code ${end.code}, signal ${end.signal}:\n` +
        server.output);
    }
    if (took >= drainTimeout) {
      throw new Error(`${took} ms: not all clients had left`);
    }
    return { retries, took };
  } finally {
    clients.forEach(({ socket }) => socket.destroy());
    await server.kill();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '10000' } },
  });
  await drain({ count: Number(values.count), say: console.log });
}
