// SPDX-License-Identifier: MIT

import type { ComponentChildren } from 'preact';

import './empty.css';

/** What stands where there is nothing yet: why, and what to do next. */
export function Empty({ words, children }: {
  words: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p>{words}</p>
      {children}
    </div>
  );
}

/** The place of something that is coming; takes as much room as it will. */
export function Loading({ lines = 3, label }: {
  lines?: number;
  label: string;
}) {
  return (
    <div class="loading" role="status">
      <span class="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="loading-line" aria-hidden="true" />
      ))}
    </div>
  );
}
