// SPDX-License-Identifier: MIT
//
// Clients that count, in a process of their own: stock socket.io-client, half
// of them on long-polling. Each is in two namespaces and sends numbers there,
// at a steady rate; each number is to be acknowledged and to come back, once
// and in its order, and the ticks of everybody likewise.
//
// Its parent says what to do and is told what became of it, by messages.

import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import { spread } from './figures.mjs';

// Where the clients of the tests are installed.
const { Manager } = createRequire(
  new URL('../clients/', import.meta.url))('socket.io-client');

const NAMESPACES = ['/odd', '/even'];
const CONNECTING_AT_ONCE = 20;
const STUCK = 60_000;

const clients = [];
const wrong = []; // what no client should see, in words
let sent = 0;
let answered = 0;
let times = []; // ms, of the answers since they were asked for
let running = false;

function complain(text) {
  if (wrong.length < 20) {
    wrong.push(text);
  }
}

// One socket of a client: what it has sent, heard and was told.
class Counter {
  constructor(socket, name, interval) {
    this.socket = socket;
    this.interval = interval;
    [this.sent, this.acked, this.heard, this.tick] = [0, 0, 0, 0];
    const expect = (what, n, before) => {
      if (n !== before + 1) {
        complain(`${name}: ${what} ${n} after ${before}`);
      }
      return n;
    };
    socket.on('numbered', (n) => {
      this.heard = expect('number', n, this.heard);
    });
    socket.on('tick', (n) => {
      this.tick = expect('tick', n, this.tick || n - 1);
    });
    socket.on('disconnect', (reason) => complain(`${name}: ${reason}`));
    this.acknowledge = (n, begin) => {
      this.acked = expect('answer', n, this.acked);
      answered += 1;
      times.push(performance.now() - begin);
    };
  }

  send() {
    this.sent += 1;
    sent += 1;
    const begin = performance.now();
    this.socket.emit('number', this.sent, (n) => this.acknowledge(n, begin));
  }

  run() {
    this.timer = setTimeout(() => {
      if (running) {
        this.send();
      }
      this.run();
    }, this.interval * (0.75 + Math.random() / 2));
  }

  get even() {
    return this.sent === this.acked && this.sent === this.heard;
  }
}

function connect(url, i, intervals, agent) {
  const way = i % 2 ? 'polling' : 'websocket';
  const manager = new Manager(url, {
    transports: [way], agent, reconnection: false,
  });
  const client = { counters: [] };
  clients.push(client);
  return Promise.all(NAMESPACES.map((namespace) => new Promise((done) => {
    const socket = manager.socket(namespace);
    const name = `client ${i}, ${way}, ${namespace}`;
    const failed = (error) => {
      complain(`${name}: ${error.message}`);
      done();
    };
    client.counters.push(new Counter(socket, name, intervals[way]));
    socket.once('connect', done);
    socket.once('connect_error', failed);
    manager.once('error', failed);
    socket.connect();
  })));
}

const orders = {
  // `from`: the addresses that they come from, if it matters.
  async connect({ url, count, intervals, from = [undefined] }) {
    // What is not used is closed before the server would do it, as Node's own
    // agent does: a request must not cross that on its way.
    const agents = from.map((localAddress) => new Agent({
      keepAlive: true, maxSockets: Infinity, timeout: 30_000, localAddress,
    }));
    for (let i = 0; i < count; i += CONNECTING_AT_ONCE) {
      const some = Math.min(CONNECTING_AT_ONCE, count - i);
      await Promise.all(Array.from({ length: some },
        (_, k) => connect(url, i + k, intervals,
          agents[(i + k) % agents.length])));
    }
    clients.forEach(({ counters }) => counters.forEach((c) => c.run()));
    running = true;
  },

  // How long answers took is since the last time this was asked.
  async figures() {
    const figures = { sent, answered, ...spread(times) };
    times = [];
    return figures;
  },

  // No more is sent; when all that was is answered, or never will be.
  async settle() {
    running = false;
    const all = clients.flatMap(({ counters }) => counters);
    const end = performance.now() + STUCK;
    while (!all.every((c) => c.even) && performance.now() < end) {
      await new Promise((done) => setTimeout(done, 20));
    }
    for (const c of all.filter((counter) => !counter.even)) {
      complain(`sent ${c.sent}, answered ${c.acked}, heard ${c.heard}`);
    }
    const totals = await Promise.all(clients[0].counters.map(
      (c) => c.socket.emitWithAck('total')));
    const sums = NAMESPACES.map((_, k) => clients.reduce(
      (sum, { counters }) => sum + counters[k].sent, 0));
    if (`${totals}` !== `${sums}`) {
      complain(`the plugins have counted ${totals}, the clients ${sums}`);
    }
    return { sent, answered, wrong };
  },

  async resume() {
    running = true;
  },

  async leave() {
    for (const { counters } of clients) {
      for (const counter of counters) {
        clearTimeout(counter.timer);
        counter.socket.off('disconnect');
        counter.socket.disconnect();
      }
    }
    process.disconnect();
    setTimeout(() => process.exit(), 1000);
  },
};

process.on('message', async ({ order, ...what }) => {
  const result = await orders[order](what);
  if (process.connected) {
    process.send({ order, ...result });
  }
});
process.on('disconnect', () => process.exit());
