// SPDX-License-Identifier: MIT
//
// The short form of the soak test: see ../soak/README.md.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUDGET_SANITIZED, soak } from '../soak/reload.mjs';

// What is freed is to be reused at once, or growth could not be told from it.
process.env.ASAN_OPTIONS =
  `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1`;

for (const [name, options] of Object.entries({
  '100 clients count through 20 reloads': { clients: 100, swaps: 20 },
  'files that are overwritten in place': { swaps: 8, inPlace: true },
  'a hundred signals a second': { swaps: 6, flooded: 100 },
  'descriptors that run out': { swaps: 12, every: 150, starving: true },
})) {
  test(name, async (t) => {
    const { wrong, good, refused, lines } = await soak({
      clients: 20,
      every: 300,
      intervals: { websocket: 200, polling: 500 },
      budget: BUDGET_SANITIZED,
      ...options,
    });
    lines.forEach((line) => t.diagnostic(line));
    assert.deepEqual(wrong, []);
    assert.equal(good + refused, options.swaps);
    assert.ok(good > 0 && refused > 0, `${good} good, ${refused} refused`);
  });
}
