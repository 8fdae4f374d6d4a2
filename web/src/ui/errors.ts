// SPDX-License-Identifier: MIT

import { text } from '../text/en';

/** A sentence for people: the server's own, or ours where it said nothing. */
export function sentence(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return (code && text.errors[code]) || message || String(error);
}
