// SPDX-License-Identifier: MIT
//
// What the verbs of the case files do. Each is called with the running case,
// the connection it speaks of, the rest of its line and the step itself.

import { expand, fromHex, show } from './text.mjs';
import {
  Connection, Failure, OPCODES, headerOf, makeFrame, readMessage, readResponse,
} from './wire.mjs';

const WEBSOCKET_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const WEBSOCKET_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
const LONGEST_SLEEP = 2000;
const SILENCE = 100;

export class Case {
  constructor({ port, path, hasty = false }, definitions) {
    this.port = port;
    this.hasty = hasty;
    this.definitions = definitions;
    this.connections = new Map();
    this.all = [];        // connections, as they were opened
    this.variables = { path, port: String(port) };
    this.arguments = {};
  }

  connection(name) {
    let connection = this.connections.get(name);
    if (!connection) {
      connection = new Connection(this.port);
      this.connections.set(name, connection);
      this.all.push(Object.assign(connection, { name }));
    }
    return connection;
  }

  bytes(text) {
    return expand(text, { ...this.variables, ...this.arguments });
  }

  string(text) {
    return this.bytes(text).toString();
  }

  // In a pattern only variables are replaced, each matching itself.
  pattern(text) {
    return new RegExp(`^(?:${text.replace(
      /\$\{(\w+|\*)\}/g,
      (variable) => this.string(variable).replace(/[^\w]/g, '\\$&'),
    )})$`, 's');
  }

  // A target that begins with `?` is below the server's own path.
  target(text) {
    return this.string(text.startsWith('?') ? `\${path}${text}` : text);
  }

  async run(steps, fallback = 'main') {
    for (const step of steps) {
      const name = step.connection ?? fallback;
      try {
        await this.step(step, name);
      } catch (error) {
        error.place = `${error.place ? `${error.place}\n` : ''}` +
          `${step.place}: ${step.verb} ${step.text}`.trim().slice(0, 200);
        throw error;
      }
    }
  }

  async step(step, name) {
    const definition = this.definitions.get(step.verb);
    if (definition) {
      await this.call(definition, step.text, name);
      return;
    }
    const verb = verbs[step.verb];
    if (!verb) {
      throw new Error(`no such verb: ${step.verb}`);
    }
    await verb(this, name, step.text, step);
  }

  // The arguments of a definition are ${1}, ${2}, ... and ${*}, the rest of
  // the line as it stands; what is captured inside is known outside.
  async call(definition, text, name) {
    const outer = this.arguments;
    const all = this.bytes(text).toString('latin1');
    const latin1 = (word) => Buffer.from(word, 'latin1');
    this.arguments = { '*': latin1(all) };
    all.split(' ').forEach((word, index) => {
      this.arguments[index + 1] = latin1(word);
    });
    try {
      await this.run(definition, name);
    } finally {
      this.arguments = outer;
    }
  }

  // What each connection has heard, when nothing more comes.
  async transcript() {
    const heard = () => this.all.reduce((n, c) => n + c.heard.length, 0);
    for (let before = -1; before < heard();) {
      before = heard();
      await new Promise((done) => setTimeout(done, SILENCE));
    }
    return this.all.map(({ name, asked, heard: parts, ended, cut }) => ({
      name,
      asked,
      ended,
      cut: cut || this.hasty,
      hasty: this.hasty,
      bytes: Buffer.concat(parts).toString('base64'),
    }));
  }

  end() {
    for (const connection of this.connections.values()) {
      connection.destroy();
    }
  }
}

