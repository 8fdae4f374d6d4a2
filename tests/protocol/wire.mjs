// SPDX-License-Identifier: MIT
//
// One TCP connection of a case: bytes out as told, bytes in kept until
// somebody asks for them, every wait bounded. HTTP answers and WebSocket
// frames are taken apart here and checked for what no server may do wrong.

import { connect } from 'node:net';
import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { show } from './text.mjs';

export const DEADLINE = 10_000;

export class Failure extends Error {}

export class Connection {
  constructor(port) {
    this.input = Buffer.alloc(0);
    this.ended = false;
    this.spent = false;   // the last answer said `Connection: close`
    this.extension = null; // to WebSocket, that it agreed to
    this.compressed = false; // the last frame
    this.chop = 0;
    this.methods = [];    // of the requests not answered yet
    this.asked = [];      // of all requests
    this.cut = false;     // by us, or nobody minds what comes
    this.heard = [];      // everything that came
    this.wake = () => {};
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.setNoDelay(true);
    this.open = new Promise((done) => {
      this.socket.once('connect', done);
      this.socket.once('close', done);
    });
    this.socket.on('data', (bytes) => {
      this.input = Buffer.concat([this.input, bytes]);
      this.heard.push(bytes);
      this.wake();
    });
    // A reset is an end too: what it means is the case's to say.
    const end = () => {
      this.ended = true;
      this.wake();
    };
    this.socket.on('end', end);
    this.socket.on('error', end);
    this.socket.on('close', end);
  }

  // Bytes are in the kernel's hands when this returns, so that the order of
  // two connections is the order of the steps. Larger writes are not waited
  // for: a server may close before it has read everything.
  async write(bytes) {
    await this.open;
    if (!this.chop) {
      this.socket.write(bytes);
      return;
    }
    for (let at = 0; at < bytes.length && !this.ended; at += this.chop) {
      this.socket.write(bytes.subarray(at, at + this.chop));
      await new Promise(setImmediate);
    }
  }

  finish() {
    this.socket.end();
  }

  reset() {
    this.cut = true;
    this.socket.resetAndDestroy();
  }

  destroy() {
    this.cut = true;
    this.socket.destroy();
  }

  // Waits for more input; false when the time is over.
  async more(milliseconds) {
    if (this.ended) {
      return true;
    }
    return new Promise((done) => {
      const timer = setTimeout(() => done(false), milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        done(true);
      };
    });
  }

  async until(condition, what) {
    const end = Date.now() + DEADLINE;
    for (;;) {
      const result = condition();
      if (result) {
        return result;
      }
      if (this.ended) {
        throw new Failure(`closed before ${what}; ${this.left()}`);
      }
      if (!await this.more(end - Date.now())) {
        throw new Failure(`waited in vain for ${what}; ${this.left()}`);
      }
    }
  }

  // Waits for input or the end; true if the end came with nothing before it.
  async closedBare() {
    const end = Date.now() + DEADLINE;
    while (!this.input.length && !this.ended) {
      if (!await this.more(end - Date.now())) {
        throw new Failure('neither an answer nor the end');
      }
    }
    return !this.input.length;
  }

  left() {
    return this.input.length
      ? `unread: ${show(this.input)}` : 'nothing unread';
  }

  async take(count, what) {
    await this.until(() => this.input.length >= count, what);
    const bytes = this.input.subarray(0, count);
    this.input = this.input.subarray(count);
    return bytes;
  }

  async takeThrough(marker, what) {
    const at = await this.until(() => 1 + this.input.indexOf(marker), what);
    return this.take(at - 1 + marker.length, what);
  }

  // The peer's end, with nothing before it.
  async expectEnd() {
    const end = Date.now() + DEADLINE;
    while (!this.ended) {
      if (this.input.length) {
        throw new Failure(`expected the end, got: ${show(this.input)}`);
      }
      if (!await this.more(end - Date.now())) {
        throw new Failure('the connection stays open');
      }
    }
    if (this.input.length) {
      throw new Failure(`before the end came: ${show(this.input)}`);
    }
  }

  async expectQuiet(milliseconds) {
    const end = Date.now() + milliseconds;
    for (;;) {
      if (this.input.length) {
        throw new Failure(`expected silence, got: ${show(this.input)}`);
      }
      if (this.ended) {
        throw new Failure('expected silence, but the peer closed');
      }
      if (!await this.more(end - Date.now())) {
        return;
      }
    }
  }
}

const HEADER_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

function parseHead(bytes) {
  const [first, ...lines] =
    bytes.subarray(0, -4).toString('latin1').split('\r\n');
  const match = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first);
  if (!match) {
    throw new Failure(`not a status line: ${first}`);
  }
  const headers = [];
  for (const line of lines) {
    const field = HEADER_LINE.exec(line);
    if (!field || /[\0\r\n]/.test(line)) {
      throw new Failure(`not a header line: ${line}`);
    }
    headers.push([field[1].toLowerCase(), field[2]]);
  }
  return { status: Number(match[1]), headers };
}

export function headerOf(response, name) {
  const values = response.headers
    .filter(([key]) => key === name.toLowerCase())
    .map(([, value]) => value);
  return values.length ? values.join(', ') : undefined;
}

async function readChunked(connection) {
  const parts = [];
  for (;;) {
    const line = await connection.takeThrough('\r\n', 'a chunk size');
    const size = parseInt(line.toString('latin1'), 16);
    if (!(size >= 0)) {
      throw new Failure(`bad chunk size: ${show(line)}`);
    }
    const chunk = await connection.take(size + 2, 'a chunk');
    if (size === 0) {
      return Buffer.concat(parts);
    }
    parts.push(chunk.subarray(0, size));
  }
}

