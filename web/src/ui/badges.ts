// SPDX-License-Identifier: MIT
//
// Numbers that features show in the navigation, which knows none of them.

import { signal } from '@preact/signals';

/** Messages of the chat that nobody has read here. */
export const unread = signal(0);
