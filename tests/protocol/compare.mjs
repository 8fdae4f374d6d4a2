#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// Plays all cases to our server and to the reference, and compares what the
// two have said, to the byte. Prints TAP: one line a case and server.
//
//   node tests/protocol/compare.mjs [--keep FOLDER] [NAME...]
//
// What may differ, and why, stands in differences.mjs, and in the cases
// themselves (`reference WHY`). README.md says the rest.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { binary } from '../clients/server.mjs';
import { level } from './differences.mjs';
import { OPCODES, readFrame, readResponse } from './wire.mjs';
import { show } from './text.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'string' } },
});

const reference = {
  MORTISE_BIN: here('reference/server.mjs'),
  ENGINEIO_ECHO_BIN: here('reference/engine.mjs'),
};

// All cases on one of the two: transcripts by name.
async function play(folder, name, args, env) {
  const file = join(folder, `${name}.json`);
  const child = spawn(process.execPath, [
    here('run.mjs'), '--transcripts', file, ...args, ...wanted,
  ], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  await new Promise((done) => child.once('close', done));
  return JSON.parse(readFileSync(file, 'utf8'));
}

// What wire.mjs reads from, with everything there already.
class Recording {
  constructor({ asked, bytes, ended }) {
    this.input = Buffer.from(bytes, 'base64');
    this.methods = [...asked];
    this.ended = ended;
    this.spent = false;
  }

  async until(condition) {
    const result = condition();
    if (!result) {
      throw new Error('cut short');
    }
    return result;
  }

  async take(count) {
    await this.until(() => this.input.length >= count);
    const bytes = this.input.subarray(0, count);
    this.input = this.input.subarray(count);
    return bytes;
  }

  async takeThrough(marker) {
    const at = await this.until(() => 1 + this.input.indexOf(marker));
    return this.take(at - 1 + marker.length);
  }
}

async function readLine(recording, state) {
  if (state.frames) {
    const { fin, opcode, payload } = await readFrame(recording);
    const kind = Object.keys(OPCODES).find((key) => OPCODES[key] === opcode);
    return { what: 'frame', fin, kind, payload };
  }
  const response = await readResponse(recording);
  state.frames = response.status === 101;
  return { what: 'answer', ...response };
}

// The lines of one connection, as objects; then its end.
async function linesOf(connection) {
  const recording = new Recording(connection);
  const state = {};
  const lines = [];
  try {
    while (recording.input.length) {
      lines.push(await readLine(recording, state));
    }
  } catch {
    lines.push({ what: 'bytes', payload: recording.input });
  }
  lines.push({ what: connection.ended ? 'end' : 'open' });
  return lines;
}

function print(line) {
  switch (line.what) {
    case 'answer':
      return [
        String(line.status),
        ...line.headers.map(([key, value]) => `${key}: ${value}`).sort(),
        show(line.body),
      ].join(' | ');
    case 'frame':
      return `${line.fin ? '' : 'part of '}${line.kind} ${show(line.payload)}`;
    case 'bytes':
      return `bytes ${show(line.payload)}`;
    default:
      return line.what;
  }
}

async function textOf({ connections }) {
  const text = [];
  for (const connection of connections) {
    const lines = await linesOf(connection);
    text.push(...level(lines).map((line) => `${connection.name}> ${print(line)}`));
  }
  return text;
}

async function main() {
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'mortise-'));
  const ours = await play(folder, 'ours', [], {
    MORTISE_BIN: binary,
  });
  const theirs = await play(folder, 'theirs', ['--reference'], reference);
  const names = Object.keys(theirs);
  let failed = 0;
  console.log('TAP version 13');
  console.log(`1..${names.length}`);
  for (const [index, name] of names.entries()) {
    const [a, b] = [await textOf(ours[name]), await textOf(theirs[name])];
    const same = a.join('\n') === b.join('\n');
    const why = theirs[name].differs;
    const good = same || Boolean(why);
    failed += good ? 0 : 1;
    console.log(`${good ? 'ok' : 'not ok'} ${index + 1} - ${name}` +
      (!same && why ? `: the reference ${why}` : ''));
    if (!good) {
      a.filter((line) => !b.includes(line))
        .forEach((line) => console.log(`#   ours    ${line}`));
      b.filter((line) => !a.includes(line))
        .forEach((line) => console.log(`#   theirs  ${line}`));
    }
  }
  console.log(`# ${names.length - failed} passed, ${failed} failed`);
  if (!options.keep) {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = failed || !names.length ? 1 : 0;
}

await main();
