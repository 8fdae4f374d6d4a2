// SPDX-License-Identifier: MIT

import { useEffect, useState } from 'preact/hooks';

import { text } from '../text/en';
import { Button, type ButtonProps } from './button';

interface CopyProps extends Pick<ButtonProps, 'kind' | 'small' | 'class'> {
  /** What it puts on the clipboard. */
  what: string;
  label: string;
}

export function CopyButton({ what, label, ...style }: CopyProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 2_500);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <Button
        {...style}
        icon={copied ? 'check' : 'link'}
        onClick={async () => setCopied(await copyText(what))}
      >
        {copied ? text.ui.copied : label}
      </Button>
      <span class="sr-only" role="status">{copied ? text.ui.copied : ''}</span>
    </>
  );
}

/**
 * True when it is on the clipboard. Browsers offer that to secure origins
 * only, and a server on the local network seldom is one: there the text is
 * shown, to be copied by hand.
 */
export async function copyText(what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(what);
    return true;
  } catch {
    window.prompt(text.ui.copyByHand, what);
    return false;
  }
}
