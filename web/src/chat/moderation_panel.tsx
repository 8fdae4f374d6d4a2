// SPDX-License-Identifier: MIT
//
// What moderators see: open reports, who is muted or banned, and what was
// done, in this room or, for who may, everywhere.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { Segments } from '../ui/field';
import { Tabs } from '../ui/tabs';
import { ago, moment } from '../ui/time';
import { attempt, type Place } from './actions';
import { openDialog } from './dialogs';
import type { Entry, Report, Sanction } from './model/types';
import './moderation.css';

type Tab = 'reports' | 'sanctions' | 'log';
const own = words.moderation;

interface PanelProps {
  place: Place;
  onJump: (id: number) => void;
}

export function ModerationPanel({ place, onJump }: PanelProps) {
  const { chat, room } = place;
  const [tab, setTab] = useState<Tab>('reports');
  const [scope, setScope] = useState<'here' | 'everywhere'>('here');
  const where = scope === 'here' ? { room: room.address } : {};
  const lists = { place, where, onJump };
  const key = `${scope}.${room.address}`;
  return (
    <div class="moderation">
      {chat.moderates(null) && (
        <Segments
          label={own.scope} value={scope} onChange={setScope}
          options={[['here', own.here], ['everywhere', own.everywhere]]}
        />
      )}
      <Tabs
        label={own.title} value={tab} onChange={setTab}
        tabs={(['reports', 'sanctions', 'log'] as const).map(
          (one) => [one, own.tabs[one]] as const)}
      >
        {tab === 'reports' && <Reports key={key} {...lists} />}
        {tab === 'sanctions' && <Sanctions key={key} {...lists} />}
        {tab === 'log' && <Log key={key} {...lists} />}
      </Tabs>
    </div>
  );
}

interface ListProps extends PanelProps {
  where: { room?: string };
}

interface Page<T> {
  rows: T[];
  more: boolean;
}

/** A list that is fetched in pages, and again when something was done. */
function usePages<T>(load: (known: number) => Promise<Page<T>>) {
  const [page, setPage] = useState<Page<T> | null>(null);
  const [problem, setProblem] = useState('');
  const fetch = (known: T[]) =>
    load(known.length).then(
      ({ rows, more }) => {
        setProblem('');
        setPage({ rows: [...known, ...rows], more });
      },
      (error: unknown) => setProblem(sentence(error)));
  useEffect(() => void fetch([]), []);
  return {
    page, problem,
    again: () => void fetch([]),
    more: () => void fetch(page?.rows ?? []),
  };
}

function List<T>({ pages, none, children }: {
  pages: ReturnType<typeof usePages<T>>;
  none: string;
  children: (row: T) => ComponentChildren;
}) {
  const { page, problem, more } = pages;
  if (problem) return <p class="problem" role="alert">{problem}</p>;
  if (!page) return <Loading label={words.room.loading} />;
  if (page.rows.length === 0) return <p class="hint">{none}</p>;
  return (
    <>
      <ul class="moderation-list">{page.rows.map(children)}</ul>
      {page.more && (
        <Button small kind="quiet" onClick={more}>{own.more}</Button>
      )}
    </>
  );
}

function Reports({ place, where, onJump }: ListProps) {
  const { chat, room, go } = place;
  const [last, setLast] = useState(0);
  const pages = usePages<Report>(async (known) => {
    const { reports, more } = await chat.channel.ask('reports', {
      ...where, ...(known ? { after: last } : {}),
    });
    setLast(reports.at(-1)?.report ?? 0);
    return { rows: reports, more };
  });
  useEffect(() => chat.onModerator.add(pages.again), []);
  const settle = (report: Report) =>
    attempt(chat.channel.ask('resolve', { report: report.report })
      .then(pages.again));
  return (
    <List pages={pages} none={own.noReports}>
      {(report) => (
        <li key={report.report} class="moderation-row">
          <p>
            <strong>{report.message.name || words.message.deletedUser}</strong>
            {': '}
            {report.message.deleted
              ? <em>{words.message.deleted}</em> : report.message.text}
          </p>
          <p class="hint">
            {own.reported(report.by.name)} · {report.reason} ·{' '}
            <Ago time={report.time} />
          </p>
          <p class="moderation-acts">
            <Button small kind="primary" onClick={() => settle(report)}>
              {own.resolve}
            </Button>
            {report.room === room.address
              ? (
                <Button small onClick={() => onJump(report.message.id)}>
                  {own.look}
                </Button>
              )
              : chat.room(report.room) && (
                <Button small onClick={() => go(report.room)}>
                  {own.look}
                </Button>
              )}
            {!report.message.deleted && (
              <Button
                small kind="danger"
                onClick={() => openDialog({
                  kind: 'delete', room,
                  message: { ...report.message, room: report.room, rev: 0 },
                })}
              >
                {own.removeIt}
              </Button>
            )}
          </p>
        </li>
      )}
    </List>
  );
}

function Sanctions({ place, where }: ListProps) {
  const { chat } = place;
  const pages = usePages<Sanction>(async (after) => {
    const { sanctions, more } = await chat.channel.ask('sanctions', {
      ...where, after,
    });
    return { rows: sanctions, more };
  });
  const lift = ({ what, user }: Sanction) =>
    attempt(
      chat.channel.ask(what === 'ban' ? 'unban' : 'unmute', {
        ...where, user: user.id,
      }).then(pages.again));
  return (
    <List pages={pages} none={own.noSanctions}>
      {(sanction) => (
        <li key={sanction.what + sanction.user.id} class="moderation-row">
          <p>
            <strong>{sanction.user.name || sanction.user.id}</strong>{' '}
            <span class="role">
              {sanction.what === 'ban' ? own.banned : own.muted}
            </span>
          </p>
          <p class="hint">
            {sanction.until
              ? own.until(moment(sanction.until)) : own.forGood}
            {sanction.reason && ` · ${sanction.reason}`}
          </p>
          <p class="moderation-acts">
            <Button small onClick={() => lift(sanction)}>{own.lift}</Button>
          </p>
        </li>
      )}
    </List>
  );
}

function Log({ place, where }: ListProps) {
  const [last, setLast] = useState(0);
  const pages = usePages<Entry>(async (known) => {
    const { log, more } = await place.chat.channel.ask('log', {
      ...where, ...(known ? { before: last } : {}),
    });
    setLast(log.at(-1)?.entry ?? 0);
    return { rows: log, more };
  });
  return (
    <List pages={pages} none={own.noLog}>
      {(entry) => (
        <li key={entry.entry} class="moderation-row">
          <p>
            <strong>{entry.by.name || words.message.deletedUser}</strong>{' '}
            {own.done[entry.what]}{' '}
            {entry.user && (
              <strong>{entry.user.name || words.message.deletedUser}</strong>
            )}
          </p>
          <p class="hint">
            <Ago time={entry.time} />
            {entry.until ? ` · ${own.until(moment(entry.until))}` : ''}
            {entry.reason && ` · ${entry.reason}`}
          </p>
          {entry.id && entry.what === 'delete' && (
            <p class="moderation-acts">
              <Button
                small
                onClick={() => openDialog({
                  kind: 'trace', message: { id: entry.id! },
                })}
              >
                {words.message.trace}
              </Button>
            </p>
          )}
        </li>
      )}
    </List>
  );
}

function Ago({ time }: { time: number }) {
  return <time title={moment(time)}>{ago(time, Date.now())}</time>;
}
