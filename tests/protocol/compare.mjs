#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// Plays all cases to our server and to the reference, and compares what the
// two have said, to the byte. Prints TAP: one line a case and server.
//
//   node tests/protocol/compare.mjs [--ours FILE] [--keep FOLDER] [NAME...]
//
// FILE is what `run.mjs --transcripts FILE` has written; without it our server
// is played here, too.
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
import { excuse, level } from './differences.mjs';
import { OPCODES, readFrame, readResponse } from './wire.mjs';
import { show } from './text.mjs';

const SHOWN = 10;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'string' }, ours: { type: 'string' } },
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
  if (connection.cut && lines.at(-1)?.what === 'bytes') {
    lines.pop();
  }
  return connection.cut ? lines
    : [...lines, { what: connection.ended ? 'end' : 'open' }];
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

// When it comes is a matter of how fast this process is.
function isPing({ kind, payload }) {
  return kind === 'text' && payload.toString() === '2';
}

async function textOf(connection) {
  const all = level(await linesOf(connection));
  const lines = connection.hasty ? all.filter((line) => !isPing(line)) : all;
  return lines.map((line) => `${connection.name}> ${print(line)}`);
}

// From the first line on in which the two differ.
function only(lines, others, who) {
  const first = lines.findIndex((line, i) => line !== others[i]);
  return first < 0 ? []
    : lines.slice(first, first + SHOWN).map((line) => `  ${who}  ${line}`);
}

// What the two say otherwise on each connection. One that the client has cut
// off is compared as far as both have come.
async function differ(ours, theirs) {
  const report = [];
  const count = Math.max(ours.length, theirs.length);
  for (let i = 0; i < count; i += 1) {
    let a = ours[i] ? await textOf(ours[i]) : [];
    let b = theirs[i] ? await textOf(theirs[i]) : [];
    if (ours[i]?.cut && theirs[i]?.cut) {
      const shorter = Math.min(a.length, b.length);
      [a, b] = [a.slice(0, shorter), b.slice(0, shorter)];
    }
    if (a.join('\n') !== b.join('\n')) {
      report.push(...only(a, b, 'ours  '), ...only(b, a, 'theirs'));
    }
  }
  return report;
}

async function main() {
  const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'mortise-'));
  const ours = options.ours ? JSON.parse(readFileSync(options.ours, 'utf8'))
    : await play(folder, 'ours', [], { MORTISE_BIN: binary });
  const theirs = await play(folder, 'theirs', ['--reference'], reference);
  const names = Object.keys(theirs);
  let failed = 0;
  console.log('TAP version 13');
  console.log(`1..${names.length}`);
  for (const [index, name] of names.entries()) {
    const why = theirs[name].differs || excuse(name);
    const report = await differ(
      ours[name].connections, theirs[name].connections);
    const good = !report.length || why;
    failed += good ? 0 : 1;
    console.log(`${good ? 'ok' : 'not ok'} ${index + 1} - ${name}` +
      (report.length && why ? `: the reference ${why}` : ''));
    if (!good) {
      report.forEach((line) => console.log(`#   ${line}`));
    }
  }
  console.log(`# ${names.length - failed} passed, ${failed} failed`);
  if (!options.keep) {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = failed || !names.length ? 1 : 0;
}

await main();
