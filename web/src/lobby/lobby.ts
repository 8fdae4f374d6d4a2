// SPDX-License-Identifier: MIT
//
// The models of the front page, of which a window has one each: who waits for
// an opponent waits on while another page is shown, and who is challenged
// hears of it everywhere.

import { signal } from '@preact/signals';

import { account, chat, game } from '../site';
import { text } from '../text/en';
import { sentence } from '../ui/errors';
import { go } from '../ui/go';
import { recall, remember } from '../ui/memory';
import { notify } from '../ui/notices';
import { Desk } from './model/desk';
import { MatchList } from './model/matches';
import { Mine } from './model/mine';
import { PlayerList } from './model/players';
import { Quick } from './model/quick';
import type { Invitation, Shelf } from './model/types';
import { gameName, howWords } from './words';

const shelf: Shelf = { get: recall, put: remember };
const me = () => account.user.peek()?.id ?? null;

export const desk = new Desk(game, shelf, goToMatch);
export const matches = new MatchList(game, shelf);
export const players = new PlayerList(game, me);
export const mine = new Mine(game);
export const quick = new Quick(game, () => Date.now(), (match) => {
  notify({ words: text.lobby.quick.found, level: 'good' });
  goToMatch(match);
});

/** Whom the dialog that is open challenges; `null`: nobody in particular. */
export interface Whom {
  user: string;
  name: string;
}
export const creating = signal<{ whom: Whom | null } | null>(null);

/** `hidden`: whether only a link or a code opens it; else as it was last. */
export function openCreate(whom: Whom | null = null, hidden?: boolean): void {
  desk.problem.value = null;
  if (hidden !== undefined) desk.wish({ private: hidden });
  creating.value = { whom };
}

function goToMatch(match: string, code?: string): void {
  creating.value = null;
  go(matchPath(match, code));
}

export function matchPath(match: string, code?: string | null): string {
  return `/match/${match}${code ? `?code=${encodeURIComponent(code)}` : ''}`;
}

/** Opens what the two have written to each other. */
export function message(user: string): void {
  chat.request('direct', { user }, (reply) => {
    if (reply.ok) go(`/chat/${encodeURIComponent(reply.answer.room)}`);
    else notify({ words: sentence(reply.error), level: 'bad' });
  });
}

export function profilePath(user: string): string {
  return `/player/${encodeURIComponent(user)}`;
}

matches.onChange = (ids) => {
  if (mine.concerns(ids, me())) mine.soon();
};
players.onChange = (ids) => {
  if (mine.concerns(ids, me())) mine.soon();
};
desk.onUninvitable = (error) => {
  notify({
    words: text.lobby.notices.uninvitable(sentence(error)), level: 'bad',
  });
};

/* --- challenges, on every page */

const shown = new Map<string, () => void>();

export function accept(invitation: Invitation): void {
  mine.drop(invitation.match);
  desk.accept(invitation);
}

export function decline({ match }: Invitation): void {
  mine.drop(match);
  game.request('match:refuse', { match }, () => {});
}

mine.invitations.subscribe((invitations) => {
  for (const [match, close] of shown) {
    if (invitations.some((one) => one.match === match)) continue;
    close();
    shown.delete(match);
  }
  for (const one of invitations) if (!shown.has(one.match)) show(one);
});

function show(invitation: Invitation): void {
  const { by, match } = invitation;
  shown.set(match, notify({
    words: text.lobby.notices.invited(
      by.name, gameName(invitation.game), howWords(invitation)),
    lastsMs: null,
    actions: [
      {
        label: text.lobby.mine.accept, primary: true,
        onPick: () => accept(invitation),
      },
      {
        label: text.lobby.mine.decline, onPick: () => decline(invitation),
      },
    ],
  }));
}

game.on('match:refused', ({ name }) => {
  notify({ words: text.lobby.notices.refused(name) });
});
