// SPDX-License-Identifier: MIT
//
// Three forms in one dialog: signing in, creating an account, and a new
// password for who has forgotten theirs.

import { useState } from 'preact/hooks';

import { account } from '../site';
import { words } from '../text/account';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Switch, TextField } from '../ui/field';
import './account.css';
import { displayName } from './names';
import { PasswordField } from './password_field';
import { ResetForm } from './reset_form';
import type { SignInProps, Way } from './sign_in';
import { useForm } from './use_form';

const TITLES: Record<Way, string> = {
  login: words.signInTitle,
  register: words.registerTitle,
  reset: words.resetTitle,
};

export function SignInDialog({ way, onWay, onClose }: SignInProps) {
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const go = (to: Way, why = '') => {
    setNote(why);
    onWay(to);
  };
  const common = { name, onName: setName, onClose };
  return (
    <Dialog title={TITLES[way]} onClose={onClose}>
      {note && <p class="account-note" role="status">{note}</p>}
      {way === 'login' && (
        <LoginForm key="login" {...common} onWay={go} />
      )}
      {way === 'register' && (
        <RegisterForm key="register" {...common} onWay={go} />
      )}
      {way === 'reset' && (
        <ResetForm
          key="reset" name={name} onName={setName}
          onDone={() => go('login', words.passwordSet)}
          onBack={() => go('login')}
        />
      )}
    </Dialog>
  );
}

interface FormProps {
  name: string;
  onName: (name: string) => void;
  onWay: (way: Way) => void;
  onClose: () => void;
}

function LoginForm({ name, onName, onWay, onClose }: FormProps) {
  const [password, setPassword] = useState('');
  const [remember, setRemember] = useState(true);
  const { form, busy, at, submit } = useForm(true);
  const user = account.user.value;
  return (
    <form
      ref={form}
      class="account-form"
      onSubmit={submit(async () => {
        await account.login({ login: name.trim(), password, remember });
        onClose();
      })}
    >
      {user?.guest && (
        <p class="account-note">{words.leavesBehind(displayName(user))}</p>
      )}
      <TextField
        label={words.login} value={name} onInput={onName} name="username"
        autoComplete="username" required maxLength={254}
        problem={at('name')}
      />
      <PasswordField
        label={words.password} value={password} onInput={setPassword}
        problem={at('password') ?? at('new')}
      />
      <Switch
        label={words.remember} checked={remember} onChange={setRemember}
      />
      <FormProblem words={at('form')} />
      <Button submit kind="primary" busy={busy}>{words.signIn}</Button>
      <p class="account-ways">
        <Button kind="quiet" small onClick={() => onWay('register')}>
          {words.toRegister}
        </Button>
        <Button kind="quiet" small onClick={() => onWay('reset')}>
          {words.toReset}
        </Button>
      </p>
    </form>
  );
}

function RegisterForm({ name, onName, onWay, onClose }: FormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [remember, setRemember] = useState(true);
  const { form, busy, at, submit } = useForm(true);
  const user = account.user.value;
  return (
    <form
      ref={form}
      class="account-form"
      onSubmit={submit(async () => {
        await account.register({
          name: name.trim(), email: email.trim() || null, password, remember,
        });
        onClose();
      })}
    >
      {user?.guest && (
        <p class="account-note good">{words.keeps(displayName(user))}</p>
      )}
      <TextField
        label={words.name} value={name} onInput={onName} name="username"
        autoComplete="username" required maxLength={32}
        hint={words.nameHint} problem={at('name')}
      />
      <TextField
        label={words.email} value={email} onInput={setEmail} name="email"
        type="email" autoComplete="email" maxLength={254}
        hint={words.emailHint} problem={at('email')}
      />
      <PasswordField
        label={words.password} value={password} onInput={setPassword} fresh
        hint={words.passwordHint} problem={at('new') ?? at('password')}
      />
      <Switch
        label={words.remember} checked={remember} onChange={setRemember}
      />
      <FormProblem words={at('form')} />
      <Button submit kind="primary" busy={busy}>{words.register}</Button>
      <p class="account-ways">
        <Button kind="quiet" small onClick={() => onWay('login')}>
          {words.toSignIn}
        </Button>
      </p>
    </form>
  );
}

/** What is wrong with none of the fields. */
export function FormProblem({ words: said }: { words: string | undefined }) {
  return <p class="problem" role="alert">{said}</p>;
}
