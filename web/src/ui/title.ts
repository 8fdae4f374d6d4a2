// SPDX-License-Identifier: MIT

import { useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';

import { text } from '../text/en';
import { unread } from './badges';

const page = signal('');

/** What the window is called for as long as this is drawn. */
export function useTitle(title: string): void {
  useEffect(() => {
    page.value = title;
  }, [title]);
}

/** Drawn once, by the shell: the title with the number of unread messages. */
export function useWindowTitle(): void {
  useSignalEffect(() => {
    const title = text.site.title(page.value);
    document.title = unread.value ? `(${unread.value}) ${title}` : title;
  });
}
