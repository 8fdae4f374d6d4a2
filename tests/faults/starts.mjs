// SPDX-License-Identifier: MIT
//
// Something fails while the server starts, or while it ends. It starts all the
// same; or it says in a sentence why not, and its exit status is 1.

import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, eventually } from '../clients/server.mjs';
import { acts } from './acts.mjs';
import { changesFor, environment, prepare } from './site.mjs';

const PATIENCE_MS = 30_000;
// Who began, or could not.
const SERVED = ['a client of WebSocket', 'an account'];

// A server in this folder, begun by the command `prefix`.
export class Start {
  constructor(folder, { prefix = [], env = {}, changes = {} }) {
    const command = [...prefix, binary, '--config', join(folder, 'config.json')];
    this.folder = folder;
    this.changes = changes;
    this.configure({});
    this.text = '';
    this.child = spawn(command[0], command.slice(1), {
      cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (data) => {
        this.text += data;
      });
    }
    this.child.on('close', (code, signal) => {
      this.end = { code, signal };
    });
  }

  configure(settings) {
    writeFileSync(join(this.folder, 'config.json'), JSON.stringify(
      { listen: '127.0.0.1:0', ...changesFor(this.folder, settings),
        ...this.changes }));
  }

  get port() {
    return Number(/^listening on \S*:(\d+)/m.exec(this.text)?.[1]);
  }

  async until(condition, what) {
    try {
      await eventually(condition, what, PATIENCE_MS);
    } catch (error) {
      this.child.kill('SIGKILL');
      throw new Error(`${error.message}\n${this.text}`);
    }
  }

  // Which is a process of its own choice, and not one that died.
  judge(codes) {
    const { code, signal } = this.end;
    if (!codes.includes(code) || /Sanitizer|runtime error:/.test(this.text)) {
      throw new Error(`code ${code}, signal ${signal}:\n${this.text}`);
    }
    // What is no news: a line of the log that says how it goes.
    const said = this.text.split('\n').filter((line) =>
      !/^\S+Z (info|debug) |^(fault: |\S+\(|$)/.test(line));
    if (code === 1 && !said.some((line) => line.split(' ').length > 2)) {
      throw new Error(`it does not say why:\n${this.text}`);
    }
  }
}

function clear(folder) {
  for (const name of ['auth.db', 'chat.db', 'game.db']) {
    for (const end of ['', '-wal', '-shm']) {
      rmSync(join(folder, name + end), { force: true });
    }
  }
}

// One start with a fault, or one end; whether there was one.
async function once(folder, plans, fault, where, trace) {
  clear(folder);
  plans.count(0);
  if (fault && where === 'start') {
    plans.arm(0, fault);
  }
  const start = new Start(folder, { env: environment(plans, trace) });
  await start.until(() => start.end || start.port, 'a start, or an end');
  let fired = plans.disarm(0);
  let { counts } = plans.read(0);
  if (start.end) {
    start.judge([1]);
    return { fired, counts, refused: true };
  }
  for (const name of SERVED) {
    await acts[name].act(start);
  }
  if (where === 'end') {
    plans.count(0);
    if (fault) {
      plans.arm(0, fault);
    }
  }
  start.child.kill('SIGTERM');
  await start.until(() => start.end, 'the end');
  if (where === 'end') {
    fired = plans.disarm(0);
    ({ counts } = plans.read(0));
  }
  start.judge(where === 'end' ? [0, 1] : [0]);
  return { fired, counts, refused: false };
}

// Both sweeps; `choose` makes faults of how many calls there are of each kind.
export async function starts(within, plans, { choose, trace, wants }, report) {
  for (const where of ['start', 'end'].filter(wants)) {
    const folder = prepare(within);
    const { counts } = await once(folder, plans, null, where, trace);
    for (const [what, faults] of choose(`the ${where}`, counts)) {
      const problems = [];
      let fired = 0;
      let refused = 0;
      for (const fault of faults) {
        try {
          const result = await once(folder, plans, fault, where, trace);
          fired += result.fired > 0 ? 1 : 0;
          refused += result.refused ? 1 : 0;
        } catch (error) {
          problems.push(
            `${fault.kind} ${fault.nth} ${fault.error}: ${error.message}`);
        }
      }
      report(what, problems,
        `${fired} faults${where === 'start' ? `, ${refused} refusals` : ''}`);
    }
  }
}
