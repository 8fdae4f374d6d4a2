// SPDX-License-Identifier: MIT
//
// The matches that this window follows. One in which one has a seat is
// followed until it is over, also while another page is shown: whoever stops
// to follow is away.

import { effect } from '@preact/signals';

import { game } from '../site';
import { match as words } from '../text/match';
import { go } from '../ui/go';
import { recall, remember } from '../ui/memory';
import { notify } from '../ui/notices';
import { BOARDS } from './boards/all';
import { MatchModel } from './model/match';
import { isMyTurn, isSeated } from './model/state';

interface Followed {
  model: MatchModel;
  /** How many pages show it. */
  shown: number;
  stop: () => void;
}

const followed = new Map<string, Followed>();

/** The model of a match, for as long as a page shows it. */
export function enterMatch(id: string, code: string | null): MatchModel {
  const known = followed.get(id);
  if (known) {
    known.shown++;
    return known.model;
  }
  const model = new MatchModel(id, {
    wire: game,
    shelf: {
      get: (key) => recall(key, 'tab'),
      put: (key, value) => remember(key, value, 'tab'),
    },
    // It does not jump when somebody sets the clock of this device.
    now: () => performance.timeOrigin + performance.now(),
    moves: (name) => BOARDS[name],
  }, code);
  const one: Followed = { model, shown: 1, stop: () => {} };
  followed.set(id, one);
  one.stop = watchBehind(one);
  return model;
}

export function exitMatch(id: string): void {
  const one = followed.get(id);
  if (!one || --one.shown > 0 || one.model.held) return;
  if (one.model.phase.peek().is === 'live') one.model.leave();
  forget(id);
}

function forget(id: string): void {
  const one = followed.get(id);
  followed.delete(id);
  // An effect cannot end itself while it runs.
  queueMicrotask(() => one?.stop());
  one?.model.close();
}

/** What a player has to know who looks at another page. */
function watchBehind(one: Followed): () => void {
  let wanted = '';
  return effect(() => {
    const match = one.model.match.value;
    if (!match || one.shown > 0 || !isSeated(match)) {
      wanted = match ? calls(one.model) : '';
      return;
    }
    const other = match.seats[1 - match.you!]?.name ?? '';
    if (match.status === 'over') {
      tell(one.model.id, words.overWith(other));
      forget(one.model.id);
      return;
    }
    const now = calls(one.model);
    if (now && now !== wanted)
      tell(one.model.id, match.status === 'full'
        ? words.beginsWith(other) : words.yourTurnIn(other));
    wanted = now;
  });
}

/** What the match waits for one to do; '': nothing. */
function calls({ match: { value: match } }: MatchModel): string {
  if (!match || !isSeated(match)) return '';
  if (match.status === 'full' && !match.seats[match.you!]?.ready)
    return 'ready';
  return isMyTurn(match) ? `move ${match.moves}` : '';
}

function tell(id: string, said: string): void {
  notify({
    words: said,
    lastsMs: 12_000,
    actions: [{
      label: words.goTo, primary: true, onPick: () => go(`/match/${id}`),
    }],
  });
}
