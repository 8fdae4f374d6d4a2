// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import { useTitle } from '../ui/title';

export function AccountPage() {
  useTitle(text.account.settings);
  return <div class="page"><h1>{text.account.settings}</h1></div>;
}
