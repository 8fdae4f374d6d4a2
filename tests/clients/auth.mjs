// SPDX-License-Identifier: MIT
//
// What the tests of the plugin auth share: requests to its routes, cookies, and
// sockets that show a token.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { next, socketOf, ways } from './client.mjs';
import { binary } from './server.mjs';

export const plugin = join(dirname(binary), 'plugins/auth/auth.so');
export const skip =
  existsSync(plugin) ? false : 'the plugin auth was not built';
export const PASSWORD = 'correct horse';

// The lines of Set-Cookie. Node 18 has them in one, joined by commas, of which
// our cookies have none.
export function cookiesOf({ headers }) {
  return headers.getSetCookie?.() ??
    (headers.get('set-cookie') ?? '').split(', ').filter(Boolean);
}

// Cookies as a browser keeps them.
export class Jar {
  cookies = new Map();

  take(response) {
    for (const line of cookiesOf(response)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
      if (/Max-Age=0/i.test(line)) {
        this.cookies.delete(name);
      }
    }
  }

  get header() {
    return [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
  }
}

// A request to a route of auth: its status, and what is in the body.
export async function callAuth(server, method, path, {
  body, token, jar, csrf, headers = {},
} = {}) {
  const response = await fetch(`${server.url}/auth/${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(jar ? { Cookie: jar.header } : {}),
      ...(csrf ? { 'X-CSRF-Token': csrf } : {}),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  jar?.take(response);
  return { status: response.status, ...await response.json() };
}

// A socket that has joined; it throws what it is refused with.
export async function enterAuth(server, auth, namespace = '/', options = {}) {
  const socket = socketOf(server, namespace,
    { auth, ...ways.websocket, ...options });
  const refused = new Promise((done, fail) => {
    socket.once('connect_error', fail);
  });
  refused.catch(() => {});
  await Promise.race([next(socket, 'connect'), refused]);
  return socket;
}
