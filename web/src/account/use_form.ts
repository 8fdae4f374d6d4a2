// SPDX-License-Identifier: MIT
//
// A form that asks the server: what is wrong stands at the field that it is
// about, and that field has the focus.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';

import { words } from '../text/account';
import { sentence } from '../ui/errors';
import { AuthError } from './http';

export type Where = 'name' | 'email' | 'password' | 'new' | 'code' | 'form';

interface Problem {
  at: Where;
  words: string;
}

const AT: Record<string, Where> = {
  bad_name: 'name', name_taken: 'name',
  bad_email: 'email', email_taken: 'email',
  wrong_login: 'password', wrong_password: 'password',
  bad_password: 'new',
  wrong_code: 'code',
};

function problemOf(error: unknown): Problem {
  const said = sentence(error);
  if (!(error instanceof AuthError)) return { at: 'form', words: said };
  const at = AT[error.code] ?? 'form';
  return { at, words: error.retry ? words.wait(said, error.retry) : said };
}

/** `start`: the first field has the focus when the form comes. */
export function useForm(start = false) {
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useLayoutEffect(() => {
    if (start) form.current?.querySelector('input')?.focus();
  }, []);
  useLayoutEffect(() => {
    if (problem)
      form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [problem]);
  return {
    form,
    busy,
    /** What is wrong with a field; of 'form': with none of them. */
    at: (where: Where) => problem?.at === where ? problem.words : undefined,
    /** For onSubmit: asks, and tells what came of it. */
    submit: (ask: () => Promise<void>) => async (event: Event) => {
      event.preventDefault();
      if (busy) return;
      setBusy(true);
      setProblem(null);
      try {
        await ask();
      } catch (error) {
        setProblem(problemOf(error));
      } finally {
        setBusy(false);
      }
    },
  };
}
