// SPDX-License-Identifier: MIT
//
// What soak tests measure: how long answers take, and what a process has.

import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';

// Where the clients of the tests are installed.
const { io } = createRequire(
  new URL('../clients/', import.meta.url))('socket.io-client');

// Of a list of times: how many, the median, and those few or none exceed.
export function spread(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (part) => sorted[Math.min(sorted.length - 1,
    Math.floor(part * sorted.length))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

// One who asks, and asks again some time after it was answered. In a process
// that has little else to do, what it waits for is who it asks.
export class Asker {
  constructor(ask, every) {
    this.ask = ask;
    this.every = every;
    this.times = [];
  }

  begin() {
    const begin = performance.now();
    this.ask(() => {
      this.times.push(performance.now() - begin);
      if (!this.over) {
        this.timer = setTimeout(() => this.begin(), this.every);
      }
    });
  }

  // Since the last time that this was asked.
  take() {
    const { times } = this;
    this.times = [];
    return spread(times);
  }

  end() {
    this.over = true;
    clearTimeout(this.timer);
  }
}

// A stock client that asks echo. `complain` hears why it was disconnected.
export class Probe extends Asker {
  constructor(url, every = 2, complain = () => {}) {
    super((done) => this.socket.emit('message-with-ack', done), every);
    this.socket = io(url, { transports: ['websocket'], reconnection: false });
    this.socket.once('connect', () => this.begin());
    this.socket.once('disconnect', (reason) => this.over ||
      complain(`the one in a process of its own: ${reason}`));
  }

  end() {
    super.end();
    this.socket.disconnect();
  }
}

// Stock clients, one after the other, on long-polling and then on WebSocket:
// each connects, asks echo, and goes. `complain` hears of those who could not.
export class Newcomers extends Asker {
  constructor(url, every, complain) {
    super((done) => {
      const socket = io(url, { forceNew: true, reconnection: false });
      this.socket = socket;
      socket.once('connect_error', (error) => {
        complain(`a newcomer: ${error.message}`);
        done();
      });
      socket.emit('message-with-ack', () => {
        socket.disconnect();
        done();
      });
    }, every);
    this.begin();
  }

  end() {
    super.end();
    this.socket.disconnect();
  }
}

// Connections come and go; other files and sockets are those of the server.
function isConnection(file) {
  try {
    return readlinkSync(file).startsWith('socket:');
  } catch {
    return true; // closed meanwhile
  }
}

// Kilobytes of memory, maps, descriptors, and those of them that are files.
export function sizes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const fds = readdirSync(`/proc/${pid}/fd`);
  return {
    rss: Number(/VmRSS:\s+(\d+)/.exec(status)[1]),
    maps: readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').length - 1,
    fds: fds.length,
    files: fds.filter((fd) => !isConnection(`/proc/${pid}/fd/${fd}`)).length,
  };
}
