// SPDX-License-Identifier: MIT
//
// Accounts on a server that is killed (SIGKILL) at a random moment, started
// again and looked through, many times. What was acknowledged has to be there,
// and of what was not, all or nothing. See README.md.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callAuth, plugin } from '../clients/auth.mjs';
import { isSoundBy, queries, soundness } from '../clients/database.mjs';
import { startServer } from '../clients/server.mjs';

const SESSIONS_MOST = 6; // of one person; more are logged out
const ENDED_KEPT = 5; // tokens of one person that must not count any more

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const pick = (list) => list[Math.floor(Math.random() * list.length)];

const changes = (database, passes = 1) => ({
  plugins: [{
    name: 'auth',
    path: plugin,
    settings: {
      development: true,
      database,
      passwords: { memoryKiB: 8, passes },
      lockout: { tries: 1000, addressTries: 100000 },
      ratesPerMinute: {
        login: 1e6, register: 1e6, refresh: 1e6, password: 1e6, other: 1e6,
      },
    },
  }],
});

// What one person has been told, and what they have asked for since.
class Person {
  account = null; // {id, password, sessions: Map of id to {access, refresh},
                  // which are null where the answer was lost}
  ended = []; // access tokens
  asked = null; // {kind, after: the account if it has been done, unknown: how
                // many sessions it has that nobody knows}
  passwords = 0;

  constructor(name) {
    this.name = name;
  }

  fresh(change) {
    return change({
      ...this.account, sessions: new Map(this.account.sessions),
    });
  }

  known() {
    return [...this.account.sessions].filter(([, tokens]) => tokens);
  }

  // The next thing to do: what it is called, and the request; what the account
  // is when it has been done; what an answer adds to that.
  next() {
    const newPassword = () => `password ${this.name} ${this.passwords += 1}`;
    if (!this.account) {
      const password = newPassword();
      return {
        kind: 'register', method: 'POST', path: 'register',
        body: { name: this.name, password },
        after: { password, sessions: new Map() }, unknown: 1, opens: true,
      };
    }
    const known = this.known();
    const login = {
      kind: 'login', method: 'POST', path: 'login',
      body: { login: this.name, password: this.account.password },
      after: this.account, unknown: 1, opens: true,
    };
    if (known.length === 0) {
      return login;
    }
    const [id, { access: token, refresh: refreshToken }] = pick(known);
    const logout = {
      kind: 'logout', method: 'POST', path: 'logout', token,
      after: this.fresh((account) => {
        account.sessions.delete(id);
        return account;
      }),
    };
    if (this.account.sessions.size > SESSIONS_MOST) {
      return logout;
    }
    const password = newPassword();
    return pick([
      login, login, logout,
      {
        kind: 'refresh', method: 'POST', path: 'refresh',
        body: { refreshToken }, opens: true,
        after: this.fresh((account) => {
          account.sessions.set(id, null);
          return account;
        }),
        renews: token,
      },
      {
        kind: 'password', method: 'POST', path: 'password', token,
        body: { password: this.account.password, newPassword: password },
        after: this.fresh((account) => ({
          ...account, password,
          sessions: new Map([[id, account.sessions.get(id)]]),
        })),
      },
      {
        kind: 'delete', method: 'DELETE', path: 'me', token,
        body: { password: this.account.password }, after: null,
      },
    ]);
  }

  // Replaces what is true; what has ended by it stays ended.
  become(account) {
    for (const [id, tokens] of this.account?.sessions ?? []) {
      const now = account?.sessions.get(id);
      if (tokens && now?.access !== tokens.access) {
        this.ended.push(tokens.access);
      }
    }
    this.ended = this.ended.slice(-ENDED_KEPT);
    this.account = account;
  }

  take(asked, answer) {
    const account = asked.after &&
      { ...asked.after, sessions: new Map(asked.after.sessions) };
    if (asked.opens) {
      account.id = answer.user.id;
      account.sessions.set(answer.session, {
        access: answer.accessToken, refresh: answer.refreshToken,
      });
    }
    this.become(account);
  }

  // Until the server is gone, and the last request without an answer.
  async live(server, counts) {
    for (;;) {
      const asked = this.next();
      this.asked = asked;
      let answer;
      try {
        answer = await callAuth(server, asked.method, asked.path, asked);
      } catch {
        return;
      }
      assert.ok(answer.status < 300, `${this.name}: ${asked.kind} is answered ` +
        `with ${answer.status} ${JSON.stringify(answer.error)}`);
      counts[asked.kind] = (counts[asked.kind] ?? 0) + 1;
      this.take(asked, answer);
      this.asked = null;
    }
  }
}

// --- after the kill

// Whether the file has this account, and nothing else of this person.
function inFile(account, unknown, rows) {
  if (!account) {
    return !rows;
  }
  const ids = [...account.sessions.keys()];
  return rows && (!account.id || rows.id === account.id) &&
    ids.every((id) => rows.sessions.has(id)) &&
    rows.sessions.size === ids.length + unknown;
}

async function accepted(server, person, account) {
  const { status } = await callAuth(server, 'POST', 'login', {
    body: { login: person.name, password: account?.password ?? 'whatever' },
  });
  assert.ok(status === 200 || status === 401, `a login gives ${status}`);
  return status === 200;
}

