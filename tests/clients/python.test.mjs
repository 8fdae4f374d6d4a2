// SPDX-License-Identifier: MIT
//
// Runs python_client.py, where Debian's python3-socketio is installed.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';

const PYTHON = '/usr/bin/python3';
const script = join(
  dirname(fileURLToPath(import.meta.url)), 'python_client.py');
const missing = spawnSync(PYTHON, ['-c', 'import socketio']).status !== 0;

function run(url) {
  return new Promise((done) => {
    const child = spawn(PYTHON, [script, url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
    let output = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code, output });
    });
  });
}

test('python-socketio', {
  skip: missing && 'python3-socketio is not installed',
}, async (context) => {
  const server = await startServer();
  context.after(() => server.stop());
  const { code, output } = await run(server.url);
  for (const line of output.split('\n')) {
    const match = /^(not )?ok \d+ - (.*)$/.exec(line);
    if (match) {
      await context.test(match[2], () => assert.ok(!match[1], output));
    }
  }
  assert.equal(code, 0, output);
});
