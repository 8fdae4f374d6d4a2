#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// The echo application on the reference server, and started as ours is:
//
//   server.mjs --config FILE [--listen ADDRESS:PORT]
//
// Of the configuration it takes what the two have in common.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Server } from 'socket.io';
import { parseConfig } from '../../clients/server.mjs';
import { listen } from './listen.mjs';

// Keys that mean the same to both.
const SHARED = [
  'path', 'pingInterval', 'pingTimeout', 'upgradeTimeout', 'connectTimeout',
  'maxHttpBufferSize', 'allowUpgrades', 'transports', 'cors', 'cookie',
  'allowEIO3', 'perMessageDeflate', 'httpCompression',
];

const { values } = parseArgs({
  options: { config: { type: 'string' }, listen: { type: 'string' } },
});
const config = parseConfig(readFileSync(values.config, 'utf8'));
const settings = {};
for (const key of SHARED) {
  if (config[key] !== undefined) {
    settings[key] = config[key];
  }
}

// What ours says of what is not there; the reference alone says nothing.
const http = createServer((request, response) => {
  response.writeHead(404, { 'Content-Type': 'text/plain' });
  response.end('Not Found');
});
const io = new Server(http, settings);

// The acknowledgement, which a client need not ask for.
function takeAck(args) {
  return typeof args.at(-1) === 'function' ? args.pop() : () => {};
}

function serve(socket) {
  const greet = config.plugins[0].settings?.greet !== false;
  if (greet) {
    socket.emit('auth', socket.handshake.auth);
  }
  socket.on('message', (...args) => socket.emit('message-back', ...args));
  socket.on('message-with-ack', (...args) => takeAck(args)(...args));
  socket.on('join', (...args) => {
    const ack = takeAck(args);
    if (typeof args[0] === 'string') {
      socket.join(args[0]);
    }
    ack();
  });
  socket.on('leave', (...args) => {
    const ack = takeAck(args);
    socket.leave(args[0]);
    ack();
  });
  socket.on('broadcast', (...args) => {
    socket.nsp.to('bench').emit('broadcast-back', ...args);
  });
}
io.on('connection', serve);
io.of('/custom').on('connection', serve);

listen(http, Number(values.listen?.split(':').at(-1) ?? 3000), () => io.close());
