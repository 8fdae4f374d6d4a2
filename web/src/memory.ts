// SPDX-License-Identifier: MIT
//
// Small things that outlive the page. Storage may be switched off, full or
// forbidden; then they are simply forgotten.

const NAME = 'mortise.name';
const DRAFT = 'mortise.draft.';

export function recallName(): string {
  return attempt(() => localStorage.getItem(NAME)) ?? '';
}

export function rememberName(name: string): void {
  attempt(() => localStorage.setItem(NAME, name));
}

/** What was being written in a room, kept for this tab. */
export function recallDraft(room: string): string {
  return attempt(() => sessionStorage.getItem(DRAFT + room)) ?? '';
}

export function rememberDraft(room: string, text: string): void {
  attempt(() => {
    if (text) sessionStorage.setItem(DRAFT + room, text);
    else sessionStorage.removeItem(DRAFT + room);
  });
}

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
