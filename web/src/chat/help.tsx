// SPDX-License-Identifier: MIT

import { chat as words } from '../text/chat';
import { Dialog } from '../ui/dialog';
import type { Chat } from './model/chat';
import { COMMANDS, commandsOf } from './model/commands';
import type { Room } from './model/room';

/** The keys, and the commands that one may give here. */
export function Help({ chat, room, onClose }: {
  chat: Chat;
  room: Room | undefined;
  onClose: () => void;
}) {
  const commands = room
    ? commandsOf(chat, room) : COMMANDS.filter(({ power }) => !power);
  return (
    <Dialog title={words.keys.title} onClose={onClose} wide>
      <h3>{words.keys.keyboard}</h3>
      <dl class="help">
        {words.keys.list.map(([keys, what]) => (
          <div key={keys}>
            <dt><kbd>{keys}</kbd></dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>{words.keys.commands}</h3>
      <dl class="help">
        {commands.map(({ name }) => {
          const [what, does] = words.commands[name];
          return (
            <div key={name}>
              <dt><code>/{name} {what}</code></dt>
              <dd>{does}</dd>
            </div>
          );
        })}
      </dl>
    </Dialog>
  );
}
