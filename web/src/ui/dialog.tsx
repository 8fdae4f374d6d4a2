// SPDX-License-Identifier: MIT
//
// The browser's own dialog: it traps the focus, closes by Escape, and gives
// the focus back to where it was.

import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

import { text } from '../text/en';
import { Button } from './button';
import './dialog.css';

interface DialogProps {
  title: string;
  children: ComponentChildren;
  /** Also by Escape, and by a click beside it. */
  onClose: () => void;
  wide?: boolean;
}

/** Open for as long as it is drawn. */
export function Dialog({ title, children, onClose, wide }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressed = useRef(false);
  const id = useId();
  useLayoutEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? 'dialog wide' : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressed.current = event.target === dialog.current;
      }}
      onClick={(event) => {
        // Not the second click of two on what has opened it, nor the end of
        // a selection that began inside.
        const beside = event.target === dialog.current && pressed.current;
        if (beside && event.detail < 2) onClose();
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <Button
            kind="quiet" small icon="close" label={text.ui.close}
            onClick={onClose}
          />
        </header>
        {children}
      </div>
    </dialog>
  );
}
