// SPDX-License-Identifier: MIT

import { useSignalEffect } from '@preact/signals';

import type { Board } from './boards/board';
import type { MatchModel } from './model/match';
import { play } from './sound';

/** What can be heard of a match: one's own move at once, not when it counts. */
export function useSounds(model: MatchModel, board: Board | undefined): void {
  useSignalEffect(() => {
    const pending = model.pending.value;
    if (pending) play('move');
  });
  useSignalEffect(() => {
    const news = model.news.value;
    const match = model.match.peek();
    if (!news || !match) return;
    if (news.status === 'over') play('end');
    else if (news.kind === 'start' || news.kind === 'sit') play('start');
    else if (news.kind === 'offer') play('start');
    else if (news.kind === 'move') {
      const tone = board?.tone(match.view) ?? 'move';
      if (news.seat !== match.you || tone !== 'move') play(tone);
    }
  });
}
