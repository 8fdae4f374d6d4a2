// SPDX-License-Identifier: MIT

import type { User } from './http';

/** What somebody is called by all others. */
export function displayName(user: User): string {
  return user.display;
}
