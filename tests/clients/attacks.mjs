// SPDX-License-Identifier: MIT
//
// What the tests of attacks share: a server with honest clients that are
// served all the while, and what has to be as before when the attackers are
// gone.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect, echo, ways } from './client.mjs';
import { metric, pause, Raw, resident } from './raw.mjs';
import { eventually, forgetful, startServer } from './server.mjs';

// What a server may have grown by when all is over, for reasons of its own.
const GROWTH = 48 << 20;

const descriptors = ({ pid }) => readdirSync(`/proc/${pid}/fd`).length;

// Runs `attack(site)` with `site.raw()` for its connections, while two honest
// clients are served without a pause.
export async function besiege(t, changes, attack) {
  const server = await startServer({
    changes: { metrics: { enabled: true }, ...changes }, env: forgetful,
  });
  t.after(() => server.stop());
  const raws = [];
  const site = {
    server,
    honest: [
      await connect(server, '/', ways.websocket),
      await connect(server, '/', ways.polling),
    ],
    raw() {
      raws.push(new Raw(server.port));
      return raws.at(-1);
    },
    many: (count, make) => Promise.all(
      Array.from({ length: count }, (_, i) => make(site.raw(), i))),
  };
  // What a server keeps for its second client it has not had for its first.
  await Promise.all(site.honest.map((socket) => echo(socket, 0)));
  const before = {
    clients: await metric(server, 'mortise_clients'),
    descriptors: descriptors(server),
    resident: resident(server),
  };
  let over = false;
  let answers = 0;
  const served = Promise.all(site.honest.map(async (socket) => {
    for (let i = 0; !over; i += 1) {
      assert.deepEqual(await echo(socket, i), [i]);
      answers += 1;
      await pause(20);
    }
  }));
  served.catch(() => {});
  try {
    await Promise.race([attack(site), served]);
  } finally {
    over = true;
    await served;
    raws.forEach(({ socket }) => socket.destroy());
  }
  assert.ok(answers > 0);
  await eventually(async () =>
    await metric(server, 'mortise_clients') <= before.clients, 'no clients',
  60_000);
  await eventually(() => descriptors(server) <= before.descriptors + 1,
    'no connections', 60_000);
  await eventually(() => resident(server) < before.resident + GROWTH,
    `memory as before (${before.resident}), but it is ${resident(server)}`,
    20_000);
  t.diagnostic(`${answers} answers meanwhile, ` +
    `${(resident(server) - before.resident) >> 10} KiB more`);
  const later = await connect(server, '/', ways.upgrade);
  assert.deepEqual(await echo(later, 'later'), ['later']);
  for (const socket of [later, ...site.honest]) {
    socket.disconnect();
  }
  await server.stop();
}
