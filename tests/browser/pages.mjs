// SPDX-License-Identifier: MIT
//
// Chromium for a test: one browser, and a window of its own for every person.
// Each window has its own storage and clipboard permission, collects what
// went wrong in it, and notes every request that left the server's origin.
//
// Environment:
//   MORTISE_URL   a running server to test instead of starting one
//   CHROMIUM      the browser (default: /usr/bin/chromium)

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startServer } from '../clients/server.mjs';

export const DESK = { width: 1000, height: 680 };
export const PHONE = { width: 375, height: 667 };

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const DEADLINE = 20_000;
const SHOTS = fileURLToPath(new URL('shots/', import.meta.url));

/** The server that MORTISE_URL names, or else one of its own. */
export async function serve() {
  const url = process.env.MORTISE_URL?.replace(/\/$/, '');
  if (url) return { url, stop: async () => {} };
  return startServer({ config: 'mortise' });
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
}

/** A window with a fresh profile, at `path` of the server. */
export async function openWindow(browser, origin, path, options = {}) {
  const context = await browser.newContext({ viewport: DESK, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], {
    origin,
  });
  context.setDefaultTimeout(DEADLINE);
  const page = await context.newPage();
  page.troubles = [];
  page.on('pageerror', (error) => page.troubles.push(String(error)));
  page.on('console', (message) => {
    // The browser itself reports every failed request, and what the stock
    // client still sends on a WebSocket whose server has just gone; that a
    // server is away is part of the tests.
    const network = message.text().startsWith('Failed to load resource');
    const socket = /^WebSocket (connection to|is already in CLOSING)/.test(
      message.text());
    if (message.type() === 'error' && !network && !socket)
      page.troubles.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'data:' && host !== new URL(origin).host)
      page.troubles.push(`asked somebody else: ${request.url()}`);
  });
  await page.goto(origin + path);
  return page;
}

/** Closes a window; whatever went wrong in it fails the test. */
export async function closeWindow(page) {
  await page.context().close();
  assert.deepEqual(page.troubles, []);
}

/** The state of the connection, by its word. */
export function status(page, word) {
  return page.locator('.pill', { hasText: word });
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = [
  'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice',
];

/** Nothing of the page, as it is now, is against the rules of axe. */
export async function axe(page) {
  // Not as an element of the page: its policy would not let that run.
  if (!(await page.evaluate('"axe" in window')))
    await page.evaluate(readFileSync(AXE, 'utf8'));
  const { violations } = await page.evaluate(
    // Colours that are still on their way are nobody's: what moves is at its
    // end.
    async (values) => {
      for (const one of document.getAnimations())
        if (one.effect?.getComputedTiming().endTime !== Infinity) one.finish();
      return window.axe.run({ runOnly: { type: 'tag', values } });
    }, RULES);
  assert.deepEqual(
    violations.flatMap(({ id, help, nodes }) => nodes.map(
      (node) => `${id}: ${help}: ${node.html}: ${node.failureSummary}`)),
    [], `axe on ${page.url()}`);
}

/** A picture for people to look at, in shots/. */
export async function shoot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}${name}.png` });
}
