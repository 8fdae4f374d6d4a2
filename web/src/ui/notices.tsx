// SPDX-License-Identifier: MIT
//
// Short notices in a corner of the page: what has happened by itself, with
// something to press where there is something to be done. Nothing that is
// needed may stand here only: they go by themselves.

import { signal } from '@preact/signals';

import { text } from '../text/en';
import { Button } from './button';
import './notices.css';

export interface Notice {
  words: string;
  level?: 'plain' | 'good' | 'bad';
  actions?: { label: string; onPick: () => void; primary?: boolean }[];
  /** How long it stays; null: until it is closed. */
  lastsMs?: number | null;
}

interface Shown extends Notice {
  id: number;
}

const LASTS_MS = 6_000;
const MOST = 4;
const shown = signal<Shown[]>([]);
let next = 1;

/** Shows it; returns how to take it away. */
export function notify(notice: Notice): () => void {
  const id = next++;
  const close = () => {
    shown.value = shown.value.filter((one) => one.id !== id);
  };
  shown.value = [...shown.value, { ...notice, id }].slice(-MOST);
  const lasts = notice.lastsMs === undefined ? LASTS_MS : notice.lastsMs;
  if (lasts !== null) window.setTimeout(close, lasts);
  return close;
}

/** Drawn once, by the shell. */
export function Notices() {
  return (
    <section class="notices" aria-label={text.ui.notices} aria-live="polite">
      {shown.value.map((notice) => (
        <Card key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function Card({ notice }: { notice: Shown }) {
  const close = () => {
    shown.value = shown.value.filter((one) => one.id !== notice.id);
  };
  return (
    <div class="notice" data-level={notice.level ?? 'plain'}>
      <p>{notice.words}</p>
      <Button
        kind="quiet" small icon="close" label={text.ui.close} onClick={close}
      />
      {notice.actions && (
        <div class="notice-actions">
          {notice.actions.map(({ label, onPick, primary }) => (
            <Button
              key={label}
              small
              kind={primary ? 'primary' : 'plain'}
              onClick={() => {
                close();
                onPick();
              }}
            >
              {label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
