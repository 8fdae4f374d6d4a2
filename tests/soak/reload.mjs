// SPDX-License-Identifier: MIT
//
// Many clients send numbered events at a steady rate while two plugins are
// exchanged again and again, a third of the times with a build that is broken.
// No client may be disconnected, no event lost, doubled or out of its order,
// and what stays behind has a budget. See README.md.

import { fork, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, fixtures, root } from '../clients/server.mjs';
import { Site } from '../reload/site.mjs';
import { Probe, sizes } from './figures.mjs';

export const PLUGINS = ['odd', 'even'];
// What a loaded build may leave: maps, and KiB of resident memory; besides,
// the server may have grown by so much for reasons of its own.
export const BUDGET = { maps: 6, rss: 64, own: { maps: 16, rss: 4096 } };
// The sanitizers keep what they know of each module.
export const BUDGET_SANITIZED = {
  maps: 8, rss: 400, own: { maps: 32, rss: 16_384 },
};

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const bytes = (plugin) =>
  readFileSync(join(fixtures, `${plugin}-1.so`));

// Each way in which a build can be broken: a fixture's name or a file.
const broken = [
  (plugin) => `${plugin}-3`, // its init fails
  (plugin) => `${plugin}-4`, // its restore
  (plugin) => `${plugin}-5`, // its constructor crashes
  (plugin) => bytes(plugin).subarray(0, 4096),
  (plugin) => { // of another ABI
    const file = bytes(plugin);
    const note = file.indexOf('\x01\0\0\0Mortise\0', 0, 'latin1');
    file.writeUInt16LE(9, note + 12);
    return file;
  },
  (plugin) => { // without its one function
    const file = bytes(plugin);
    for (let at; (at = file.indexOf('mortise_plugin_entry_v1\0')) >= 0;) {
      file.write('nobody', at);
    }
    return file;
  },
];

// The process with the clients (clients.mjs).
export class Clients {
  constructor() {
    this.child = fork(fileURLToPath(new URL('clients.mjs', import.meta.url)));
    this.answers = [];
    this.child.on('message', (message) => this.answers.shift()?.(message));
  }

  tell(order, what = {}) {
    return new Promise((done, fail) => {
      this.answers.push(done);
      this.child.once('exit', (code) => fail(
        new Error(`the clients ended with ${code}`)));
      this.child.send({ order, ...what });
    });
  }

  end() {
    this.child.kill();
  }
}

// Puts a build there as a careful installation does, or as a careless one.
function put(site, plugin, build, inPlace) {
  if (inPlace && typeof build === 'string') {
    copyFileSync(join(fixtures, `${build}.so`),
      join(site.plugins, `${plugin}.so`));
  } else {
    site.put(plugin, build);
  }
}

const stoodStill = (report) =>
  Number(/stood still for ([\d.]+)/.exec(report)?.[1] ?? 0);

// The report of a reload that has seen what was put. Where others ask, too, it
// is one of several, and told apart by what is expected of it.
async function outcome(site, first, flooded, expected) {
  if (!flooded) {
    return site.reload();
  }
  // One may have been under way, and the next one begun before.
  const last = first + 3;
  await site.outcome(last);
  const reports = [];
  for (let n = first + 1; n <= last; n += 1) {
    reports.push(await site.outcome(n));
  }
  return reports.find((report) => report.startsWith(expected)) ??
    reports.join('\n');
}

// SIGHUPs, so many a second, until the function that comes back is called.
function flood(site, perSecond) {
  const timer = setInterval(() => site.server.signal('SIGHUP'),
    1000 / perSecond);
  return () => clearInterval(timer);
}

function mayOpen(pid) {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  return Number(/Max open files\s+(\d+)/.exec(limits)[1]);
}

function letOpen(pid, descriptors) {
  const { status } = spawnSync('prlimit',
    ['--pid', String(pid), `--nofile=${descriptors}:`]);
  if (status !== 0) {
    throw new Error('prlimit does not work here');
  }
}

class Soak {
  constructor(options) {
    this.options = options;
    this.wrong = [];
    this.good = 0;
    this.refused = 0;
    this.still = 0;
    this.builds = { odd: 1, even: 1 };
    this.swaps = 0;
  }

