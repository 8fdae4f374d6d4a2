// SPDX-License-Identifier: MIT
//
// Settings of a plugin that are wrong: the server says where, and stops.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, eventually, fixtures, startServer } from './server.mjs';

const start = (settings) => startServer({
  changes: {
    plugins: [{ name: 'picky', path: `${fixtures}/picky.so`, settings }],
  },
});

test('settings that are right', async () => {
  const server = await start({ players: 5, colour: 'blue' });
  await server.stop();
});

test('settings that are wrong', async () => {
  await assert.rejects(start({ players: 1, color: 'blue' }), (error) => {
    for (const line of [
      /echo\.json:\d+:\d+: plugin "picky": the setting "players" must be/,
      /echo\.json:\d+:\d+: plugin "picky": .*"color"; did you mean "colour"\?/,
    ]) {
      assert.match(error.message, line);
    }
    return true;
  });
});

test('development in production', async () => {
  const auth = (settings, name = 'auth.db') => [{
    name: 'auth', path: join(binary, '../plugins/auth/auth.so'),
    settings: { database: name, secret: 'x9'.repeat(20), ...settings },
  }];
  const warning =
    /warn \S+echo\.json:\d+:\d+: plugin "auth" has "development": true/;
  const server = await startServer({
    changes: { mode: 'production', plugins: auth({ development: true }) },
  });
  assert.match(server.output, warning);
  // A reload that begins it, and --check.
  server.output = '';
  const reloaded = async (plugins, word) => {
    server.configure({ mode: 'production', plugins });
    server.signal('SIGHUP');
    await eventually(() => server.output.includes(word), word);
  };
  await reloaded(auth({ development: true, guests: false }), 'reload 1: done');
  assert.equal(server.output.match(warning).length, 1);
  const check = () => spawnSync(binary,
    ['--config', server.file, '--check'], { encoding: 'utf8', cwd: '/tmp' });
  const { status, stdout, stderr } = check();
  assert.deepEqual([status, stdout], [0, `${server.file}: good\n`]);
  assert.match(stderr, warning);

  // Elsewhere it is nobody's business.
  server.output = '';
  await reloaded(auth({}, join(server.folder, 'auth.db')), 'reload 2: done');
  assert.doesNotMatch(server.output + check().stderr, warning);
  server.configure(
    { mode: 'development', plugins: auth({ development: true }) });
  assert.doesNotMatch(check().stderr, warning);
  await server.stop();
});

test('databases whose folder is not there', async () => {
  const server = await start({});
  const plugins = ['auth', 'chat', 'game'].map((name) => ({
    name,
    path: join(binary, `../plugins/${name}/${name}.so`),
    namespace: `/${name}`,
    settings: {
      ...name === 'auth' && { development: true },
      database: join(server.folder, 'nowhere', `${name}.db`),
    },
  }));
  const check = () => spawnSync(
    binary, ['--config', server.file, '--check'], { encoding: 'utf8' });
  server.configure({ plugins });
  const { status, stderr } = check();
  assert.equal(status, 0, stderr); // systemd may be about to make it
  for (const { name, settings: { database } } of plugins) {
    assert.match(stderr, new RegExp(
      `warn plugin ${name}#1: the database ${database} cannot be opened by ` +
      `user ${process.getuid()} .*/nowhere: No such file`));
  }
  mkdirSync(join(server.folder, 'nowhere'));
  assert.doesNotMatch(check().stderr, /cannot be opened/);
  await server.stop();
});
