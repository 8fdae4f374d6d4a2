// SPDX-License-Identifier: MIT
//
// The database of a plugin from outside: read, changed, and kept locked by
// another process; and a disk that is full for the server.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const MOST = 256 << 20; // bytes of rows

const python = (code, ...args) =>
  execFileSync('python3', ['-c', code, ...args], {
    encoding: 'utf8', maxBuffer: MOST,
  });

// The rows of each of these statements, each row an array.
export const queries = (file, ...statements) => JSON.parse(python(`
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=60)
with db:
    print(json.dumps([db.execute(sql).fetchall() for sql in sys.argv[2:]]))
db.close()
`, file, ...statements));

export const query = (file, sql) => queries(file, sql)[0];

export const soundness = ['PRAGMA integrity_check', 'PRAGMA foreign_key_check'];
export const isSoundBy = ([[[word]], strays]) =>
  word === 'ok' && strays.length === 0;
export const isSound = (file) => isSoundBy(queries(file, ...soundness));

// Nobody else may write until `during` is over.
export async function whileLocked(file, during) {
  const child = spawn('python3', ['-c', `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
db.execute("ROLLBACK")
`, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  try {
    await Promise.race([once(child.stdout, 'data'), exited.then(() => {
      throw new Error('the database could not be locked');
    })]);
    await during();
  } finally {
    child.stdin.end();
    await exited;
  }
}

// No file of that process may grow beyond so many bytes, as if the disk were
// full behind them.
export function limitFiles(pid, bytes) {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

const has = (program) => spawnSync(program, ['--version']).status === 0;
export const noPython = has('python3') ? false : 'python3 is not here';
export const noLimits = has('prlimit') ? false : 'prlimit is not here';
