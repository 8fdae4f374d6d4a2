// SPDX-License-Identifier: MIT
//
// What the connection is doing, in one word and, when it is not well, in a
// sentence with something to press. The strip lies over the page, so that
// nothing moves when it comes.

import { useEffect, useState } from 'preact/hooks';

import { connection } from '../site';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { moment } from '../ui/time';
import { useNow } from '../ui/use_now';
import type { Status, Why } from '../wire/connection';
import './status.css';

const AGAIN_MS = 4_000;
const words = text.connection;

export function StatusPill() {
  const status = connection.status.value;
  const again = useAgain(status);
  return (
    <span class="pill" data-status={status.kind} role="status">
      <span class="pill-dot" aria-hidden="true" />
      <span class="sr-only">{words.label}: </span>
      <span class="pill-word">{again ? words.again : words[status.kind]}</span>
    </span>
  );
}

/** For a moment after a loss. */
function useAgain(status: Status): boolean {
  const back = status.kind === 'live' && status.again;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    setShown(back);
    if (!back) return;
    const timer = window.setTimeout(() => setShown(false), AGAIN_MS);
    return () => window.clearTimeout(timer);
  }, [status]);
  return shown;
}

export function Trouble() {
  const status = connection.status.value;
  if (status.kind !== 'lost' && status.kind !== 'ended') return null;
  return (
    <div class="trouble">
      <p role="status">
        <strong>{words.noConnection}</strong> {sentence(status.why)}
        {status.kind === 'lost' && (
          <span class="trouble-safe"> {words.safe}</span>
        )}
      </p>
      <p class="trouble-next">
        {status.kind === 'lost' && <Countdown until={status.retryAt} />}
        <Button
          small
          busy={status.kind === 'lost' && status.retryAt === null}
          onClick={() => connection.open()}
        >
          {status.kind === 'lost' ? words.tryNow : words.connect}
        </Button>
      </p>
    </div>
  );
}

function Countdown({ until }: { until: number | null }) {
  const now = useNow(until === null ? null : 250);
  if (until === null) return <span>{words.trying}</span>;
  const seconds = Math.max(1, Math.ceil((until - now) / 1000));
  return (
    <span class="count" aria-hidden="true">{words.retryIn(seconds)}</span>
  );
}

function sentence({ code, said, until }: Why): string {
  const of = words.why[code];
  // Whole sentences of the server's have a full stop of their own.
  const why =
    typeof of === 'string' ? of : of((said ?? '').replace(/\.$/, ''));
  return until ? `${why} ${words.bannedUntil(moment(until))}` : why;
}
