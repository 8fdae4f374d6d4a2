// SPDX-License-Identifier: MIT
//
// The model of the chat against a server that says what the test wants, when
// it wants it: pages that cross with news, what was missed, the outbox.

import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { frontEnd } from './bundle.mjs';

let Chat;
let Timeline;
let WINDOW;
let toRows;
let markup;
let commands;

before(async () => {
  globalThis.window = globalThis;
  ({ Chat } = await frontEnd('chat/model/chat.ts'));
  ({ Timeline, WINDOW } = await frontEnd('chat/model/timeline.ts'));
  ({ toRows } = await frontEnd('chat/model/blocks.ts'));
  markup = await frontEnd('chat/model/markup.ts');
  commands = await frontEnd('chat/model/commands.ts');
});

beforeEach(() => {
  // As a browser's: what is stored are its properties.
  const methods = {
    getItem(key) { return this[key] ?? null; },
    setItem(key, value) { this[key] = value; },
    removeItem(key) { delete this[key]; },
  };
  globalThis.localStorage = Object.create(methods);
});

function wire() {
  const handlers = new Map();
  const asked = [];
  let join;
  return {
    asked,
    joined: { value: true },
    socket: { on() {} },
    on: (event, handler) => handlers.set(event, handler),
    onJoin: (handler) => { join = handler; },
    request: (event, ask, done) => asked.push({ event, ask, done }),
    ask: () => new Promise(() => {}),
    tell() {},
    connect: () => join(),
    news: (event, news) => handlers.get(event)(news),
    /** Answers the oldest request of that name. */
    answer(event, answer) {
      const i = asked.findIndex((one) => one.event === event);
      assert.ok(i >= 0, `nobody has asked ${event}`);
      const [{ ask, done }] = asked.splice(i, 1);
      done({ ok: true, answer });
      return ask;
    },
    refuse(event, code, data = {}) {
      const i = asked.findIndex((one) => one.event === event);
      const [{ done }] = asked.splice(i, 1);
      const unsettled = code === 'no_answer';
      done({ ok: false, error: { code, message: code, data, unsettled } });
    },
  };
}

const info = (changes = {}) => ({
  room: 'wood', name: 'wood', kind: 'public', topic: '', role: 'member',
  members: 2, slow: 0, last: 0, rev: 0, read: 0, unread: 0, mentions: 0,
  ...changes,
});
const said = (id, text = `text ${id}`, changes = {}) => ({
  room: 'wood', id, rev: id, from: 'bob', name: 'Bob', text, time: id * 1000,
  ...changes,
});
const you = { id: 'ann', name: 'Ann', guest: false, moderator: false };
const ids = (room) => room.timeline.messages.value.map(({ id }) => id);

function begin(rooms = [info()]) {
  const channel = wire();
  const chat = new Chat(channel);
  channel.connect();
  channel.answer('hello', { you, rooms, invites: [], ignored: [] });
  return { channel, chat, room: chat.room('wood') };
}

function opened(messages, more = false) {
  const all = begin([info({ rev: messages.at(-1)?.id ?? 0 })]);
  all.room.open();
  all.channel.answer('history', { messages, more });
  all.channel.asked.length = 0;
  return all;
}

test('news that come before the first page are not lost', () => {
  const { channel, room } = begin();
  room.open();
  channel.news('said', said(3));
  channel.news('deleted', { room: 'wood', id: 1, rev: 4, by: 'bob' });
  channel.answer('history', { messages: [said(1), said(2)], more: false });
  assert.deepEqual(ids(room), [1, 2, 3]);
  assert.ok(room.timeline.find(1).deleted);
});

test('what was missed is asked for by the last change that is known', () => {
  const { channel, room } = opened([said(1), said(2), said(3)]);
  channel.news('edited', said(1, 'changed', { rev: 7, edited: 7000 }));
  channel.connect();
  channel.answer('hello', {
    you, rooms: [info({ rev: 12, unread: 1, read: 3 })], invites: [],
    ignored: [],
  });
  const ask = channel.answer('history', {
    messages: [said(2, '', { rev: 9, deleted: 9000 }), said(11)], more: false,
  });
  assert.deepEqual(ask, { room: 'wood', since: 7, limit: 100 });
  assert.deepEqual(ids(room), [1, 2, 3, 11]);
  assert.equal(room.timeline.find(1).text, 'changed');
  assert.ok(room.timeline.find(2).deleted);
  assert.equal(room.divider.value, 3);
});

