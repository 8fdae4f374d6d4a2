// SPDX-License-Identifier: MIT
//
// The short form of a soak test: see ../soak/README.md.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cycles } from '../soak/cycles.mjs';

test('hundreds of connections of every kind leave nothing behind', async () => {
  const count = 300;
  const { kinds, ends } = await cycles({ count });
  assert.ok(count >= kinds * ends); // each kind has gone in each way
});
