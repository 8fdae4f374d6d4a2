// SPDX-License-Identifier: MIT
//
// The short form of tests/soak/siege.mjs: attackers of every kind and reloads,
// and nobody notices. It runs by itself, in a network of its own where it may.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const siege = fileURLToPath(new URL('../soak/siege.mjs', import.meta.url));

test('nobody is disconnected in a siege', { timeout: 200_000 }, async (t) => {
  const { code, said } = await new Promise((done) => {
    execFile(process.execPath, [siege, '--idle', '300', '--active', '30',
      '--seconds', '8', '--quiet', '0', '--every', '1000', '--ping', '1000',
      '--timeout', '5000', '--joining', '10000'],
    (error, out, err) => done({ code: error?.code ?? 0, said: out + err }));
  });
  said.trim().split('\n').forEach((line) => t.diagnostic(line));
  assert.equal(code, 0, said);
});
