// SPDX-License-Identifier: MIT
//
// The stream: what clients and plugins say to each other, as it happens.

import { useLayoutEffect, useRef } from 'preact/hooks';

import { words } from '../text/playground';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { TextField } from '../ui/field';
import { EntryLine } from './entry_line';
import './live_panel.css';
import { KINDS } from './model/live';
import { live } from './model/workbench';

const said = words.live;
/** More are not drawn at a time. */
const DRAWN = 200;
/** So many pixels from the end is at the end. */
const NEAR = 40;

export function LivePanel() {
  return (
    <section class="pg-live" aria-labelledby="pg-live">
      <div class="pg-row">
        <h2 id="pg-live">{said.title}</h2>
        <span class="pg-watching" data-state={live.status.value} role="status">
          {said.status[live.status.value]}
        </span>
        <Button
          small
          icon={live.paused.value ? 'play' : 'pause'}
          onClick={() => live.pause(!live.paused.value)}
        >
          {live.paused.value ? said.resume(live.held.value) : said.pause}
        </Button>
        <Button small kind="quiet" onClick={() => live.clear()}>
          {said.clear}
        </Button>
      </div>
      <TextField
        label={said.filter}
        hint={said.filterHint}
        type="search"
        value={live.query.value}
        onInput={(value) => {
          live.query.value = value;
        }}
      />
      <div class="pg-kinds" role="group" aria-label={said.kindsLabel}>
        {KINDS.map((kind) => (
          <Button
            key={kind}
            small
            pressed={!live.hidden.value.has(kind)}
            onClick={() => live.toggle(kind)}
          >
            {said.kinds[kind]}
          </Button>
        ))}
      </div>
      <Entries />
    </section>
  );
}

function Entries() {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const shown = live.shown.value;
  const drawn = shown.slice(-DRAWN);
  useLayoutEffect(() => {
    // Who has scrolled up is reading, and stays there.
    if (atEnd.current)
      list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [shown]);
  if (shown.length === 0)
    return (
      <Empty words={live.entries.value.length ? said.hidden : said.empty} />
    );
  return (
    <div
      ref={list}
      class="pg-entries"
      // So many come that reading them aloud would never end.
      role="log"
      aria-live="off"
      aria-label={said.label}
      tabIndex={0}
      onScroll={({ currentTarget: box }) => {
        atEnd.current =
          box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      }}
    >
      {shown.length > drawn.length && (
        <p class="hint">{said.more(shown.length - drawn.length)}</p>
      )}
      <ol>
        {drawn.map((entry) => <EntryLine key={entry.key} entry={entry} />)}
      </ol>
    </div>
  );
}
