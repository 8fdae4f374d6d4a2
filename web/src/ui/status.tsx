// SPDX-License-Identifier: MIT
//
// What the connection is doing, in one word and, when it is not well, in a
// sentence with something to press.

import { useEffect, useState } from 'preact/hooks';

import type { Status } from '../connection';

const WORD = { connecting: 'Connecting', live: 'Live', lost: 'Offline' };

export function StatusPill({ status }: { status: Status }) {
  return (
    <span class="pill" data-status={status.kind} role="status">
      <span class="pill-dot" aria-hidden="true" />
      <span class="sr-only">Connection: </span>
      <span class="pill-word">{WORD[status.kind]}</span>
    </span>
  );
}

interface TroubleProps {
  status: Status;
  /** What else stands in the way although the connection is live. */
  delay: string;
  onRetry: () => void;
}

export function Trouble({ status, delay, onRetry }: TroubleProps) {
  if (status.kind === 'lost')
    return (
      <div class="trouble" data-level="lost">
        <p role="status">
          <strong>No connection.</strong> {status.reason}
        </p>
        <p class="trouble-next">
          <Countdown until={status.retryAt} />
          <button
            type="button"
            class="button small"
            disabled={status.retryAt === null}
            onClick={onRetry}
          >
            Try now
          </button>
        </p>
      </div>
    );
  if (!delay) return null;
  return (
    <div class="trouble" data-level="delay">
      <p role="status">{delay}</p>
    </div>
  );
}

/** Not read aloud: a number that changes every second is no news. */
function Countdown({ until }: { until: number | null }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === null) return;
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), 250);
    return () => window.clearInterval(timer);
  }, [until]);
  if (until === null) return <span>Trying again…</span>;
  const seconds = Math.max(1, Math.ceil((until - now) / 1000));
  return <span aria-hidden="true">Trying again in {seconds} s</span>;
}
