// SPDX-License-Identifier: MIT
//
// Attackers of every kind at the same time, and reloads, beside many who are
// idle and many who are active: none of these may notice but by the clock. See
// README.md.

import { execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { metric, pause, resident, worked } from '../clients/raw.mjs';
import { eventually, fixtures, forgetful } from '../clients/server.mjs';
import { Site } from '../reload/site.mjs';
import { Asker, Newcomers, Probe, sizes } from './figures.mjs';
import { Clients, PLUGINS } from './reload.mjs';

const GROWTH = 48 << 10; // KiB that the server may keep for reasons of its own
const LINGER = 90_000; // ms in which all attackers are forgotten

// Addresses for documentation, which a network of our own has (see isolate());
// elsewhere this machine's own, of which nothing is limited by address.
const range = (net, count) =>
  Array.from({ length: count }, (_, i) => `${net}.${i + 1}`);
const ours = process.env.SIEGE_NETWORK === 'own';
const nets = ours
  ? { idle: '198.51.100', active: '203.0.113', attackers: '192.0.2' }
  : { idle: '127.0.1', active: '127.0.2', attackers: '127.0.3' };
const IDLE_ADDRESSES = 200;
const ACTIVE_ADDRESSES = 40;
const ATTACKERS_ADDRESSES = 3;

const settings = ({ ping, timeout, joining, perSecond }) => ({
  metrics: { enabled: true },
  reload: { generations: 10_000 },
  pingInterval: ping,
  pingTimeout: timeout,
  upgradeTimeout: 3000,
  connectTimeout: joining,
  limits: {
    connections: 18_000, headerTimeout: 3000, bodyTimeout: 3000,
    sendBuffer: 1 << 20, eventsPerSecond: perSecond,
    connectionsPerAddress: 120, handshakesPerSecond: 20,
  },
});

const local = (name) => fileURLToPath(new URL(name, import.meta.url));

function certificate(folder) {
  const file = { certificate: 'tls.pem', key: 'tls.key' };
  for (const key of Object.keys(file)) {
    file[key] = join(folder, file[key]);
  }
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-keyout', file.key, '-out', file.certificate], { stdio: 'ignore' });
  return file;
}

// Bytes there and back through a process that does nothing else: what the
// machine makes anybody wait for.
class Bare extends Asker {
  static program = `require('net').createServer((s) => s.setNoDelay().pipe(s))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;

  constructor(every) {
    super((done) => {
      this.socket.once('data', done);
      this.socket.write('x');
    }, every);
    this.child = spawn(process.execPath, ['-e', Bare.program],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child.stdout.once('data', (text) => {
      this.socket = connectTcp(Number(text), '127.0.0.1', () => this.begin());
      this.socket.setNoDelay();
    });
  }

  end() {
    super.end();
    this.socket?.destroy();
    this.child.kill();
  }
}

// Of the machine: seconds of all its processors, at work and idle.
function machine() {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0]
    .split(/ +/).slice(1).map(Number);
  const all = fields.slice(0, 8).reduce((sum, n) => sum + n, 0);
  return { all: all / 100, idle: (fields[3] + fields[4]) / 100 };
}

// Connections of attackers that the server has not closed yet.
function besieging({ port, tlsPort }) {
  const hex = (n) => n.toString(16).toUpperCase().padStart(4, '0');
  const ports = [port, tlsPort].map(hex);
  // An address stands there with its last byte first.
  const net = nets.attackers.split('.').reverse()
    .map((n) => hex(Number(n)).slice(2)).join('');
  return readFileSync('/proc/net/tcp', 'utf8').split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, remote, state]) => remote?.slice(2, 8) === net &&
      ports.includes(local.split(':')[1]) &&
      ['01', '08'].includes(state)).length; // established, waiting for a close
}

// What was refused, dropped or cut, by the name and labels of its counter.
async function refusals(server) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Object.fromEntries([...text.matchAll(
    /^(mortise_\w*(?:refused|refusals|dropped|closed)\w*(?:\{.*\})?) (\d+)$/gm)]
    .map(([, name, count]) => [name, Number(count)]));
}

class Siege {
  constructor(options) {
    this.options = options;
    this.wrong = [];
    this.most = { rss: 0, fds: 0 };
    this.reloads = 0;
  }

  async start() {
    const { idle, active } = this.options;
    this.site = new Site(settings(this.options));
    PLUGINS.forEach((plugin) => this.site.put(plugin, `${plugin}-1`));
    this.server = await this.site.start(
      PLUGINS.map((name) => ({ name, namespace: `/${name}` })),
      { tls: certificate(this.site.folder) },
      { args: ['--listen', '127.0.0.1:0 tls'], env: forgetful });
    this.port = this.server.port;
    this.tlsPort = Number(/https:\S*:(\d+)/.exec(this.server.output)[1]);
    await this.crowd(idle);
    this.clients = new Clients();
    await this.clients.tell('connect', {
      url: this.server.url, count: active, from: range(nets.active, ACTIVE_ADDRESSES),
      intervals: { websocket: 4000, polling: 8000 },
    });
    const complain = (text) => this.wrong.push(text);
    this.askers = {
      probe: new Probe(this.server.url, 20, complain),
      newcomers: new Newcomers(this.server.url, 500, complain),
      bare: new Bare(20),
    };
  }

  // Those who say nothing. The program ends when it loses one.
  async crowd(count) {
    this.idle = spawn(join(fixtures, '../../../bench/bench-load'), [
      'hold', '--port', this.server.port, '--connections', count, '--limit',
      '3600', '--from', `${nets.idle}.1`, '--addresses', IDLE_ADDRESSES],
    { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    this.idle.stderr.on('data', (text) => {
      said += text;
    });
    this.idle.once('exit', () => {
      this.lost = said;
    });
    const failed = once(this.idle, 'exit').then(() => {
      throw new Error(`the idle did not connect: ${said}`);
    });
    failed.catch(() => {});
    await Promise.race([once(this.idle.stdout, 'data'), failed]);
  }

  // Little work, or the others of this process would wait for it.
  look() {
    const now = {
      rss: resident(this.server) >> 10,
      fds: readdirSync(`/proc/${this.server.pid}/fd`).length,
    };
    for (const key of Object.keys(this.most)) {
      this.most[key] = Math.max(this.most[key], now[key]);
    }
    return now;
  }

  // New builds of both plugins, one reload after the other.
  async reload() {
    const build = 1 + (this.reloads + 1) % 2;
    PLUGINS.forEach((plugin) => this.site.put(plugin, `${plugin}-${build}`));
    const report = await this.site.reload();
    this.reloads += 1;
    if (!report.startsWith('done')) {
      this.wrong.push(`a reload: ${report}`);
    }
  }

  attack() {
    const { rate, beside, dawdling } = this.options;
    this.attackers = fork(local('besiegers.mjs'));
    const { port, url } = this.server;
    this.attackers.send({
      order: 'begin', rate, beside, dawdling,
      server: {
        port, url, tlsPort: this.tlsPort,
        from: range(nets.attackers, ATTACKERS_ADDRESSES),
      },
    });
  }

  async retreat() {
    const said = once(this.attackers, 'message').then(([message]) => message);
    const gone = once(this.attackers, 'exit').then(([code]) => {
      throw new Error(`the attackers ended with ${code}`);
    });
    gone.catch(() => {});
    this.attackers.send({ order: 'end' });
    return Promise.race([said, gone]);
  }

  // Looks on, for so long, and puts in new builds if it is a siege.
  async watch(besieged) {
    const { seconds, quiet, every } = this.options;
    const end = performance.now() + 1000 * (besieged ? seconds : quiet);
    let due = performance.now() + every;
    while (performance.now() < end) {
      await pause(500);
      this.look();
      if (besieged && performance.now() > due) {
        await this.reload();
        due = Math.max(due + every, performance.now());
      }
    }
  }

  async figures() {
    const { probe, newcomers, bare } = this.askers;
    return {
      probe: probe.take(), newcomers: newcomers.take(), bare: bare.take(),
      active: await this.clients.tell('figures'),
    };
  }

  async phase(besieged) {
    const { pid } = this.server;
    const refused = await refusals(this.server);
    await this.figures();
    const begin = [performance.now(), worked({ pid }), machine()];
    if (besieged) {
      this.attack();
    }
    await this.watch(besieged);
    const figures = await this.figures();
    const seconds = (performance.now() - begin[0]) / 1000;
    const now = machine();
    figures.cpu = (worked({ pid }) - begin[1]) / seconds;
    figures.busy = 1 - (now.idle - begin[2].idle) / (now.all - begin[2].all);
    figures.seconds = seconds;
    if (besieged) {
      figures.attackers = await this.retreat();
      const later = await refusals(this.server);
      figures.refused = Object.entries(later)
        .map(([name, count]) => [name, count - (refused[name] ?? 0)])
        .filter(([, count]) => count > 0);
    }
    return figures;
  }

  // All is as before when the attackers are gone.
  async recover(before) {
    const { server } = this;
    const until = async (condition, what, deadline) => {
      try {
        await eventually(async () => {
          await pause(200);
          return condition();
        }, what, deadline);
      } catch (error) {
        this.wrong.push(error.message);
      }
    };
    await until(async () => besieging(this) === 0 &&
      await metric(server, 'mortise_clients') <= before.clients + 2,
    'the end of all attackers', LINGER);
    const { files } = sizes(server.pid);
    if (files > before.files) {
      this.wrong.push(`${files - before.files} files stay open`);
    }
    await until(() => this.look().rss < before.rss + GROWTH,
      'memory as before', 20_000);
    return this.look();
  }

  async run() {
    const quiet = this.options.quiet > 0 ? await this.phase(false) : null;
    const before = {
      ...this.look(), files: sizes(this.server.pid).files,
      clients: await metric(this.server, 'mortise_clients'),
    };
    this.most = { rss: 0, fds: 0 };
    const siege = await this.phase(true);
    const after = await this.recover(before);
    for (const asker of Object.values(this.askers)) {
      asker.end();
    }
    const end = await this.clients.tell('settle');
    this.wrong.push(...end.wrong, ...this.site.lines.filter(
      (line) => /out of order/.test(line)));
    if (this.lost !== undefined) {
      this.wrong.push(`an idle client: ${this.lost}`);
    }
    await this.clients.tell('leave').catch(() => {});
    const begin = performance.now();
    await this.server.stop(); // with all who are idle
    return {
      quiet, siege, before, after, end, stopping: performance.now() - begin,
    };
  }

  async end() {
    for (const asker of Object.values(this.askers ?? {})) {
      asker.end();
    }
    this.clients?.end();
    this.attackers?.kill();
    this.idle?.kill();
    await this.site.close();
  }
}

const ms = (n) => n.toFixed(1).padStart(8);
const percent = (n) => `${Math.round(100 * n)} %`;

function lines(siege, result) {
  const { quiet, siege: busy, before, after, end, stopping } = result;
  const row = (name, of) => `${name.padEnd(34)}${[quiet, busy]
    .filter(Boolean).map(of).map(({ count, p50, p99, max }) =>
      `${String(count).padStart(8)}${ms(p50)}${ms(p99)}${ms(max)}`).join(' |')}`;
  const share = (key) => [quiet, busy].filter(Boolean)
    .map((figures) => percent(figures[key])).join(', then ');
  const all = Object.values(busy.attackers.counts);
  return [
    `${siege.options.idle} idle, ${siege.options.active} active in ` +
      `${PLUGINS.length} namespaces; ` +
      `${all.reduce((sum, n) => sum + n, 0)} attacks of ${all.length} kinds ` +
      `in ${busy.seconds.toFixed(0)} s, ${siege.reloads} reloads; ` +
      `attackers from ${ours ? 'addresses of their own' : 'this machine'}`,
    `${'ms: how many, p50, p99, max'.padEnd(34)}` +
      `${quiet ? '  without attackers             |' : ''}  with them`,
    row('answers to the active', ({ active }) => active),
    row('to one in a process of its own', ({ probe }) => probe),
    row('to newcomers, from their start', ({ newcomers }) => newcomers),
    row('of a bare echo of bytes beside it', ({ bare }) => bare),
    `CPU of the server ${share('cpu')} of a core; the machine was busy for ` +
      `${share('busy')}; the attackers used ` +
      `${percent(busy.attackers.cpu / busy.seconds)} of a core`,
    `memory ${before.rss} KiB before, ${siege.most.rss} at most, ` +
      `${after.rss} after`,
    `descriptors ${before.fds} before, ${siege.most.fds} at most, ` +
      `${after.fds} after`,
    `${end.sent} events sent, ${end.answered} acknowledged`,
    `SIGTERM, with the idle there: ended after ${stopping.toFixed(0)} ms`,
    ...busy.refused.map(([name, count]) => `${name} ${count}`),
  ];
}

// A network of our own, in which the addresses for documentation are this
// machine's, and yet not the loopback's. Null where that is not allowed.
function isolate() {
  const own = ['-rn', 'sh', '-c', 'ip link set lo up && ' +
    ['192.0.2', '198.51.100', '203.0.113'].map(
      (net) => `ip address add ${net}.0/24 dev lo`).join(' && ') +
    ' && exec "$@"', 'sh'];
  return spawnSync('unshare', [...own, 'true']).status === 0 ? own : null;
}

const numbers = {
  idle: 10_000, active: 1000, seconds: 180, quiet: 90, rate: 100, beside: 60,
  dawdling: 300, every: 2000, ping: 25_000, timeout: 20_000,
  joining: 5000,
};

async function main(values) {
  const options = Object.fromEntries(Object.keys(numbers)
    .map((name) => [name, Number(values[name])]));
  options.perSecond = values.shared ? 0 : 100;
  const siege = new Siege(options);
  try {
    await siege.start();
    const result = await siege.run();
    lines(siege, result).forEach((line) => console.log(line));
  } catch (error) {
    siege.wrong.push(error.stack);
  }
  await siege.end().catch((error) => siege.wrong.push(error.message));
  siege.wrong.forEach((text) => console.log(`WRONG: ${text}`));
  return siege.wrong.length === 0 ? 0 : 1;
}

const { values } = parseArgs({ options: {
  ...Object.fromEntries(Object.entries(numbers).map(
    ([name, n]) => [name, { type: 'string', default: String(n) }])),
  shared: { type: 'boolean', default: false },
} });
const own = ours || values.shared ? null : isolate();
if (own) {
  const child = spawn('unshare', [...own, process.execPath,
    ...process.argv.slice(1)], {
    stdio: 'inherit', env: { ...process.env, SIEGE_NETWORK: 'own' },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => child.kill(signal));
  }
  [process.exitCode] = await once(child, 'exit');
} else {
  process.exitCode = await main(values);
}
