// SPDX-License-Identifier: MIT

import { type RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** What is sensible to go on with, the best first. */
const NEXT = '.waiting .primary, [role=grid] [tabindex="0"], .placing-ship, '
  + '.actions .primary, .actions .button';

/**
 * What had the focus may go by itself, as the button of who is ready does.
 * Then it is where one goes on, and not at the top of the page.
 */
export function useKeptFocus(place: RefObject<HTMLElement | null>): void {
  const inside = useRef(false);
  useEffect(() => {
    const element = place.current;
    const come = () => (inside.current = true);
    // Some browsers say so of what is just being taken away, too.
    const go = ({ target }: FocusEvent) => queueMicrotask(() => {
      if (target instanceof Node && target.isConnected
        && !element?.contains(document.activeElement))
        inside.current = false;
    });
    element?.addEventListener('focusin', come);
    element?.addEventListener('focusout', go);
    return () => {
      element?.removeEventListener('focusin', come);
      element?.removeEventListener('focusout', go);
    };
  }, []);
  useLayoutEffect(() => {
    const active = document.activeElement;
    if (!inside.current || (active && active !== document.body)) return;
    place.current?.querySelector<HTMLElement | SVGElement>(NEXT)
      ?.focus({ preventScroll: true });
  });
}
