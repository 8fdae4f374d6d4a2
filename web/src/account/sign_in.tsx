// SPDX-License-Identifier: MIT
//
// The dialog by which a guest becomes an account, or somebody who has one
// comes back. Any feature may open it.

import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';

import { account } from '../site';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { sentence } from '../ui/errors';
import { TextField } from '../ui/field';

export type Way = 'login' | 'register';

const open = signal<Way | null>(null);

export function openSignIn(way: Way): void {
  open.value = way;
}

/** Drawn once, by the shell. */
export function SignIn() {
  const way = open.value;
  return way && <SignInDialog way={way} onClose={() => (open.value = null)} />;
}

function SignInDialog({ way, onClose }: { way: Way; onClose: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async () => {
    setBusy(true);
    setProblem('');
    try {
      if (way === 'login')
        await account.login({ login: name, password, remember: true });
      else await account.register({ name, email: null, password });
      onClose();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };
  const title =
    way === 'login' ? text.account.signIn : text.account.register;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label={text.account.name} value={name} onInput={setName}
          name="username" autoComplete="username" autoFocus required
        />
        <TextField
          label={text.account.password} value={password}
          onInput={setPassword} type="password" name="password"
          autoComplete={
            way === 'login' ? 'current-password' : 'new-password'}
          required problem={problem}
        />
        <Button submit kind="primary" busy={busy}>{title}</Button>
      </form>
    </Dialog>
  );
}
