// SPDX-License-Identifier: MIT
//
// Which of the two views is shown, and the address bar that goes with it.

import { useEffect } from 'preact/hooks';

import { readPlace, showPlace } from '../address';
import type { Chat, ChatConnection } from '../chat';
import { rememberName } from '../memory';
import { Door } from './door';
import { Room } from './room';
import { useStore } from './use_store';

interface AppProps {
  connection: ChatConnection;
  chat: Chat;
}

export function App({ connection, chat }: AppProps) {
  const status = useStore(connection.status);
  const state = useStore(chat.state);
  const inside = state.stage === 'in' || state.stage === 'returning';

  useEffect(() => followHistory(chat), [chat]);

  if (inside)
    return (
      <Room
        status={status}
        state={state}
        chat={chat}
        onRetry={() => connection.retryNow()}
        onLeave={() => {
          showPlace(null, 'push');
          chat.leave();
        }}
      />
    );
  return (
    <Door
      status={status}
      state={state}
      onRetry={() => connection.retryNow()}
      onCancel={() => chat.leave()}
      onJoin={(room, name) => {
        rememberName(name);
        showPlace({ room, name }, readPlace().room ? 'replace' : 'push');
        chat.join(room, name);
      }}
    />
  );
}

/** Back and Forward go out of the room and in again. */
function followHistory(chat: Chat): () => void {
  const follow = () => {
    const { room, name } = readPlace();
    if (room && name) chat.join(room, name);
    else chat.leave();
  };
  window.addEventListener('popstate', follow);
  return () => window.removeEventListener('popstate', follow);
}
