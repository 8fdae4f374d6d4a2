// SPDX-License-Identifier: MIT
//
// The log as lines of text and as objects, with all that a client can put
// there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, socketOf } from './client.mjs';
import { eventually, fixtures, startServer } from './server.mjs';

const asText = { log: { level: 'debug', format: 'text' } };
const asJson = { log: { level: 'debug', format: 'json' } };

async function start(t, log) {
  const plugins = { plugins: [
    { name: 'scribe', path: `${fixtures}/scribe.so` },
  ] };
  const server = await startServer({ changes: { ...log, ...plugins } });
  t.after(() => server.stop());
  const socket = socketOf(server);
  t.after(() => socket.disconnect());
  await next(socket, 'connect');
  return {
    server,
    socket,
    configure: (to) => server.configure({ ...to, ...plugins }),
    said: (part) => eventually(() => server.output.includes(part), part),
  };
}

/* Whole lines, but for what is printed and no entry of the log. */
function linesOf(server) {
  return server.output.slice(0, server.output.lastIndexOf('\n')).split('\n')
    .filter((line) => !line.startsWith('listening on '));
}

const objectsOf = (server) => linesOf(server).map((line) => JSON.parse(line));

const TIME = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('as text', async (t) => {
  const { server, socket, said } = await start(t, asText);
  await socket.emitWithAck('kinds', { x: 1 });
  await said('scribe#1: kinds');
  assert.match(server.output, new RegExp('^20\\S+Z info plugin scribe#1: kinds '
    + 's=ann none=null i=-1 big=9007199254740992 d=0\\.1 b=true v=\\{"x":1\\} '
    + 'l=\\[1,"two"\\] S=part o=\\{"a":\\[\\{"x":1\\}\\]\\} n=-1\\.5e3 '
    + '"a key"=true quoted="it is"$', 'm'));
});

test('as objects', async (t) => {
  const { server, socket, said } = await start(t, asJson);
  await socket.emitWithAck('kinds', { x: 1 });
  socket.emit('names');
  await said('"text":"empty"');
  const objects = objectsOf(server);
  for (const each of objects) {
    assert.match(each.time, TIME);
    assert.match(each.level, /^(error|warn|info|debug)$/);
    assert.equal(typeof each.text, 'string');
    assert.equal('plugin' in each, 'generation' in each);
  }
  const { time, ...kinds } = objects.find((each) => each.text === 'kinds');
  assert.deepEqual(kinds, {
    level: 'info', plugin: 'scribe', generation: 1, text: 'kinds',
    s: 'ann', none: null, i: -1, big: 2 ** 53, d: 0.1, b: true, v: { x: 1 },
    l: [1, 'two'], S: 'part', o: { a: [{ x: 1 }] }, n: -1500, 'a key': true,
    quoted: 'it is',
  });
  assert.deepEqual(Object.keys(objects.find((each) => each.text === 'names')), [
    'time', 'level', 'plugin', 'generation', 'text', '_time', '_level', '_text',
    '_plugin', '_generation']);
  // What the host says of a plugin is about it, too.
  assert.ok(objects.some(({ plugin, generation, text }) =>
    plugin === 'scribe' && generation === 1 && text.startsWith('version ')));
});

test('whatever a client says', async (t) => {
  const { server, socket, said } = await start(t, asJson);
  const evil = [
    '\n2026-01-01T00:00:00.000Z error plugin scribe#1: forged',
    '","level":"error","x":"', '\\', '\\"', '\u0000', '\r\n\t\b\f',
    '\x1b[2J\x1b]0;title\x07', '\x7f', '\u0080\u009b2J\u009f', '\u2028\u2029',
    '\ufeff', '\uffff', '\u{1f600}', '%s%n%d', '{}', '[', 'a=b c', '',
    Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join(''),
  ];
  for (const each of evil) {
    await socket.emitWithAck('say', each);
  }
  await socket.emitWithAck('say', 'the end');
  await said('"said":"the end"');
  const own = objectsOf(server).filter(
    ({ plugin, text }) => plugin === 'scribe' && !text.startsWith('version '));
  const upToNul = (text) => text.split('\0')[0];
  evil.push('the end');
  assert.equal(own.length, 2 * evil.length);
  for (const [i, each] of evil.entries()) {
    const [plain, field] = own.slice(2 * i, 2 * i + 2);
    assert.equal(field.said, each);
    assert.equal(field.level, 'info');
    if (!each.includes('\0')) { // a text of C cannot have it, nor be read
      assert.equal(plain.text, upToNul(each));
      assert.equal(field.text, upToNul(each));
    }
  }
  for (const line of linesOf(server)) {
    assert.doesNotMatch(line, /[\x00-\x1f\x7f-\x9f]/);
  }
});

test('bytes that are no text', async (t) => {
  const { server, socket, said } = await start(t, asJson);
  const some = [
    [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
    [0x22, 0xc2], [0x5c, 0x80, 0x22], Array.from({ length: 255 }, (_, i) => i + 1),
  ];
  for (const each of some) {
    assert.equal(await socket.emitWithAck('bytes', Buffer.from(each)), -7);
  }
  assert.equal(await socket.emitWithAck('bytes', Buffer.from('fine')), 0);
  await said('"bytes":"fine"');
  const own = objectsOf(server).filter(({ plugin }) => plugin === 'scribe');
  const texts = own.map(({ text }) => text);
  for (const text of ['\\xff', '\\xc3(', '\\xed\\xa0\\x80', '"\\xc2',
    '\\\\x80"']) {
    // Twice: with the field left out, and by mortise_log().
    assert.equal(texts.filter((each) => each === text).length, 2, text);
  }
  assert.equal(own.filter(({ text }) => /not UTF-8$/.test(text)).length,
    some.length);
});

test('100 kB', async (t) => {
  const { server, socket, said } = await start(t, asJson);
  for (const unit of ['x', '"', '\n', '\u4e16', '\x7f', '\u{1f600}']) {
    await socket.emitWithAck('say', unit.repeat(100_000 / unit.length));
    const text = `next ${unit.codePointAt(0)}`;
    await socket.emitWithAck('say', text);
    await said(`"said":"${text}"`);
  }
  const own = objectsOf(server).filter(({ plugin }) => plugin === 'scribe');
  const cut = own.filter(({ text }) => text.endsWith('...'));
  assert.equal(cut.length, 12); // both lines of each, the second without field
  assert.ok(cut.every((each) => !('said' in each)));
  for (const line of linesOf(server)) {
    assert.ok(Buffer.byteLength(line) < 4096);
  }
});

test('SIGHUP changes the format', async (t) => {
  const { server, socket, configure, said } = await start(t, asText);
  configure(asJson);
  server.signal('SIGHUP');
  await said('"text":"reload 1: done');
  await socket.emitWithAck('say', 'as an object');
  await said('"said":"as an object"');
  const text = linesOf(server).findIndex((line) => line.startsWith('{'));
  assert.match(linesOf(server)[text - 1], /^20\S+Z /);
  for (const line of linesOf(server).slice(text)) {
    assert.match(JSON.parse(line).time, TIME);
  }
  configure(asText);
  server.signal('SIGHUP');
  await said('Z info reload 2: done');
  await socket.emitWithAck('say', 'as text again');
  await said('Z info plugin scribe#1: as text again said="as text again"');
  configure({ log: { format: 'xml' } });
  server.signal('SIGHUP');
  await said('reload 3: refused');
  assert.match(server.output, /"log\.format" must be "text" or "json"/);
});
