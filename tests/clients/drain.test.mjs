// SPDX-License-Identifier: MIT
//
// The short form of a soak test: see ../soak/README.md.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drain } from '../soak/drain.mjs';

test('SIGTERM with 200 clients, each of which is told when to come back',
  async () => {
    const { retries } = await drain({ count: 200 });
    assert.equal(retries.length, 200);
    assert.ok(retries.every((ms) => ms >= 1000 && ms <= 5000), `${retries}`);
    // By chance all of them are this close to each other once in 2^200 times.
    assert.ok(Math.max(...retries) - Math.min(...retries) > 2000);
    assert.ok(new Set(retries).size > 100);
  });
