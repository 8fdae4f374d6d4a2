// SPDX-License-Identifier: MIT

import { useState } from 'preact/hooks';

import { account } from '../site';
import { words } from '../text/account';
import { Button } from '../ui/button';
import { notify } from '../ui/notices';
import type { User } from './http';
import { PasswordField } from './password_field';
import { FormProblem } from './sign_in_dialog';
import { useForm } from './use_form';

export function PasswordSection({ user }: { user: User }) {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const { form, busy, at, submit } = useForm();
  return (
    <section class="card account-section" aria-labelledby="password">
      <h2 id="password">{words.passwordSection}</h2>
      <form
        ref={form}
        class="account-form"
        onSubmit={submit(async () => {
          await account.changePassword(old, fresh);
          setOld('');
          setFresh('');
          notify({ words: words.passwordChanged, level: 'good' });
        })}
      >
        {/* For password managers: whose it is. */}
        <input
          type="text" hidden readOnly name="username"
          autoComplete="username" value={user.name ?? user.email ?? ''}
        />
        <PasswordField
          label={words.oldPassword} value={old} onInput={setOld}
          problem={at('password')}
        />
        <PasswordField
          label={words.newPassword} value={fresh} onInput={setFresh} fresh
          hint={words.passwordHint} problem={at('new')}
        />
        <FormProblem words={at('form')} />
        <Button submit busy={busy}>{words.changePassword}</Button>
      </form>
    </section>
  );
}
