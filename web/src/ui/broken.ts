// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import { notify } from './notices';

let told = false;

/**
 * A part of the page could not be loaded. Mostly the server has newer ones
 * than this window: then loading it anew is what helps.
 */
export function tellBroken(): void {
  if (told) return;
  told = true;
  notify({
    words: text.site.broken,
    level: 'bad',
    lastsMs: null,
    actions: [{
      label: text.site.reload, primary: true,
      onPick: () => location.reload(),
    }],
  });
}
