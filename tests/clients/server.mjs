// SPDX-License-Identifier: MIT
//
// Starts a server for a test and ends it again. Every server is one child
// process on a port of the kernel's choosing; it is stopped by its pid with
// SIGTERM and must then exit with 0, so that a leak or a crash at shutdown
// fails the test that used it.
//
// Environment:
//   MORTISE_BIN         the server (default: build/mortise)
//   ENGINEIO_ECHO_BIN   the Engine.IO floor alone
//                       (default: tests/engineio-echo beside MORTISE_BIN)
//   MORTISE_CONFIG_DIR  where echo.json and conformance.json are
//                       (default: config)

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, '../..');

export const binary = resolve(root, process.env.MORTISE_BIN ?? 'build/mortise');
const echoBinary = process.env.ENGINEIO_ECHO_BIN
  ? resolve(root, process.env.ENGINEIO_ECHO_BIN)
  : join(dirname(binary), 'tests/engineio-echo');
// Plugins that only tests load.
export const fixtures = join(dirname(binary), 'tests/unit/host/plugins');
const configDir = resolve(root, process.env.MORTISE_CONFIG_DIR ?? 'config');

const START_DEADLINE = 60_000;
const STOP_DEADLINE = 60_000;
const LOG_KEPT = 64 * 1024;

// The sanitizer keeps what was freed for a while, up to 256 MiB of it: memory
// would never be seen to come back. For tests that look at it.
export const forgetful = {
  ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'quarantine_size_mb=1',
    'thread_local_quarantine_size_kb=64',
    'allocator_release_to_os_interval_ms=50'].filter(Boolean).join(':'),
};

const children = new Set();
export function killAll() {
  for (const child of children) {
    child.kill('SIGKILL');
  }
}
process.on('exit', killAll);

// JSON with comments, as the server reads it: comments become spaces, so that
// a complaint of JSON.parse still points at the right place.
export function parseConfig(text) {
  return JSON.parse(text.replace(
    /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (token) => (token[0] === '"' ? token : token.replace(/[^\n]/g, ' '))));
}

// Relative paths of a configuration are relative to its file. A changed copy
// lives elsewhere, so they are made absolute.
function anchorPaths(config, folder) {
  const anchor = (object, key) => {
    if (typeof object?.[key] === 'string' && object[key] &&
        !isAbsolute(object[key])) {
      object[key] = resolve(folder, object[key]);
    }
  };
  anchor(config, 'pluginDir');
  anchor(config, 'runDir');
  anchor(config, 'clientDir');
  anchor(config.static, 'root');
  for (const plugin of config.plugins ?? []) {
    anchor(plugin, 'path');
  }
}

function merge(base, changes) {
  const result = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const both = [value, base[key]].every(
      (v) => v && typeof v === 'object' && !Array.isArray(v));
    result[key] = both ? merge(base[key], value) : value;
  }
  return result;
}

// Writes config/<name>.json with some keys changed; returns the new file.
function changedConfig(name, changes, folder) {
  const file = join(configDir, `${name}.json`);
  const config = parseConfig(readFileSync(file, 'utf8'));
  anchorPaths(config, configDir);
  const copy = join(folder, `${name}.json`);
  writeFileSync(copy, JSON.stringify(merge(config, changes), null, 2));
  return copy;
}

class Server {
  constructor(command, args, folder, env = {}) {
    this.folder = folder;
    this.output = '';
    this.child = spawn(command, args, {
      // What it makes there, such as databases, goes with it.
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pid = this.child.pid;
    children.add(this.child);
    this.exited = new Promise((done) => {
      this.child.once('error', (error) => {
        this.output += `${error.message}\n`;
        done({ code: -1, signal: null });
      });
      this.child.once('close', (code, signal) => done({ code, signal }));
    });
    this.exited.then(() => {
      children.delete(this.child);
      rmSync(folder, { recursive: true, force: true });
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        this.output = (this.output + text).slice(-LOG_KEPT);
      });
    }
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  // The port stands in the line that says `listening on ADDRESS:PORT`.
  async ready() {
    const found = new Promise((done) => {
      const look = () => {
        const match = /listening on \S*:(\d+)/.exec(this.output);
        if (match) {
          done(Number(match[1]));
        }
      };
      this.child.stdout.on('data', look);
      this.child.stderr.on('data', look);
    });
    const port = await Promise.race([
      found, this.exited.then(() => 0), sleep(START_DEADLINE).then(() => 0),
    ]);
    if (!port) {
      await this.kill();
      throw new Error(`the server did not start:\n${this.output}`);
    }
    this.port = port;
    return this;
  }

  signal(name) {
    this.child.kill(name);
  }

  // Writes its configuration anew: the one of the folder with these changes.
  configure(changes) {
    changedConfig(this.config, changes, this.folder);
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  // SIGTERM, then the exit status; anything but a clean exit is an error.
  // Again does nothing.
  async stop() {
    if (this.stopped) {
      return;
    }
    this.stopped = true;
    this.child.kill('SIGTERM');
    const end = await Promise.race([
      this.exited, sleep(STOP_DEADLINE).then(() => null),
    ]);
    if (!end) {
      await this.kill();
      throw new Error(`the server ignored SIGTERM:\n${this.output}`);
    }
    if (end.code !== 0 || /Sanitizer|runtime error:/.test(this.output)) {
      throw new Error(`the server ended with code ${end.code}, ` +
        `signal ${end.signal}:\n${this.output}`);
    }
  }
}

export function sleep(milliseconds) {
  return new Promise((done) => {
    setTimeout(done, milliseconds).unref();
  });
}

// Resolves when `condition()` is truthy, with its value; rejects after a
// generous deadline. For things that no event announces.
export async function eventually(condition, what, deadline = 60_000) {
  const end = Date.now() + deadline;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`never happened: ${what}`);
    }
    await new Promise((done) => setTimeout(done, 10));
  }
}

function temporaryFolder() {
  return mkdtempSync(join(tmpdir(), 'mortise-test-'));
}

// `config` names a file of the configuration folder, `changes` are keys to
// change in a copy of it; `port` is for a server that comes back. With `listen`
// false the configuration says where to listen. `env` is added to ours.
export function startServer({
  config = 'echo', changes, args = [], port = 0, listen = true, env,
} = {}) {
  const folder = temporaryFolder();
  const file = changes
    ? changedConfig(config, changes, folder)
    : join(configDir, `${config}.json`);
  const where = listen ? ['--listen', `127.0.0.1:${port}`] : [];
  const server = new Server(
    binary, ['--config', file, ...where, ...args], folder, env);
  server.config = config;
  server.file = file;
  return server.ready();
}

export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

// The Engine.IO floor alone takes its port as an argument. Between finding a
// free one and using it another process may take it, hence the second try.
export async function startEngineEcho({ args = [] } = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const port = await freePort();
    const server = new Server(
      echoBinary, [String(port), ...args], temporaryFolder());
    try {
      return await server.ready();
    } catch (error) {
      if (attempt === 2) {
        throw error;
      }
    }
  }
}
