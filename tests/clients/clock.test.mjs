// SPDX-License-Identifier: MIT
//
// The wall clock is set, by hours, forwards and backwards, while clients are
// connected. Nobody notices but those whose rights end at a time of day.

import assert from 'node:assert/strict';
import {
  closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { callAuth, plugin as auth, skip } from './auth.mjs';
import { connect, echo, ways, within } from './client.mjs';
import { binary, eventually, startServer } from './server.mjs';

const HOUR = 3_600_000;
const SHIM = join(dirname(binary), 'tests/faults/clock.so');

class Clock {
  constructor(t) {
    const folder = mkdtempSync(join(tmpdir(), 'mortise-clock-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    this.file = join(folder, 'wrong');
    this.fd = openSync(this.file, 'w');
    t.after(() => closeSync(this.fd));
    this.set(0);
  }

  set(hours) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(hours * HOUR + (hours && 123)));
    writeSync(this.fd, bytes, 0, 8, 0);
  }

  // The sanitizer minds what stands before it, though that has no need of it.
  get environment() {
    return {
      LD_PRELOAD: SHIM,
      CLOCK_FILE: this.file,
      ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0']
        .filter(Boolean).join(':'),
    };
  }
}

const hoursOff = (text) =>
  Math.round((new Date(text) - Date.now()) / HOUR) + 0; // no -0

// Clock ticks that the process has worked.
function worked(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

test('clients stay, and their heartbeats too', async (t) => {
  const clock = new Clock(t);
  const server = await startServer({
    changes: { pingInterval: 100, pingTimeout: 5000 }, env: clock.environment,
  });
  t.after(() => server.stop());
  const sockets = await Promise.all([ways.polling, ways.websocket, ways.upgrade]
    .map((way) => connect(server, '/', way)));
  for (const socket of sockets) {
    socket.on('disconnect', (reason) => assert.fail(reason));
  }
  let reloads = 0;
  for (const hours of [0, 5, -5, 24 * 400, -24 * 400, 0]) {
    clock.set(hours);
    const before = worked(server.pid);
    let pings = 0;
    await Promise.all(sockets.map((socket) => within(new Promise((done) => {
      let mine = 0;
      socket.io.on('ping', () => {
        pings += 1;
        mine += 1;
        if (mine === 4) {
          socket.io.removeAllListeners('ping');
          done();
        }
      });
    }), `four pings after ${hours} hours`)));
    assert.equal(pings, 12);
    // A loop that never rests has worked all of that time.
    assert.ok(worked(server.pid) - before < 35, 'no storm of timers');
    for (const socket of sockets) {
      assert.deepEqual(await echo(socket, hours), [hours]);
    }
    // It is this clock that the server has.
    const { headers } = await fetch(`${server.url}/nowhere`);
    assert.equal(hoursOff(headers.get('date')), hours);
    reloads += 1;
    server.signal('SIGHUP');
    const line = new RegExp(`^(\\S+) info reload ${reloads}: nothing`, 'm');
    await eventually(() => line.test(server.output), `reload ${reloads}`);
    assert.equal(hoursOff(line.exec(server.output)[1]), hours);
  }
  for (const socket of sockets) {
    socket.removeAllListeners('disconnect');
    socket.disconnect();
  }
});

test('tokens end by the clock, and nobody is locked out', { skip },
  async (t) => {
    const clock = new Clock(t);
    const server = await startServer({
      changes: {
        plugins: [{
          name: 'auth',
          path: auth,
          settings: {
            development: true,
            database: ':memory:',
            passwords: { memoryKiB: 8, passes: 1 },
            ratesPerMinute: { login: 1000, register: 1000 },
          },
        }],
      },
      env: clock.environment,
    });
    t.after(() => server.stop());
    const ask = async (method, path, options) =>
      (await callAuth(server, method, path, options)).status;
    const password = 'correct horse';
    const login = (given) => ask('POST', 'login',
      { body: { login: 'ann', password: given } });
    clock.set(5);
    const { accessToken: token } = await callAuth(server, 'POST', 'register',
      { body: { name: 'ann', password } });
    assert.equal(await ask('GET', 'me', { token }), 200);
    clock.set(10); // tokens live for less
    assert.equal(await ask('GET', 'me', { token }), 401);
    clock.set(5);
    // Too many tries, and then the clock goes back: what is left to wait is
    // not hours more.
    for (let i = 0; i < 20; i += 1) {
      await login('wrong');
    }
    assert.equal(await login(password), 429);
    clock.set(0);
    const { error } = await callAuth(server, 'POST', 'login',
      { body: { login: 'ann', password } });
    assert.ok(error.retry > 0 && error.retry <= HOUR, `${error.retry} ms`);
    assert.equal(await ask('GET', 'me', { token }), 200);
    clock.set(10);
    assert.equal(await login(password), 200);
  });
