// SPDX-License-Identifier: MIT
// Whose work is in the bundle: dist/licences.txt has the licence of each
// package that a script was made of, as it was published. Who hands the pages
// on hands that on with them, as these licences ask.

import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MODULE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

// The folder of the package that a module is of; Vite's own helpers are of it.
function packageOf(module) {
  if (/^\0?vite\//.test(module)) return resolve('node_modules/vite');
  return MODULE.exec(module.replace(/^\0/, ''))?.[1];
}

function notice(folder) {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (!file) throw new Error(`${folder} has no licence: who may hand it on?`);
  // Vite's own file goes on with those of what only its tools have in them.
  const text = readFileSync(join(folder, file), 'utf8')
    .split('\n# Licenses of bundled')[0];
  return `${about.name} ${about.version}\n\n${text.trim()}\n`;
}

export function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const folders = new Set();
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk') continue;
        for (const module of Object.keys(part.modules)) {
          const folder = packageOf(module);
          if (folder) folders.add(folder);
        }
      }
      const line = `\n${'-'.repeat(72)}\n\n`;
      this.emitFile({
        type: 'asset',
        fileName: 'licences.txt',
        source: 'These pages are of Mortise, and have in them:\n' + line +
          [...folders].sort().map(notice).join(line),
      });
    },
  };
}
