// SPDX-License-Identifier: MIT
//
// Every n-th system call and every n-th allocation of the server fails, one a
// run of a short session; see README.md. Prints TAP.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { acts, Lost } from './acts.mjs';
import { ERRORS, Plans } from './plan.mjs';
import { Site } from './site.mjs';
import { starts } from './starts.mjs';
import { storms } from './storms.mjs';

const { values: options } = parseArgs({ options: {
  sample: { type: 'string' }, seed: { type: 'string', default: '1' },
  act: { type: 'string', default: '' }, kind: { type: 'string', default: '' },
  nth: { type: 'string' }, step: { type: 'string', default: '1' },
  trace: { type: 'boolean', default: false },
} });

// Numbers that look like chance, the same for the same seed.
function chance(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

const below = chance(Number(options.seed));
const wanted = (name, list) => !list || list.split(',').includes(name);

// What could fail: of each act and kind how many calls there are.
async function survey(site) {
  const all = [];
  for (const [name, { act, which = 0 }] of Object.entries(acts)) {
    if (!name.includes(options.act)) {
      continue;
    }
    site.plans.count(which);
    await act(site.server);
    for (const [kind, count] of site.plans.read(which).counts) {
      if (count > 0 && kind !== 'any' && wanted(kind, options.kind)) {
        all.push({ name, kind, count });
      }
    }
  }
  return all;
}

function* faultsOf({ name, kind, count }) {
  const step = kind === 'memory' ? Number(options.step) : 1;
  for (let nth = 1; nth <= count + 1; nth += step) {
    for (const error of ERRORS[kind]) {
      if (!options.nth || nth === Number(options.nth)) {
        yield { name, kind, nth, error };
      }
    }
  }
}

function chosen(surveyed, count) {
  return Array.from({ length: count }, () => {
    const { name, kind, count: calls } = surveyed[below(surveyed.length)];
    return {
      name, kind, nth: 1 + below(calls),
      error: ERRORS[kind][below(ERRORS[kind].length)],
    };
  });
}

// One fault in one run of an act; then the same without a fault.
async function one(site, { name, kind, nth, error }) {
  const { act, which = 0 } = acts[name];
  site.plans.arm(which, { kind, nth, error });
  let fired;
  try {
    await act(site.server);
  } catch (thrown) {
    if (!(thrown instanceof Lost)) {
      throw thrown;
    }
  } finally {
    fired = site.plans.disarm(which);
  }
  try {
    await act(site.server);
  } catch (thrown) {
    throw new Error(`behind it: ${thrown.message}`);
  }
  await site.check();
  return fired > 0;
}

let tested = 0;
let failed = 0;
function report(what, problems, note) {
  tested += 1;
  failed += problems.length > 0 ? 1 : 0;
  console.log(`${problems.length > 0 ? 'not ok' : 'ok'} ${tested} - ${what}`);
  if (note) {
    console.log(`# ${note}`);
  }
  for (const problem of problems) {
    console.log(problem.replace(/^/gm, '    '));
  }
}

// All of one act, or a choice: one line.
async function sweep(open, what, faults) {
  let site = await open();
  const problems = [];
  let fired = 0;
  for (const fault of faults) {
    try {
      fired += await one(site, fault) ? 1 : 0;
    } catch (thrown) {
      const { name, kind, nth, error } = fault;
      problems.push(`${name}, ${kind} ${nth} ${error}: ${thrown.message}`);
      const rest = await site.close(thrown);
      problems.push(...rest);
      site = await open();
    }
  }
  try {
    await site.rest();
  } catch (thrown) {
    problems.push(thrown.message);
  }
  problems.push(...await site.close());
  report(what, problems, `${fired} faults`);
}

// Of a list of kinds and counts: lines, and what fails in each.
function chooseOf(name, counts) {
  const each = counts
    .filter(([kind, count]) =>
      count > 0 && kind !== 'any' && wanted(kind, options.kind))
    .map(([kind, count]) => ({ name, kind, count }));
  return options.sample
    ? [[name, chosen(each, Math.ceil(Number(options.sample) / 4))]]
    : each.map((one) => [`${name}: ${one.kind}`, faultsOf(one)]);
}

const folder = mkdtempSync(join(tmpdir(), 'mortise-faults-'));
const plans = new Plans(join(folder, 'plans'));
const open = () => Site.open(folder, plans, options.trace);

async function session() {
  const first = await open();
  const surveyed = await survey(first);
  const unwell = await first.close();
  if (unwell.length > 0) {
    report('a session without a fault', unwell);
  }
  if (surveyed.length === 0) {
    return;
  }
  if (options.sample) {
    await sweep(open, 'a session',
      chosen(surveyed, Number(options.sample)));
    return;
  }
  for (const each of surveyed) {
    await sweep(open, `${each.name}: ${each.kind}`, faultsOf(each));
  }
}

try {
  await session();
  await starts(folder, plans, {
    choose: chooseOf, trace: options.trace,
    wants: (where) => `the ${where}`.includes(options.act),
  }, report);
  if ('a storm'.includes(options.act)) {
    await storms(open, ['any', 'memory'].filter(
      (kind) => wanted(kind, options.kind)), options.sample, report);
  }
} finally {
  plans.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`1..${tested}`);
process.exit(failed > 0 ? 1 : 0);
