// SPDX-License-Identifier: MIT
//
// One person in one room. Holds what the page shows of it, and keeps the
// person in the room for as long as they want to be there, over as many
// connections as that takes.
//
// A message waits in the outbox until the server has said it back to the
// room. When the connection goes while a message is on its way, nobody here
// can know whether it arrived: it is marked so and never sent twice unasked.

import {
  CONNECTION_LOST,
  NO_ANSWER,
  type Connection,
  type Status,
} from './connection';
import type {
  ChatEvents,
  ChatRequests,
  Person,
  Presence,
  Reply,
  Said,
} from './contract';
import { recallDraft, rememberDraft } from './memory';
import { Store } from './store';
import { spell } from './time';

/**
 * out: at the front door; entering: asked to join, not in yet; in;
 * returning: was in, the connection was lost, will be in again.
 */
export type Stage = 'out' | 'entering' | 'in' | 'returning';

export type Line =
  | {
      kind: 'said';
      key: number;
      id: number;
      mine: boolean;
      name: string;
      text: string;
      time: number;
    }
  | { kind: 'joined' | 'left'; key: number; name: string; time: number }
  | { kind: 'note'; key: number; text: string; time: number };

export interface Outgoing {
  key: number;
  text: string;
  /** waiting: for the connection; sending: for the server; failed: see why. */
  state: 'waiting' | 'sending' | 'failed';
  why: string;
  /** The server's number of it once acknowledged, before that 0. */
  id: number;
}

export interface Problem {
  error: string;
  message: string;
  /** The part of the request that it is about. */
  field?: string;
}

export interface ChatState {
  stage: Stage;
  room: string;
  name: string;
  /** This person's id while in the room. */
  you: string;
  people: readonly Person[];
  lines: readonly Line[];
  outbox: readonly Outgoing[];
  /** Why the person is at the front door again. */
  problem: Problem | null;
  /** Connected again, but not let into the room again yet. */
  delay: string;
}

const MAX_LINES = 1_000;
const RETURN_MS = 3_000;
/** Past this a server has noticed that the old connection is gone. */
const RETURN_TRIES = 30;

const OUT: ChatState = {
  stage: 'out',
  room: '',
  name: '',
  you: '',
  people: [],
  lines: [],
  outbox: [],
  problem: null,
  delay: '',
};

export type ChatConnection = Connection<ChatEvents, ChatRequests>;

export class Chat {
  readonly state = new Store<ChatState>(OUT);
  private readonly connection: ChatConnection;
  private keys = 0;
  /** Counts what makes an answer to an earlier join worthless. */
  private turn = 0;
  private tries = 0;
  private lostAt = 0;
  private timer: number | undefined;

  constructor(connection: ChatConnection) {
    this.connection = connection;
    connection.status.watch((status) => this.onStatus(status));
    connection.on('said', (said) => this.onSaid(said));
    connection.on('joined', (who) => this.onJoined(who));
    connection.on('left', (who) => this.onLeft(who));
  }

  join(room: string, name: string): void {
    this.leave();
    this.state.set({ ...OUT, stage: 'entering', room, name });
    this.enter();
  }

  leave(): void {
    const { stage, room } = this.state.value;
    if (stage === 'out') return;
    // Also while entering: the join may have reached the server.
    if (this.connection.status.value.kind === 'live')
      this.connection.request('leave', { room }, () => {});
    this.goOut(null);
  }

  say(text: string): void {
    const message: Outgoing = {
      key: ++this.keys,
      text,
      state: 'waiting',
      why: '',
      id: 0,
    };
    this.state.patch({ outbox: [...this.state.value.outbox, message] });
    this.flush();
  }

  /** Tries a failed message once more. */
  sayAgain(key: number): void {
    this.changeOutgoing(key, { state: 'waiting', why: '' });
    this.flush();
  }

  discard(key: number): void {
    const outbox = this.state.value.outbox.filter((m) => m.key !== key);
    this.state.patch({ outbox });
  }

  private onStatus(status: Status): void {
    const { stage } = this.state.value;
    if (status.kind === 'live' && stage !== 'out') this.enter();
    if (status.kind === 'lost') this.onLost();
  }

  private onLost(): void {
    this.turn++;
    window.clearTimeout(this.timer);
    if (this.state.value.stage !== 'in') {
      this.state.patch({ delay: '' });
      return;
    }
    this.lostAt = Date.now();
    this.tries = 0;
    this.state.patch({ stage: 'returning', delay: '' });
    for (const message of this.state.value.outbox)
      if (message.state === 'sending') this.orphan(message);
  }

  /** A message that was on its way when the connection went. */
  private orphan(message: Outgoing): void {
    if (message.id === 0) {
      const why = 'The connection was lost before this was confirmed.';
      this.changeOutgoing(message.key, { state: 'failed', why });
      return;
    }
    const { name } = this.state.value;
    this.discard(message.key);
    this.add({ ...message, kind: 'said', mine: true, name, time: this.lostAt });
  }

