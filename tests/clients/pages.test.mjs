// SPDX-License-Identifier: MIT
//
// The pages of static.root over real HTTP: what they may do, how long they are
// kept, and routes that only the page knows.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { eventually, fixtures, startServer } from './server.mjs';

const ASSET = '/assets/app-1a2b3c4d.js';
const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const long = (text) => text + ' '.repeat(1000);

let site;
let server;

const settings = (more = {}) => ({
  static: {
    root: site, fallback: 'index.html', immutable: '/assets/', ...more,
  },
  metrics: { enabled: true },
  plugins: [{ name: 'web', path: `${fixtures}/web.so` }],
});

before(async () => {
  site = mkdtempSync(join(tmpdir(), 'mortise-site-'));
  mkdirSync(join(site, 'assets'));
  writeFileSync(join(site, 'index.html'), long('<p>home'));
  writeFileSync(join(site, 'data.json'), long('{}'));
  writeFileSync(join(site, 'icon.svg'), long('<svg/>'));
  writeFileSync(join(site, 'style.css'), long('p{}'));
  writeFileSync(join(site, ASSET), long('"app"'));
  server = await startServer({ changes: settings() });
});
after(async () => {
  await server.stop();
  rmSync(site, { recursive: true });
});

// Not fetch(), which has a mind of its own about Accept-Encoding.
function ask(path, headers = {}) {
  return new Promise((done, fail) => {
    const sent = request(`${server.url}${path}`, { headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => done({
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(parts),
      }));
    });
    sent.on('error', fail);
    sent.end();
  });
}

test('a page says what it may do, another file does not', async () => {
  const page = await ask('/');
  assert.equal(page.status, 200);
  assert.equal(
    page.headers['content-security-policy'],
    "default-src 'self'; img-src 'self' data:; object-src 'none'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  assert.equal(page.headers['referrer-policy'], 'same-origin');
  assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin');
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  const script = await ask(ASSET);
  assert.equal(script.headers['content-security-policy'], undefined);
  assert.equal(script.headers['x-content-type-options'], 'nosniff');
});

test('a route of the page is the page, for who wants one', async () => {
  const page = await ask('/match/17?side=2', PAGE);
  assert.equal(page.status, 200);
  assert.match(String(page.body), /home/);
  assert.match(page.headers['content-type'], /^text\/html/);
  assert.match(page.headers.vary, /Accept(,|$)/);
  assert.equal((await ask('/match/17')).status, 404);
  assert.equal((await ask('/match/17.js', PAGE)).status, 404);
});

test('what has an owner stays with it', async () => {
  const route = await ask('/users/me', PAGE);
  assert.match(route.headers['content-type'], /json/);
  const metrics = await ask('/metrics', PAGE);
  assert.match(metrics.headers['content-type'], /^text\/plain/);
  const engine = await ask('/socket.io/nothing', PAGE);
  assert.equal(engine.status, 400);
});

test('assets are kept for ever, all else is asked for', async () => {
  const asset = await ask(ASSET);
  assert.equal(
    asset.headers['cache-control'], 'public, max-age=31536000, immutable');
  const page = await ask('/');
  assert.equal(page.headers['cache-control'], 'no-cache');
  const again = await ask('/', { 'if-none-match': page.headers.etag });
  assert.equal(again.status, 304);
  assert.equal(again.body.length, 0);
  const route = await ask(
    '/match/17', { ...PAGE, 'if-none-match': page.headers.etag });
  assert.equal(route.status, 304);
});

test('what is text is compressed', async () => {
  for (const [path, begin] of [
    ['/', '<p>home'], [ASSET, '"app"'], ['/style.css', 'p{}'],
    ['/icon.svg', '<svg/>'], ['/data.json', '{}'], ['/match/17', '<p>home'],
  ]) {
    const answer = await ask(path, { ...PAGE, 'accept-encoding': 'gzip, br' });
    assert.equal(answer.headers['content-encoding'], 'gzip', path);
    assert.ok(answer.body.length < 200, path);
    assert.ok(String(gunzipSync(answer.body)).startsWith(begin), path);
  }
});

test('the settings change with a reload', async () => {
  const reload = async (more, condition) => {
    server.configure(settings(more));
    server.signal('SIGHUP');
    await eventually(condition, 'the reload');
  };
  const policy = async () =>
    (await ask('/')).headers['content-security-policy'];
  await reload(
    { contentSecurityPolicy: '', fallback: '' },
    async () => await policy() === undefined);
  assert.equal((await ask('/match/17', PAGE)).status, 404);
  await reload(
    { contentSecurityPolicy: "default-src 'none'" },
    async () => await policy() === "default-src 'none'");
  assert.equal((await ask('/match/17', PAGE)).status, 200);
});
