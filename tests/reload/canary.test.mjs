// SPDX-License-Identifier: MIT
//
// Builds that crash or never return: they do so in a process of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, connect } from '../clients/client.mjs';
import { eventually } from '../clients/server.mjs';
import { children, openSite } from './site.mjs';

const swap = (settings) => [{ name: 'swap', settings }];

async function refuses(site, socket, reason) {
  const report = await site.reload();
  assert.match(report, /^refused, and nothing has changed:\n/);
  assert.match(report, reason);
  assert.equal(await ask(socket, 'who'), 1);
  assert.deepEqual(children(site.server.pid), []);
}

test('builds that crash', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  assert.equal(await ask(socket, 'count'), 1);
  for (const where of ['init', 'restore', 'save', 'fini']) {
    await t.test(`in ${where}`, async () => {
      site.configure(swap({ crash: where }));
      await refuses(site, socket, new RegExp(
        `the canary: ${where} of plugin "swap" (crashed with|ended)`));
    });
  }
  await t.test('while they are loaded', async () => {
    site.put('swap', 'swap-6');
    site.configure(swap({}));
    await refuses(site, socket,
      /the canary: loading of plugin "swap" (crashed with|ended)/);
  });
  assert.equal(await ask(socket, 'count'), 2);
  // None of them came in: nothing is left of them.
  assert.equal(site.copies().length, 2); // echo's, too
  site.put('swap', 'swap-2');
  assert.match(await site.reload(), /^done/);
  assert.equal(await ask(socket, 'count'), 3);
  socket.disconnect();
});

test('builds that end the process', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  for (const where of ['init', 'restore', 'save', 'fini']) {
    await t.test(`in ${where}`, async () => {
      site.configure(swap({ exit: where }));
      await refuses(site, socket, new RegExp(
        `the canary: ${where} of plugin "swap" ended the process`));
    });
  }
  socket.disconnect();
});

// What it says there is no word of the canary's.
test('builds that print', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  site.put('swap', 'swap-2');
  for (const where of ['init', 'restore', 'save', 'fini']) {
    site.configure(swap({ print: where }));
    assert.match(await site.reload(), /^done/);
    assert.equal(await ask(socket, 'who'), 2);
  }
  assert.ok(site.lines.includes('a plugin that prints'));
  socket.disconnect();
});

test('builds that refuse', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  for (const where of ['init', 'restore', 'save', 'acquire']) {
    await t.test(`in ${where}`, async () => {
      site.configure(swap({ [where]: -7 }));
      await refuses(site, socket, /its .* returned -7/);
    });
  }
  // What the old build has let go of for that it has again.
  assert.equal(site.lines.filter(
    (line) => line.includes('swap#1: release')).length, 1);
  socket.disconnect();
});

test('builds that never return', async (t) => {
  const site = await openSite(t, { changes: { reload: { timeout: 2000 } } });
  const socket = await connect(site.server);
  for (const where of ['init', 'fini']) {
    await t.test(`from ${where}`, async () => {
      site.configure(swap({ hang: where }));
      const report = site.reload();
      // Meanwhile it serves.
      await eventually(() => children(site.server.pid).length === 1,
        'the canary lives');
      assert.equal(await ask(socket, 'who'), 1);
      assert.match(await report, new RegExp(
        `the canary: ${where} of plugin "swap" did not end within 2000 ms`));
      assert.deepEqual(children(site.server.pid), []);
    });
  }
  socket.disconnect();
});

// What the old build does between the canary's state and its own counts.
test('events while the canary lives', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  site.put('swap', 'swap-2');
  const report = site.reload();
  let [asked, answered] = [0, 0];
  while (site.outcomes().length === 0) {
    asked += 1;
    answered = await ask(socket, 'count');
    assert.equal(answered, asked);
  }
  assert.match(await report, /^done/);
  assert.equal(await ask(socket, 'count'), asked + 1);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});

test('a server that stops while the canary lives', async (t) => {
  const site = await openSite(t);
  const socket = await connect(site.server);
  site.configure(swap({ hang: 'init' }));
  const { pid } = site.server;
  site.server.signal('SIGHUP');
  await eventually(() => children(pid).length === 1, 'the canary lives');
  const [canary] = children(pid);
  socket.disconnect();
  await site.server.stop();
  assert.match(site.server.output, /the server is stopping/);
  assert.throws(() => process.kill(Number(canary), 0), { code: 'ESRCH' });
});

test('without a canary', async (t) => {
  const site = await openSite(t, { changes: { reload: { canary: false } } });
  const socket = await connect(site.server);
  site.put('swap', 'swap-2');
  const report = await site.reload();
  assert.match(report, /^done/);
  assert.doesNotMatch(report, /canary/);
  site.configure(swap({ init: -7 }));
  assert.match(await site.reload(), /its init returned -7/);
  assert.equal(await ask(socket, 'who'), 2);
  socket.disconnect();
});