  private enter(): void {
    if (this.connection.status.value.kind !== 'live') return;
    window.clearTimeout(this.timer);
    const turn = ++this.turn;
    const { room, name } = this.state.value;
    this.connection.request('join', { room, name }, (reply) => {
      if (turn !== this.turn) return;
      if (!reply.ok && reply.error === 'joined') this.enterAnew(room);
      else this.onAdmission(reply);
    });
  }

  /** In already, by a join whose answer never came: only a new one tells. */
  private enterAnew(room: string): void {
    const turn = this.turn;
    this.connection.request('leave', { room }, (reply) => {
      if (turn !== this.turn) return;
      if (reply.ok) this.enter();
      else this.onRefusal(reply);
    });
  }

  private onAdmission(reply: Reply<ChatRequests['join']['answer']>): void {
    if (!reply.ok) {
      this.onRefusal(reply);
      return;
    }
    const { you, people } = reply;
    if (this.state.value.stage === 'returning') {
      const away = spell(Date.now() - this.lostAt);
      this.note(
        `You were away for ${away}; what was said then is missing here.`,
      );
    }
    this.state.patch({ stage: 'in', you, people, delay: '' });
    this.flush();
  }

  private onRefusal(problem: Problem): void {
    if (problem.error === CONNECTION_LOST) return; // its end is news too
    const returning = this.state.value.stage === 'returning';
    const held = problem.error === 'name_taken';
    if (!returning || !(held || problem.error === NO_ANSWER)) {
      this.goOut(problem);
      return;
    }
    // A server that has not noticed yet that the old connection is gone
    // keeps the name for it.
    if (++this.tries > RETURN_TRIES) {
      this.goOut(problem);
      return;
    }
    const delay = held
      ? 'Your name is still held by your lost connection.'
      : problem.message;
    this.state.patch({ delay });
    this.timer = window.setTimeout(() => this.enter(), RETURN_MS);
  }

  /** To the front door; what was not sent becomes the room's draft. */
  private goOut(problem: Problem | null): void {
    this.turn++;
    window.clearTimeout(this.timer);
    const { room, name, outbox } = this.state.value;
    if (outbox.length > 0) {
      const texts = [...outbox.map((m) => m.text), recallDraft(room)];
      rememberDraft(room, texts.filter(Boolean).join('\n'));
    }
    this.state.set({ ...OUT, room, name, problem });
  }

  private flush(): void {
    if (this.state.value.stage !== 'in') return;
    for (const message of this.state.value.outbox)
      if (message.state === 'waiting') this.send(message);
  }

  private send(message: Outgoing): void {
    const { key, text } = message;
    const { room } = this.state.value;
    this.changeOutgoing(key, { state: 'sending' });
    this.connection.request('say', { room, text }, (reply) => {
      if (reply.ok) this.onAcknowledged(key, reply.id);
      else if (reply.error !== CONNECTION_LOST)
        this.changeOutgoing(key, {
          state: 'failed',
          why: reply.message,
        });
    });
  }

  /** The message is out when the room hears it; that may have been before. */
  private onAcknowledged(key: number, id: number): void {
    const heard = this.state.value.lines.some(
      (line) => line.kind === 'said' && line.mine && line.id === id,
    );
    if (heard) this.discard(key);
    else this.changeOutgoing(key, { id });
  }

  private onSaid(said: Said): void {
    const { stage, room, you, outbox } = this.state.value;
    if (stage !== 'in' || said.room !== room) return;
    const mine = said.from === you;
    if (mine) {
      // The server keeps the order, so the first that fits is it.
      const sent = outbox.find(
        (m) =>
          m.state === 'sending' &&
          (m.id === said.id || (m.id === 0 && m.text === said.text)),
      );
      if (sent) this.discard(sent.key);
    }
    const { id, name, text, time } = said;
    this.add({ kind: 'said', key: 0, id, mine, name, text, time });
  }

  private onJoined({ room, id, name }: Presence): void {
    const state = this.state.value;
    if (state.stage !== 'in' || room !== state.room) return;
    if (state.people.some((person) => person.id === id)) return;
    this.state.patch({ people: [...state.people, { id, name }] });
    this.add({ kind: 'joined', key: 0, name, time: Date.now() });
  }

  private onLeft({ room, id, name }: Presence): void {
    const state = this.state.value;
    if (state.stage !== 'in' || room !== state.room) return;
    const people = state.people.filter((person) => person.id !== id);
    if (people.length === state.people.length) return;
    this.state.patch({ people });
    this.add({ kind: 'left', key: 0, name, time: Date.now() });
  }

  private note(text: string): void {
    this.add({ kind: 'note', key: 0, text, time: Date.now() });
  }

  private add(line: Line): void {
    const numbered = { ...line, key: ++this.keys };
    const lines = [...this.state.value.lines, numbered].slice(-MAX_LINES);
    this.state.patch({ lines });
  }

  private changeOutgoing(key: number, fields: Partial<Outgoing>): void {
    const outbox = this.state.value.outbox.map((message) =>
      message.key === key ? { ...message, ...fields } : message,
    );
    this.state.patch({ outbox });
  }
}
