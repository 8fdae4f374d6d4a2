// SPDX-License-Identifier: MIT

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

import { words } from '../text/playground';
import { Empty, Loading } from '../ui/empty';
import { TextField } from '../ui/field';
import { ago } from '../ui/time';
import { useNow } from '../ui/use_now';
import type { Plugin } from './model/schema';
import { plugins } from './model/workbench';
import './plugin_list.css';

const said = words.plugins;

export function PluginList({ onPick }: { onPick: () => void }) {
  const all = plugins.overview.value?.plugins;
  const query = useSignal('');
  const nav = useRef<HTMLElement>(null);
  const found = all?.filter((plugin) => hasEvent(plugin, query.value));
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')
      ?.scrollIntoView({ block: 'nearest' });
  }, [!all]);
  return (
    <nav class="pg-plugins" aria-label={said.title} ref={nav}>
      <h2>{said.title}</h2>
      {all && all.length > 0 && (
        <TextField
          label={said.find}
          type="search"
          value={query.value}
          onInput={(value) => {
            query.value = value;
          }}
        />
      )}
      {!all && <Loading label={said.loading} lines={6} />}
      {all?.length === 0 && <Empty words={said.empty} />}
      {all?.length !== 0 && found?.length === 0 && (
        <p class="hint">{said.noneFound}</p>
      )}
      {found?.map((plugin) => (
        <One
          key={plugin.name} plugin={plugin} query={query.value}
          onPick={onPick}
        />
      ))}
    </nav>
  );
}

function matches(event: string, query: string): boolean {
  return event.toLowerCase().includes(query.trim().toLowerCase());
}

/** A plugin without events is there for who looks for none. */
function hasEvent({ contracts }: Plugin, query: string): boolean {
  return query.trim() === '' || Object.values(contracts).some((side) =>
    Object.keys(side.clientToServer).some((event) => matches(event, query)));
}

interface OneProps {
  plugin: Plugin;
  query: string;
  onPick: () => void;
}

function One({ plugin, query, onPick }: OneProps) {
  const spaces = Object.entries(plugin.contracts);
  return (
    <section class="pg-plugin">
      <h3>
        {plugin.name}
        <span
          class="pg-generation"
          data-fresh={plugins.fresh.value.has(plugin.name)}
        >
          {said.generation(plugin.generation)}
        </span>
      </h3>
      <Facts plugin={plugin} />
      {spaces.length === 0 && <p class="hint">{said.silent}</p>}
      {spaces.map(([namespace, side]) => (
        <Space
          key={namespace}
          plugin={plugin.name}
          namespace={namespace}
          events={Object.keys(side.clientToServer).filter((event) =>
            matches(event, query))}
          emits={Object.keys(side.serverToClient)}
          onPick={onPick}
        />
      ))}
    </section>
  );
}

interface SpaceProps {
  plugin: string;
  namespace: string;
  events: string[];
  emits: string[];
  onPick: () => void;
}

function Space({ plugin, namespace, events, emits, onPick }: SpaceProps) {
  const chosen = plugins.choice.value;
  const here = chosen?.plugin === plugin && chosen.namespace === namespace;
  return (
    <>
      <h4 class="pg-space">{namespace}</h4>
      <ul>
        {events.map((event) => (
          <li key={event}>
            <button
              type="button"
              class="pg-event"
              aria-current={here && chosen.event === event
                ? 'true' : undefined}
              onClick={() => {
                plugins.choose({ plugin, namespace, event });
                onPick();
              }}
            >
              {event}
            </button>
          </li>
        ))}
      </ul>
      {emits.length > 0 && (
        <p class="hint pg-emits">{said.emits}: {emits.join(', ')}</p>
      )}
    </>
  );
}

function Facts({ plugin }: { plugin: Plugin }) {
  const now = useNow(30_000);
  const facts: [string, string][] = [
    [said.facts.version, plugin.version],
    [said.facts.since, ago(plugin.since, now)],
    [said.facts.sockets, String(plugin.sockets)],
    [said.facts.events, String(plugin.events)],
    [said.facts.refusals, String(plugin.refusals)],
    [said.facts.slow, String(plugin.slowCalls)],
    [said.facts.memory, said.bytes(plugin.memory)],
    [said.facts.file, plugin.file ?? ''],
  ];
  return (
    <details
      class="pg-facts"
      // Numbers that have grown since are looked up when they are looked at.
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) void plugins.refresh();
      }}
    >
      <summary>
        {said.details}
        <span class="sr-only"> {plugin.name}</span>
      </summary>
      <dl>
        {facts.filter(([, fact]) => fact).map(([name, fact]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
