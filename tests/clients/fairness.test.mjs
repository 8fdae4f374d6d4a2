// SPDX-License-Identifier: MIT
//
// One who says very much on several connections, without a pause, takes turns
// with everybody else: a quiet client is answered meanwhile, whichever way it
// has come. Nothing is timed; who is never answered is missed at the deadline.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, echo, ways } from './client.mjs';
import { event } from './hostile.mjs';
import { Raw } from './raw.mjs';
import { startServer } from './server.mjs';

const SOCKETS = 5;
const ASKED = 20;

// How often the plugin was called.
async function handled(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(
    /^mortise_plugin_events_total\{plugin="echo"\} (\d+)$/m.exec(text)[1]);
}

for (const [way, options] of Object.entries(ways)) {
  test(`a quiet client beside one with many sockets, ${way}`, async (t) => {
    const server = await startServer({
      changes: { metrics: { enabled: true } },
    });
    t.after(() => server.stop());
    const quiet = await connect(server, '/', options);
    const raws = await Promise.all(Array.from({ length: SOCKETS },
      () => new Raw(server.port).join()));
    const much = Buffer.concat(Array(10_000).fill(event('broadcast', 1)));
    let over = false;
    const flood = (raw) => {
      if (!over) { // as soon as the kernel has taken it
        raw.socket.write(much, () => flood(raw));
      }
    };
    raws.forEach(flood);
    for (let i = 0; i < ASKED; i += 1) {
      assert.deepEqual(await echo(quiet, i), [i]);
    }
    over = true;
    const others = await handled(server) - ASKED;
    t.diagnostic(`${others} events of others for ${ASKED} of its own`);
    // It was a flood, and all of its connections are still there.
    assert.ok(others > 100 * ASKED);
    assert.ok(raws.every((raw) => !raw.over));
    raws.forEach(({ socket }) => socket.destroy());
    quiet.disconnect();
  });
}
