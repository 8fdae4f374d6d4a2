// SPDX-License-Identifier: MIT
//
// A forgotten password: a code is asked for, then used. The server does not
// say whether there is such an account.

import { useLayoutEffect, useState } from 'preact/hooks';

import { account } from '../site';
import { words } from '../text/account';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { PasswordField } from './password_field';
import { FormProblem } from './sign_in_dialog';
import { useForm } from './use_form';

interface ResetFormProps {
  name: string;
  onName: (name: string) => void;
  onDone: () => void;
  onBack: () => void;
}

export function ResetForm({ name, onName, onDone, onBack }: ResetFormProps) {
  const [sent, setSent] = useState(false);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const { form, busy, at, submit } = useForm(true);
  const login = name.trim();
  useLayoutEffect(() => {
    if (sent)
      form.current?.querySelector<HTMLElement>('[name=code]')?.focus();
  }, [sent]);
  const ask = async () => {
    if (!sent) {
      await account.askForCode(login);
      setSent(true);
      return;
    }
    await account.useCode(login, code.trim(), password);
    onDone();
  };
  return (
    <form ref={form} class="account-form" onSubmit={submit(ask)}>
      <p class="account-note" role="status">
        {sent ? words.codeSent : words.resetAsk}
      </p>
      <TextField
        label={words.login} value={name} onInput={onName} name="username"
        autoComplete="username" required maxLength={254}
        problem={at('name')}
      />
      {sent && (
        <>
          <TextField
            label={words.code} value={code} onInput={setCode} name="code"
            autoComplete="one-time-code" required maxLength={20}
            problem={at('code')}
          />
          <PasswordField
            label={words.newPassword} value={password}
            onInput={setPassword} fresh hint={words.passwordHint}
            problem={at('new') ?? at('password')}
          />
        </>
      )}
      <FormProblem words={at('form')} />
      <Button submit kind="primary" busy={busy}>
        {sent ? words.setPassword : words.sendCode}
      </Button>
      <p class="account-ways">
        <Button kind="quiet" small onClick={onBack}>{words.toSignIn}</Button>
      </p>
    </form>
  );
}
