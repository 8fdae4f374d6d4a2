// SPDX-License-Identifier: MIT
//
// Matches for tests of the page: made as any client makes them, and played
// as people do.

import { createServer, connect } from 'node:net';
import { openWindow } from './pages.mjs';

/** A window whose guest is known. */
export async function arrive(browser, origin, options) {
  const page = await openWindow(browser, origin, '/leaderboard', options);
  await page.locator('.pill[data-status="live"]').waitFor();
  return page;
}

/** A match with a seat for `page`, and its page. */
export async function open(page, options) {
  // The seat would be free again without anybody there: its client goes when
  // the page has come.
  const match = await page.evaluate(async (value) => {
    if (!window.io)
      await new Promise((done, fail) => {
        const script = document.createElement('script');
        script.src = '/socket.io/socket.io.js';
        script.onload = done;
        script.onerror = fail;
        document.head.append(script);
      });
    window.maker = window.io('/game', { forceNew: true });
    const answer = await window.maker.emitWithAck('match:create', value);
    return answer.match;
  }, options);
  await visit(page, match);
  await page.evaluate(() => window.maker.close());
  return match;
}

/** Goes there without loading the page anew. */
async function visit(page, match) {
  await page.evaluate((path) => {
    const link = document.createElement('a');
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
  }, `/match/${match}`);
  await page.getByRole('region', { name: 'This match' }).waitFor();
}

/** Two at a match that has begun; `one` has seat 0. */
export async function begin(one, other, options) {
  const match = await open(one, { seat: 0, ...options });
  await other.goto(new URL(`/match/${match}`, other.url()).href);
  await press(other, 'Take the free seat');
  await press(one, 'I am ready');
  await press(other, 'I am ready');
  await line(one, 'Your turn').waitFor();
  return match;
}

export function press(page, name) {
  return page.getByRole('button', { name, exact: true }).click();
}

/** The line below the board. */
export function line(page, words) {
  return page.locator('.line').filter({ hasText: words });
}

export function cell(page, column, row) {
  return page.getByRole('gridcell', {
    name: new RegExp(`^column ${column}, row ${row},`),
  });
}

/** A disc in this place, as it is read aloud. */
export function disc(page, column, row, colour) {
  return page.getByRole('gridcell', {
    name: new RegExp(`^column ${column}, row ${row}, ${colour}`),
  });
}

export async function drop(page, column) {
  await line(page, 'Your turn').waitFor();
  await cell(page, column, 1).click();
}

/** Columns in turn, the first one's first. */
export async function play(pages, ...columns) {
  for (const [i, column] of columns.entries())
    await drop(pages[i % 2], column);
}

/** The name of a player's part of the page: their clock, their presence. */
export function strip(page, place) {
  return page.locator(`.strip.${place}`);
}

/** A way to the server that can be blocked, each way, and cut. */
export class Wire {
  #server;
  #pairs = new Set();
  #held = { up: false, down: false };
  closed = false;

  static async to(port) {
    const wire = new Wire();
    wire.#server = createServer((client) => wire.#carry(client, port));
    await new Promise((done) => wire.#server.listen(0, '127.0.0.1', done));
    // One that a failed test has left open is not to keep the suite waiting.
    wire.#server.unref();
    wire.url = `http://127.0.0.1:${wire.#server.address().port}`;
    return wire;
  }

  #carry(client, port) {
    if (this.closed) {
      client.destroy();
      return;
    }
    const server = connect(port, '127.0.0.1');
    const pair = { client, server };
    this.#pairs.add(pair);
    const end = () => {
      client.destroy();
      server.destroy();
      this.#pairs.delete(pair);
    };
    for (const socket of [client, server])
      socket.on('error', end).on('close', end);
    // What comes while it is held waits in here, or is gone with a cut.
    client.on('data', (bytes) => this.#pass('up', bytes, server));
    server.on('data', (bytes) => this.#pass('down', bytes, client));
  }

  #waiting = [];

  #pass(way, bytes, to) {
    if (this.#held[way]) this.#waiting.push([way, bytes, to]);
    else to.write(bytes);
  }

  hold(way) {
    this.#held[way] = true;
  }

  release() {
    this.#held = { up: false, down: false };
    for (const [, bytes, to] of this.#waiting.splice(0))
      if (!to.destroyed) to.write(bytes);
  }

  /** The network is gone, with what was on its way. */
  cut() {
    this.closed = true;
    this.#waiting = [];
    for (const { client } of this.#pairs) client.destroy();
  }

  mend() {
    this.closed = false;
    this.#held = { up: false, down: false };
  }

  close() {
    this.cut();
    this.#server.close();
  }
}
