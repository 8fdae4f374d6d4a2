// SPDX-License-Identifier: MIT
//
// A server in which something can fail, and somebody who is connected all the
// while and whom that does not concern.

import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isSound, query } from '../clients/database.mjs';
import { frame, pause, Raw, worked } from '../clients/raw.mjs';
import { binary, eventually, root, startServer } from '../clients/server.mjs';
import { descriptors } from '../reload/reload.mjs';
import { acknowledged, acts, guestToken } from './acts.mjs';

const built = dirname(binary);
export const SHIM = join(built, 'tests/faults/faults.so');
export const PAGE = 'a line of a page\n'.repeat(10_000);
const IDLE_MS = 300;
const READERS_FILES = 12;

// The sanitizer minds what stands before it, though that has no need of it.
export const environment = (plans, trace) => ({
  LD_PRELOAD: SHIM,
  FAULTS_FILE: plans.file,
  ...(trace ? { FAULTS_TRACE: '1' } : {}),
  ASAN_OPTIONS: [process.env.ASAN_OPTIONS, 'verify_asan_link_order=0',
    'detect_leaks=1', 'quarantine_size_mb=1'].filter(Boolean).join(':'),
  LSAN_OPTIONS: [process.env.LSAN_OPTIONS, 'print_suppressions=0',
    `suppressions=${join(root, 'tests/faults/lsan.supp')}`]
    .filter(Boolean).join(':'),
});

// Everything that the acts need. `folder` is theirs.
export function changesFor(folder, settings) {
  const plugin = (name, more, namespace) => ({
    name, namespace, path: join(built, `plugins/${name}/${name}.so`),
    settings: more,
  });
  return {
    mode: 'development',
    runDir: join(folder, 'run'),
    pingInterval: 300_000,
    drainTimeout: 1000,
    reload: { generations: 10_000 },
    upgradeTimeout: 2000,
    static: { root: join(folder, 'pages') },
    limits: { headerTimeout: 2000, bodyTimeout: 2000 },
    plugins: [
      plugin('echo', {}, '/'),
      plugin('auth', {
        development: true, database: join(folder, 'auth.db'),
        passwords: { memoryKiB: 8, passes: 1 },
        ratesPerMinute: { guest: 1e6, register: 1e6, login: 1e6, other: 1e6 },
      }),
      plugin('chat', {
        database: join(folder, 'chat.db'), typingSeconds: settings.typingSeconds,
      }, '/chat'),
      // Who has lost his connection to a fault has soon lost his match, too.
      plugin('game', {
        database: join(folder, 'game.db'), keepSeconds: settings.keepSeconds,
        graceSeconds: 1, perUser: 100,
      }, '/game'),
    ],
  };
}

export function prepare(within) {
  const folder = mkdtempSync(join(within, 'site-'));
  mkdirSync(join(folder, 'run'));
  mkdirSync(join(folder, 'pages'));
  writeFileSync(join(folder, 'pages/page.txt'), PAGE);
  return folder;
}


// Whatever their numbers are, and which of the sockets.
const opened = (server) => descriptors(server)
  .map((each) => each.replace(/^\d+ /, '').replace(/\d+\]$/, ']'));

export class Site {
  static async open(within, plans, trace) {
    const site = new Site();
    site.plans = plans;
    plans.count(0);
    plans.count(1);
    plans.disarm(0);
    site.folder = prepare(within);
    const settings = { typingSeconds: 6, keepSeconds: 6 };
    const server = await startServer({
      changes: changesFor(site.folder, settings),
      env: environment(plans, trace),
    });
    site.server = Object.assign(server, {
      runDir: join(site.folder, 'run'), page: PAGE, settings,
      configureAgain: () =>
        server.configure(changesFor(site.folder, settings)),
    });
    // Many, since what one person says is limited.
    server.tokens = await Promise.all(
      Array.from({ length: 30 }, () => guestToken(server)));
    Object.values(acknowledged).forEach((list) => list.splice(0));
    // What there is only from the first time on, such as a thread.
    for (const { act } of Object.values(acts)) {
      await act(server);
    }
    await site.meet();
    await pause(100);
    site.descriptors = opened(server);
    return site;
  }

  // Somebody whom no fault is for.
  async meet() {
    this.bystander?.socket.destroy();
    this.bystander = new Raw(this.server.port);
    await this.bystander.join();
    this.asked = 0;
    await this.check();
  }

  // Who was there before is served.
  async check() {
    const text = `still${this.asked += 1}.`;
    this.bystander.send(frame('text', `42["message","${text}"]`));
    await this.bystander.heard(new RegExp(`"message-back","${text}"`));
    if (this.bystander.over) {
      throw new Error('somebody else was disconnected');
    }
  }

  // Nothing goes on when nobody asks for anything, and nothing is left open.
  async rest() {
    let more;
    await eventually(() => {
      const known = [...this.descriptors];
      more = opened(this.server).filter((each) => {
        const at = known.indexOf(each);
        known.splice(at, at < 0 ? 0 : 1);
        return at < 0;
      });
      // Threads that read a database open it when there is work for one more.
      const files = more.filter((each) => /\.db(-wal|-shm)?$/.test(each));
      return more.length === files.length && files.length <= READERS_FILES;
    }, 'the end of what is open').catch(() => {
      throw new Error(`left open: ${more}`);
    });
    const before = worked(this.server);
    await pause(IDLE_MS);
    const spent = worked(this.server) - before;
    if (spent > IDLE_MS / 1000 * 0.7) {
      throw new Error(`it works ${spent} s of ${IDLE_MS} ms for nobody`);
    }
  }

  // What a sanitizer says, or the last lines.
  brief(text) {
    const at = text.search(/^=+\d*=*ERROR|runtime error:|Assertion/m);
    const lines = text.slice(Math.max(at, 0)).split('\n');
    return (at < 0 ? [lines[0], ...lines.slice(-8)] : lines.slice(0, 60))
      .join('\n');
  }

  // Ends the server; what was wrong with it, and with what it leaves behind.
  async close() {
    const problems = [];
    this.plans.disarm(0);
    this.plans.disarm(1);
    this.bystander?.socket.destroy();
    if (/^\[(warn|err)\]/m.test(this.server.output)) {
      problems.push('a library writes to stderr, past the log');
    }
    try {
      await this.server.stop();
    } catch (error) {
      problems.push(this.brief(error.message));
    }
    const kept = new Set(
      query(join(this.folder, 'chat.db'), 'SELECT text FROM messages').flat());
    const known = new Set(
      query(join(this.folder, 'auth.db'), 'SELECT name FROM users').flat());
    const played = new Set(query(join(this.folder, 'game.db'),
      "SELECT id FROM matches WHERE over = 1 AND why = 'resigned' AND moves = 2")
      .flat());
    const lost = acknowledged.texts.filter((text) => !kept.has(text))
      .concat(acknowledged.users.filter((name) => !known.has(name)))
      .concat(acknowledged.matches.filter((id) => !played.has(id)));
    if (lost.length > 0) {
      problems.push(`acknowledged, and not there: ${lost}`);
    }
    for (const name of ['chat.db', 'auth.db', 'game.db']) {
      if (!isSound(join(this.folder, name))) {
        problems.push(`${name} is broken`);
      }
    }
    const left = readdirSync(join(this.folder, 'run'));
    if (left.length > 0) {
      problems.push(`left behind: ${left}`);
    }
    return problems;
  }
}
