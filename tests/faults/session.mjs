// SPDX-License-Identifier: MIT
//
// The session of the faults without a fault, some clients of each kind beside
// each other, under whatever watches: valgrind, or ThreadSanitizer.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { acts, guestToken } from './acts.mjs';
import { PAGE, prepare } from './site.mjs';
import { Start } from './starts.mjs';

// What valgrind says of descriptors is no error to it. Two are the process's own
// to its end: places for those of its children (net/child.c).
const leftOpen = (text) => text.split(/^==\d+== (?=Open )/m).slice(1)
  .some((each) => !/child_prepare|clear_places|inherited/.test(each));

// Neither of them knows the way in which the process is made that tries new
// builds.
const watchers = {
  valgrind: {
    missing: spawnSync('valgrind', ['--version']).error && 'no valgrind',
    prefix: ['valgrind', '-q', '--leak-check=full', '--track-fds=yes',
      '--show-leak-kinds=definite,indirect,possible', '--error-exitcode=99',
      '--child-silent-after-fork=yes'],
    rounds: 1, beside: 1,
    changes: { reload: { canary: false }, seccomp: { enabled: false } },
    found: leftOpen,
  },
  threads: {
    rounds: 15, beside: 4,
    changes: { reload: { canary: false } },
    found: (text) => /WARNING: ThreadSanitizer/.test(text),
  },
};

async function serve(start, { rounds, beside }) {
  const settings = { typingSeconds: 6, keepSeconds: 6 };
  Object.assign(start, {
    settings, page: PAGE, runDir: join(start.folder, 'run'),
    pid: start.child.pid,
    configureAgain: () => start.configure(settings),
  });
  start.tokens = [];
  for (let i = 0; i < 4; i += 1) {
    start.tokens.push(await guestToken(start));
  }
  for (let i = 0; i < rounds; i += 1) {
    await Promise.all(Object.values(acts)
      .filter(({ which }) => which === undefined)
      .flatMap(({ act, alone }) => Array.from(
        { length: alone ? 1 : beside }, () => act(start))));
  }
}

async function session(folder, watcher) {
  const start = new Start(prepare(folder), watcher);
  await start.until(() => start.end || start.port, 'a start');
  if (!start.end) {
    await serve(start, watcher).catch((error) => {
      throw new Error(`${error.message}\n${start.text}`);
    });
    start.child.kill('SIGTERM');
    await start.until(() => start.end, 'the end');
  }
  if (start.end.code !== 0 || watcher.found(start.text)) {
    throw new Error(`code ${start.end.code}\n${start.text}`);
  }
}

const { positionals: [name] } = parseArgs({ allowPositionals: true });
const watcher = watchers[name];
const what = `a session under ${name}`;
console.log('1..1');
if (watcher.missing) {
  console.log(`ok 1 - ${what} # SKIP ${watcher.missing}`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'mortise-session-'));
try {
  await session(folder, watcher);
  console.log(`ok 1 - ${what}`);
} catch (error) {
  console.log(`not ok 1 - ${what}\n${error.message.replace(/^/gm, '    ')}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
