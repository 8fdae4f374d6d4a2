// SPDX-License-Identifier: MIT
//
// The words of the playground, which is a page of its own.

import type { DraftProblem } from '../playground/model/draft';
import type { EntryKind } from '../playground/model/live';
import type { Contract, Schema } from '../playground/model/schema';

const number = new Intl.NumberFormat();

/** "1 event", "3 events". */
function count(n: number, one: string, many = `${one}s`): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

/** "1 to 20", "at least 1", "at most 20", "5". */
function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && min === max) return number.format(min);
  if (min !== undefined && max !== undefined)
    return `${number.format(min)} to ${number.format(max)}`;
  if (min !== undefined) return `at least ${number.format(min)}`;
  return max !== undefined ? `at most ${number.format(max)}` : '';
}

function bounds(schema: Schema): string {
  const of = (
    min: number | undefined, max: number | undefined, unit: string,
  ) => (min !== undefined || max !== undefined
    ? `${range(min, max)}${unit && ` ${unit}`}` : '');
  return of(schema.minLength, schema.maxLength, 'characters')
    || of(schema.minimum, schema.maximum, '')
    || of(schema.minItems, schema.maxItems, 'elements')
    || of(schema.minBytes, schema.maxBytes, 'bytes');
}

const kinds: Record<string, string> = {
  string: 'text', integer: 'a whole number', number: 'a number',
  boolean: 'yes or no', object: 'an object', array: 'a list',
};

function kind(schema: Schema): string {
  if (schema.$comment === 'binary') return 'bytes';
  const type = Array.isArray(schema.type)
    ? schema.type.find((one) => one !== 'null') : schema.type;
  return (type && kinds[type]) || 'anything';
}

