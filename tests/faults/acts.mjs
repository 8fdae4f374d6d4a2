// SPDX-License-Identifier: MIT
//
// What clients of each kind do while something fails, in a few steps each. An
// act ends well; or it throws Lost, when the server has said that it cannot, or
// has ended the connection; or it throws something else: nobody answers, or the
// answer is wrong.

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  frame, head, POLLING, Raw, upgradeHead, WEBSOCKET,
} from '../clients/raw.mjs';

const PATIENCE_MS = 20_000;

export class Lost extends Error {}

export const later = (ms) => new Promise((done) => setTimeout(done, ms));

// A connection whose words are waited for, one after the other.
class Client {
  constructor(server) {
    this.raw = new Raw(server.port);
    this.from = 0;
  }

  // What has come and not been looked at; '' when the server has closed it.
  async hear(pattern) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = pattern.exec(this.raw.text.slice(this.from));
      if (found) {
        this.from += found.index + found[0].length;
        return found;
      }
      if (this.raw.over || /^HTTP\/1\.1 [45]/.test(this.raw.text)) {
        throw new Lost(`refused, or closed, instead of ${pattern}`);
      }
      if (Date.now() > end) {
        throw new Error(`nothing like ${pattern} after ` +
          JSON.stringify(this.raw.text.slice(-300)));
      }
      await later(2);
    }
  }

  say(...parts) {
    this.raw.send(...parts);
    return this;
  }

  close() {
    this.raw.socket.destroy();
  }
}

// An HTTP request on a connection of its own, to a port or to a socket's path.
function ask(where, method, path, { body, text } = {}) {
  return new Promise((done, fail) => {
    const asked = request({
      ...where, method, path, agent: false,
      headers: body ? { 'Content-Type': 'application/json' } : {},
    }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => done({
        status: answer.statusCode, text: Buffer.concat(parts).toString(),
      }));
      answer.on('error', () => fail(new Lost('an answer that is cut')));
    });
    asked.setTimeout(PATIENCE_MS, () =>
      asked.destroy(new Error(`no answer to ${method} ${path}`)));
    asked.on('error', (error) =>
      fail(error.code ? new Lost(error.code) : error));
    asked.end(text ?? (body && JSON.stringify(body)));
  });
}

const at = (server) => ({ host: '127.0.0.1', port: server.port });

// What is not answered by 200 is lost; a false answer is an error.
async function get(server, path) {
  const { status, text } = await ask(at(server), 'GET', path);
  if (status !== 200) {
    throw new Lost(`${path}: ${status}`);
  }
  return text;
}

async function post(server, path, body) {
  const { status, text } = await ask(at(server), 'POST', path, { body });
  if (status !== 200 && status !== 201) {
    throw new Lost(`${path}: ${status} ${text}`);
  }
  return text;
}

async function withClient(server, act) {
  const client = new Client(server);
  try {
    await client.raw.opened;
    await act(client);
  } finally {
    client.close();
  }
}

const event = (...args) => frame('text', `42${JSON.stringify(args)}`);

