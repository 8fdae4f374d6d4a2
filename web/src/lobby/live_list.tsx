// SPDX-License-Identifier: MIT
//
// The place of a list that lives: of one height whatever is in it, held while
// somebody is about to press something, with a button for what is new.

import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

import { Button } from '../ui/button';
import type { HeldList } from './model/held';
import { useHold } from './use_hold';

interface Props<T> {
  list: HeldList<T>;
  /** "Show 2 new matches". */
  freshWords: (n: number) => string;
  /** As high as what stands beside it. */
  tall?: boolean;
  children: ComponentChildren;
}

export function LiveList<T>({ list, freshWords, tall, children }: Props<T>) {
  const hold = useHold(list);
  const body = useRef<HTMLDivElement>(null);
  const fresh = list.fresh.value;
  return (
    <div class={tall ? 'list-frame tall' : 'list-frame'} {...hold}>
      <div class="list-body card" ref={body} tabIndex={-1}>{children}</div>
      {fresh > 0 && (
        <Button
          small kind="primary" class="list-fresh"
          onClick={() => {
            list.refresh();
            body.current?.focus();
            body.current?.scrollTo({ top: 0 });
          }}
        >
          {freshWords(fresh)}
        </Button>
      )}
    </div>
  );
}
