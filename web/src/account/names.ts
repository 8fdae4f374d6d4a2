// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import type { User } from './http';

/** What somebody is called by all others. */
export function displayName(user: User): string {
  return user.name ?? text.account.guest;
}
