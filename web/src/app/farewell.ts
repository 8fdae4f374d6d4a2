// SPDX-License-Identifier: MIT

import { useSignalEffect } from '@preact/signals';

import { openSignIn } from '../account/sign_in';
import { account } from '../site';
import { text } from '../text/en';
import { notify } from '../ui/notices';

/** Says why somebody is signed out that they have not themselves asked for. */
export function useFarewell(): void {
  useSignalEffect(() => {
    const why = account.farewell.value;
    if (!why) return;
    account.farewell.value = null;
    notify({
      words: text.account.signedOut(why.reason ?? ''),
      level: 'bad',
      lastsMs: null,
      actions: [{
        label: text.account.again, primary: true,
        onPick: () => openSignIn('login'),
      }],
    });
  });
}
