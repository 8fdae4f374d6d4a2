// SPDX-License-Identifier: MIT
//
// Many stock clients play both games and talk, while new builds of the plugins
// game and chat are put in and the server is killed and started again. See
// README.md.

import assert from 'node:assert/strict';
import {
  copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSoundBy, queries, soundness } from '../clients/database.mjs';
import {
  binary, eventually, freePort, startServer,
} from '../clients/server.mjs';
import { Player, pause } from './player.mjs';

const built = join(dirname(binary), 'plugins');
const PEOPLE_PER_ROOM = 25;
const PATIENCE_S = 240;
const AT_ONCE = 25; // who come in together
const MOVE = 5; // the kind of an entry: plugins/game/match/entry.h

export class Site {
  reloads = 0;
  kills = 0;
  rss = 0;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'mortise-soak-play-'));
    this.builds = 0;
  }

  file(name) {
    return join(this.folder, name);
  }

  // A build with other bytes, by rename.
  put(name) {
    const bytes = readFileSync(join(built, name, `${name}.so`));
    const mark = Buffer.from(`build ${this.builds += 1}`);
    writeFileSync(this.file('new'), Buffer.concat([bytes, mark]),
      { mode: 0o755 });
    renameSync(this.file('new'), this.file(`${name}.so`));
  }

  async start() {
    const plugin = (name, settings, namespace) => ({
      name, namespace, path: this.file(`${name}.so`),
      settings: { database: this.file(`${name}.db`), ...settings },
    });
    this.server = await startServer({
      port: this.port,
      changes: {
        metrics: { enabled: true },
        plugins: [
          plugin('auth', {
            development: true,
            namespaces: { '/chat': 'guest', '/game': 'guest' },
            sessions: { accessSeconds: 86400 },
            ratesPerMinute: { guest: 1e6 },
          }),
          plugin('chat', {}, '/chat'),
          plugin('game', { readySeconds: 120 }, '/game'),
        ],
      },
    });
    this.done = 0;
    for (const stream of [this.server.child.stdout, this.server.child.stderr]) {
      stream.on('data', (text) => {
        this.done += text.match(/reload \d+: done/g)?.length ?? 0;
      });
    }
  }

  async reload() {
    const before = this.done;
    this.put('game');
    this.put('chat');
    this.server.signal('SIGHUP');
    await eventually(() => this.done > before, 'a reload', 60_000);
    this.reloads += 1;
  }

  async kill() {
    await this.server.kill();
    this.kills += 1;
    await pause(200 + Math.random() * 1000);
    await this.start();
  }

  weigh() {
    const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
    const now = Number(/VmRSS:\s+(\d+)/.exec(status)[1]);
    this.rss = Math.max(this.rss, now);
    return now;
  }

  async slowCalls() {
    const text = await (await fetch(`${this.server.url}/metrics`)).text();
    return [...text.matchAll(/^mortise_slow_calls_total.* (\d+)$/gm)]
      .reduce((sum, [, n]) => sum + Number(n), 0);
  }
}

export async function guest(url) {
  const response = await fetch(`${url}/auth/guest`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  });
  assert.ok(response.ok, `a guest: ${response.status}`);
  const { accessToken, user } = await response.json();
  return { token: accessToken, user: user.id };
}

// A match of two; null when it went with the server before it had begun.
export async function begin([ann, bob], game) {
  const { match, error } = await ann.game.insist('match:create', {
    game, seat: 0, rated: true, clock: { seconds: 240, increment: 1 },
  });
  if (error) {
    ann.wrong(`create: ${JSON.stringify(error)}`);
    return null;
  }
  const steps = [[bob, 'match:join'], [ann, 'match:ready'], [bob, 'match:ready']];
  for (const player of [ann, bob]) {
    player.match = match;
  }
  for (const [player, event] of steps) {
    const answer = await player.game.insist(event, { match });
    const code = answer.error?.code;
    if (code && !['seated', 'ready', 'started'].includes(code)) {
      return null;
    }
  }
  return match;
}

// One match after the other, in turn of both games.
async function pair(two, { think, first }) {
  const games = ['connect-four', 'battleship'];
  for (let i = first; !two[0].ending; i += 1) {
    const match = await begin(two, games[i % 2]);
    if (match) {
      await Promise.all(two.map((player) => player.play(think)));
    } else {
      await pause(200);
    }
  }
}

// --- what the files say

