// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import { useTitle } from '../ui/title';

export function LobbyPage() {
  useTitle('');
  return <div class="page"><h1>{text.lobby.title}</h1></div>;
}
