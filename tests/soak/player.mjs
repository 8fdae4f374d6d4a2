// SPDX-License-Identifier: MIT
//
// A stock client as a person at home has it: one connection for the game and
// the chat, which comes back by itself. It plays what it is seated at, talks
// in one room, and remembers all that it was told. What should never be goes
// into `wrong`.

import { createRequire } from 'node:module';

// Where the clients of the tests are installed.
const { Manager } = createRequire(
  new URL('../clients/', import.meta.url))('socket.io-client');

const ANSWER_MS = 60_000;
const LATER = ['busy', 'rate_limited', 'unavailable'];
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const below = (n) => Math.floor(Math.random() * n);

// A namespace, and whether what has to be said first has been said.
class Line {
  constructor(player, namespace, enter) {
    this.player = player;
    this.socket = player.manager.socket(namespace,
      { auth: { token: player.token } });
    this.socket.on('connect', () => enter().then(() => {
      this.entered = true;
      this.ready();
    }, (error) => {
      if (this.socket.connected) {
        player.wrong(`${namespace}: ${error.message}`);
      }
    }));
    this.socket.on('disconnect', () => {
      if (this.entered) {
        this.close();
      }
    });
    this.close();
  }

  close() {
    this.entered = false;
    this.open = new Promise((done) => {
      this.ready = done;
    });
  }

  // One answer; throws when the connection is lost before it comes.
  async ask(event, argument) {
    const begin = performance.now();
    const answer =
      await this.socket.timeout(ANSWER_MS).emitWithAck(event, argument);
    this.player.took(performance.now() - begin);
    return answer;
  }

  // Until there is an answer that is not: later.
  async insist(event, argument, first = false) {
    for (;;) {
      if (!first) {
        await this.open;
      }
      try {
        const answer = await this.ask(event, argument);
        if (!LATER.includes(answer.error?.code)) {
          return answer;
        }
        await pause(answer.error.data?.retry ?? 100);
      } catch (error) {
        if (first) {
          throw error;
        }
        this.player.counts.repeated += 1;
      }
    }
  }
}

export class Player {
  matches = new Map(); // what a page has: views, with the deltas in them
  moves = []; // acknowledged: {match, n, move}
  said = new Map(); // acknowledged: of each key the id
  asked = new Set(); // all keys
  heard = new Map(); // of each message's id its text
  ending = false;

  constructor(url, { token, user }, room, shared) {
    Object.assign(this, { token, user, room });
    this.counts = shared.counts;
    this.took = shared.took;
    this.wrong = (what) => shared.wrong.push(`${this.user}: ${what}`);
    this.manager = new Manager(url, {
      transports: ['websocket'], reconnectionDelay: 200,
      reconnectionDelayMax: 1000,
    });
    this.game = new Line(this, '/game', () => this.enterGame());
    this.chat = new Line(this, '/chat', () => this.enterChat());
    this.game.socket.on('match:view', (view) =>
      this.matches.set(view.match, view));
    this.game.socket.on('match:delta', (delta) => this.follow(delta));
    this.chat.socket.on('said', (message) => this.hear(message));
  }

  leave() {
    this.game.socket.disconnect();
    this.chat.socket.disconnect();
  }

  // --- the game

  follow(delta) {
    const match = this.matches.get(delta.match);
    this.counts.events += 1;
    if (!match || delta.n <= match.n) {
      return;
    }
    if (delta.n !== match.n + 1) {
      this.wrong(`delta ${delta.n} behind ${match.n}`);
    }
    Object.assign(match, delta, { view: { ...match.view, ...delta.view } });
  }

  async enterGame() {
    const id = this.match;
    if (!id || this.matches.get(id)?.status === 'over') {
      return;
    }
    const { error } =
      await this.game.insist('match:watch', { match: id }, true);
    if (error) {
      // It is over, or it had not begun and is no more.
      const { result } =
        await this.game.insist('match:replay', { match: id }, true);
      const before = this.matches.get(id);
      if (!result && before?.status === 'running') {
        this.wrong(`${id} is lost: ${error.code}`);
      }
      this.matches.set(id, { ...before, status: 'over', result });
    }
  }

  view() {
    return this.matches.get(this.match);
  }

  choose({ game, view, you }) {
    if (game === 'connect-four') {
      const free = Array.from({ length: view.columns }, (_, i) => i)
        .filter((i) => view.board[i] === '.');
      return String(1 + free[below(free.length)]);
    }
    if (view.phase === 'placing') {
      return 'place a1h c3v e5h a9h j1v';
    }
    const sea = [...view.seas[1 - you]];
    const open = sea.map((c, i) => [c, i]).filter(([c]) => c === '.');
    const [, at] = open[below(open.length)];
    return `${'abcdefghij'[at % 10]}${1 + Math.floor(at / 10)}`;
  }

  // Plays to the end of the match, or until all go home.
  async play(think) {
    for (;;) {
      const match = this.view();
      if (this.ending || match?.status === 'over') {
        return;
      }
      if (!match?.turns?.includes(match.you)) {
        await pause(20);
        continue;
      }
      await pause(think * (0.5 + Math.random()));
      await this.game.open;
      const now = this.view();
      if (!this.ending && now.turns.includes(now.you)) {
        await this.move(now);
      }
    }
  }

  async move(match) {
    const move = this.choose(match);
    const id = match.match;
    const answer = await this.game.insist('match:move',
      { match: id, move, after: match.moves });
    if (answer.ok) {
      this.moves.push({ match: id, n: answer.n, move });
      this.counts.moves += 1;
    } else if (['stale', 'not_your_turn', 'over', 'no_such_match'].includes(
      answer.error.code)) {
      this.counts.stale += 1; // an answer was lost, or both have placed
      await pause(50);
    } else {
      this.wrong(`${move}: ${JSON.stringify(answer.error)}`);
      await pause(1000);
    }
  }

  // --- the chat

  hear({ id, rev, text, room }) {
    this.counts.events += 1;
    if (room !== this.room) {
      return;
    }
    if (id <= this.last) {
      this.wrong(`message ${id} behind ${this.last}`);
    }
    this.last = id;
    this.heard.set(id, text);
    if (this.chat.entered) {
      this.rev = Math.max(this.rev, rev);
    }
  }

  async enterChat() {
    this.last = 0;
    await this.chat.insist('hello', {}, true);
    if (this.rev === undefined) {
      const { info, error } =
        await this.chat.insist('join', { room: this.room }, true);
      if (error) {
        throw new Error(`join: ${JSON.stringify(error)}`);
      }
      this.rev = info.rev;
      this.since = info.rev;
    }
    for (let more = true; more;) {
      const page = await this.chat.insist('history',
        { room: this.room, since: this.rev, limit: 100 }, true);
      for (const { id, rev, text } of page.messages) {
        this.heard.set(id, text);
        this.rev = Math.max(this.rev, rev);
      }
      more = page.more;
    }
  }

  async talk(every) {
    for (let i = 0; !this.ending; i += 1) {
      await pause(every * 2 * Math.random());
      if (this.ending) {
        return;
      }
      const key = `${this.user} ${i}`;
      this.asked.add(key);
      const answer = await this.chat.insist('say',
        { room: this.room, text: key, key });
      if (answer.ok) {
        this.said.set(key, answer.id);
        this.counts.messages += 1;
      } else {
        this.wrong(`say: ${JSON.stringify(answer.error)}`);
      }
    }
  }
}
