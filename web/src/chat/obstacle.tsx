// SPDX-License-Identifier: MIT
//
// Why one cannot say anything just now, and for how long.

import { useEffect } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Icon } from '../ui/icon';
import type { Room } from './model/room';
import { rest, useRest } from './times';

export interface ObstacleState {
  /** 0: there is none; null: nobody knows how long it lasts. */
  until: number | null;
  level: 'plain' | 'bad';
  words: string;
}

export function useObstacle(room: Room): ObstacleState {
  const { muted, slow } = room.info.value;
  const mutedFor = useRest(muted ? (muted.until ?? null) : null);
  const slowFor = useRest(room.slowUntil.value || null);
  // It ends by itself.
  const ended = !!muted?.until && mutedFor === 0;
  useEffect(() => {
    if (ended) room.update({ muted: null });
  }, [ended]);
  if (muted && !ended)
    return {
      until: muted.until ?? null,
      level: 'bad',
      words: [
        muted.until
          ? words.composer.mutedFor(rest(mutedFor)) : words.composer.muted,
        muted.reason,
      ].filter(Boolean).join(': '),
    };
  if (slow > 0 && slowFor > 0)
    return {
      until: room.slowUntil.value, level: 'plain',
      words: words.composer.slowWait(rest(slowFor)),
    };
  return {
    until: 0, level: 'plain', words: slow > 0 ? words.composer.slow(slow) : '',
  };
}

export function Obstacle({ obstacle }: { obstacle: ObstacleState }) {
  if (!obstacle.words) return null;
  return (
    <p class="obstacle" data-level={obstacle.level}>
      <Icon name={obstacle.level === 'bad' ? 'mute' : 'bell'} />
      <span class="count">{obstacle.words}</span>
    </p>
  );
}
