// SPDX-License-Identifier: MIT
//
// The short form of the soak test of accounts: see ../soak/README.md.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skip } from './auth.mjs';
import { noPython } from './database.mjs';
import { soak } from '../soak/auth.mjs';

test('a server that is killed ten times', { skip: skip || noPython },
  async (t) => {
    const { counts, undecided } = await soak({ rounds: 10 });
    t.diagnostic(JSON.stringify({ counts, undecided }));
    for (const kind of ['register', 'login', 'refresh', 'password']) {
      assert.ok(counts[kind] > 0, `nobody got as far as: ${kind}`);
    }
  });
