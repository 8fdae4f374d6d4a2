// SPDX-License-Identifier: MIT

import { useEffect, useRef } from 'preact/hooks';

interface Held {
  hold(): void;
  release(): void;
}

/** Holds a list while the pointer is over it, or the focus in it. */
export function useHold(list: Held) {
  const by = useRef({ pointer: false, focus: false });
  useEffect(() => () => list.release(), []);
  const set = (part: { pointer?: boolean; focus?: boolean }) => {
    Object.assign(by.current, part);
    if (by.current.pointer || by.current.focus) list.hold();
    else list.release();
  };
  return {
    onPointerEnter: (event: PointerEvent) => {
      if (event.pointerType === 'mouse') set({ pointer: true });
    },
    onPointerLeave: () => set({ pointer: false }),
    onFocusIn: () => set({ focus: true }),
    onFocusOut: (event: FocusEvent) => {
      const inside = (event.currentTarget as Element).contains(
        event.relatedTarget as Node | null);
      if (!inside) set({ focus: false });
    },
  };
}
