// SPDX-License-Identifier: MIT
//
// One call of so many fails, of all kinds, while all acts go on; then the
// server does all of it again, without a fault.

import { acts, Lost } from './acts.mjs';

const PERIODS = { any: [101, 53, 29, 17, 11, 7, 5], memory: [211, 97, 41, 19] };
const ROUNDS = 3;

async function all(site, lenient) {
  for (const [name, { act }] of Object.entries(acts)) {
    try {
      await act(site.server);
    } catch (error) {
      if (!lenient || !(error instanceof Lost)) {
        throw new Error(`${name}: ${error.message}`);
      }
    }
  }
}

async function storm(site, kind, period) {
  let fired = 0;
  for (let i = 1; i <= ROUNDS; i += 1) {
    for (const which of [0, 1]) {
      site.plans.arm(which, { kind, nth: i, period, error: 'the usual one' });
    }
    try {
      await all(site, true);
    } finally {
      fired += site.plans.disarm(0) + site.plans.disarm(1);
    }
  }
  await all(site, false);
  return fired;
}

// `sampled`: one of each.
export async function storms(open, kinds, sampled, report) {
  for (const kind of kinds) {
    for (const period of PERIODS[kind].slice(sampled ? -2 : 0)
      .slice(0, sampled ? 1 : undefined)) {
      const site = await open();
      const problems = [];
      let fired = 0;
      try {
        fired = await storm(site, kind, period);
        await site.meet();
        await site.rest();
      } catch (error) {
        problems.push(error.message);
      }
      problems.push(...await site.close());
      report(`each ${period}th ${kind === 'any' ? 'call' : 'allocation'}`,
        problems, `${fired} faults`);
    }
  }
}
