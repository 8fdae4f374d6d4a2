// SPDX-License-Identifier: MIT
//
// Runs python_client.py and python_matrix.py, where Debian's python3-socketio is
// installed.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { binary, fixtures, startServer } from './server.mjs';

const PYTHON = '/usr/bin/python3';
const here = dirname(fileURLToPath(import.meta.url));
const missing = spawnSync(PYTHON, ['-c', 'import socketio']).status !== 0;

function run(script, url) {
  return new Promise((done) => {
    const child = spawn(PYTHON, [join(here, script), url], {
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

const scripts = {
  'python_client.py': {},
  'python_matrix.py': {
    parsers: ['json', 'msgpack'],
    pingInterval: 200,
    pingTimeout: 10_000,
    plugins: [
      { name: 'echo', path: join(dirname(binary), 'plugins/echo/echo.so') },
      { name: 'matrix', path: `${fixtures}/matrix.so` },
    ],
  },
};

for (const [script, changes] of Object.entries(scripts)) {
  test(script, {
    skip: missing && 'python3-socketio is not installed',
  }, async (context) => {
    const server = await startServer({ changes });
    context.after(() => server.stop());
    const { code, output } = await run(script, server.url);
    for (const line of output.split('\n')) {
      const match = /^(not )?ok \d+ - (.*)$/.exec(line);
      if (match) {
        await context.test(match[2], () => assert.ok(!match[1], output));
      }
    }
    assert.equal(code, 0, output);
  });
}
