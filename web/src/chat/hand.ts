// SPDX-License-Identifier: MIT
//
// The one message whose tools are shown: under the pointer or in focus,
// whichever came last.

import { signal } from '@preact/signals';

/** Its id; 0: none. */
export const hand = signal(0);

const HOVERS = matchMedia('(hover: hover)');

/** For the element around all messages. */
export const handlers = {
  // Not what enters or leaves: a message that scrolls under a pointer that
  // rests has not been pointed at.
  onPointerMove: (event: PointerEvent) => {
    const box = event.currentTarget as Element;
    if (!HOVERS.matches || box.querySelector('[aria-expanded="true"]')) return;
    hand.value = idOf(event.target) || hand.value;
  },
  onPointerLeave: (event: PointerEvent) => {
    const box = event.currentTarget as Element;
    if (box.querySelector('[aria-expanded="true"]')) return;
    hand.value = idOf(document.activeElement);
  },
  onFocusIn: (event: FocusEvent) => {
    hand.value = idOf(event.target);
  },
  onFocusOut: (event: FocusEvent) => {
    const next = event.relatedTarget;
    const box = event.currentTarget as Element;
    if (!(next instanceof Node && box.contains(next))) hand.value = 0;
  },
};

/** The message in which an element is; 0. */
export function idOf(element: EventTarget | null): number {
  if (!(element instanceof Element)) return 0;
  return Number(element.closest<HTMLElement>('[data-id]')?.dataset.id ?? 0);
}
