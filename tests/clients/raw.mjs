// SPDX-License-Identifier: MIT
//
// Raw connections that keep to no rules, and what a server says of itself:
// for attacks, in tests and in soak tests.

import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { makeFrame, OPCODES } from '../protocol/wire.mjs';
import { eventually } from './server.mjs';

export const POLLING = '/socket.io/?EIO=4&transport=polling';
export const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket';

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

// A connection that minds nothing: neither resets nor what it is told. It comes
// from the address `from`, or from whichever.
export class Raw {
  constructor(port, from) {
    this.text = '';
    this.socket = connectTcp({
      port, host: '127.0.0.1', localAddress: from, allowHalfOpen: true,
    });
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
  get(server.url + path, { agent: false, localAddress: server.from },
    (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => done(Buffer.concat(parts).toString()));
    }).on('error', fail);
});

// The sid of a session on long-polling that nobody polls. The server is where,
// and from which address it is asked.
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
