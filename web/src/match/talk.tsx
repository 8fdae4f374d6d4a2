// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import type { Table } from './table';

/** The room in which those talk who are at this match. */
export function Talk({ table, code }: { table: Table; code: string | null }) {
  void table;
  void code;
  return <aside class="match-talk" aria-label={text.match.chat} />;
}