export const words = {
  title: 'Playground',
  home: 'To the front page',
  server: (version: string) => `Mortise ${version}`,
  skip: 'Skip to the form',
  parts: 'Parts of the playground',
  tabs: { plugins: 'Plugins', send: 'Send', live: 'Live' },
  none: 'The playground is not here.',
  theme: 'Colours',

  plugins: {
    title: 'Plugins',
    loading: 'Loading the plugins',
    empty: 'No plugin has an event.',
    generation: (n: number) => `generation ${n}`,
    fresh: 'new',
    facts: {
      version: 'Version', file: 'File', since: 'Since', sockets: 'Sockets',
      events: 'Events', refusals: 'Refused', slow: 'Slow calls',
      memory: 'Memory',
    },
    details: 'Details',
    find: 'Find an event',
    noneFound: 'No event has this in its name.',
    bytes: (n: number) => `${number.format(n)} B`,
    silent: 'It handles no event.',
    emits: 'Sends',
  },

  event: {
    pick: 'Pick an event on the left.',
    gone: 'The plugins that run have no such event.',
    noContract: 'It has no contract: anything may be sent.',
    noArguments: 'It takes no arguments.',
    in: (namespace: string) => `in ${namespace}`,
    namespace: 'Namespace',
    namespaceHint: (pattern: string) =>
      pattern === '*' ? 'It is in all of them.' : `One of ${pattern}.`,
    arguments: 'Arguments',
    form: 'Form',
    json: 'JSON',
    rawHint: 'A list of arguments: ["Hello", {"n": 1}]',
    optional: 'optional',
    leaveOut: 'left out',
    yes: 'yes',
    no: 'no',
    add: (name: string) => `Add to ${name || 'the list'}`,
    remove: (name: string) => `Remove ${name}`,
    argument: (n: number) => `Argument ${n}`,
    file: (name: string) => `${name}: a file`,
    hex: 'Bytes as hex: 00 ff 2a',
    chosen: (name: string, bytes: number) =>
      `${name}, ${count(bytes, 'byte')}`,
    dropFile: 'Without the file',
    jsonHint: 'As JSON',
    hint: (schema: Schema) =>
      [kind(schema), bounds(schema)].filter(Boolean).join(', '),
    problems: {
      number: 'This is no number.',
      json: 'This is no JSON.',
      hex: 'These are no pairs of hex digits.',
      array: 'The arguments are a JSON list: [ … ].',
    } satisfies Record<DraftProblem, string>,
    refused: (code: string, message: string) => `${message} (${code})`,
    facts: (contract: Contract) => [
      contract.acknowledgement === 'required' && 'asks for an acknowledgement',
      contract.acknowledgement === 'forbidden' && 'is never acknowledged',
      contract.login && 'for who has signed in',
      contract.role && `for the role ${contract.role}`,
      contract.perSecond !== undefined
        && `${number.format(contract.perSecond)} a second for each ${
          (contract.per ?? ['socket']).join(' and ')}, ${
          contract.burst ?? 1} at once`,
      contract.maxBytes !== undefined
        && `at most ${count(contract.maxBytes, 'byte')}`,
    ].filter((fact) => typeof fact === 'string'),
    answers: (names: string[]) => `answers with ${names.join(', ')}`,
    ask: 'Ask for an acknowledgement',
    from: 'Who sends',
    fromAll: 'All',
    fromOne: (n: number) => `Client ${n}`,
    send: 'Send',
    sendHint: 'Ctrl+Enter sends, too.',
  },

  clients: {
    title: 'Clients',
    count: 'How many',
    countHint: (most: number) => `1 to ${most}`,
    as: 'They come as',
    asHints: {
      browser: 'All of them with the cookies of this browser.',
      guests: 'Each as a guest of its own.',
      auth: 'All of them with this auth object.',
    },
    asWords: {
      browser: 'This browser', guests: 'Guests', auth: 'Auth object',
    },
    auth: 'Auth object',
    authHint: 'JSON, such as {"token": "…"}',
    authProblem: 'This is no JSON object.',
    one: (n: number) => `Client ${n}`,
    joining: 'Joining',
    joined: 'Joined',
    out: (why: string) => `Out: ${why}`,
    log: (n: number) => `What client ${n} has said and heard`,
    nothing: 'Nothing yet.',
    clear: 'Clear',
    lines: {
      sent: (event: string) => `says ${event}`,
      heard: (event: string) => `hears ${event}`,
      answer: (ms: number) => `is answered in ${ms.toFixed(1)} ms`,
      silence: 'had no answer in 5 seconds',
      unsent: (event: string) => `is out: ${event} was not sent`,
      refused: (code: string) => `is refused: ${code}`,
    },
  },

  live: {
    title: 'Live',
    label: 'What happens on the server',
    status: { connecting: 'Connecting', open: 'Watching', lost: 'Lost' },
    pause: 'Pause',
    resume: (held: number) =>
      held ? `Go on (${number.format(held)} new)` : 'Go on',
    clear: 'Clear',
    filter: 'Filter',
    filterHint: 'Words of an entry: an event, a user, a plugin …',
    kindsLabel: 'What is shown',
    kinds: {
      event: 'Events', answer: 'Answers', emit: 'Emits', connect: 'Joined',
      disconnect: 'Left', reload: 'Reloads', lost: 'Lost',
    } satisfies Record<EntryKind, string>,
    empty: 'Nothing has happened since this page was opened.',
    hidden: 'Nothing that is shown has these words.',
    more: (n: number) => `${count(n, 'older entry', 'older entries')}`,
    client: (n: number) => `client ${n}`,
    says: (who: string) => `${who} says`,
    hears: (whom: string) => `to ${whom}`,
    answered: (who: string) => `${who} is answered`,
    joined: (who: string) => `${who} has joined`,
    left: (who: string, reason: string) => `${who} has left: ${reason}`,
    everybody: (namespace: string) => `everybody in ${namespace}`,
    rooms: (rooms: string) => `room ${rooms}`,
    receivers: (n: number) => count(n, 'receiver'),
    took: (us: number) =>
      us < 1000 ? `${us} µs` : `${(us / 1000).toFixed(1)} ms`,
    by: (plugin: string, generation: number) => `${plugin}#${generation}`,
    nobody: 'nobody handles it',
    refused: (code: string, message: string) => `refused: ${message} (${code})`,
    bytes: (n: number) => count(n, 'byte'),
    cut: '…',
    lost: (n: number) =>
      `${count(n, 'entry', 'entries')} left out: too much at once`,
    reloads: {
      begun: (n: number) => `Reload ${n} has begun`,
      done: (n: number) => `Reload ${n} is done`,
      refused: (n: number) => `Reload ${n} was refused`,
    },
  },

  notices: {
    done: (news: string[]) => news.length
      ? `Reloaded: ${news.join(', ')}.` : 'Reloaded: no plugin has changed.',
    fresh: (name: string, generation: number) =>
      `${name} is now generation ${generation}`,
    refused: (why: string) => `The reload was refused: ${why}`,
  },
} as const;
