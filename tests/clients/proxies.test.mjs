// SPDX-License-Identifier: MIT
//
// Who a client is behind proxies: stock clients through proxies of the test's
// own, which add a header or speak the PROXY protocol.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { ask, next, socketOf, upgraded, ways } from './client.mjs';
import { eventually, fixtures, freePort, startServer } from './server.mjs';

const plugins = [{ name: 'front', path: `${fixtures}/front.so` }];

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.close();
      server.closeAllConnections?.();
    },
  };
}

// A proxy that understands HTTP, and adds these headers to each request.
function httpProxy(target, headers) {
  const ask = (request) => http.request({
    host: '127.0.0.1', port: target.port, path: request.url,
    method: request.method, headers: { ...request.headers, ...headers },
  });
  const server = http.createServer((request, response) => {
    const onward = ask(request);
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('upgrade', (request, socket, head) => {
    const onward = ask(request);
    onward.on('upgrade', (answer, other, rest) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n' +
        Object.entries(answer.headers)
          .map(([name, value]) => `${name}: ${value}\r\n`).join('') + '\r\n');
      socket.write(rest);
      other.write(head);
      socket.pipe(other).pipe(socket);
      socket.on('error', () => other.destroy());
      other.on('error', () => socket.destroy());
    });
    onward.on('response', () => socket.destroy());
    onward.on('error', () => socket.destroy());
    onward.end();
  });
  return listen(server);
}

// A proxy that passes bytes on, and says first whose they are.
function byteProxy(target, header) {
  return listen(net.createServer((socket) => {
    const onward = net.connect(target.port, '127.0.0.1');
    onward.write(header);
    socket.pipe(onward).pipe(socket);
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
  }));
}

// Version 2 of the PROXY protocol, with TLS between the client and the proxy.
function binaryHeader(address) {
  const addresses = Buffer.from(
    [...address.split('.').map(Number), 127, 0, 0, 1, 0x12, 0x67, 0, 80]);
  const tls = Buffer.from([0x20, 0, 5, 1, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from('\r\n\r\n\0\r\nQUIT\n\x21\x11', 'latin1'),
    Buffer.from([0, addresses.length + tls.length]), addresses, tls,
  ]);
}

async function seenBy(front) {
  const response = await fetch(`${front.url}/who`);
  assert.equal(response.status, 200);
  return { ...await response.json(), cookie: response.headers.get('set-cookie') };
}

function seen(front, address, secure) {
  for (const [way, options] of Object.entries(ways)) {
    test(`a client, ${way}`, async () => {
      const socket = socketOf(front(), '/', options);
      await next(socket, 'connect');
      if (way === 'upgrade') {
        await upgraded(socket);
      }
      assert.deepEqual(await ask(socket, 'who'), { address, secure });
      socket.disconnect();
    });
  }
  test('a request', async () => {
    const who = await seenBy(front());
    assert.equal(who.address, address);
    assert.equal(who.secure, secure);
    assert.equal(/; Secure/.test(who.cookie), secure);
  });
}

describe('a proxy that nobody trusts', () => {
  let server, front;
  before(async () => {
    server = await startServer({ changes: { plugins } });
    front = await httpProxy(server, {
      'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https',
      Forwarded: 'for=203.0.113.9;proto=https',
    });
  });
  after(async () => {
    front.close();
    await server.stop();
  });
  seen(() => front, '127.0.0.1', false);
});

describe('X-Forwarded-For', () => {
  let server, front;
  before(async () => {
    server = await startServer({
      changes: { plugins, trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] },
    });
    front = await httpProxy(server, {
      'X-Forwarded-For': '6.6.6.6, 203.0.113.9, 10.1.2.3',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'for=6.6.6.6',
    });
  });
  after(async () => {
    front.close();
    await server.stop();
  });
  seen(() => front, '203.0.113.9', true);

  // Where the page came by TLS, http is another origin.
  test('the own origin is the one of the client', async () => {
    const { host } = new URL(front.url);
    const options = (scheme) => ({
      transports: ['websocket'], extraHeaders: { Origin: `${scheme}://${host}` },
    });
    const socket = socketOf(front, '/', options('https'));
    await next(socket, 'connect');
    socket.disconnect();
    await next(socketOf(front, '/', options('http')), 'connect_error');
  });

  test('who comes straight to the server is himself', async () => {
    const who = await seenBy(server);
    assert.equal(who.address, '127.0.0.1');
    assert.equal(who.secure, false);
  });
});

