// SPDX-License-Identifier: MIT
//
// The text format of Prometheus (version 0.0.4), read as strictly as `promtool
// check metrics` does: whatever is not in order is thrown.

import assert from 'node:assert/strict';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/;
const VALUE = /^(NaN|[+-]Inf|[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i;
const ENDINGS = { histogram: ['_bucket', '_sum', '_count'] };

function readSample(line) {
  const [name] = NAME.exec(line) ?? assert.fail(line);
  const labels = {};
  let rest = line.slice(name.length);
  if (rest.startsWith('{')) {
    do {
      const label = LABEL.exec(rest.slice(1)) ?? assert.fail(line);
      assert.ok(!(label[1] in labels), `twice: ${line}`);
      labels[label[1]] = label[2];
      rest = rest.slice(1 + label[0].length);
    } while (rest.startsWith(','));
    assert.ok(rest.startsWith('}'), line);
    rest = rest.slice(1);
  }
  assert.ok(rest.startsWith(' '), line);
  assert.match(rest.slice(1), VALUE, line);
  return { name, labels, value: Number(rest.slice(1).replace('Inf', 'Infinity')) };
}

function checkHistogram(family) {
  const rows = new Map();
  for (const { name, labels: { le, ...labels }, value } of family.samples) {
    const key = JSON.stringify(labels);
    const row = rows.get(key) ?? { buckets: [] };
    rows.set(key, row);
    if (name.endsWith('_bucket')) {
      row.buckets.push([Number(le.replace('Inf', 'Infinity')), value]);
    } else {
      row[name.slice(family.name.length)] = value;
    }
  }
  for (const { buckets, _sum, _count } of rows.values()) {
    assert.equal(typeof _sum, 'number', family.name);
    assert.deepEqual(buckets.at(-1), [Infinity, _count], family.name);
    buckets.reduce((before, [le, count]) => {
      assert.ok(le > before[0] && count >= before[1], family.name);
      return [le, count];
    }, [-Infinity, 0]);
  }
}

function checkFamily(family) {
  const { name, type, samples } = family;
  const keys = samples.map((s) => s.name + JSON.stringify(s.labels));
  assert.equal(new Set(keys).size, keys.length, `${name}: a sample twice`);
  assert.equal(type === 'counter', name.endsWith('_total'), name);
  assert.doesNotMatch(name, /milliseconds|_ms$|kilobytes/, name);
  if (type === 'counter') {
    assert.ok(samples.every(({ value }) => value >= 0), name);
  }
  if (type === 'histogram') {
    checkHistogram(family);
  }
}

// The families by name: {name, help, type, samples: [{name, labels, value}]}.
export function readMetrics(text) {
  const families = new Map();
  let family = null;
  assert.ok(text.endsWith('\n'), 'the last line has no end');
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment?.[1] === 'HELP') {
      assert.ok(!families.has(comment[2]), `twice: ${line}`);
      assert.match(comment[3], /^([^\\]|\\[\\n])*$/, line);
      family = { name: comment[2], help: comment[3], samples: [] };
      families.set(family.name, family);
    } else if (comment) {
      assert.equal(comment[2], family?.name, `no HELP in front: ${line}`);
      assert.equal(family.type, undefined, `twice: ${line}`);
      assert.match(comment[3], /^(counter|gauge|histogram)$/);
      family.type = comment[3];
    } else {
      const sample = readSample(line);
      const names = (ENDINGS[family?.type] ?? [''])
        .map((ending) => family?.name + ending);
      assert.ok(family?.type && names.includes(sample.name),
        `not under its TYPE: ${line}`);
      family.samples.push(sample);
    }
  }
  families.forEach(checkFamily);
  return families;
}

// The value of the one sample that has these labels, and no others.
export function valueOf(families, name, labels = {}) {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  return families.get(name)?.samples.find((sample) =>
    JSON.stringify(Object.entries(sample.labels).sort()) === wanted)?.value;
}
