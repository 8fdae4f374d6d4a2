// SPDX-License-Identifier: MIT
//
// Reads the case files. A file is a list of lines; README.md describes them.
// The result is a list of cases, each a list of steps with their line
// numbers, so that a failure can point at its line.

import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

function parseStep(line, place) {
  const match = /^(?:(\w+)>\s+)?([a-z][\w-]*)(?:\s+(.*))?$/.exec(line);
  if (!match) {
    throw new Error(`${place}: not a step: ${line}`);
  }
  return {
    connection: match[1], verb: match[2], text: match[3] ?? '', headers: [],
    place,
  };
}

class Reader {
  constructor(file) {
    this.file = basename(file);
    this.group = this.file.replace(/\.case$/, '');
    this.profiles = [];
    this.cases = [];
    this.definitions = new Map();
    this.steps = null;
    this.current = null;
  }

  startCase(name) {
    this.current = {
      name: `${this.group}: ${name}`,
      profiles: this.profiles,
      differs: '',
      alone: false,
      steps: [],
    };
    this.steps = this.current.steps;
    this.cases.push(this.current);
  }

  startDefinition(name) {
    this.current = null;
    this.steps = [];
    this.definitions.set(name, this.steps);
  }

  line(line, place) {
    const [word, rest] = /^(\S+)\s*(.*)$/.exec(line).slice(1);
    if (word === 'case') {
      this.startCase(rest);
    } else if (word === 'def') {
      this.startDefinition(rest);
    } else if (word === 'on') {
      const profiles = rest.split(/[\s,]+/);
      if (this.current) {
        this.current.profiles = profiles;
      } else {
        this.profiles = profiles;
      }
    } else if (word === 'reference') {
      this.current.differs = rest;
    } else if (word === 'alone') {
      this.current.alone = true;
    } else if (word === '+') {
      this.steps.at(-1).headers.push(rest);
    } else if (this.steps) {
      this.steps.push(parseStep(line, place));
    } else {
      throw new Error(`${place}: a step outside a case`);
    }
  }

  read(text) {
    text.split('\n').forEach((raw, index) => {
      const line = raw.trim();
      if (line && !line.startsWith('#')) {
        this.line(line, `${this.file}:${index + 1}`);
      }
    });
    return this;
  }
}

export function loadCases(folder) {
  const files = readdirSync(folder).filter((f) => f.endsWith('.case')).sort();
  const definitions = new Map();
  const cases = [];
  const names = new Set();
  for (const file of files) {
    const path = join(folder, file);
    const reader = new Reader(path).read(readFileSync(path, 'utf8'));
    for (const [name, steps] of reader.definitions) {
      if (definitions.has(name)) {
        throw new Error(`${file}: ${name} is defined twice`);
      }
      definitions.set(name, steps);
    }
    for (const entry of reader.cases) {
      if (names.has(entry.name) || !entry.profiles.length ||
          !entry.steps.length) {
        throw new Error(
          `a name twice, no server or no steps: ${entry.name}`);
      }
      names.add(entry.name);
      cases.push(entry);
    }
  }
  return { cases, definitions };
}
