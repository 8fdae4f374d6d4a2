// SPDX-License-Identifier: MIT
//
// A module of the front end for a test without a browser: with what it
// imports, as one file that Node reads. The esbuild is the one that builds the
// pages.

import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const web = fileURLToPath(new URL('../../web/', import.meta.url));

/** Imports `web/src/<path>`. */
export async function frontEnd(path) {
  const require = createRequire(join(web, 'package.json'));
  const { build } = createRequire(require.resolve('vite'))('esbuild');
  const folder = mkdtempSync(join(tmpdir(), 'mortise-bundle-'));
  const outfile = join(folder, 'module.mjs');
  try {
    await build({
      entryPoints: [join(web, 'src', path)],
      bundle: true, format: 'esm', platform: 'node', target: 'node18',
      jsx: 'automatic', jsxImportSource: 'preact',
      // Parts of the client for Node are no modules yet.
      banner: {
        js: "import { createRequire as __from } from 'node:module';"
          + 'const require = __from(import.meta.url);',
      },
      loader: { '.css': 'empty' }, outfile, logLevel: 'error',
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
