// SPDX-License-Identifier: MIT
//
// Writes src/wire/contracts/: what each plugin says its events are, as types.
// Pages that do not fit a contract do not compile.
//
// Environment:
//   MORTISE_BUILD   where the server and its plugins were built
//                   (default: ../build)

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PLUGINS = ['auth', 'chat', 'game'];
const here = fileURLToPath(new URL('..', import.meta.url));
const build = resolve(here, process.env.MORTISE_BUILD ?? '../build');
const folder = resolve(here, 'src/wire/contracts');

function same(file, text) {
  return existsSync(file) && readFileSync(file, 'utf8') === text;
}

mkdirSync(folder, { recursive: true });
for (const name of PLUGINS) {
  const plugin = `${build}/plugins/${name}/${name}.so`;
  if (!existsSync(plugin)) {
    console.error(`there is no ${plugin}: build the server first (./run build)`);
    process.exit(1);
  }
  const types = execFileSync(
    `${build}/mortise`, ['--describe', plugin, '--format', 'dts'],
    { encoding: 'utf8' });
  const file = `${folder}/${name}.d.ts`;
  // A file that is not touched is not compiled again.
  if (!same(file, types)) writeFileSync(file, types);
}
