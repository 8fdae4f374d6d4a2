// SPDX-License-Identifier: MIT

import { useState } from 'preact/hooks';

import { words } from '../text/account';
import { Button } from '../ui/button';
import { Field } from '../ui/field';

interface PasswordFieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** A new one, that password managers may make up. */
  fresh?: boolean;
  hint?: string;
  problem?: string | undefined;
}

/** A password, that can be looked at while it is typed. */
export function PasswordField(props: PasswordFieldProps) {
  const { label, value, onInput, fresh, hint, problem } = props;
  const [shown, setShown] = useState(false);
  return (
    <Field
      label={label}
      {...(hint ? { hint } : {})}
      {...(problem ? { problem } : {})}
    >
      {(ids) => (
        <span class="password">
          <input
            {...ids}
            {...({ type: shown ? 'text' : 'password' } as object)}
            class="input"
            name={fresh ? 'new-password' : 'password'}
            autoComplete={fresh ? 'new-password' : 'current-password'}
            autoCapitalize="off"
            spellcheck={false}
            maxLength={512}
            {...(fresh ? { minLength: 8 } : {})}
            required
            value={value}
            aria-invalid={problem ? true : undefined}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
          <Button
            kind="quiet" small icon="eye" label={words.show} pressed={shown}
            onClick={() => setShown(!shown)}
          />
        </span>
      )}
    </Field>
  );
}