  async start() {
    const { clients, intervals } = this.options;
    this.site = new Site(
      { reload: { generations: 10_000 }, ...this.options.keys });
    PLUGINS.forEach((plugin) => this.site.put(plugin, `${plugin}-1`));
    await this.site.start(
      PLUGINS.map((name) => ({ name, namespace: `/${name}` })));
    this.pid = this.site.server.pid;
    this.clients = new Clients();
    await this.clients.tell('connect',
      { url: this.site.server.url, count: clients, intervals });
    this.probe = new Probe(this.site.server.url);
  }

  // One exchange of one plugin or both, every third with a broken build.
  async swap() {
    const { inPlace, flooded } = this.options;
    const i = this.swaps++;
    const bad = i % 3 === 2;
    const chosen = i % 2 ? PLUGINS : [PLUGINS[i % 4 / 2]];
    const before = this.site.outcomes().length;
    const [victim] = chosen;
    // The broken one first: others may ask for a reload at any time.
    for (const plugin of chosen) {
      this.builds[plugin] = 3 - this.builds[plugin];
      if (bad && plugin === victim) {
        const file = broken[(i - 2) / 3 % broken.length](victim);
        put(this.site, victim, file, false);
      } else {
        put(this.site, plugin, `${plugin}-${this.builds[plugin]}`, inPlace);
      }
    }
    const expected = bad ? 'refused' : 'done';
    const report = await outcome(this.site, before, flooded, expected);
    this.still = Math.max(this.still, stoodStill(report));
    if (report.startsWith(expected)) {
      this[bad ? 'refused' : 'good'] += 1;
    } else {
      this.wrong.push(`reload ${i} (${bad ? 'bad' : 'good'}): ${report}`);
    }
    if (bad) { // what was refused with it stays to be taken the next time
      put(this.site, victim, `${victim}-${this.builds[victim]}`, inPlace);
    }
  }

  // While it may open only a few more files a reload is refused, or done.
  async starved(spare) {
    const before = mayOpen(this.pid);
    PLUGINS.forEach((plugin) => {
      this.builds[plugin] = 3 - this.builds[plugin];
      this.site.put(plugin, `${plugin}-${this.builds[plugin]}`);
    });
    letOpen(this.pid, sizes(this.pid).fds + spare);
    const report = await this.site.reload();
    letOpen(this.pid, before);
    this.still = Math.max(this.still, stoodStill(report));
    this[report.startsWith('refused') ? 'refused' : 'good'] += 1;
  }

  // `act`, so often, evenly over the time; the figures of that time.
  async phase(act) {
    const { swaps, every } = this.options;
    await this.clients.tell('figures');
    this.probe.take();
    const begin = performance.now();
    for (let i = 0; i < swaps; i += 1) {
      const due = begin + i * every;
      await pause(Math.max(0, due - performance.now()));
      await act?.(i);
    }
    const figures = await this.clients.tell('figures');
    return {
      ...figures,
      probe: this.probe.take().max,
      seconds: (performance.now() - begin) / 1000,
    };
  }

  // Compares what is there now with what was, build by build.
  checkSizes(before, builds) {
    const { budget } = this.options;
    const after = sizes(this.pid);
    const each = (key) => (after[key] - before[key]) / Math.max(1, builds);
    for (const key of ['maps', 'rss']) {
      const most = budget[key] * builds + budget.own[key];
      if (after[key] - before[key] > most) {
        this.wrong.push(`${after[key] - before[key]} ${key} more after ` +
          `${builds} builds; the budget is ${most}`);
      }
    }
    if (after.files > before.files) {
      this.wrong.push(`${after.files - before.files} files stay open`);
    }
    return { maps: each('maps'), rss: each('rss') };
  }

  loaded() {
    return this.site.lines.filter(
      (line) => / takes over from /.test(line)).length;
  }

  async run() {
    const { flooded, starving } = this.options;
    const quiet = await this.phase();
    const before = sizes(this.pid);
    const had = this.loaded();
    const stop = flooded ? flood(this.site, flooded) : () => {};
    const busy = await this.phase(
      starving ? (i) => this.starved(i % 12) : () => this.swap());
    stop();
    if (flooded) {
      await pause(500);
    }
    this.probe.end();
    const end = await this.clients.tell('settle');
    const grown = this.checkSizes(before, this.loaded() - had);
    this.wrong.push(...end.wrong);
    this.wrong.push(...this.site.lines.filter(
      (line) => /out of order/.test(line)));
    await this.clients.tell('leave').catch(() => {});
    return { quiet, busy, end, grown, outcomes: this.site.outcomes().length };
  }

