// SPDX-License-Identifier: MIT

import { account } from '../site';
import { words } from '../text/account';
import { text } from '../text/en';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { sentence } from '../ui/errors';
import { notify } from '../ui/notices';
import type { User } from './http';
import { displayName } from './names';
import { openSignIn } from './sign_in';

export function ProfileSection({ user }: { user: User }) {
  const name = displayName(user);
  return (
    <section class="card account-section" aria-labelledby="profile">
      <h2 id="profile" class="account-name">
        <Avatar name={name} />
        <span>{name}</span>
      </h2>
      <dl class="account-facts">
        {user.guest ? (
          <>
            <dt>{words.kind}</dt>
            <dd>{words.guest}</dd>
          </>
        ) : (
          <>
            <dt>{words.address}</dt>
            <dd>{user.email ?? words.noAddress}</dd>
          </>
        )}
        {user.roles.length > 0 && (
          <>
            <dt>{words.roles}</dt>
            <dd>{user.roles.join(', ')}</dd>
          </>
        )}
      </dl>
      {user.guest && <p class="account-note">{words.guestPlea}</p>}
      <div class="account-buttons">
        {user.guest ? (
          <>
            <Button kind="primary" onClick={() => openSignIn('register')}>
              {text.account.register}
            </Button>
            <Button onClick={() => openSignIn('login')}>
              {text.account.signIn}
            </Button>
          </>
        ) : (
          <Button icon="leave" onClick={() => signOut('here')}>
            {words.signOut}
          </Button>
        )}
        <Button
          kind="quiet" icon="person"
          href={`/player/${encodeURIComponent(user.id)}`}
        >
          {words.profile}
        </Button>
      </div>
    </section>
  );
}

/** Goes on as a guest, or says why it could not. */
export function signOut(where: 'here' | 'everywhere'): void {
  account.logout(where).catch(
    (error) => notify({ words: sentence(error), level: 'bad' }));
}