function judgeMatches(site, players, wrong) {
  const [moves, logs, matches, ratings, played, ...sound] = queries(
    site.file('game.db'),
    `SELECT match, n, text FROM entries WHERE kind = ${MOVE}`,
    'SELECT match, count(*), max(n) FROM entries GROUP BY match',
    'SELECT id, over, winner, why FROM matches',
    'SELECT game, user, games, won + lost + drawn FROM ratings',
    `SELECT m.game, p.user, count(*) FROM played p JOIN matches m
       ON m.id = p.match WHERE m.rated AND m.why NOT IN ('aborted', 'cancelled')
       GROUP BY 1, 2`,
    ...soundness);
  const log = new Map(moves.map(([id, n, text]) => [`${id} ${n}`, text]));
  let lost = 0;
  for (const { match, n, move } of players.flatMap((p) => p.moves)) {
    lost += log.get(`${match} ${n}`) !== move;
  }
  if (!isSoundBy(sound)) {
    wrong.push('game.db is not sound');
  }
  for (const [id, count, last] of logs) {
    if (count !== last) {
      wrong.push(`${id}: a gap in its log`);
    }
  }
  const ends = {};
  const results = new Map();
  for (const [id, over, winner, why] of matches) {
    const how = over ? why : 'goes on';
    ends[how] = (ends[how] ?? 0) + 1;
    results.set(id, { over, winner, why });
    if (!['goes on', 'played'].includes(how)) {
      wrong.push(`${id} has ended by ${how}`);
    }
  }
  for (const player of players) {
    for (const { match, status, result } of player.matches.values()) {
      const file = results.get(match);
      if (status === 'over' && result && (!file?.over ||
          result.why !== file.why ||
          (!result.drawn && result.winner !== file.winner))) {
        wrong.push(`${match}: told ${JSON.stringify(result)}`);
      }
      if (status === 'running' && !file) {
        wrong.push(`${match} was running and is not there`);
      }
    }
  }
  const counted = new Map(played.map(([g, u, n]) => [`${g} ${u}`, n]));
  for (const [game, user, games, sum] of ratings) {
    if (games !== sum || games !== counted.get(`${game} ${user}`)) {
      wrong.push(`${user} is rated for ${games} of ${game}`);
    }
  }
  if (ratings.length !== counted.size) {
    wrong.push(`${ratings.length} ratings of ${counted.size}`);
  }
  return { lost, ends };
}

function judgeChat(site, players, wrong) {
  const [rows, ...sound] = queries(site.file('chat.db'),
    `SELECT m.id, m.rev, m.text, r.name FROM messages m
       JOIN rooms r ON r.id = m.room ORDER BY m.id`, ...soundness);
  if (!isSoundBy(sound)) {
    wrong.push('chat.db is not sound');
  }
  const ids = new Map();
  const asked = new Set(players.flatMap((p) => [...p.asked]));
  for (const [id, , text] of rows) {
    if (ids.has(text) || !asked.has(text)) {
      wrong.push(`"${text}" is there twice, or nobody has said it`);
    }
    ids.set(text, id);
  }
  let lost = 0;
  for (const player of players) {
    for (const [key, id] of player.said) {
      lost += ids.get(key) !== id;
    }
    const due = rows.filter(([, rev, , room]) =>
      room === player.room && rev > player.since);
    const missed = due.filter(([id, , text]) => player.heard.get(id) !== text);
    if (missed.length > 0 || player.heard.size !== due.length) {
      wrong.push(`${player.user} has heard ${player.heard.size} of ` +
        `${due.length}, missed ${missed.map(([id]) => id)}`);
    }
  }
  return lost;
}

// The deltas that each has had add up to the whole; nobody's time went by while
// the server was away.
async function judgeViews(players, wrong) {
  await Promise.all(players.map(async (player) => {
    const parts = player.view();
    if (parts?.status === 'running') {
      await player.game.insist('match:watch', { match: player.match });
      const whole = player.view();
      for (const key of ['n', 'view', 'status', 'turns', 'moves']) {
        try {
          assert.deepEqual(parts[key], whole[key]);
        } catch {
          wrong.push(`${player.match}: ${key} differs from the whole`);
        }
      }
    }
    for (const match of [...player.matches.values()].slice(-4)) {
      if (match.status !== 'over' || match.you !== 0) {
        continue;
      }
      const { entries } = await player.game.insist('match:replay',
        { match: match.match });
      let left = null;
      for (const entry of entries ?? []) {
        if (entry.kind === 'restart' && left &&
            entry.left.some((ms, seat) => ms !== left[seat])) {
          wrong.push(`${match.match}: time went by while nobody was there`);
        }
        left = entry.left ?? left;
      }
    }
  }));
}

