// SPDX-License-Identifier: MIT
import { useLayoutEffect, useState } from 'preact/hooks';

import type { Store } from '../store';

/** The store's value; the component is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState({ of: store.value });
  useLayoutEffect(() => {
    const show = (next: T) => setValue({ of: next });
    // It may have changed between the drawing and now.
    show(store.value);
    return store.watch(show);
  }, [store]);
  return value.of;
}
