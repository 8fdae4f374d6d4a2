// SPDX-License-Identifier: MIT

import { RoomPanel } from '../chat';
import { match as words } from '../text/match';
import type { Table } from './table';

/**
 * The room in which those talk who are at this match. Only who knows the match
 * finds it: rooms that begin so are in no list.
 */
export function Talk({ table }: { table: Table }) {
  // With a bot there is nobody to talk to.
  const bot = table.players.some((player) => player?.bot);
  return (
    <aside class="match-talk" aria-label={words.chat}>
      {table.match && !bot && <RoomPanel room={`match:${table.id}`} />}
    </aside>
  );
}