async function readBody(connection, response, method) {
  const { status } = response;
  const length = headerOf(response, 'content-length');
  const coding = headerOf(response, 'transfer-encoding');
  if (length !== undefined && coding !== undefined) {
    throw new Failure('both Content-Length and Transfer-Encoding');
  }
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) {
    return Buffer.alloc(0);
  }
  if (coding?.toLowerCase() === 'chunked') {
    return readChunked(connection);
  }
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) {
      throw new Failure(`bad Content-Length: ${length}`);
    }
    return connection.take(Number(length), 'the whole body');
  }
  if (headerOf(response, 'connection')?.toLowerCase() !== 'close') {
    throw new Failure('an answer without a length on a connection that lives');
  }
  await connection.until(() => connection.ended, 'the end of the body');
  return connection.take(connection.input.length, 'the body');
}

export async function readResponse(connection) {
  const head = await connection.takeThrough('\r\n\r\n', 'an answer');
  const response = parseHead(head);
  const method = connection.methods.shift() ?? 'GET';
  const body = await readBody(connection, response, method);
  const coding = headerOf(response, 'content-encoding');
  response.body = body;
  if (body.length && coding === 'gzip') {
    response.body = gunzipSync(body);
  } else if (body.length && coding === 'deflate') {
    response.body = inflateSync(body);
  }
  if (headerOf(response, 'connection')?.toLowerCase() === 'close') {
    connection.spent = true;
  }
  connection.extension = extensionOf(response);
  return response;
}

export const OPCODES = {
  continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10,
};

const MASK = Buffer.from([0x12, 0x34, 0x56, 0x78]);

// `fields` may say: fin, rsv, mask ('none', 'zero'), length (what the header
// claims), width (7, 16 or 64 bits for the length).
export function makeFrame(opcode, payload, fields = {}) {
  const length = fields.length ?? BigInt(payload.length);
  const width = fields.width ??
    (length < 126n ? 7 : length < 65536n ? 16 : 64);
  const bytes = [Buffer.alloc(2)];
  bytes[0][0] = ((fields.fin ?? 1) << 7) | ((fields.rsv ?? 0) << 4) | opcode;
  if (width === 7) {
    bytes[0][1] = Number(length);
  } else {
    const extended = Buffer.alloc(8);
    extended.writeBigUInt64BE(length);
    bytes[0][1] = width === 16 ? 126 : 127;
    bytes.push(width === 16 ? extended.subarray(6) : extended);
  }
  if (fields.mask === 'none') {
    return Buffer.concat([...bytes, payload]);
  }
  const mask = fields.mask === 'zero' ? Buffer.alloc(4) : MASK;
  bytes[0][1] |= 0x80;
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; i += 1) {
    masked[i] ^= mask[i & 3];
  }
  return Buffer.concat([...bytes, mask, masked]);
}

// What the two have agreed on in their handshake: permessage-deflate, and
// whether what the server says may refer to what it has said before.
function extensionOf(response) {
  const value = headerOf(response, 'sec-websocket-extensions');
  return response.status === 101 && value?.startsWith('permessage-deflate')
    ? { keeps: !value.includes('server_no_context_takeover'),
      window: Buffer.alloc(0) }
    : null;
}

const DEFLATE_TAIL = Buffer.from([0, 0, 0xff, 0xff]);
const WINDOW = 32_768;

function inflateMessage(extension, payload) {
  const plain = inflateRawSync(Buffer.concat([payload, DEFLATE_TAIL]), {
    finishFlush: constants.Z_SYNC_FLUSH,
    dictionary: extension.window.length ? extension.window : undefined,
  });
  if (extension.keeps) {
    extension.window =
      Buffer.concat([extension.window, plain]).subarray(-WINDOW);
  }
  return plain;
}

export async function readFrame(connection) {
  const head = await connection.take(2, 'a frame');
  const [first, second] = head;
  const compressed = (first & 0x70) === 0x40 && connection.extension;
  if ((first & 0x70) && !compressed) {
    throw new Failure(`reserved bits in a frame: ${show(head)}`);
  }
  if (second & 0x80) {
    throw new Failure('the server masked a frame');
  }
  let length = second;
  if (second === 126) {
    length = (await connection.take(2, 'a frame length')).readUInt16BE();
    if (length < 126) {
      throw new Failure('a length not in its shortest form');
    }
  } else if (second === 127) {
    length = Number(
      (await connection.take(8, 'a frame length')).readBigUInt64BE());
    if (length < 65536) {
      throw new Failure('a length not in its shortest form');
    }
  }
  const opcode = first & 15;
  if (opcode >= 8 && (length > 125 || !(first & 0x80))) {
    throw new Failure(`a bad control frame: ${show(head)}`);
  }
  if (compressed && (opcode === 0 || opcode >= 8 || !(first & 0x80))) {
    throw new Failure(`a compressed frame that is no message: ${show(head)}`);
  }
  const bytes = await connection.take(length, 'a whole frame');
  connection.compressed = Boolean(compressed);
  const payload = compressed
    ? inflateMessage(connection.extension, bytes) : bytes;
  return { fin: first >> 7, opcode, payload };
}

// A whole message (or a control frame between its fragments).
export async function readMessage(connection) {
  const frame = await readFrame(connection);
  if (frame.opcode >= 8) {
    return frame;
  }
  const parts = [frame.payload];
  let last = frame;
  while (!last.fin) {
    last = await readFrame(connection);
    if (last.opcode !== 0) {
      throw new Failure(`opcode ${last.opcode} inside a fragmented message`);
    }
    parts.push(last.payload);
  }
  return { opcode: frame.opcode, payload: Buffer.concat(parts) };
}
