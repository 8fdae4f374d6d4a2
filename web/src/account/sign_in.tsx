// SPDX-License-Identifier: MIT
//
// The dialog by which a guest becomes an account, or somebody who has one
// comes back. Any feature may open it; it is loaded then.

import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

import { tellBroken } from '../ui/broken';

export type Way = 'login' | 'register' | 'reset';

export interface SignInProps {
  way: Way;
  onWay: (way: Way) => void;
  onClose: () => void;
}

const open = signal<Way | null>(null);
const Dialog = signal<ComponentType<SignInProps> | null>(null);

export function openSignIn(way: Way): void {
  open.value = way;
  if (Dialog.value) return;
  import('./sign_in_dialog').then(
    (module) => {
      Dialog.value = module.SignInDialog;
    },
    () => {
      open.value = null;
      tellBroken();
    });
}

/** Drawn once, by the shell. */
export function SignIn() {
  const way = open.value;
  if (!way || !Dialog.value) return null;
  return (
    <Dialog.value
      way={way}
      onWay={(next) => (open.value = next)}
      onClose={() => (open.value = null)}
    />
  );
}
