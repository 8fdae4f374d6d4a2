// SPDX-License-Identifier: MIT
//
// What attackers send, for tests and soak tests: each is given a connection of
// class Raw and where the server is. None of them judges what comes of it.

import {
  frame, handshake, head, pause, POLLING, upgradeHead, WEBSOCKET,
} from './raw.mjs';
import { eventually } from './server.mjs';

const at = (sid) => `${POLLING}&sid=${sid}`;
const post = (sid, body) =>
  head('POST', at(sid), { 'Content-Length': Buffer.byteLength(body) }) + body;
export const event = (...args) => frame('text', `42${JSON.stringify(args)}`);

const oneOf = (...list) => list[Math.floor(Math.random() * list.length)];
const joined = (count, make) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => make(i)));
const filled = (count, part) => joined(count, () => part);

// Sends 10,000 of what `make` makes, some at a time, in the main namespace, and
// waits until all of it was read.
async function tenThousand(raw, make) {
  await raw.join();
  for (let i = 0; i < 10_000; i += 500) {
    raw.send(joined(500, (j) => make(i + j)));
  }
  await raw.send(event('message', 'the end'))
    .heard(/"message-back","the end"/);
}

// More than anybody needs.
export const floods = {
  // Fifty sessions, pipelined.
  async handshakes(raw) {
    await raw.opened;
    raw.send(head('GET', POLLING).repeat(50));
    await eventually(() =>
      raw.over || raw.text.match(/HTTP\/1\.1 /g)?.length === 50,
    'fifty answers', 30_000);
  },
  async probes(raw, server) {
    const sid = await handshake(server);
    await raw.opened;
    const thousand = filled(1000, frame('text', '2probe'));
    raw.send(upgradeHead(`${WEBSOCKET}&sid=${sid}`),
      ...Array(10).fill(thousand));
  },
  async payloads(raw, server, kind = oneOf('6', '3', '4')) {
    const sid = await handshake(server);
    await raw.opened;
    raw.send(post(sid, kind + `\x1e${kind}`.repeat(400_000)));
    await raw.heard(/HTTP\/1\.1 /);
    return sid;
  },
  async pongs(raw) {
    await raw.join();
    raw.send(...Array(10).fill(filled(10_000, frame('text', '3'))));
  },
  // Those of Engine.IO, which only servers send.
  async pings(raw) {
    await raw.join();
    raw.send(...Array(10_000).fill(frame('text', '2')));
  },
  // Those of WebSocket, and their pongs are not read.
  async unreadPings(raw) {
    await raw.join();
    raw.deaf().send(...Array(50).fill(
      filled(1000, frame('ping', 'x'.repeat(125)))));
  },
  // Of one byte or none.
  async fragments(raw, part = oneOf('', 'x')) {
    await raw.join();
    raw.send(frame('text', '4', { fin: 0 }), ...Array(20).fill(
      filled(10_000, frame('continuation', part, { fin: 0 }))));
  },
  async connects(raw) {
    await raw.session();
    raw.send(filled(1000, frame('text', '40')));
  },
  namespaces: (raw) =>
    tenThousand(raw, (i) => frame('text', `40/hall-${i},`)),
  rooms: (raw) =>
    tenThousand(raw, (i) => event('join', `room ${i} ${'x'.repeat(200)}`)),
  questions: (raw) =>
    tenThousand(raw, (i) => frame('text', `42${i}["message-with-ack",1]`)),
  answers: (raw) =>
    tenThousand(raw, (i) => frame('text', `43${i * 7919}[{"a":[1,2,3]}]`)),
  async events(raw) {
    await raw.join();
    raw.send(...Array(5).fill(filled(1000, event('broadcast', 1))));
  },
  async depth(raw, open = oneOf('[', '{"a":')) {
    await raw.join();
    raw.send(frame('text',
      `42["message",${open.repeat(Math.floor(900_000 / open.length))}`));
  },
};

// A byte at a time until the server has had enough.
export async function drip(raw, text, ms = 50) {
  await raw.opened;
  for (let i = 0; !raw.over; i += 1) {
    raw.send(text[i % text.length]);
    await pause(ms);
  }
}