describe('Forwarded', () => {
  let server, front;
  before(async () => {
    server = await startServer({
      changes: {
        plugins, trustedProxies: ['127.0.0.1'], proxyHeader: 'Forwarded',
      },
    });
    front = await httpProxy(server, {
      'X-Forwarded-For': '6.6.6.6',
      Forwarded: 'for=6.6.6.6, for="[2001:DB8::9]:4711";proto=https',
    });
  });
  after(async () => {
    front.close();
    await server.stop();
  });
  seen(() => front, '2001:db8::9', true);
});

describe('the PROXY protocol', () => {
  let server, text, binary;
  before(async () => {
    server = await startServer({
      changes: { plugins, trustedProxies: ['127.0.0.1'] },
      listen: false, args: ['--listen', '127.0.0.1:0 proxy_protocol'],
    });
    text = await byteProxy(server, 'PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n');
    binary = await byteProxy(server, binaryHeader('203.0.113.10'));
  });
  after(async () => {
    text.close();
    binary.close();
    await server.stop();
  });
  describe('version 1', () => seen(() => text, '203.0.113.9', false));
  describe('version 2', () => seen(() => binary, '203.0.113.10', true));

  test('who does not speak it gets no answer', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => {});
    socket.write('GET /who HTTP/1.1\r\nHost: a\r\n\r\n');
    await next(socket, 'close');
    assert.equal(answer, '');
    await eventually(
      () => /was cut: it does not begin with the PROXY/.test(server.output),
      'a line in the log');
  });
});

// As long as it lives, whatever becomes of it, and no longer.
test('a connection behind it is its client\'s', async () => {
  const server = await startServer({
    changes: {
      plugins, trustedProxies: ['127.0.0.1'],
      limits: { connectionsPerAddress: 1 },
    },
    listen: false, args: ['--listen', '127.0.0.1:0 proxy_protocol'],
  });
  const client = (n) => byteProxy(
    server, `PROXY TCP4 203.0.113.${n} 127.0.0.1 4711 80\r\n`);
  const [one, other] = [await client(1), await client(2)];
  const socket = socketOf(one, '/', ways.websocket);
  await next(socket, 'connect');
  const refused = await fetch(`${one.url}/who`);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal((await seenBy(other)).address, '203.0.113.2');
  assert.match(server.output, /203\.0\.113\.1 was refused: .*connectionsPerAddress/);
  socket.disconnect();
  await eventually(async () => (await fetch(`${one.url}/who`)).ok, 'room');
  one.close();
  other.close();
  await server.stop();
});

test('the PROXY protocol is for trusted proxies alone', async () => {
  const server = await startServer({
    changes: { plugins, trustedProxies: ['192.0.2.1'] },
    listen: false, args: ['--listen', '127.0.0.1:0 proxy_protocol'],
  });
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  await next(socket, 'close');
  await eventually(
    () => /127\.0\.0\.1 was refused: it is none of the trusted/.test(
      server.output),
    'a line in the log');
  await server.stop();
});

test('nobody is trusted with whom the server could start', async () => {
  await assert.rejects(startServer({
    changes: { plugins },
    listen: false, args: ['--listen', '127.0.0.1:0 proxy_protocol'],
  }), /"trustedProxies" lists none/);
});

test('a reload changes who is trusted', async () => {
  const server = await startServer({ changes: { plugins } });
  const front = await httpProxy(server, { 'X-Forwarded-For': '203.0.113.9' });
  assert.equal((await seenBy(front)).address, '127.0.0.1');
  server.configure({ plugins, trustedProxies: '127.0.0.1' });
  server.signal('SIGHUP');
  await eventually(
    async () => (await seenBy(front)).address === '203.0.113.9',
    'the client behind the proxy');
  front.close();
  await server.stop();
});

test('a reload has the PROXY protocol come first', async () => {
  const place = `127.0.0.1:${await freePort()}`;
  const trusted = { plugins, trustedProxies: '127.0.0.1' };
  const server = await startServer({
    listen: false, changes: { ...trusted, listen: place },
  });
  const front = await byteProxy(
    server, 'PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\n');
  assert.equal((await seenBy(server)).address, '127.0.0.1');
  server.configure({ ...trusted, listen: `${place} proxy_protocol` });
  server.signal('SIGHUP');
  await eventually(
    async () => {
      const who = await fetch(`${front.url}/who`).catch(() => null);
      return who?.ok && (await who.json()).address === '203.0.113.9';
    },
    'the client behind the proxy');
  front.close();
  await server.stop();
});
