// SPDX-License-Identifier: MIT
//
// What waits for oneself, above all else.

import { useEffect } from 'preact/hooks';

import { account } from '../site';
import { text } from '../text/en';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { GameIcon } from '../ui/game_icon';
import { recall, remember } from '../ui/memory';
import { accept, decline, matchPath, mine } from './lobby';
import type { Invitation, Summary } from './model/types';
import { gameName, howWords, opponent } from './words';

const words = text.lobby.mine;
const KEY = 'lobby.mine';

export function MineSection() {
  const matches = mine.matches.value;
  const invitations = mine.invitations.value;
  const lines = matches.length + invitations.length;
  const loaded = mine.loaded.value;
  useEffect(() => {
    if (loaded) remember(KEY, String(lines));
  }, [loaded, lines]);
  // Its place is there before the server has said what is in it.
  const expected = loaded ? lines : Number(recall(KEY) ?? 0);
  if (expected === 0) return null;
  return (
    <section class="mine" aria-label={words.title}>
      <ul class="mine-list" aria-live="polite">
        {invitations.map((one) => (
          <Invited key={one.match} invitation={one} />
        ))}
        {matches.map((one) => <Mine key={one.match} one={one} />)}
        {!loaded && Array.from({ length: Math.min(expected, 5) }, (_, i) => (
          <li key={i} class="mine-line card" aria-hidden="true" />
        ))}
      </ul>
    </section>
  );
}

function Mine({ one }: { one: Summary }) {
  const other = opponent(one, account.user.value?.id ?? null);
  const game = gameName(one.game);
  return (
    <li class="mine-line card">
      <GameIcon game={one.game} />
      <p class="mine-words">
        <strong>{game}</strong>
        <span class="hint">
          {other ? words.against(other.name) : words.open}
        </span>
      </p>
      <Button
        small kind="primary" href={matchPath(one.match)}
        label={other ? words.goOf(game, other.name) : `${words.go}: ${game}`}
      >
        {words.go}
      </Button>
    </li>
  );
}

function Invited({ invitation }: { invitation: Invitation }) {
  const { by } = invitation;
  return (
    <li class="mine-line card invited">
      <Avatar name={by.name} small />
      <p class="mine-words">
        <strong>{by.name}</strong>
        <span class="hint">
          {words.invites(gameName(invitation.game), howWords(invitation))}
        </span>
      </p>
      <Button
        small kind="primary" label={words.acceptOf(by.name)}
        onClick={() => accept(invitation)}
      >
        {words.accept}
      </Button>
      <Button
        small icon="close" label={words.declineOf(by.name)}
        onClick={() => decline(invitation)}
      />
    </li>
  );
}