// --- all of it

export async function soak({
  clients = 500, seconds = 300, reloads = 20, kills = 4, think = 800,
  talk = 5000, say = () => {},
} = {}) {
  const wrong = [];
  const latencies = [];
  const counts = { events: 0, moves: 0, messages: 0, stale: 0, repeated: 0 };
  const shared = { wrong, counts, took: (ms) => latencies.push(ms) };
  const site = new Site();
  const players = [];
  let timer;
  try {
    copyFileSync(join(built, 'auth/auth.so'), site.file('auth.so'));
    site.put('chat');
    site.put('game');
    site.port = await freePort();
    await site.start();
    while (players.length < clients) {
      const come = await Promise.all(Array.from(
        { length: Math.min(AT_ONCE, clients - players.length) },
        () => guest(site.server.url)));
      const fresh = come.map((who, i) => new Player(site.server.url, who,
        `table${Math.floor((players.length + i) / PEOPLE_PER_ROOM)}`, shared));
      players.push(...fresh);
      await Promise.all(fresh.flatMap((p) => [p.game.open, p.chat.open]));
    }
    const rssBefore = site.weigh();
    say(`${clients} are there`);
    const going = players.map((player) => player.talk(talk));
    for (let i = 0; i + 1 < clients; i += 2) {
      going.push(pair(players.slice(i, i + 2), { think, first: i / 2 }));
    }
    // Reloads at an even pace; of kills, one after so many of them.
    timer = setInterval(() => {
      try {
        site.weigh();
      } catch {
        // It is being killed.
      }
    }, 1000);
    const rest = seconds * 1000 / (reloads + kills + 1);
    let slow = 0;
    for (let i = 1; i <= reloads + kills; i += 1) {
      await pause(rest);
      const due = Math.floor(i * kills / (reloads + kills));
      if (due > site.kills) {
        slow += await site.slowCalls();
        await site.kill();
      } else {
        await site.reload();
      }
      say(`${site.reloads} reloads, ${site.kills} kills, ` +
        `${counts.moves} moves, ${counts.messages} messages`);
    }
    await pause(rest);
    players.forEach((player) => {
      player.ending = true;
    });
    await Promise.all(going);
    await Promise.all(players.flatMap((p) => [p.game.open, p.chat.open]));
    await pause(1000); // what is on its way
    await judgeViews(players, wrong);
    slow += await site.slowCalls();
    const rssAfter = site.weigh();
    players.forEach((player) => player.leave());
    await site.server.stop();
    const lostMessages = judgeChat(site, players, wrong);
    const { lost: lostMoves, ends } = judgeMatches(site, players, wrong);
    latencies.sort((a, b) => a - b);
    const at = (part) => Number(
      latencies[Math.floor(part * (latencies.length - 1))].toFixed(1));
    return {
      wrong, ...counts, reloads: site.reloads, kills: site.kills, lostMoves,
      lostMessages, ends, slowCalls: slow,
      answerMs: { median: at(0.5), p99: at(0.99), slowest: at(1) },
      rssKiB: { before: rssBefore, most: site.rss, after: rssAfter },
    };
  } finally {
    clearInterval(timer);
    players.forEach((player) => player.leave());
    await site.server?.kill();
    rmSync(site.folder, { recursive: true, force: true });
  }
}

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Whoever waits for what never comes is not to wait for ever.
  setTimeout(() => {
    console.error('it takes too long');
    process.exit(2);
  }, (option('seconds', 300) + PATIENCE_S) * 1000).unref();
  const { wrong, ...figures } = await soak({
    clients: option('clients', 500),
    seconds: option('seconds', 300),
    reloads: option('reloads', 20),
    kills: option('kills', 4),
    think: option('think', 800),
    talk: option('talk', 5000),
    say: console.log,
  });
  console.log(figures);
  wrong.slice(0, 20).forEach((what) => console.log(`wrong: ${what}`));
  process.exitCode = wrong.length === 0 && figures.lostMoves === 0 &&
    figures.lostMessages === 0 ? 0 : 1;
}
