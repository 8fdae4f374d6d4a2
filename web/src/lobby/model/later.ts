// SPDX-License-Identifier: MIT

import type { RequestError } from '../../wire/channel';

const BUSY_MS = 1_500;

/** Asks again, once, when the server was only too busy to answer. */
export function later(act: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    cancel,
    soon(error: RequestError): void {
      const busy = error.code === 'rate_limited' || error.code === 'busy'
        || error.code === 'no_answer';
      if (!busy || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        act();
      }, BUSY_MS);
    },
  };
}
