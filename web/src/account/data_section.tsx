// SPDX-License-Identifier: MIT
//
// What is kept of somebody: to take away, and to have deleted.

import { useState } from 'preact/hooks';

import { account } from '../site';
import { words } from '../text/account';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { sentence } from '../ui/errors';
import { TextField } from '../ui/field';
import { notify } from '../ui/notices';
import type { User } from './http';
import { displayName } from './names';
import { PasswordField } from './password_field';
import { FormProblem } from './sign_in_dialog';
import { useForm } from './use_form';

export function DataSection({ user }: { user: User }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      download(await account.everything());
    } catch (error) {
      notify({ words: sentence(error), level: 'bad' });
    }
    setBusy(false);
  };
  return (
    <section class="card account-section" aria-labelledby="data">
      <h2 id="data">{words.data}</h2>
      <p class="hint">{words.exportHint}</p>
      <div class="account-buttons">
        <Button icon="down" busy={busy} onClick={save}>{words.export}</Button>
        <Button kind="danger" icon="bin" onClick={() => setAsking(true)}>
          {user.guest ? words.removeGuest : words.remove}
        </Button>
      </div>
      {asking && (
        <RemoveDialog user={user} onClose={() => setAsking(false)} />
      )}
    </section>
  );
}

function RemoveDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const { form, busy, at, submit } = useForm();
  const name = displayName(user);
  const sure = typed.trim().toLowerCase() === name.toLowerCase();
  return (
    <Dialog title={words.removeTitle} onClose={onClose}>
      <form
        ref={form}
        class="account-form"
        onSubmit={submit(async () => {
          await account.remove(password);
          notify({ words: words.removed });
          onClose();
        })}
      >
        <p>{words.removeHint}</p>
        <TextField
          label={words.removeType(name)} value={typed} onInput={setTyped}
          autoComplete="off" autoFocus required
        />
        {!user.guest && (
          <PasswordField
            label={words.password} value={password} onInput={setPassword}
            problem={at('password')}
          />
        )}
        <FormProblem words={at('form')} />
        <div class="dialog-foot">
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button submit kind="danger" busy={busy} disabled={!sure}>
            {words.removeNow}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function download(what: object): void {
  const json = JSON.stringify(what, null, 2);
  const url = URL.createObjectURL(
    new Blob([json], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = words.exportFile;
  link.click();
  URL.revokeObjectURL(url);
}