// Those who take their time.
export const dawdlers = {
  headers(raw, server, ms) {
    raw.send(`GET ${POLLING} HTTP/1.1\r\n`);
    return drip(raw, 'X-Own: 1\r\n', ms);
  },
  async body(raw, server, ms) {
    const sid = await handshake(server);
    raw.send(head('POST', at(sid), { 'Content-Length': 100_000 }));
    return drip(raw, '4', ms);
  },
  async chunks(raw, server, ms) {
    const sid = await handshake(server);
    raw.send(head('POST', at(sid), { 'Transfer-Encoding': 'chunked' }));
    return drip(raw, ['1\r\n4\r\n'], ms);
  },
  silence: (raw) => raw.closed(),
  // Asks for much and reads nothing, until it is cut or loses its patience.
  async reader(raw) {
    await raw.join();
    raw.deaf().send(event('join', 'bench'),
      ...Array(20).fill(event('message', 'x'.repeat(100_000))));
    for (let i = 0; i < 100 && !raw.over; i += 1) {
      await pause(100);
    }
  },
  async nobodyJoins(raw) {
    await raw.session();
    await raw.closed();
  },
  // Half of them only ask for an upgrade, the others probe, too.
  async upgrade(raw, server) {
    const sid = await handshake(server);
    await raw.opened;
    raw.send(upgradeHead(`${WEBSOCKET}&sid=${sid}`));
    if (Math.random() < 0.5) {
      raw.send(frame('text', '2probe'));
    }
    await raw.closed();
  },
};

// To a listener for TLS: the head of a record of 512 bytes, and then one byte
// at a time.
export function dripTls(raw, ms) {
  raw.send(Buffer.from(
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'));
  return drip(raw, 'x', ms);
}

// Where a client can be, each with the sid of a session that is polled by
// nobody.
export const states = {
  'before a word': [],
  'within the request line': ['GET /sock'],
  'within a header': [`GET ${POLLING} HTTP/1.1\r\nHost: x\r\nX-O`],
  'behind a request': [head('GET', '/')],
  'behind a handshake': [head('GET', POLLING)],
  'while a poll is held': (sid) => [head('GET', `${POLLING}&sid=${sid}`)],
  'within a body': (sid) => [
    head('POST', `${POLLING}&sid=${sid}`, { 'Content-Length': 9 }), '4he'],
  'within a chunk': (sid) => [head('POST', `${POLLING}&sid=${sid}`,
    { 'Transfer-Encoding': 'chunked' }), '9\r\n4he'],
  'waiting to be told to go on': (sid) => [head('POST', `${POLLING}&sid=${sid}`,
    { 'Content-Length': 9, Expect: '100-continue' })],
  'behind a POST': (sid) => [
    head('POST', `${POLLING}&sid=${sid}`, { 'Content-Length': 2 }), '40'],
  'within the request of a WebSocket': [upgradeHead().slice(0, -9)],
  'behind the request of a WebSocket': [upgradeHead()],
  'within the head of a frame': [upgradeHead(), '\x81'],
  'within the length of a frame': [upgradeHead(), '\x81\xfe\x01'],
  'within a frame': [upgradeHead(), frame('text', '4hello').subarray(0, 9)],
  'between two fragments': [upgradeHead(), frame('text', '4h', { fin: 0 })],
  'behind CONNECT': [upgradeHead(), frame('text', '40')],
  'before an attachment': [upgradeHead(), frame('text', '40'), frame('text',
    '451-["message",{"_placeholder":true,"num":0}]')],
  'behind much that comes back': [upgradeHead(), frame('text', '40'),
    ...Array(20).fill(frame('text', `42["message","${'x'.repeat(50_000)}"]`))],
  'behind a close frame': [upgradeHead(), frame('close', '\x03\xe8')],
  'behind a violation': [upgradeHead(), Buffer.from([0xff, 0xff, 0, 0])],
  'within an upgrade': (sid) => [upgradeHead(`${WEBSOCKET}&sid=${sid}`)],
  'behind the probe': (sid) => [
    upgradeHead(`${WEBSOCKET}&sid=${sid}`), frame('text', '2probe')],
  'behind the upgrade': (sid) => [upgradeHead(`${WEBSOCKET}&sid=${sid}`),
    frame('text', '2probe'), frame('text', '5')],
  'behind an upgrade that is refused': [upgradeHead(`${WEBSOCKET}&sid=none`)],
};

// How it goes.
export const endings = {
  FIN: ({ socket }) => socket.end(),
  RST: ({ socket }) => socket.resetAndDestroy(),
  'FIN, and RST for what comes then': ({ socket }) => socket.destroy(),
};

// Brings a connection into a state.
export async function bring(raw, server, parts) {
  const sent = typeof parts === 'function'
    ? parts(await handshake(server)) : parts;
  await raw.opened;
  raw.send(...sent.map((part) =>
    (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}
