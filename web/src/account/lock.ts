// SPDX-License-Identifier: MIT
//
// One at a time, of all windows of this browser: they share the cookies, and
// each refresh token is good once. Pages that came over plain HTTP have no
// locks of the browser's, and it may forbid them with its storage; those take
// turns by a note in that.

import { recall, remember } from '../ui/memory';

const NAME = 'account';
const LEASE_MS = 20_000;
const LOOK_MS = 40;

export async function locked<T>(act: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return leased(act);
  let begun = false;
  try {
    return await navigator.locks.request(`mortise.${NAME}`, () => {
      begun = true;
      return act();
    });
  } catch (error) {
    if (begun) throw error;
    return leased(act);
  }
}

async function leased<T>(act: () => Promise<T>): Promise<T> {
  const mine = String(Math.random());
  for (;;) {
    const [, until] = (recall(NAME) ?? '').split(' ');
    if (!until || Number(until) < Date.now()) {
      const note = `${mine} ${Date.now() + LEASE_MS}`;
      remember(NAME, note);
      // Of several who have written at once the last one has it. Where there
      // is no storage there is nobody to wait for.
      await pause(LOOK_MS * (1 + Math.random()));
      if ((recall(NAME) ?? note) === note) break;
    }
    await pause(LOOK_MS);
  }
  try {
    return await act();
  } finally {
    remember(NAME, null);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => window.setTimeout(done, ms));
}
