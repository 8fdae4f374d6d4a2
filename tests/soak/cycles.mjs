// SPDX-License-Identifier: MIT
//
// Connections of every kind come, do something right or wrong, and go, again
// and again; then the server is stopped, and LeakSanitizer says whether any of
// them has left something behind. See README.md.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  frame, handshake, head, metric, pause, POLLING, Raw, resident, upgradeHead,
  WEBSOCKET,
} from '../clients/raw.mjs';
import { eventually, startServer } from '../clients/server.mjs';

const at = (sid) => `${POLLING}&sid=${sid}`;
const post = (sid, body, length = Buffer.byteLength(body)) =>
  head('POST', at(sid), { 'Content-Length': length }) + body;
const upgrade = (sid) => upgradeHead(`${WEBSOCKET}&sid=${sid}`);
const event = (...args) => frame('text', `42${JSON.stringify(args)}`);
const AWAITED = '451-["message",{"_placeholder":true,"num":0}]';

// Each is given a new connection and the server.
export const kinds = {
  'a client of WebSocket': async (raw) => {
    await raw.join();
    await raw.send(event('join', 'x'), event('message', { a: [1, 'ü'] }))
      .heard(/"message-back"/);
    raw.send(frame('text', AWAITED), frame('binary', [1, 2, 3]));
    await raw.heard(/_placeholder/);
    await raw.send(frame('text', '41'), frame('close', [3, 232])).closed();
  },
  'a client of long-polling': async (raw, server) => {
    const sid = await handshake(server);
    await raw.send(post(sid, '40')).heard(/ok$/);
    await raw.send(head('GET', at(sid))).heard(/"auth"/);
    await raw.send(post(sid, '42["message",1]')).heard(/ok$/);
    await raw.send(head('GET', at(sid))).heard(/message-back/);
    await raw.send(post(sid, '1')).heard(/ok$/);
  },
  'an upgrade': async (raw, server) => {
    const sid = await handshake(server);
    await raw.send(upgrade(sid), frame('text', '2probe')).heard(/3probe/);
    await raw.send(frame('text', '5'), frame('text', '40')).heard(/"auth"/);
  },
  'half an upgrade': async (raw, server) => {
    const sid = await handshake(server);
    await raw.send(upgrade(sid), frame('text', '2probe')).heard(/3probe/);
  },
  'an upgrade that is refused': (raw) =>
    raw.send(upgrade('none')).heard(/Session ID unknown/),
  'a handshake that is refused': (raw) =>
    raw.send(head('GET', '/socket.io/?EIO=9&transport=polling')).heard(/code/),
  'a WebSocket that is refused': (raw) =>
    raw.send(upgradeHead().replace('Version: 13', 'Version: 12')).closed(),
  'half a POST': async (raw, server) => {
    raw.send(post(await handshake(server), '42["mess', 1000));
    await pause(5);
  },
  'a poll that is held': async (raw, server) => {
    raw.send(head('GET', at(await handshake(server))));
    await pause(5);
  },
  'two polls': async (raw, server) => {
    const sid = await handshake(server);
    const other = new Raw(server.port, server.from);
    raw.send(head('GET', at(sid)));
    other.send(head('GET', at(sid)));
    await Promise.race([raw.heard(/HTTP/), other.heard(/HTTP/)]);
    other.socket.destroy();
  },
  'a payload that is none': async (raw, server) =>
    raw.send(post(await handshake(server), '6\x1ex\x1e')).heard(/HTTP/),
  'a frame that is none': async (raw) =>
    (await raw.session()).send(Buffer.from([0xff, 0x80, 0, 0, 0, 0])).closed(),
  'a text that is no UTF-8': async (raw) =>
    (await raw.join()).send(frame('text', Buffer.from([0x34, 0xff]))).closed(),
  'half a frame': async (raw) =>
    (await raw.join()).send(event('message', 'x'.repeat(500)).subarray(0, 99)),
  'half a message': async (raw) =>
    (await raw.join()).send(frame('text', '42["a', { fin: 0 })),
  'a packet that is none': async (raw) =>
    (await raw.join()).send(frame('text', '42{')).closed(),
  'CONNECT twice': async (raw) =>
    (await raw.join()).send(frame('text', '40')).closed(),
  'a namespace that is not there': async (raw) =>
    (await raw.session()).send(frame('text', '40/none,')).heard(/Invalid/),
  'an attachment that does not come': async (raw) =>
    (await raw.join()).send(frame('text', AWAITED)),
  'a request that is none': (raw) => raw.send('GET /\n\n').closed(),
  'half a head': async (raw) => {
    raw.send('GET /socket.io/?EIO=4&trans');
    await pause(5);
  },
  'a file that is not there': (raw) =>
    raw.send(head('GET', '/nowhere')).heard(/404/),
  'much that is not read': async (raw) => {
    await raw.join();
    raw.deaf().send(...Array(5).fill(event('message', 'x'.repeat(100_000))));
    await pause(5);
  },
};

// How a connection goes when its kind has done what it does.
export const ends = [
  (raw) => raw.socket.destroy(),
  (raw) => raw.socket.resetAndDestroy(),
  (raw) => {
    raw.socket.end();
    raw.hear().socket.on('end', () => raw.socket.destroy());
    setTimeout(() => raw.socket.destroy(), 1000).unref();
  },
];

// `count` connections, `beside` at a time. Rejects when the server does not
// end with 0, or says anything of a sanitizer.
export async function cycles({ count, beside = 20, say = () => {} }) {
  const server = await startServer({
    changes: {
      metrics: { enabled: true }, pingInterval: 1000, pingTimeout: 5000,
      upgradeTimeout: 1000, drainTimeout: 1000,
    },
    env: { ASAN_OPTIONS:
      `${process.env.ASAN_OPTIONS ?? ''}:detect_leaks=1:quarantine_size_mb=1` },
  });
  const every = Object.entries(kinds);
  let begun = 0;
  try {
    await Promise.all(Array.from({ length: beside }, async () => {
      while (begun < count) {
        const i = begun++;
        const raw = new Raw(server.port);
        await raw.opened;
        await every[i % every.length][1](raw, server);
        ends[Math.floor(i / every.length) % ends.length](raw);
        if ((i + 1) % 1000 === 0) {
          say(`${i + 1} connections, ${resident(server) >> 10} KiB`);
        }
      }
    }));
    say('the last ones are waited for');
    await eventually(async () => await metric(server, 'mortise_clients') === 0,
      'the end of all sessions', 60_000);
  } finally {
    await server.stop();
  }
  return { kinds: every.length, ends: ends.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: {
    count: { type: 'string', default: '10000' },
    beside: { type: 'string', default: '20' },
  } });
  await cycles({
    count: Number(values.count), beside: Number(values.beside),
    say: console.log,
  });
  console.log('nothing is left behind');
}
