// SPDX-License-Identifier: MIT

import { useState } from 'preact/hooks';

import { sentence } from '../ui/errors';

/** What a dialog does with an answer: it closes, or says why not. */
export function useAnswer(onDone: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  return {
    busy,
    problem,
    send: (asked: Promise<unknown>) => {
      setBusy(true);
      asked.then(onDone, (error: unknown) => {
        setProblem(sentence(error));
        setBusy(false);
      });
    },
  };
}
