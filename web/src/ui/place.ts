// SPDX-License-Identifier: MIT
//
// Where something that opens stands: by what has opened it, wherever there is
// room, and over all that scrolls.

import { useLayoutEffect, useState } from 'preact/hooks';

type Place = { top: string; left: string };

const EDGE = 8;
const GAP = 4;

/** Places `inner` below or above `outer`, at its left or its right side. */
export function usePlace(
  open: boolean,
  outer: { current: HTMLElement | null },
  inner: { current: HTMLElement | null },
  align: 'start' | 'end',
): Place | undefined {
  const [place, setPlace] = useState<Place>();
  useLayoutEffect(() => {
    if (!open) return;
    const put = () => {
      if (outer.current && inner.current)
        setPlace(placeOf(outer.current, inner.current, align));
    };
    const scrolled = (event: Event) => {
      if (!inner.current?.contains(event.target as Node)) put();
    };
    put();
    document.addEventListener('scroll', scrolled, true);
    window.addEventListener('resize', put);
    return () => {
      document.removeEventListener('scroll', scrolled, true);
      window.removeEventListener('resize', put);
      setPlace(undefined);
    };
  }, [open]);
  return place;
}

function placeOf(
  outer: HTMLElement,
  inner: HTMLElement,
  align: 'start' | 'end',
): Place {
  const by = outer.getBoundingClientRect();
  const own = inner.getBoundingClientRect();
  const below = by.bottom + GAP;
  const fits = below + own.height <= window.innerHeight - EDGE;
  const top = fits ? below : Math.max(EDGE, by.top - GAP - own.height);
  const left = align === 'end' ? by.right - own.width : by.left;
  const most = window.innerWidth - own.width - EDGE;
  return {
    top: `${top}px`,
    left: `${Math.max(EDGE, Math.min(left, most))}px`,
  };
}