const websocket = (server) => withClient(server, async (client) => {
  await client.say(upgradeHead()).hear(/0\{"sid"/);
  await client.say(frame('text', '40')).hear(/"auth"/);
  await client.say(event('message', 'hello')).hear(/"message-back","hello"/);
  client.say(frame('text',
    '451-7["message-with-ack",{"_placeholder":true,"num":0}]'),
  frame('binary', [1, 2, 3]));
  await client.hear(/461-7\[\{"_placeholder":true,"num":0\}\]/);
  await client.hear(/\x01\x02\x03/);
});

// A POST of the wire's own text.
async function tell(server, sid, text) {
  const answer =
    await ask(at(server), 'POST', `${POLLING}&sid=${sid}`, { text });
  if (answer.status !== 200) {
    throw new Lost(`POST: ${answer.status}`);
  }
}

const longPolling = async (server) => {
  const { sid } = JSON.parse((await get(server, POLLING)).slice(1));
  const poll = () => get(server, `${POLLING}&sid=${sid}`);
  await tell(server, sid, '40');
  let heard = await poll();
  await tell(server, sid, '42["message","hello"]');
  for (let i = 0; i < 3 && !heard.includes('"message-back","hello"'); i += 1) {
    heard += await poll();
  }
  if (!heard.includes('"message-back","hello"')) {
    throw new Lost(heard);
  }
  await tell(server, sid, '1');
};

const upgrade = async (server) => {
  const { sid } = JSON.parse((await get(server, POLLING)).slice(1));
  await withClient(server, async (client) => {
    client.say(upgradeHead(`${WEBSOCKET}&sid=${sid}`), frame('text', '2probe'));
    await client.hear(/3probe/);
    await client.say(frame('text', '5'), frame('text', '40')).hear(/"auth"/);
    await client.say(event('message', 'hello')).hear(/"message-back"/);
  });
};

const file = async (server) => {
  const text = await get(server, '/page.txt');
  assert.ok(text === server.page, `a page of ${text.length} bytes`);
};

let people = 0;
// What was acknowledged; it has to be there in the end.
export const acknowledged = { users: [], texts: [], matches: [] };

// Whoever is told that he is in is told who he is.
function isIn(text) {
  assert.ok(JSON.parse(text)?.user?.id, text);
}

const account = async (server) => {
  const name = `person${process.pid}x${people += 1}`;
  const body = { name, password: 'correct horse' };
  isIn(await post(server, '/auth/register', body));
  acknowledged.users.push(name);
  isIn(await post(server, '/auth/login',
    { login: name, password: body.password }));
};

export async function guestToken(server) {
  return JSON.parse(await post(server, '/auth/guest', {})).accessToken;
}

// The beginning of the answer to an event; Lost when that is no.
async function good(client, space, id, name, argument) {
  client.say(frame('text',
    `42${space},${id}${JSON.stringify([name, argument])}`));
  const [, answer] = await client.hear(
    new RegExp(`43${space},${id}\\[(\\{"(?:ok|error)"[^}]*)|41${space},`));
  if (!answer?.startsWith('{"ok"')) {
    await later(5);
    throw new Lost(`${name}: ${answer ?? client.raw.text.slice(client.from)}`);
  }
  return answer;
}

// Somebody of those who are known, in a namespace.
async function enter(client, space, token) {
  await client.say(upgradeHead()).hear(/0\{"sid"/);
  client.say(frame('text', `40${space},${JSON.stringify({ token })}`));
  const [, type] = await client.hear(new RegExp(`4([04])${space},\\{`));
  if (type !== '0') {
    throw new Lost(client.raw.text.slice(-100));
  }
}

const chat = (server) => withClient(server, async (client) => {
  const text = `said ${people += 1}`;
  const token = server.tokens[people % server.tokens.length];
  const ask = (...words) => good(client, '/chat', ...words);
  await enter(client, '/chat', token);
  await ask(1, 'hello', {});
  await ask(2, 'join', { room: 'square' });
  await ask(3, 'say', { room: 'square', text });
  acknowledged.texts.push(text);
  await ask(4, 'history', { room: 'square', limit: 5 });
});

function control(server) {
  const [name] = readdirSync(server.runDir)
    .filter((each) => each.startsWith('mortise-run-'));
  return { socketPath: join(server.runDir, name, 'control') };
}

const status = async (server) => {
  const answer = await ask(control(server), 'GET', '/');
  if (answer.status !== 200) {
    throw new Lost(`${answer.status}`);
  }
  assert.equal(JSON.parse(answer.text).pid, server.pid);
};

// Settings that differ make a new build of it, which is tried first. Those that
// were refused are not the ones in effect.
const reloadWith = async (server, key) => {
  server.settings[key] = 6 + (server.settings[key] - 5) % 5;
  server.configureAgain();
  const answer = await ask(control(server), 'POST', '/reload');
  if (answer.status !== 200) {
    throw new Lost(`${answer.status} ${answer.text}`);
  }
};

const reload = (server) => reloadWith(server, 'typingSeconds');

// Two play while the plugin is exchanged; where that is refused they play on.
const match = (server) => withClient(server, (ann) =>
  withClient(server, async (bob) => {
    const { tokens } = server;
    const turn = people += 1;
    await enter(ann, '/game', tokens[turn % tokens.length]);
    await enter(bob, '/game', tokens[(turn + 1) % tokens.length]);
    let number = 0;
    const ask = (who, event, more) =>
      good(who, '/game', number += 1, `match:${event}`, more);
    const created = await ask(ann, 'create', { game: 'connect-four', seat: 0 });
    const { match: id } = JSON.parse(`${created}}`);
    await ask(bob, 'join', { match: id });
    await ask(ann, 'ready', { match: id });
    await ask(bob, 'ready', { match: id });
    await ask(ann, 'move', { match: id, move: '4' });
    const refused = await reloadWith(server, 'keepSeconds').catch((error) => {
      assert.ok(error instanceof Lost, error);
      return error;
    });
    await ask(bob, 'move', { match: id, move: '4' });
    await ask(bob, 'resign', { match: id });
    acknowledged.matches.push(id);
    await ann.hear(/"match:delta",\{[^]*?"why":"resigned"/);
    if (refused) {
      throw refused;
    }
  }));

// Each with the process in which something may fail; alone: one of it at a time.
export const acts = {
  'a client of WebSocket': { act: websocket },
  'a client of long-polling': { act: longPolling },
  'an upgrade': { act: upgrade },
  'a file': { act: file },
  'an account': { act: account },
  'a message in a room': { act: chat },
  'a match': { act: match, alone: true },
  'a reload': { act: reload, alone: true },
  'the process that tries builds': { act: reload, which: 1 },
  'a question by the operator': { act: status },
};
