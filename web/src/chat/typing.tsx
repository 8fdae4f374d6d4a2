// SPDX-License-Identifier: MIT

import { chat as words } from '../text/chat';
import type { Room } from './model/room';

/** Always takes its line, so that nothing moves when somebody begins. */
export function Typing({ room }: { room: Room }) {
  const [first, second, third] = room.typing.value;
  let text = '';
  if (third) text = words.typing.many;
  else if (first && second) text = words.typing.two(first.name, second.name);
  else if (first) text = words.typing.one(first.name);
  return <p class="typing" role="status">{text}</p>;
}
