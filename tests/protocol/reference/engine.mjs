#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// The reference's Engine.IO alone, as tests/engineio-echo.c is ours:
//
//   engine.mjs PORT [--calm] [--eio3] [--deflate]

import { createServer } from 'node:http';
import { attach } from 'engine.io';
import { listen } from './listen.mjs';

const deflate = process.argv.includes('--deflate');
const calm = deflate || process.argv.includes('--calm');
const http = createServer((request, response) => {
  response.writeHead(404).end();
});
const server = attach(http, {
  pingInterval: calm ? 25_000 : 300,
  pingTimeout: calm ? 20_000 : 200,
  perMessageDeflate: deflate,
  maxHttpBufferSize: 1e6,
  cors: { origin: '*' },
  allowEIO3: process.argv.includes('--eio3'),
});
server.on('connection', (session) => {
  session.on('message', (message) => session.send(message));
});

listen(http, Number(process.argv[2]), () => server.close());
