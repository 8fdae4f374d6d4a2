// SPDX-License-Identifier: MIT
//
// One entry of the stream: a line, which opens to show all of it.

import { words } from '../text/playground';
import type { Entry } from './model/live';
import { clients } from './model/workbench';

const said = words.live;
const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit', minute: '2-digit', second: '2-digit',
  fractionalSecondDigits: 3, hourCycle: 'h23',
} as Intl.DateTimeFormatOptions);

export function EntryLine({ entry }: { entry: Entry }) {
  const args = argsOf(entry);
  const facts = factsOf(entry);
  const open = args !== '' || facts.length > 0;
  const head = (
    <>
      <span class="pg-entry-what">
        {sentenceOf(entry)}
        {entry.event !== undefined && <b> {entry.event}</b>}
      </span>
      <time class="hint count" dateTime={new Date(entry.at).toISOString()}>
        {TIME.format(entry.at)}
      </time>
      {args && <code class="pg-entry-args">{args}</code>}
      {entry.verdict === 'refused' && (
        <span class="pg-entry-bad">
          {said.refused(entry.code!, entry.message!)}
        </span>
      )}
      {entry.verdict === 'nobody' && (
        <span class="pg-entry-bad">{said.nobody}</span>
      )}
    </>
  );
  return (
    <li
      class="pg-entry" data-kind={entry.kind}
      data-verdict={entry.verdict ?? entry.state}
    >
      {open
        ? (
            <details>
              <summary>{head}</summary>
              {args && <pre class="pg-entry-whole">{pretty(entry)}</pre>}
              <p class="hint">{facts.join(' · ')}</p>
            </details>
          )
        : <div class="pg-entry-flat">{head}</div>}
    </li>
  );
}

/** A client of this page by its number, others by their user or id. */
function nameOf(sid: string | undefined, user?: string | null): string {
  const number = clients.numberOf(sid);
  if (number !== undefined) return said.client(number);
  return user ?? sid?.slice(0, 6) ?? '';
}

function targetOf({ to, namespace }: Entry): string {
  if (to?.sid) return nameOf(to.sid);
  if (to?.rooms?.length) return said.rooms(to.rooms.join(', '));
  return said.everybody(namespace ?? '');
}

function sentenceOf(entry: Entry): string {
  const who = nameOf(entry.sid, entry.user);
  switch (entry.kind) {
    case 'event':
      return said.says(who);
    case 'emit':
      return said.hears(targetOf(entry));
    case 'answer':
      return said.answered(who);
    case 'connect':
      return said.joined(who);
    case 'disconnect':
      return said.left(who, entry.reason ?? '');
    case 'reload':
      return said.reloads[entry.state ?? 'begun'](entry.number ?? 0);
    default:
      return said.lost(entry.count ?? 0);
  }
}

/** What comes after a colon, in one line. */
function argsOf({ kind, args, cut, lines }: Entry): string {
  if (kind === 'reload') return lines?.map((l) => l.trim()).join(' ') ?? '';
  if (!args || args === '[]') return '';
  return cut ? `${args}${said.cut}` : args.slice(1, -1);
}

function pretty({ kind, args, cut, lines }: Entry): string {
  if (kind === 'reload') return lines?.join('\n') ?? '';
  if (cut) return `${args}${said.cut}`;
  try {
    return JSON.stringify(JSON.parse(args ?? '[]'), null, 2);
  } catch {
    return args ?? '';
  }
}

function factsOf(entry: Entry): string[] {
  return [
    entry.namespace,
    entry.plugin && said.by(entry.plugin, entry.generation ?? 0),
    entry.took !== undefined && said.took(entry.took),
    entry.receivers !== undefined && said.receivers(entry.receivers),
    entry.size !== undefined && said.bytes(entry.size),
    entry.user, entry.sid, entry.address, entry.transport,
  ].filter((fact): fact is string => !!fact);
}
