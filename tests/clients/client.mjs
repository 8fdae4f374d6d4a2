// SPDX-License-Identifier: MIT
//
// What the tests share on the client's side: the three ways to connect, and
// waits that end.

import { after } from 'node:test';
import { io } from 'socket.io-client';
import { killAll } from './server.mjs';

export { Socket as Engine } from 'engine.io-client';

export const DEADLINE = 60_000;

// A test that fails leaves its sockets and servers behind; they must not keep
// the process alive. The servers that are stopped properly are given the time
// for it.
const sockets = [];
after(() => {
  sockets.forEach((socket) => socket.disconnect());
  setTimeout(killAll, 30_000).unref();
});

// `upgrade` begins on long-polling, as every client does by default.
export const ways = {
  polling: { transports: ['polling'] },
  websocket: { transports: ['websocket'] },
  upgrade: { transports: ['polling', 'websocket'] },
};

export function within(promise, what) {
  let timer;
  const late = new Promise((done, fail) => {
    timer = setTimeout(() => fail(new Error(`never came: ${what}`)), DEADLINE);
    timer.unref();
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// The arguments of an event's next occurrence.
export function next(emitter, event) {
  return within(
    new Promise((done) => emitter.once(event, (...args) => done(args))),
    `the event ${event}`);
}

// A socket that is not connected yet; each has a connection of its own.
export function socketOf(server, namespace = '/', options = {}) {
  const socket = io(`${server.url}${namespace}`, {
    forceNew: true,
    reconnection: false,
    ...options,
  });
  sockets.push(socket);
  return socket;
}

// A connected socket that has had its greeting.
export async function connect(server, namespace, options) {
  const socket = socketOf(server, namespace, options);
  const refused = new Promise((done, fail) => {
    socket.once('connect_error', fail);
  });
  refused.catch(() => {});
  await Promise.race([next(socket, 'auth'), refused]);
  return socket;
}

export function upgraded(socket) {
  const { engine } = socket.io;
  return engine.transport.name === 'websocket'
    ? Promise.resolve() : next(engine, 'upgrade');
}

// The first argument of the acknowledgement.
export function ask(socket, ...event) {
  return within(socket.emitWithAck(...event), `the answer to ${event[0]}`);
}

// Emits `message` and waits for what comes back.
export function echo(socket, ...args) {
  const back = next(socket, 'message-back');
  socket.emit('message', ...args);
  return back;
}