function equal(actual, expected, what) {
  if (!actual.equals(expected)) {
    throw new Failure(
      `${what}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

function matches(test, text, pattern, what) {
  const match = test.pattern(pattern).exec(text);
  if (!match) {
    throw new Failure(
      `${what}: expected ${pattern}, got ${show(Buffer.from(text))}`);
  }
  Object.assign(test.variables, match.groups);
}

function answer(test) {
  if (!test.response) {
    throw new Failure('there was no answer');
  }
  return test.response;
}

// A connection that the server has ended, or said it would, is replaced for
// the next request; that is what a client does.
function forRequest(test, name) {
  const old = test.connections.get(name);
  if (old && (old.spent || old.ended)) {
    old.destroy();
    test.connections.delete(name);
  }
  return test.connection(name);
}

async function sendRequest(test, name, method, target, body, headers) {
  const connection = forRequest(test, name);
  const given = headers.map((line) => test.bytes(line));
  const has = (field) => given.some(
    (line) => line.toString('latin1').toLowerCase().startsWith(`${field}:`));
  const lines = [Buffer.from(`${method} ${target} HTTP/1.1`)];
  if (!has('host')) {
    lines.push(Buffer.from(`Host: 127.0.0.1:${test.port}`));
  }
  if (body && !has('content-length') && !has('transfer-encoding')) {
    lines.push(Buffer.from(`Content-Length: ${body.length}`));
  }
  const parts = [...lines, ...given].flatMap(
    (line) => [line, Buffer.from('\r\n')]);
  parts.push(Buffer.from('\r\n'), body ?? Buffer.alloc(0));
  connection.methods.push(method);
  connection.asked.push(method);
  test.response = undefined;
  await connection.write(Buffer.concat(parts));
}

function upgradeHeaders(step) {
  const defaults = [
    'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${WEBSOCKET_KEY}`,
  ];
  const field = (line) => line.slice(0, line.indexOf(':')).toLowerCase();
  const given = step.headers.map(field);
  return [...defaults.filter((line) => !given.includes(field(line))),
    ...step.headers];
}

async function expectStatus(test, name, text) {
  const connection = test.connection(name);
  const allowed = test.string(text).split('|');
  test.response = undefined;
  if (allowed.includes('closed') && await connection.closedBare()) {
    return;
  }
  test.response = await readResponse(connection);
  if (!allowed.includes(String(test.response.status))) {
    throw new Failure(`expected status ${allowed.join('|')}, got ` +
      `${test.response.status} with ${show(test.response.body)}`);
  }
}

function describe(message) {
  if (message.opcode === OPCODES.close) {
    const code = message.payload.length >= 2
      ? message.payload.readUInt16BE() : 1005;
    return `close ${code} ${show(message.payload.subarray(2))}`;
  }
  const names = Object.entries(OPCODES);
  const kind = names.find(([, value]) => value === message.opcode)?.[0];
  return `${kind ?? message.opcode} ${show(message.payload)}`;
}

// On a server that pings all the time a ping may come before what is expected,
// if this process was kept waiting; the case is not about it, so it is answered.
async function nextMessage(test, name, wanted) {
  const connection = test.connection(name);
  let message = await readMessage(connection);
  while (test.hasty && message.opcode === OPCODES.text &&
      message.payload.toString() === '2' && wanted !== '2') {
    await connection.write(makeFrame(OPCODES.text, Buffer.from('3')));
    message = await readMessage(connection);
  }
  return message;
}

async function expectMessage(test, name, kind, wanted) {
  const message = await nextMessage(test, name, wanted);
  if (message.opcode !== OPCODES[kind]) {
    throw new Failure(`expected ${kind}, got ${describe(message)}`);
  }
  return message.payload;
}

// The close frame, its code, our answer to it, and the end of the
// connection. `end` among the codes also allows an end without a frame.
async function expectClosed(test, name, text) {
  const connection = test.connection(name);
  const allowed = text ? test.string(text).split('|') : [];
  if (allowed.includes('end') && await connection.closedBare()) {
    return;
  }
  const message = await readMessage(connection);
  const code = message.payload.length >= 2
    ? message.payload.readUInt16BE() : 1005;
  if (message.opcode !== OPCODES.close ||
      (text && !allowed.includes(String(code)))) {
    throw new Failure(
      `expected close ${allowed.join('|')}, got ${describe(message)}`);
  }
  if (message.payload.length === 1 || [1004, 1005, 1006, 1015].includes(
    message.payload.length ? code : 1000)) {
    throw new Failure(`an illegal close frame: ${describe(message)}`);
  }
  await connection.write(makeFrame(OPCODES.close, message.payload));
  await connection.expectEnd();
  connection.finish();
}

// Polls until all packets together match: they may come in one answer or in
// several.
async function pollFor(test, name, text) {
  let packets = '';
  do {
    await sendRequest(test, name, 'GET',
      test.target('?EIO=4&transport=polling&sid=${sid}'), null, []);
    await expectStatus(test, name, '200');
    packets += `${packets && '\x1e'}${test.response.body}`;
  } while (!test.pattern(text).test(packets) && packets.length < 100_000 &&
    !packets.endsWith('\x1e1'));
  matches(test, packets, text, 'packets');
}

// Whatever comes is read and forgotten, until nothing comes for a while. For
// input that may be taken or refused, as long as the server lives.
async function settle(test, name) {
  const connection = test.connection(name);
  connection.cut = true;
  do {
    connection.input = Buffer.alloc(0);
  } while (!connection.ended && await connection.more(150));
  connection.input = Buffer.alloc(0);
}

// Whatever comes is forgotten, but the end must come.
async function expectEndAtLast(test, name) {
  const connection = test.connection(name);
  await connection.until(() => {
    connection.input = Buffer.alloc(0);
    return connection.ended;
  }, 'the end');
}

// Messages are ignored and heartbeats answered until the server closes.
async function untilClosed(test, name, text) {
  const connection = test.connection(name);
  for (;;) {
    await connection.until(() => connection.input.length, 'a close frame');
    if ((connection.input[0] & 15) === OPCODES.close) {
      await expectClosed(test, name, text);
      return;
    }
    const { payload } = await readMessage(connection);
    if (payload.toString() === '2') {
      await connection.write(makeFrame(OPCODES.text, Buffer.from('3')));
    }
  }
}

// The next thing is a message that matches, or the end of the connection.
async function expectOrClosed(test, name, text) {
  const connection = test.connection(name);
  if (await connection.closedBare()) {
    return;
  }
  if ((connection.input[0] & 15) === OPCODES.close) {
    await expectClosed(test, name, '');
    return;
  }
  await verbs['expect-matches'](test, name, text);
}

// frame OPCODE [fin=0] [rsv=4] [mask=none|zero] [length=N] [width=N] : PAYLOAD
function parseFrame(test, text) {
  const [head, ...rest] = text.split(/\s*:(?:\s|$)/);
  const [name, ...words] = test.string(head).split(/\s+/);
  const fields = {};
  for (const word of words) {
    const [key, value] = word.split('=');
    fields[key] = key === 'mask' ? value
      : key === 'length' ? BigInt(value) : Number(value);
  }
  const payload = test.bytes(text.slice(head.length).replace(/^\s*:\s?/, ''));
  return makeFrame(OPCODES[name] ?? Number(name), rest.length ? payload
    : Buffer.alloc(0), fields);
}

// fragments OPCODE SIZE : PAYLOAD, in frames of so many bytes, in one write.
function makeFragments(test, text) {
  const [head, opcode, size] = /^(\w+) (\d+) : /.exec(text);
  const payload = test.bytes(text.slice(head.length));
  const frames = [];
  for (let at = 0; at < payload.length; at += Number(size)) {
    const next = at + Number(size);
    frames.push(makeFrame(at ? OPCODES.continuation : OPCODES[opcode],
      payload.subarray(at, next), { fin: next < payload.length ? 0 : 1 }));
  }
  return Buffer.concat(frames);
}

function closePayload(test, text) {
  if (!text) {
    return Buffer.alloc(0);
  }
  const [code, ...reason] = text.split(' ');
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(Number(test.string(code)));
  return Buffer.concat([bytes, test.bytes(reason.join(' '))]);
}

const message = (opcode, bytes) => (test, name, text) => test
  .connection(name).write(makeFrame(OPCODES[opcode], bytes(test, text)));

function expectCompressed(test, name, expected) {
  if (test.connection(name).compressed !== expected) {
    throw new Failure(expected ? 'it was not compressed' : 'it was compressed');
  }
}

export const verbs = {
  // Connections.
  connect: (test, name) => {
    test.connection(name);
  },
  finish: (test, name) => test.connection(name).finish(),
  drop: (test, name) => test.connection(name).destroy(),
  reset: (test, name) => test.connection(name).reset(),
  deaf: (test, name) => {
    test.connection(name).socket.pause();
  },
  hear: (test, name) => {
    test.connection(name).socket.resume();
  },
  chop: (test, name, text) => {
    test.connection(name).chop = Number(test.string(text));
  },
  sleep: (test, name, text) => new Promise((done) => {
    setTimeout(done, Math.min(Number(text), LONGEST_SLEEP));
  }),

  set: (test, name, text) => {
    const [key, ...value] = text.split(' ');
    test.variables[key] = test.bytes(value.join(' '));
  },

  // Bytes.
  send: (test, name, text) => test.connection(name).write(test.bytes(text)),
  line: (test, name, text) => test.connection(name).write(
    test.bytes(`${text}\\r\\n`)),
  hex: (test, name, text) => test.connection(name).write(fromHex(text)),
  end: (test, name) => test.connection(name).expectEnd(),
  quiet: (test, name, text) => test.connection(name).expectQuiet(
    Math.min(Number(text), LONGEST_SLEEP)),

  // HTTP.
  get: (test, name, text, step) => sendRequest(
    test, name, 'GET', test.target(text), null, step.headers),
  post: (test, name, text, step) => {
    const [target, ...body] = text.split(' ');
    return sendRequest(test, name, 'POST', test.target(target),
      test.bytes(body.join(' ')), step.headers);
  },
  request: (test, name, text, step) => {
    const [method, target, ...body] = text.split(' ');
    return sendRequest(test, name, method, test.target(target),
      body.length ? test.bytes(body.join(' ')) : null, step.headers);
  },
  upgrade: (test, name, text, step) => sendRequest(
    test, name, 'GET', test.target(text), null, upgradeHeaders(step)),
  status: expectStatus,
  body: (test, name, text) => equal(
    answer(test).body, test.bytes(text), 'body'),
  'body-matches': (test, name, text) => matches(
    test, answer(test).body.toString(), text, 'body'),
  header: (test, name, text) => {
    const [key, ...value] = test.string(text).split(': ');
    equal(Buffer.from(headerOf(answer(test), key) ?? '(absent)'),
      Buffer.from(value.join(': ')), key);
  },
  'header-matches': (test, name, text) => {
    const [key, ...value] = text.split(': ');
    matches(test, headerOf(answer(test), key) ?? '(absent)',
      value.join(': '), key);
  },
  'no-header': (test, name, text) => {
    const value = headerOf(answer(test), text);
    if (value !== undefined) {
      throw new Failure(`unexpected header ${text}: ${value}`);
    }
  },

  // WebSocket.
  websocket: async (test, name, text, step) => {
    await verbs.upgrade(test, name, text, step);
    await expectStatus(test, name, '101');
    await verbs.header(
      test, name, `Sec-WebSocket-Accept: ${WEBSOCKET_ACCEPT}`);
    await verbs['header-matches'](test, name, 'Upgrade: [Ww]eb[Ss]ocket');
    await verbs['header-matches'](test, name, 'Connection: [Uu]pgrade');
  },
  text: message('text', (test, text) => test.bytes(text)),
  binary: message('binary', (test, text) => fromHex(text)),
  ping: message('ping', (test, text) => test.bytes(text)),
  pong: message('pong', (test, text) => test.bytes(text)),
  close: message('close', closePayload),
  frame: (test, name, text) => test.connection(name).write(
    parseFrame(test, text)),
  fragments: (test, name, text) => test.connection(name).write(
    makeFragments(test, text)),
  expect: async (test, name, text) => equal(
    await expectMessage(test, name, 'text', text), test.bytes(text), 'message'),
  'expect-matches': async (test, name, text) => matches(test,
    (await expectMessage(test, name, 'text', text)).toString(), text,
    'message'),
  'expect-binary': async (test, name, text) => equal(
    await expectMessage(test, name, 'binary'), fromHex(text), 'message'),
  'expect-bytes': async (test, name, text) => equal(
    await expectMessage(test, name, 'binary'), test.bytes(text), 'message'),
  compressed: (test, name) => expectCompressed(test, name, true),
  plain: (test, name) => expectCompressed(test, name, false),
  'expect-bytes-matches': async (test, name, text) => matches(test,
    (await expectMessage(test, name, 'binary')).toString('latin1'), text,
    'message'),
  'expect-pong': async (test, name, text) => equal(
    await expectMessage(test, name, 'pong'), test.bytes(text), 'pong'),
  'expect-or-closed': expectOrClosed,
  closed: expectClosed,
  'until-closed': untilClosed,
  'end-at-last': expectEndAtLast,
  'poll-for': pollFor,
  settle,
};
