// SPDX-License-Identifier: MIT

import { useEffect, useState } from 'preact/hooks';

/**
 * Date.now(), drawn again every so many milliseconds; null stands still. What
 * it draws is not to be read aloud: a number that changes is no news.
 */
export function useNow(everyMs: number | null): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (everyMs === null) return;
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
