// SPDX-License-Identifier: MIT
//
// Small things that outlive the page. Storage may be switched off, full or
// forbidden; then they are simply forgotten.

const PREFIX = 'mortise.';

/** What was remembered in this browser, or with `tab` in this window only. */
export function recall(key: string, where: 'browser' | 'tab' = 'browser') {
  return attempt(() => storage(where).getItem(PREFIX + key));
}

/** null forgets it. */
export function remember(
  key: string,
  value: string | null,
  where: 'browser' | 'tab' = 'browser',
): void {
  attempt(() => {
    if (value === null) storage(where).removeItem(PREFIX + key);
    else storage(where).setItem(PREFIX + key, value);
  });
}

/** All that this browser remembers under keys that begin so. */
export function recallAll(prefix: string): [key: string, value: string][] {
  const all = attempt(() => Object.entries(localStorage)) ?? [];
  return all
    .filter(([key]) => key.startsWith(PREFIX + prefix))
    .map(([key, value]) => [key.slice(PREFIX.length), String(value)]);
}

function storage(where: 'browser' | 'tab'): Storage {
  return where === 'tab' ? sessionStorage : localStorage;
}

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
