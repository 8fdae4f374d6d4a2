// SPDX-License-Identifier: MIT
//
// Plugins that do to the process what is the server's: see rascal.c.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ask, connect } from '../clients/client.mjs';
import { eventually } from '../clients/server.mjs';
import { children, openSite } from './site.mjs';

const rascal = (settings) => [{ name: 'rascal', settings }];

async function open(t, changes) {
  const site = await openSite(t, { changes });
  site.put('rascal', 'rascal');
  site.configure(rascal({}));
  assert.match(await site.reload(), /plugin rascal#1 .* is new/);
  return site;
}

// How the canary has ended is heard by nobody then, but it says so itself.
test('a plugin that ignores its children', async (t) => {
  const site = await open(t, { reload: { timeout: 60_000 } });
  const socket = await connect(site.server);
  await ask(socket, 'ignore children');
  site.configure(rascal({ crash: true }));
  assert.match(await site.reload(), /^refused.*\n.*the canary: init of/);
  site.configure(rascal({ crash: false }));
  assert.match(await site.reload(), /^done/);
  socket.disconnect();
});

test('a server that is killed takes its canary along', async (t) => {
  const site = await openSite(t);
  site.configure([{ name: 'swap', settings: { hang: 'init' } }]);
  site.server.signal('SIGHUP');
  const { pid } = site.server;
  await eventually(() => children(pid).length === 1, 'the canary lives');
  const [canary] = children(pid);
  // It has come to the plugin that hangs.
  await eventually(() => readFileSync(`/proc/${canary}/maps`, 'latin1')
    .includes('/swap.'), 'the canary has loaded the plugin');
  await site.server.kill();
  site.server.stopped = true;
  await eventually(() => {
    try {
      process.kill(Number(canary), 0);
      return false;
    } catch {
      return true;
    }
  }, 'the end of the canary');
});
