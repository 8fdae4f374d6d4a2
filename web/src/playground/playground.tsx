// SPDX-License-Identifier: MIT
//
// The whole page: the plugins, the form with its clients, and the stream;
// beside each other, or where there is no room as tabs.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

import { words } from '../text/playground';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Mark } from '../ui/icon';
import { Notices } from '../ui/notices';
import { Tabs } from '../ui/tabs';
import { ClientsPanel } from './clients_panel';
import { EventPanel } from './event_panel';
import { LivePanel } from './live_panel';
import { plugins } from './model/workbench';
import './playground.css';
import { PluginList } from './plugin_list';
import { Theme } from './theme';

type Tab = 'plugins' | 'send' | 'live';
const WIDE = window.matchMedia('(min-width: 1000px)');

export function Playground() {
  const main = useRef<HTMLElement>(null);
  return (
    <>
      <a
        class="pg-skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {words.skip}
      </a>
      <header class="pg-bar">
        <a class="pg-brand" href="/" aria-label={words.home}><Mark /></a>
        <h1>{words.title}</h1>
        <span class="hint pg-version">
          {plugins.overview.value
            && words.server(plugins.overview.value.server.version)}
        </span>
        <Theme />
      </header>
      <main id="main" class="pg-main" ref={main} tabIndex={-1}>
        <Parts />
      </main>
      <Notices />
    </>
  );
}

function Parts() {
  const wide = useSignal(WIDE.matches);
  const tab = useSignal<Tab>('plugins');
  const show = (next: Tab) => {
    tab.value = next;
    if (!wide.value) window.scrollTo(0, 0);
  };
  useEffect(() => {
    const turn = () => {
      wide.value = WIDE.matches;
    };
    WIDE.addEventListener('change', turn);
    return () => WIDE.removeEventListener('change', turn);
  }, []);
  if (plugins.problem.value)
    return (
      <Empty words={plugins.problem.value || words.none}>
        <Button href="/">{words.home}</Button>
      </Empty>
    );
  const list = (
    <PluginList onPick={() => show('send')} />
  );
  const work = (
    <>
      <EventPanel />
      <ClientsPanel />
    </>
  );
  if (wide.value)
    return (
      <div class="pg-columns">
        <div class="pg-column">{list}</div>
        <div class="pg-column pg-work">{work}</div>
        <div class="pg-column pg-live-column"><LivePanel /></div>
      </div>
    );
  return (
    <Tabs
      label={words.parts}
      value={tab.value}
      tabs={[
        ['plugins', words.tabs.plugins],
        ['send', words.tabs.send],
        ['live', words.tabs.live],
      ]}
      onChange={show}
    >
      <div class="pg-panel">
        {tab.value === 'plugins' && list}
        {tab.value === 'send' && <div class="pg-work">{work}</div>}
        {tab.value === 'live' && <LivePanel />}
      </div>
    </Tabs>
  );
}
