// SPDX-License-Identifier: MIT
//
// What the tests of the chat share: a server whose plugins can be replaced and
// whose databases outlive it, people with accounts, and what they do.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  binary, eventually, freePort, parseConfig, root, startServer,
} from '../clients/server.mjs';
import { openWindow } from './pages.mjs';

const clients = createRequire(
  new URL('../clients/package.json', import.meta.url));
const PASSWORD = 'correct horse battery staple';
const plugins = join(dirname(binary), 'plugins');
const configFolder = process.env.MORTISE_CONFIG_DIR ?? join(root, 'config');

export class House {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'mortise-house-'));
    this.builds = 0;
    mkdirSync(join(this.folder, 'run'));
  }

  get url() {
    return this.server.url;
  }

  /** A build of the chat with other bytes, by rename. */
  build() {
    const bytes = readFileSync(join(plugins, 'chat/chat.so'));
    const mark = Buffer.from(`build ${this.builds += 1}`);
    const file = join(this.folder, 'chat.so');
    writeFileSync(`${file}.new`, Buffer.concat([bytes, mark]), { mode: 0o755 });
    renameSync(`${file}.new`, file);
  }

  async start() {
    this.port ??= await freePort();
    if (this.builds === 0) this.build();
    const given = parseConfig(
      readFileSync(join(configFolder, 'mortise.json'), 'utf8'));
    const more = {
      auth: {
        database: join(this.folder, 'auth.db'),
        roles: { moderator: ['chat.moderate'] },
        ratesPerMinute: { register: 1000, guest: 1000, login: 1000 },
      },
      chat: { database: join(this.folder, 'chat.db') },
      game: { database: join(this.folder, 'game.db') },
    };
    this.server = await startServer({
      config: 'mortise',
      port: this.port,
      changes: {
        runDir: join(this.folder, 'run'),
        plugins: given.plugins.map((plugin) => ({
          ...plugin,
          path: plugin.name === 'chat'
            ? join(this.folder, 'chat.so')
            : join(plugins, plugin.name, `${plugin.name}.so`),
          settings: { ...plugin.settings, ...more[plugin.name] },
        })),
      },
    });
  }

  async stop() {
    await this.server?.stop();
    this.server = null;
  }

  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Puts another build in, as all are talking. */
  async swap() {
    const done = () =>
      this.server.output.match(/reload \d+: done/g)?.length ?? 0;
    const before = done();
    this.build();
    this.server.signal('SIGHUP');
    await eventually(() => done() > before, 'the reload');
  }

  operator(...words) {
    execFileSync(
      binary, ['ctl', '--config', this.server.file, ...words, '--json']);
  }

  /** An account, signed in on a window of its own. */
  async person(browser, name, { at = '/chat', ...options } = {}) {
    const page = await openWindow(browser, this.url, '/favicon.svg', options);
    await this.enter(page, 'register', { name });
    await page.goto(this.url + at);
    return page;
  }

  /** The same person once more, elsewhere. */
  async again(browser, name, { at = '/chat', ...options } = {}) {
    const page = await openWindow(browser, this.url, '/favicon.svg', options);
    await this.enter(page, 'login', { login: name });
    await page.goto(this.url + at);
    return page;
  }

  async enter(page, how, who) {
    const answer = await page.context().request.post(
      `${this.url}/auth/${how}`, {
        data: { ...who, password: PASSWORD, cookie: true },
        headers: { Origin: this.url },
      });
    assert.ok(answer.ok(), await answer.text());
  }

  /** Somebody without a page, who says much. */
  async voice(name, room) {
    const response = await fetch(`${this.url}/auth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, password: PASSWORD }),
    });
    const { accessToken: token } = await response.json();
    const { io } = clients('socket.io-client');
    const socket = io(`${this.url}/chat`, {
      auth: { token }, forceNew: true, transports: ['websocket'],
    });
    const ask = async (event, argument) => {
      const answer = await socket.timeout(10_000).emitWithAck(event, argument);
      assert.equal(answer.ok, true, `${event}: ${JSON.stringify(answer)}`);
      return answer;
    };
    await ask('hello', {});
    await ask('join', { room });
    return {
      ask,
      say: (text) => ask('say', { room, text }),
      close: () => socket.close(),
    };
  }
}

/** By several people, for each may say fifty things at once. */
export async function fill(house, room, count) {
  for (let i = 0; i < count; i += 45) {
    const voice = await house.voice(`voice${room}${i}`, room);
    for (let n = i; n < Math.min(count, i + 45); n += 1)
      await voice.say(`line ${n + 1}`);
    voice.close();
  }
}

/** Goes to a room, and joins it. */
export async function enterRoom(page, room) {
  await page.goto(new URL(`/chat/${encodeURIComponent(room)}`, page.url()).href);
  await page.getByRole('button', { name: 'Join the room' }).click();
  await composer(page).waitFor();
}

export function composer(page) {
  return page.getByRole('textbox', { name: /^Message to / });
}

export async function say(page, text) {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** A message that is in the room, by its whole text. */
export function message(page, text) {
  return page.getByRole('log').getByRole('article', {
    name: new RegExp(`: ${escape(text.replace(/\s+/g, ' '))}$`),
  });
}

/** What is written and not in the room yet. */
export function pending(page, text) {
  return page.getByRole('listitem').filter({ hasText: text })
    .filter({ hasText: /Sending|Waits|Send again/ });
}

/** A room in the list, with what is unread. */
export function roomLink(page, name) {
  return page.getByRole('navigation', { name: 'Rooms' })
    .getByRole('link', { name });
}

/** Does something with a message by its tools. */
export async function act(page, text, tool, item) {
  const one = message(page, text);
  await one.focus();
  await one.getByRole('button', { name: tool, exact: true }).click();
  if (item) await page.getByRole('menuitem', { name: item }).click();
}

function escape(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
