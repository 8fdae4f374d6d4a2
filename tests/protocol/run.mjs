#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// Runs the case files against real servers and prints TAP.
//
//   node tests/protocol/run.mjs [--jobs N] [--list] [--reference]
//                               [--transcripts FILE] [NAME...]
//
// NAME is a case's whole name, or any part of one. README.md says the rest.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fixtures, startEngineEcho, startServer } from '../clients/server.mjs';
import { loadCases } from './cases.mjs';
import { Case } from './steps.mjs';

const CASE_DEADLINE = 30_000;
const folder = fileURLToPath(new URL('cases', import.meta.url));
const files = fileURLToPath(new URL('files', import.meta.url));

// The servers a case may ask for with `on`. A hasty one pings all the time, and
// ends sessions while a transcript is still waited for.
const profiles = {
  // The echo application with the defaults: no ping comes in between.
  calm: {
    path: '/socket.io/',
    start: () => startServer({ changes: { notices: false } }),
  },
  // The same, and clients are told why they are closed.
  told: { ownOnly: true, path: '/socket.io/', start: () => startServer() },
  // The same with a fast heartbeat, CORS `*`, a short connectTimeout.
  fast: {
    hasty: true,
    path: '/socket.io/',
    start: () => startServer({ config: 'conformance' }),
  },
  // Small limits and short deadlines, so that cases reach them soon.
  tight: {
    path: '/socket.io/',
    start: () => startServer({
      changes: {
        notices: false,
        maxHttpBufferSize: 10_000,
        upgradeTimeout: 300,
        cors: { origin: 'http://friend.example', credentials: true },
        clientDir: `${files}/client/dist`,
        limits: {
          headerTimeout: 500, bodyTimeout: 500, keepAliveTimeout: 500,
          packetsPerPayload: 100, jsonDepth: 16, sendBuffer: 65_536,
        },
      },
    }),
  },
  // CORS with all that can be said of it, and the cookie of a session.
  friends: {
    ownOnly: true,
    path: '/socket.io/',
    start: () => startServer({
      changes: {
        notices: false,
        cookie: true,
        cors: {
          origin: ['https://*.friend.example', 'http://localhost:*'],
          credentials: true, methods: ['GET', 'POST'],
          allowedHeaders: ['x-own', 'x-other'], exposedHeaders: 'x-seen',
          maxAge: 600, optionsSuccessStatus: 200,
        },
      },
    }),
  },
  // The echo application and files, which the reference does not serve.
  web: {
    ownOnly: true,
    path: '/socket.io/',
    start: () => startServer({ changes: { static: { root: files } } }),
  },
  // Namespaces that are made when somebody asks for them.
  halls: {
    ownOnly: true,
    path: '/socket.io/',
    start: () => startServer({
      changes: {
        notices: false,
        limits: { namespacesPerClient: 3 },
        plugins: [{
          name: 'halls', path: `${fixtures}/halls.so`, namespace: '/hall-*',
        }],
      },
    }),
  },
  // A plugin whose middleware and lists have binary in them.
  values: {
    ownOnly: true,
    path: '/socket.io/',
    start: () => startServer({
      changes: {
        notices: false,
        plugins: [{ name: 'values', path: `${fixtures}/values.so` }],
      },
    }),
  },
  // Engine.IO alone.
  engine: {
    path: '/engine.io/',
    start: () => startEngineEcho({ args: ['--calm'] }),
  },
  // The same with a fast heartbeat.
  pulse: { hasty: true, path: '/engine.io/', start: () => startEngineEcho() },
  // The same, and clients of revision 3 are let in.
  engine3: {
    hasty: true,
    path: '/engine.io/',
    start: () => startEngineEcho({ args: ['--eio3'] }),
  },
  // The same with messages of up to 20 MB, and no ping between them. Its cases
  // come last: they keep this process busy, so that it would be late with the
  // pongs of others.
  large: {
    ownOnly: true,
    heavy: true,
    path: '/engine.io/',
    start: () => startEngineEcho({ args: ['--large'] }),
  },
  // Engine.IO alone with compressed messages, as each client likes.
  dense: {
    path: '/engine.io/',
    start: () => startEngineEcho({ args: ['--deflate'] }),
  },
  // The echo application with them, and a mind of its own.
  frugal: {
    path: '/socket.io/',
    start: () => startServer({
      changes: {
        notices: false,
        perMessageDeflate: {
          serverNoContextTakeover: true, clientNoContextTakeover: true,
          serverMaxWindowBits: 10, clientMaxWindowBits: 11,
        },
      },
    }),
  },
  // The echo application for clients with MessagePack as well; and for these
  // alone, with small limits.
  packed: {
    ownOnly: true,
    path: '/socket.io/',
    start: () => startServer({
      changes: { notices: false, parsers: ['json', 'msgpack'] },
    }),
  },
  terse: {
    ownOnly: true,
    path: '/socket.io/',
    start: () => startServer({
      changes: {
        notices: false,
        parsers: ['msgpack'],
        limits: { jsonDepth: 4, attachments: 2 },
      },
    }),
  },
  // The echo application for clients 1 and 2 as well.
  elder: {
    path: '/socket.io/',
    start: () => startServer({ changes: { notices: false, allowEIO3: true } }),
  },
};

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: '16' },
    list: { type: 'boolean' },
    reference: { type: 'boolean' },
    transcripts: { type: 'string' },
  },
});