const me = async (server, { access }) =>
  (await callAuth(server, 'GET', 'me', { token: access })).status;

// What has become of what was asked for last: all of it, or nothing.
async function decide(server, person, rows) {
  const { account, asked } = person;
  const choices = [[account, 0, 'before']];
  if (asked) {
    choices.push([asked.after, asked.unknown ?? 0, 'after']);
  }
  let fits = choices.filter(([a, unknown]) => inFile(a, unknown, rows));
  assert.ok(fits.length > 0, `${person.name}: ${asked?.kind ?? 'nothing'} was ` +
    `under way, and the file has ${JSON.stringify(rows, (key, value) =>
      (value instanceof Set ? [...value] : value))}`);
  if (asked?.kind === 'refresh') {
    const status = await me(server, { access: asked.renews });
    fits = [choices[status === 200 ? 0 : 1]];
  } else if (asked?.kind === 'password' && fits.length > 1) {
    fits = [choices[await accepted(server, person, asked.after) ? 1 : 0]];
  }
  const [now, , which] = fits[0];
  if (now) {
    for (const id of rows.sessions) {
      now.sessions.set(id, now.sessions.get(id) ?? null);
    }
    now.id = rows.id;
  }
  person.become(now);
  person.asked = null;
  return asked ? which : null;
}

// Tokens and the password do what they did, and what has ended has.
async function check(server, person) {
  const { account } = person;
  for (const [id, tokens] of account ? person.known() : []) {
    assert.equal(await me(server, tokens), 200,
      `${person.name}: session ${id} is over`);
  }
  for (const access of person.ended) {
    assert.equal(await me(server, { access }), 401,
      `${person.name}: a session that had ended is back`);
  }
  assert.equal(await accepted(server, person, account), account !== null,
    `${person.name}: the password`);
}

// Of each name what the file has: the id, and those of the sessions.
function readFile(database) {
  const [users, sessions, halves, ...sound] = queries(database,
    'SELECT login, id FROM users',
    'SELECT u.login, s.id FROM sessions s JOIN users u ON u.id = s.user',
    'SELECT login FROM users WHERE password IS NULL OR 1 <> (SELECT count(*) ' +
      "FROM audit WHERE user = users.id AND what = 'register')",
    ...soundness);
  assert.ok(isSoundBy(sound), 'the file is not sound');
  assert.deepEqual(halves, [], 'accounts that are half there');
  const found = new Map(users.map(
    ([login, id]) => [login, { id, sessions: new Set() }]));
  for (const [login, id] of sessions) {
    found.get(login).sessions.add(id);
  }
  return found;
}

async function lookThrough(server, database, people, undecided) {
  let found = readFile(database);
  for (const name of found.keys()) {
    assert.ok(people.some((person) => person.name === name), name);
  }
  await Promise.all(people.map(async (person) => {
    const kind = person.asked?.kind;
    const which = await decide(server, person, found.get(person.name));
    if (which) {
      undecided[which] += 1;
      undecided.kinds[kind] = (undecided.kinds[kind] ?? 0) + 1;
    }
    await check(server, person);
  }));
  // Signing in to look has made sessions too.
  found = readFile(database);
  for (const { name, account } of people) {
    for (const id of found.get(name)?.sessions ?? []) {
      account.sessions.set(id, account.sessions.get(id) ?? null);
    }
  }
}

// Other settings and SIGHUP now and then, for as long as the server lives.
async function reload(server, database, most, done) {
  for (let passes = 2; !done(); passes = 3 - passes) {
    await pause(Math.random() * most / 2);
    if (!done()) {
      server.configure(changes(database, passes));
      server.signal('SIGHUP');
    }
  }
}

export async function soak({
  rounds = 200, clients = 12, most = 250, say = () => {},
} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mortise-soak-auth-'));
  const database = join(folder, 'auth.db');
  const people = Array.from({ length: clients },
    (_, i) => new Person(`person-${i}`));
  const counts = {};
  const undecided = { before: 0, after: 0, kinds: {} };
  let server;
  try {
    for (let round = 0; round <= rounds; round += 1) {
      server = await startServer({ changes: changes(database) });
      await lookThrough(server, database, people, undecided);
      if (round === rounds) {
        await server.stop();
        break;
      }
      const lives = people.map((person) => person.live(server, counts));
      let killed = false;
      const reloads = reload(server, database, most, () => killed);
      await Promise.race([Promise.all(lives), pause(Math.random() * most)]);
      killed = true;
      await server.kill();
      await Promise.all([...lives, reloads]);
      counts.reloads = (counts.reloads ?? 0) +
        (server.output.match(/reload \d+: done/g)?.length ?? 0);
      say(round + 1);
    }
  } finally {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
  return { counts, undecided };
}

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { counts, undecided } = await soak({
    rounds: option('rounds', 200),
    clients: option('clients', 12),
    most: option('most', 250),
    say: (round) => round % 20 === 0 && console.log(`killed ${round} times`),
  });
  console.log('acknowledged, and there:', counts);
  console.log('without an answer, all or nothing:', undecided);
}