  async end() {
    this.probe?.end();
    this.clients?.end();
    await this.site.close();
  }
}

export const defaults = {
  clients: 1000,
  swaps: 200,
  every: 500, // ms
  intervals: { websocket: 500, polling: 2000 }, // of each counter
  budget: BUDGET,
  keys: {},
};

// What there is to say of it, a line each, and what went wrong.
export async function soak(options) {
  const s = new Soak({ ...defaults, ...options });
  try {
    await s.start();
    const { quiet, busy, end, grown, outcomes } = await s.run();
    const rate = (figures) =>
      `${Math.round(figures.answered / figures.seconds)} events a second`;
    busy.answered -= quiet.answered;
    return {
      wrong: s.wrong,
      good: s.good,
      refused: s.refused,
      lines: [
        `${s.options.clients} clients in ${PLUGINS.length} namespaces, ` +
          `${end.sent} events sent and ${end.answered} answered, ${rate(busy)}`,
        `${outcomes} reloads: ${s.good} good and ${s.refused} refused ` +
          `of those that changed something, in ${busy.seconds.toFixed(1)} s`,
        `the slowest answer took ${quiet.max.toFixed(1)} ms without ` +
          `reloads, ${busy.max.toFixed(1)} ms with them; to a client in ` +
          `a process of its own ${quiet.probe.toFixed(1)} and ` +
          `${busy.probe.toFixed(1)} ms`,
        `the loop stood still for ${s.still} ms at most`,
        `a loaded build left ${grown.maps.toFixed(2)} maps and ` +
          `${grown.rss.toFixed(1)} KiB`,
      ],
    };
  } finally {
    await s.end();
  }
}

// --- reloads beside many who are idle ---

async function idle(count) {
  const site = new Site({ reload: { generations: 1000 } });
  PLUGINS.forEach((plugin) => site.put(plugin, `${plugin}-1`));
  await site.start(PLUGINS.map((name) => ({ name, namespace: `/${name}` })));
  const { pid, port } = site.server;
  const load = spawn(join(fixtures, '../../../bench/bench-load'), [
    'idle', '--port', port, '--connections', count, '--warmup', '300',
    '--limit', '400'], { stdio: 'ignore', cwd: root });
  try {
    await eventually(() => sizes(pid).fds > count, `${count} connections`,
      60_000);
    await pause(1000);
    const stood = [];
    const took = [];
    for (let i = 0; i < 20; i += 1) {
      PLUGINS.forEach((plugin) => site.put(plugin, `${plugin}-${2 - i % 2}`));
      const report = await site.reload();
      stood.push(stoodStill(report));
      took.push(Number(/done in ([\d.]+)/.exec(report)[1]));
    }
    const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
    return `${count} connections: a reload of two plugins took ` +
      `${median(took)} ms, the loop stood still for ${median(stood)} ms, ` +
      `${Math.max(...stood)} ms at most`;
  } finally {
    load.kill('SIGKILL');
    await site.close();
  }
}

// --- as a command ---

const variants = {
  plain: {},
  'in-place': { inPlace: true },
  descriptors: { starving: true },
  flood: { flooded: 100 },
};

async function main(args) {
  const value = (name) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : Number(args[at + 1]);
  };
  if (args[0] === 'idle') {
    for (const count of [10, 1000, 10_000]) {
      console.log(await idle(count));
    }
    return 0;
  }
  if (!variants[args[0] ?? 'plain']) {
    console.error(
      `usage: reload.mjs [${Object.keys(variants).join('|')}|idle] ` +
      '[--clients N] [--swaps N] [--every MS]');
    return 2;
  }
  const options = Object.fromEntries(
    ['clients', 'swaps', 'every'].map((name) => [name, value(name)])
      .filter(([, number]) => number !== undefined));
  const { lines, wrong } = await soak(
    { ...variants[args[0] ?? 'plain'], ...options });
  [...lines, ...wrong.map((text) => `WRONG: ${text}`)].forEach(
    (line) => console.log(line));
  return wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
