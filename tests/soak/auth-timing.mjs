// SPDX-License-Identifier: MIT
//
// Whether the time that an answer takes tells who has an account. Printed, and
// not judged. See README.md.

import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { callAuth, PASSWORD, plugin } from '../clients/auth.mjs';
import { startServer } from '../clients/server.mjs';

const NAMES = 20; // that exist, and as many that do not
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const rounds = option('rounds', 400);
const folder = mkdtempSync(join(tmpdir(), 'mortise-timing-'));
const agent = new Agent({ keepAlive: true, maxSockets: 1, noDelay: true });

const start = (file, lockout) => startServer({
  changes: {
    plugins: [
      {
        name: 'auth',
        path: plugin,
        settings: {
          secret: 'a secret that is good for a measurement only',
          secureCookies: false,
          database: join(folder, file),
          lockout,
          codes: { perHour: 20, tries: 20 },
          ratesPerMinute: {
            login: 1e6, register: 1e6, guest: 1e6, reset: 1e6, other: 1e6,
          },
        },
      },
      // Delivers codes.
      {
        name: 'mailer',
        path: join(dirname(plugin), 'mailer.so'),
      },
    ],
  },
});

// Microseconds until the whole answer is there, on a connection that stays.
const time = (server, path, body) => new Promise((done, fail) => {
  const bytes = JSON.stringify(body);
  const begin = process.hrtime.bigint();
  const sent = request(`${server.url}/auth/${path}`, {
    agent, method: 'POST',
    headers: {
      'Content-Type': 'application/json', 'Content-Length': bytes.length,
    },
  }, (response) => {
    response.resume();
    response.once('end', () =>
      done(Number(process.hrtime.bigint() - begin) / 1000));
  });
  sent.once('error', fail);
  sent.end(bytes);
});

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

// The largest distance of the two distributions (Kolmogorov-Smirnov), and how
// often one of the first takes longer than one of the second (Mann-Whitney).
function compare(one, other) {
  const all = [...one.map((t) => [t, 0]), ...other.map((t) => [t, 1])];
  all.sort(([a], [b]) => a - b);
  const seen = [0, 0];
  let distance = 0;
  let longer = 0;
  for (const [, whose] of all) {
    seen[whose] += 1;
    longer += whose === 0 ? seen[1] : 0;
    distance = Math.max(distance,
      Math.abs(seen[0] / one.length - seen[1] / other.length));
  }
  return { distance, longer: longer / (one.length * other.length) };
}

// The two kinds in turn, in pairs whose order is left to chance. `behind` is
// what is asked right after and has its time taken instead.
async function measure(what, server, path, bodyOf, { n = rounds, behind } = {}) {
  const times = { known: [], unknown: [] };
  for (let i = -10; i < n; i += 1) {
    const kinds = ['known', 'unknown'];
    for (const kind of Math.random() < 0.5 ? kinds : kinds.reverse()) {
      const body = bodyOf(`${kind}-${(i + 10) % NAMES}`);
      let taken = await time(server, path, body);
      if (behind) {
        taken = await time(server, behind, {});
      }
      if (i >= 0) {
        times[kind].push(taken);
      }
    }
  }
  const { distance, longer } = compare(times.known, times.unknown);
  console.log([
    what.padEnd(44), median(times.known).toFixed(0).padStart(8),
    median(times.unknown).toFixed(0).padStart(8), distance.toFixed(3).padStart(7),
    (1.36 * Math.sqrt(2 / n)).toFixed(3).padStart(7),
    longer.toFixed(3).padStart(7),
  ].join(' '));
}

async function populate(server) {
  for (let i = 0; i < NAMES; i += 1) {
    const name = `known-${i}`;
    const { status } = await callAuth(server, 'POST', 'register',
      { body: { name, email: `${name}@example.org`, password: PASSWORD } });
    if (status !== 201) {
      throw new Error(`${name} cannot be registered: ${status}`);
    }
  }
}

const wrong = (login) => ({ login, password: 'wrong password' });
const code = (login) =>
  ({ login, code: '7KQM-X3TZ', newPassword: 'battery staple' });

console.log(`${'microseconds, median'.padEnd(44)}    known  unknown` +
  '      KS  chance  longer');
try {
  const open = await start('open.db',
    { tries: 1000, addressTries: 100000, seconds: 1, secondsMax: 1 });
  await populate(open);
  await measure('login, a wrong password', open, 'login', wrong);
  await measure('login by e-mail, a wrong password', open, 'login',
    (name) => wrong(`${name}@example.org`));
  await measure('reset/confirm, nobody has asked', open, 'reset/confirm', code);
  await measure('reset', open, 'reset', (login) => ({ login }), { n: 5 * rounds });
  await measure('reset, and a guest right behind', open, 'reset',
    (login) => ({ login }), { n: 5 * rounds, behind: 'guest' });
  await measure('reset/confirm, a wrong code', open, 'reset/confirm', code);
  await open.stop();
  const locking = await start('locking.db',
    { tries: 1, addressTries: 100000, seconds: 3600, secondsMax: 3600 });
  await populate(locking);
  for (let i = 0; i < NAMES; i += 1) {
    for (const kind of ['known', 'unknown']) {
      await time(locking, 'login', wrong(`${kind}-${i}`));
    }
  }
  await measure('login, locked', locking, 'login', wrong, { n: 5 * rounds });
  await locking.stop();
} finally {
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}