// By name of job, for compare.mjs.
const transcripts = {};

// After every case a stranger must be served as if nothing had happened.
async function serveStranger(profile) {
  const steps = [
    ['get', '?EIO=4&transport=polling'],
    ['status', '200'],
    ['body-matches', '0\\{"sid":"(?<sid>[^"]+)".*'],
    ['post', '?EIO=4&transport=polling&sid=${sid} 1'],
    ['status', '200'],
    ['body', 'ok'],
  ].map(([verb, text]) => ({ verb, text, headers: [], place: 'afterwards' }));
  const stranger = new Case(profile, new Map());
  try {
    await stranger.run(steps);
  } finally {
    stranger.end();
  }
}

// Cases that would see each other's events on the same server take turns.
async function takeTurn(profile, run) {
  const turn = (profile.turn ?? Promise.resolve()).then(run);
  profile.turn = turn;
  return turn;
}

async function runCase({ entry, profile, name }, definitions) {
  const test = new Case(profile, definitions);
  let timer;
  const late = new Promise((done, fail) => {
    timer = setTimeout(
      () => fail(new Error('the case takes too long')), CASE_DEADLINE);
  });
  try {
    await Promise.race([test.run(entry.steps), late]);
    return null;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
    if (options.transcripts) {
      transcripts[name] = {
        differs: entry.differs,
        connections: await test.transcript(),
      };
    }
    test.end();
  }
}

function select(cases) {
  const exact = cases.filter((entry) => wanted.includes(entry.name));
  if (exact.length || !wanted.length) {
    return wanted.length ? exact : cases;
  }
  return cases.filter(
    (entry) => wanted.some((part) => entry.name.includes(part)));
}

// One job a case and server it runs on.
function makeJobs(cases) {
  return select(cases).flatMap((entry) => entry.profiles.map((name) => {
    if (!profiles[name]) {
      throw new Error(`${entry.name}: no server called ${name}`);
    }
    return { entry, profile: profiles[name], name: `${entry.name} [${name}]` };
  })).filter((job) => !(options.reference && job.profile.ownOnly));
}

let printed = 0;
let failures = 0;

function report(name, error, differs) {
  printed += 1;
  const excused = options.reference && differs;
  const directive = excused ? ` # TODO differs: ${differs}` : '';
  console.log(`${error ? 'not ok' : 'ok'} ${printed} - ${name}${directive}`);
  if (!error) {
    return;
  }
  failures += excused ? 0 : 1;
  const text = error.name === 'Error' ? error.message : error.stack;
  for (const line of `${error.place ?? ''}\n${text}`.trim().split('\n')) {
    console.log(`#   ${line}`);
  }
}

async function work(queue, definitions) {
  for (let job = queue.shift(); job; job = queue.shift()) {
    if (options.reference && job.entry.differs.startsWith('dies')) {
      report(job.name, null, job.entry.differs);
      continue;
    }
    const run = () => runCase(job, definitions);
    let error = await (job.entry.alone ? takeTurn(job.profile, run) : run());
    try {
      await serveStranger(job.profile);
    } catch (after) {
      error ??= after;
    }
    report(job.name, error, job.entry.differs);
  }
}

async function main() {
  const { cases, definitions } = loadCases(folder);
  const jobs = makeJobs(cases);
  if (options.list) {
    jobs.forEach((job) => console.log(job.name));
    return;
  }
  const used = [...new Set(jobs.map((job) => job.profile))];
  console.log('TAP version 13');
  console.log(`1..${jobs.length + used.length}`);
  await Promise.all(used.map(async (profile) => {
    profile.server = await profile.start();
    profile.port = profile.server.port;
  }));
  for (const heavy of [false, true]) {
    const queue = jobs.filter((job) => Boolean(job.profile.heavy) === heavy);
    await Promise.all(Array.from(
      { length: Number(options.jobs) }, () => work(queue, definitions)));
  }
  if (options.transcripts) {
    writeFileSync(options.transcripts, JSON.stringify(transcripts));
  }
  for (const profile of used) {
    const name = Object.keys(profiles).find((key) => profiles[key] === profile);
    const error = await profile.server.stop().then(() => null, (e) => e);
    report(`the server ${name} ends cleanly`, error, '');
  }
  console.log(`# ${printed - failures} passed, ${failures} failed`);
  process.exitCode = failures || !jobs.length ? 1 : 0;
}

await main();
