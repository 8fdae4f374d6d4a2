// SPDX-License-Identifier: MIT
import '../style/tokens.css';
import '../style/base.css';
import '../style/forced.css';
import '../ui/theme';

import { effect } from '@preact/signals';
import { render } from 'preact';

import { words } from '../text/playground';
import { notify } from '../ui/notices';
import type { Entry } from './model/live';
import {
  as, auth, clients, count, live, namespace, plugins,
} from './model/workbench';
import { Playground } from './playground';

render(<Playground />, document.getElementById('app')!);
live.onReload = (entry) => void tell(entry);
void plugins.load().then(() => {
  if (plugins.overview.value) live.open();
});

// The clients are there for the event that is looked at.
effect(() => {
  if (plugins.overview.value && plugins.choice.value && auth.value)
    clients.gather(namespace.value, count.value, as.value, auth.value);
});

async function tell({ state, lines = [] }: Entry): Promise<void> {
  if (state === 'begun') return;
  if (state === 'refused') {
    // The first line only says that nothing has changed.
    const why = lines.slice(1).map((line) => line.trim()).join(' ');
    notify({
      words: words.notices.refused(why || lines.join(' ')),
      level: 'bad', lastsMs: null,
    });
    return;
  }
  await plugins.load();
  const news = [...plugins.fresh.value].map((name) =>
    words.notices.fresh(name, plugins.find(name)!.generation));
  notify({ words: words.notices.done(news), level: 'good' });
}
