// SPDX-License-Identifier: MIT
//
// A server whose plugins are files of the test's own: builds of swap.c (see
// tests/unit/host/plugins) are put in the place of each other, beside echo,
// which stays as it is.

import {
  chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync,
  renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually, fixtures, startServer } from '../clients/server.mjs';

const echo = {
  name: 'echo',
  path: join(dirname(dirname(dirname(dirname(fixtures)))),
    'plugins/echo/echo.so'),
};

export class Site {
  constructor(changes = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'mortise-reload-'));
    this.plugins = join(this.folder, 'plugins');
    this.runDir = join(this.folder, 'run');
    this.changes = changes;
    this.lines = [];
    mkdirSync(this.plugins);
    mkdirSync(this.runDir);
  }

  // A build, or any bytes, as an installation puts it there: by rename.
  put(name, build) {
    const file = join(this.plugins, `${name}.so`);
    const fresh = `${file}.new`;
    if (typeof build === 'string') {
      copyFileSync(join(fixtures, `${build}.so`), fresh);
    } else {
      writeFileSync(fresh, build);
    }
    chmodSync(fresh, 0o755);
    renameSync(fresh, file);
    return file;
  }

  // The private copies there are, of which each build has one.
  copies() {
    return readdirSync(this.runDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => readdirSync(join(this.runDir, name))
        .map((copy) => join(name, copy)))
      .filter((name) => name.endsWith('.so')).sort();
  }

  // What the configuration says: the plugins behind echo, and other keys.
  keys(plugins, changes = {}) {
    return {
      pluginDir: this.plugins,
      runDir: this.runDir,
      plugins: [echo, ...plugins],
      ...this.changes,
      ...changes,
    };
  }

  // `options` are more of startServer's.
  async start(plugins, changes, options) {
    this.server = await startServer(
      { changes: this.keys(plugins, changes), ...options });
    this.file = join(this.server.folder, 'echo.json');
    // All that it says from now on, a line each.
    for (const stream of [this.server.child.stdout, this.server.child.stderr]) {
      let rest = '';
      stream.on('data', (text) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        this.lines.push(...lines);
      });
    }
    return this.server;
  }

  configure(plugins, changes) {
    this.server.configure(this.keys(plugins, changes));
  }

  // The first lines of the reports that there were since the start.
  outcomes() {
    return this.lines
      .map((line) => /reload (\d+): (done in|nothing has|refused)/.exec(line))
      .filter((match) => match);
  }

  // Sends SIGHUP; the report as one text.
  async reload() {
    const number = this.outcomes().length + 1;
    this.server.signal('SIGHUP');
    return this.outcome(number);
  }

  async outcome(number) {
    await eventually(() => this.outcomes().length >= number,
      `reload ${number}; the server said\n${this.server.output}`, 20_000);
    // Its lines are written one by one, and may be read so. A refusal has
    // reasons; what else follows is there when nothing more comes.
    const mark = `reload ${number}: `;
    const said = () => this.lines.filter((line) => line.includes(mark))
      .map((line) => line.slice(line.indexOf(mark) + mark.length));
    await eventually(() => said().length > 1 || !/^refused/.test(said()[0]),
      `the reasons of reload ${number}`);
    for (let before = 0; before < said().length;) {
      before = said().length;
      await new Promise((done) => setTimeout(done, 20));
    }
    return said().join('\n');
  }

  async close() {
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// A running one with swap-1 as swap, which does not outlive the test.
export async function openSite(t, { swap = {}, others = [], changes } = {}) {
  const site = new Site(changes);
  t.after(() => site.close());
  site.put('swap', 'swap-1');
  await site.start([{ name: 'swap', ...swap }, ...others]);
  return site;
}

// The processes that a process has begun and not yet buried.
export function children(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) ===
          pid;
      } catch {
        return false; // it has ended meanwhile
      }
    });
}