test('of very much that was missed the last page is shown', () => {
  const { channel, room } = opened([said(1)]);
  channel.connect();
  channel.answer('hello', {
    you, rooms: [info({ rev: 900 })], invites: [], ignored: [],
  });
  for (let i = 0; i < 5; i += 1)
    channel.answer('history', { messages: [said(2 + i)], more: true });
  const ask = channel.answer('history', { messages: [said(900)], more: true });
  assert.deepEqual(ask, { room: 'wood', limit: 50 });
  assert.deepEqual(ids(room), [900]);
  assert.ok(room.timeline.older.value);
});

test('an older change does not undo a newer one', () => {
  const { channel, room } = opened([said(1)]);
  channel.news('edited', said(1, 'newer', { rev: 9 }));
  channel.news('edited', said(1, 'older', { rev: 5 }));
  assert.equal(room.timeline.find(1).text, 'newer');
});

test('reactions: how many, and which are one\'s own', () => {
  const { channel, room } = opened([said(1)]);
  const react = (by, on, count, rev) => channel.news('reacted', {
    room: 'wood', id: 1, rev, by, emoji: '+', on, count,
  });
  const now = () => room.timeline.find(1).reactions;
  react('bob', true, 1, 2);
  assert.deepEqual(now(), [{ emoji: '+', count: 1, mine: false }]);
  react('ann', true, 2, 3);
  react('bob', false, 1, 4);
  assert.deepEqual(now(), [{ emoji: '+', count: 1, mine: true }]);
  // What is told to all does not say it.
  channel.news('edited', said(1, 'x', {
    rev: 5, reactions: [{ emoji: '+', count: 1 }],
  }));
  assert.deepEqual(now(), [{ emoji: '+', count: 1, mine: true }]);
  react('ann', false, 0, 6);
  assert.deepEqual(now(), []);
});

test('unread: counted, told by other windows, none of one\'s own', () => {
  const { channel, chat, room } = begin();
  channel.news('said', said(1));
  channel.news('said', said(2, '@Ann', { mentions: ['ann'] }));
  assert.equal(chat.unread.value, 2);
  assert.equal(room.info.value.mentions, 1);
  channel.news('read', { room: 'wood', read: 1, unread: 1, mentions: 1 });
  assert.equal(chat.unread.value, 1);
  channel.news('said', said(3, 'mine', { from: 'ann' }));
  assert.equal(chat.unread.value, 0);
  channel.news('room', info({ room: 'match:1', unread: 5, unlisted: true }));
  assert.equal(chat.unread.value, 0);
});

test('reading is told once, and again when that was lost', () => {
  const { channel, room } = begin([info({ last: 5, unread: 2 })]);
  room.saw(5);
  room.saw(5);
  room.saw(4);
  assert.equal(room.info.value.unread, 0);
  assert.equal(channel.asked.filter(({ event }) => event === 'read').length, 1);
  channel.refuse('read', 'no_answer');
  channel.connect();
  channel.answer('hello', {
    you, rooms: [info({ last: 5, unread: 2 })], invites: [], ignored: [],
  });
  room.saw(5);
  assert.equal(
    channel.answer('read', { read: 5, unread: 0, mentions: 0 }).id, 5);
});

test('the outbox sends one after the other, under one key', () => {
  const { channel, chat, room } = opened([]);
  chat.outbox.add('wood', 'one');
  chat.outbox.add('wood', 'two', 7);
  const says = () => channel.asked.filter(({ event }) => event === 'say');
  assert.equal(says().length, 1);
  const { key } = says()[0].ask;
  channel.refuse('say', 'no_answer');
  chat.outbox.flush();
  assert.equal(says()[0].ask.key, key);
  channel.answer('say', { id: 8, time: 8000 });
  assert.deepEqual(ids(room), [8]);
  // The news of it changes nothing.
  channel.news('said', said(8, 'one', { from: 'ann' }));
  assert.deepEqual(ids(room), [8]);
  const { ask } = says()[0];
  assert.equal(ask.text, 'two');
  assert.equal(ask.reply, 7);
  assert.notEqual(ask.key, key);
});

test('the outbox outlives the page, for each user alone', () => {
  const first = begin();
  first.chat.outbox.add('wood', 'kept');
  const { key } = first.channel.asked.at(-1).ask;
  const second = begin();
  assert.equal(second.channel.asked.at(-1).ask.key, key);
  second.channel.answer('say', { id: 1, time: 1 });
  assert.deepEqual(begin().chat.outbox.messages.value, []);

  first.chat.outbox.add('wood', 'Ann\'s');
  const other = wire();
  const chat = new Chat(other);
  other.connect();
  other.answer('hello', {
    you: { ...you, id: 'eve' }, rooms: [], invites: [], ignored: [],
  });
  assert.deepEqual(chat.outbox.messages.value, []);
});

