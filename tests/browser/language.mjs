// SPDX-License-Identifier: MIT
//
// The front end in a language of nobody's: every word of src/text with
// accents, half as long again, and between brackets. What stands on a page
// without them is not in there.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../web/', import.meta.url));
const MARK = /^\u27e6[^]*\u27e7$/;

/** In the page, in the place of the words: what each of them becomes. */
const TRANSLATE = `
function strange(words) {
  if (typeof words === 'function') return (...values) => strange(words(...values));
  if (Array.isArray(words)) return words.map(strange);
  if (words && typeof words === 'object')
    return Object.fromEntries(
      Object.entries(words).map(([key, value]) => [key, strange(value)]));
  if (typeof words !== 'string' || !/[A-Za-z]/.test(words)) return words;
  if (${MARK}.test(words)) return words;
  const more = ' \\u00f6\\u00f1\\u00e9'.repeat(Math.ceil(words.length / 10));
  return '\\u27e6' + words.replace(/[aeou]/g, (one) =>
    ({ a: '\\u00e4', e: '\\u00e9', o: '\\u00f6', u: '\\u00fb' })[one])
    + more + '\\u27e7';
}
`;

function translate() {
  return {
    name: 'strange',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/src\/text\/[^/]+\.ts$/.test(id)) return null;
      const names = [];
      const plain = code.replace(/^export const (\w+) = /gm, (_, name) => {
        names.push(name);
        return `const plain_${name} = `;
      });
      const said = names.map(
        (name) => `export const ${name} = strange(plain_${name});`);
      return `${plain}\n${TRANSLATE.replace('(words)', '(words: any): any')
        .replace('...values)', '...values: any[])')}\n${said.join('\n')}`;
    },
  };
}

/** Builds it; `end` takes it away. */
export async function buildStrange() {
  const require = createRequire(join(web, 'package.json'));
  const { build } = await import(
    require.resolve('vite').replace('index.cjs', 'dist/node/index.js'));
  const outDir = mkdtempSync(join(tmpdir(), 'mortise-strange-'));
  await build({
    root: web, configFile: false, logLevel: 'error', plugins: [translate()],
    build: {
      outDir, emptyOutDir: true, target: 'es2022',
      modulePreload: { polyfill: false },
    },
  });
  return { root: outDir, end: () => rmSync(outDir, { recursive: true }) };
}

/** What the page says or shows that nobody could translate. */
export function untranslated(page, names = []) {
  return page.evaluate((own) => {
    const found = new Set();
    const look = (words) => {
      let rest = words ?? '';
      for (let before; before !== rest;) {
        before = rest;
        rest = rest.replace(/\u27e6[^\u27e6\u27e7]*\u27e7/g, ' ');
      }
      for (const name of own) rest = rest.replaceAll(name, ' ');
      // Names of the server's, and the commands of the chat.
      rest = rest.replace(
        /guest-[0-9a-f]+|https?:\S+|Bot, level \d|\/[a-z]+/g, ' ');
      if (/\p{L}{3}/u.test(rest)) found.add(words.trim());
    };
    look(document.title);
    const walk = document.createTreeWalker(
      document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement: at, data } = walk.currentNode;
      if (!at.closest('script, style, noscript, time, code')) look(data);
    }
    // A time in a tooltip is in the reader's own language.
    const isTime = (words) => /\d:\d\d/.test(words);
    // What a device calls itself is there as it is.
    const isAgent = (words) => words.startsWith('Mozilla/');
    for (const one of document.body.querySelectorAll('*'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        const words = one.getAttribute(name) ?? '';
        if (name !== 'title' || !(isTime(words) || isAgent(words)))
          look(words);
      }
    return [...found];
  }, names);
}
