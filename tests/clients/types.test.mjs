// SPDX-License-Identifier: MIT
//
// `mortise --describe --format dts` against the compiler and the types of the
// stock client: the right use compiles, and each wrong one does not.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './server.mjs';

const binary = resolve(root, process.env.MORTISE_BIN ?? 'build/mortise');
const chat = join(dirname(binary), 'plugins/chat/chat.so');
const compiler = join(root, 'web/node_modules/typescript/bin/tsc');

const HEAD = `
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from './chat';
const socket: Socket<ServerToClient, ClientToServer> = io('/chat');
`;

const GOOD = `
socket.on('said', ({ name, text, time }) => {
  const line: string = name + ': ' + text;
  console.log(line, time.toFixed());
});
socket.on('error', ({ code, message }) => console.log(code, message));
socket.emit('join', { room: 'wood', name: 'Ann' }, (answer) => {
  if ('error' in answer) console.log(answer.error.message);
  else console.log(answer.people[0]?.name.length);
});
async function main(): Promise<number> {
  const answer = await socket.emitWithAck('say', { room: 'r', text: 't' });
  return 'error' in answer ? 0 : answer.id;
}
main();
`;

const BAD = {
  'an event that is not there': `socket.emit('shout', { text: 'x' });`,
  'a member that is missing':
    `socket.emit('say', { room: 'wood' }, () => {});`,
  'a member of another type':
    `socket.emit('join', { room: 1, name: 'Ann' }, () => {});`,
  'a member that nobody asked for':
    `socket.emit('who', { room: 'x', who: 'y' }, () => {});`,
  'no callback where one is required': `socket.emit('who', { room: 'x' });`,
  'an answer that may be a refusal, unlooked at':
    `socket.emit('who', { room: 'x' }, (answer) => answer.people);`,
  'listening for what never comes': `socket.on('whispered', () => {});`,
  'a member that is never sent':
    `socket.on('said', (said) => said.author);`,
};

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'mortise-types-'));
  symlinkSync(join(root, 'tests/clients/node_modules'),
    join(folder, 'node_modules'));
  writeFileSync(join(folder, 'chat.d.ts'), describe('dts'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function describe(format, file = chat) {
  return execFileSync(binary, ['--describe', file, '--format', format],
    { encoding: 'utf8' });
}

// What the compiler says; empty when it is content.
function compile(...files) {
  const { stdout, status } = spawnSync(process.execPath, [
    compiler, '--noEmit', '--strict', '--target', 'es2022',
    '--module', 'esnext', '--moduleResolution', 'bundler',
    '--lib', 'es2022,dom', '--types', '', ...files,
  ], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? '' : stdout || `status ${status}`;
}

test('the right use compiles', () => {
  writeFileSync(join(folder, 'good.ts'), HEAD + GOOD);
  assert.equal(compile('good.ts'), '');
});

test('each wrong use does not', () => {
  const files = Object.values(BAD).map((text, i) => {
    writeFileSync(join(folder, `bad${i}.ts`), HEAD + text);
    return `bad${i}.ts`;
  });
  const said = compile(...files);
  Object.keys(BAD).forEach((what, i) => {
    assert.match(said, new RegExp(`^bad${i}\\.ts\\(5,`, 'm'),
      `${what}:\n${said}`);
  });
  assert.doesNotMatch(said, /node_modules|chat\.d\.ts/);
});

test('the schema is JSON and says the same', () => {
  const { namespaces } = JSON.parse(describe('schema'));
  const { clientToServer, serverToClient } = namespaces['/'];
  for (const event of ['join', 'say', 'who', 'leave', 'history'])
    assert.ok(event in clientToServer, event);
  for (const event of ['joined', 'left', 'said', 'edited', 'presence'])
    assert.ok(event in serverToClient, event);
  assert.deepEqual(clientToServer.say.arguments.prefixItems[0].required,
    ['room', 'text']);
});

test('a configuration describes all its plugins where they are', () => {
  const { namespaces } = JSON.parse(
    describe('schema', join(root, 'config/mortise.json')));
  assert.ok('join' in namespaces['/chat'].clientToServer);
});

test('a file that is neither is refused', () => {
  for (const file of [process.execPath, join(root, 'LICENSE'), '/nowhere']) {
    const { status, stderr, stdout } = spawnSync(
      binary, ['--describe', file], { encoding: 'utf8' });
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.ok(stderr.startsWith(file) || stderr.includes(`${file}:`), stderr);
  }
  const { status, stderr } = spawnSync(
    binary, ['--describe', chat, '--format', 'xml'], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /markdown, schema or dts/);
});
