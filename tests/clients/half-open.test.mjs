// SPDX-License-Identifier: MIT
//
// A machine with clients on it vanishes from the network: no FIN, no RST,
// nothing. See vanish.mjs, which is both machines.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

// A network of one's own, in which one may make another.
const possible = spawnSync('unshare', ['-rn', 'unshare', '-n', 'true'])
  .status === 0 && spawnSync('unshare',
  ['-rn', 'ip', 'link', 'add', 'a0', 'type', 'veth', 'peer', 'name', 'b0'])
  .status === 0;
const skip = !possible && 'no network namespaces here, or no ip(8)';

test('clients that vanish, idle and busy, in the clear and over TLS',
  { skip, timeout: 90_000 }, async () => {
    const child = spawn('unshare', ['-rn', process.execPath,
      fileURLToPath(new URL('vanish.mjs', import.meta.url))]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    const code = await new Promise((done) => child.once('close', done));
    assert.equal(code, 0, output);
  });
