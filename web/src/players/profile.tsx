// SPDX-License-Identifier: MIT
//
// Somebody, as all others see them; oneself with one's private matches.

import { useEffect, useState } from 'preact/hooks';

import { CreateDialog, message, openCreate } from '../lobby';
import { account, game as wire } from '../site';
import { players as all } from '../text/players';
import { text } from '../text/en';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { useTitle } from '../ui/title';
import { type Known, Profile } from './model/profile';
import { PastMatches, RunningMatches } from './past_matches';
import './profile.css';
import { Results } from './results';

const words = all.profile;

export function PlayerPage({ params }: { params: { user: string } }) {
  return <One key={params.user} user={params.user} />;
}

function One({ user }: { user: string }) {
  const [profile] = useState(() => new Profile(wire, user));
  useEffect(() => () => profile.close(), []);
  const known = profile.known.value;
  const problem = profile.problem.value;
  useTitle(known?.name ?? words.title);
  if (known)
    return (
      <div class="page profile">
        <Head known={known} />
        <Results known={known} />
        <RunningMatches known={known} />
        <PastMatches profile={profile} known={known} />
        <CreateDialog />
      </div>
    );
  return (
    <div class="page profile">
      <h1 class="sr-only">{words.title}</h1>
      {!problem
        ? <Loading label={all.loading} lines={8} />
        : problem.code === 'no_such_player'
          ? (
            <Empty words={words.none}>
              <Button href="/">{words.home}</Button>
            </Empty>
          )
          : (
            <Empty words={`${words.failed} ${sentence(problem)}`}>
              <Button onClick={() => profile.ask()}>{text.ui.retry}</Button>
            </Empty>
          )}
    </div>
  );
}

function Head({ known }: { known: Known }) {
  const { user, name, guest, here } = known;
  const me = account.user.value?.id === user;
  return (
    <header class="profile-head">
      <Avatar name={name} online={here} />
      <div class="profile-who">
        <h1><bdi>{name}</bdi></h1>
        <p class="hint">
          {here ? words.here : words.away}
          {guest && ` · ${all.guest}`}
        </p>
      </div>
      <div class="profile-acts">
        {me ? (
          <Button icon="lock" href="/account">{words.settings}</Button>
        ) : (
          <>
            <Button
              kind="primary" icon="game" disabled={!here}
              onClick={() => openCreate({ user, name })}
            >
              {words.challenge}
            </Button>
            <Button icon="chat" onClick={() => message(user)}>
              {words.message}
            </Button>
          </>
        )}
      </div>
    </header>
  );
}
