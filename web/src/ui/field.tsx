// SPDX-License-Identifier: MIT
//
// A label, something to fill in, and below it a hint or what is wrong.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

import './field.css';

interface FieldProps {
  label: string;
  hint?: string;
  problem?: string;
  children: (ids: { id: string; 'aria-describedby': string }) =>
    ComponentChildren;
}

export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  const below = `${id}-below`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': below })}
      <p
        id={below}
        class={problem ? 'problem' : 'hint'}
        role={problem ? 'alert' : undefined}
      >
        {problem || hint}
      </p>
    </div>
  );
}

interface TextFieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string;
  problem?: string | undefined;
  type?: 'text' | 'password' | 'email' | 'search' | 'number';
  name?: string;
  maxLength?: number;
  autoComplete?: string;
  required?: boolean;
  autoFocus?: boolean;
  placeholder?: string;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, problem, onInput, autoFocus, ...rest } = props;
  return (
    <Field
      label={label}
      {...(hint ? { hint } : {})}
      {...(problem ? { problem } : {})}
    >
      {(ids) => (
        <input
          {...ids}
          {...(rest as object)}
          class="input"
          autofocus={autoFocus}
          autoCapitalize="off"
          spellcheck={false}
          aria-invalid={problem ? true : undefined}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
  hint?: string;
}

/** One of many, in a list that opens. */
export function Choice<T extends string>(props: ChoiceProps<T>) {
  const { label, value, options, onChange, hint } = props;
  return (
    <Field label={label} {...(hint ? { hint } : {})}>
      {(ids) => (
        <select
          {...ids}
          class="input"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as T)}
        >
          {options.map(([option, words]) => (
            <option key={option} value={option}>{words}</option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** One of few, all in sight. */
export function Segments<T extends string>(props: ChoiceProps<T>) {
  const { label, value, options, onChange } = props;
  const name = useId();
  return (
    <fieldset class="segments">
      <legend>{label}</legend>
      <div class="segments-row">
        {options.map(([option, words]) => (
          <label key={option} class="segment">
            <input
              type="radio"
              name={name}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  hint?: string;
}

export function Switch({ label, checked, onChange, hint }: SwitchProps) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="switch-words">
        {label}
        {hint && <span class="hint">{hint}</span>}
      </span>
    </label>
  );
}
