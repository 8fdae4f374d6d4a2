// SPDX-License-Identifier: MIT

import { signal } from '@preact/signals';

import { recall, remember } from './memory';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const known = recall('theme') as Theme | null;
export const theme = signal<Theme>(
  known && THEMES.includes(known) ? known : 'system');
show(theme.value);

export function choose(next: Theme): void {
  theme.value = next;
  remember('theme', next === 'system' ? null : next);
  show(next);
}

function show(one: Theme): void {
  const { dataset } = document.documentElement;
  if (one === 'system') delete dataset.theme;
  else dataset.theme = one;
}