test('what is refused waits for its writer, and holds nobody up', () => {
  const { channel, chat } = begin();
  chat.outbox.add('wood', 'bad');
  chat.outbox.add('wood', 'good');
  channel.refuse('say', 'filtered');
  const [bad] = chat.outbox.messages.value;
  assert.equal(bad.refused, 'filtered');
  assert.equal(channel.answer('say', { id: 1, time: 1 }).text, 'good');
  chat.outbox.again(bad.key);
  assert.equal(channel.answer('say', { id: 2, time: 2 }).key, bad.key);
  assert.deepEqual(chat.outbox.messages.value, []);
});

test('another user of this browser has other rooms', () => {
  const { channel, chat, room } = opened([said(1)]);
  channel.connect();
  channel.answer('hello', {
    you: { ...you, id: 'eve' }, rooms: [info()], invites: [], ignored: [],
  });
  assert.notEqual(chat.room('wood'), room);
  assert.notEqual(chat.room('wood').key, room.key);
});

test('whoever is erased has said nothing', () => {
  const { channel, room } = opened([said(1), said(2, 'x', { from: 'eve' })]);
  channel.news('erased', { id: 'bob' });
  assert.equal(room.timeline.find(1).text, '');
  assert.equal(room.timeline.find(1).name, '');
  assert.equal(room.timeline.find(2).text, 'x');
});

test('the window is cut at the other side', () => {
  const timeline = new Timeline();
  const page = (from, count) =>
    Array.from({ length: count }, (_, i) => said(from + i));
  timeline.reset(page(1000, 50), true, false);
  for (let from = 950; from >= 500; from -= 50)
    timeline.before(page(from, 50), true);
  assert.equal(timeline.messages.value.length, WINDOW);
  assert.equal(timeline.first, 500);
  assert.ok(timeline.newer.value);
  timeline.put(said(5000)); // beyond: it comes with its page
  assert.equal(timeline.last, 799);
  timeline.after(page(800, 50), true);
  assert.equal(timeline.first, 550);
  assert.equal(timeline.last, 849);
});

test('rows: groups, days, what is new', () => {
  const rows = toRows(
    [said(1), said(2), said(3, 'x', { from: 'eve' }), said(400)],
    2, false, 'ann');
  assert.deepEqual(rows.map(({ head }) => head), [true, false, true, true]);
  assert.deepEqual(
    rows.map(({ fresh }) => fresh), [false, false, true, false]);
  // What is new may begin before the window, which does not know where.
  assert.ok(toRows([said(9)], 2, true, 'ann').every(({ fresh }) => !fresh));
});

test('links and mentions, and nothing else', () => {
  const kinds = (text) =>
    markup.parts(text, 'Ann', (name) => name === 'Bob')
      .map(({ kind, text: part }) => `${kind}:${part}`);
  assert.deepEqual(kinds('see https://x.org/a?b=(c). @Bob, @ann! @nobody'), [
    'text:see ', 'link:https://x.org/a?b=(c', 'text:). ', 'mention:@Bob',
    'text:, ', 'mention:@ann', 'text:! @nobody',
  ]);
  assert.deepEqual(kinds('javascript:alert(1) a@Bob.org'),
    ['text:javascript:alert(1) a@Bob.org']);
  assert.ok(markup.isEmoji('👩‍🚀🏽 🎉'));
  assert.ok(!markup.isEmoji('ok 🎉'));
  assert.equal(markup.action('/me waves'), 'waves');
});

test('commands are those that one may give', () => {
  const { chat, room } = begin();
  const names = () =>
    commands.commandsOf(chat, room).map(({ name }) => name);
  assert.ok(names().includes('msg') && !names().includes('ban'));
  room.update({ role: 'moderator' });
  assert.ok(names().includes('ban') && !names().includes('role'));
  const all = commands.commandsOf(chat, room);
  assert.equal(commands.order('just text', all), null);
  assert.equal(commands.order('/usr/bin is a folder', all), null);
  assert.equal(commands.order('/Ban @bob 1d', all).rest, '@bob 1d');
  assert.throws(() => commands.order('/nonsense', all), /nonsense/);
  assert.equal(commands.seconds('2h'), 7200);
  assert.ok(Number.isNaN(commands.seconds('soon')));
});
