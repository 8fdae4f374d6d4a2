// SPDX-License-Identifier: MIT
//
// What the chat is to the other pages: a page of its own, a panel for beside
// a match, and the number of messages that nobody has read.

import { effect } from '@preact/signals';

import { chat as channel } from '../site';
import { chat as words } from '../text/chat';
import { unread } from '../ui/badges';
import { notify } from '../ui/notices';
import { Chat } from './model/chat';
import { roomName } from './names';
import { Page } from './page';
import { Panel } from './panel';

const chat = new Chat(channel);

/** Begins to listen: what is unread is told on every page. */
export function startChat(): void {
  effect(() => {
    unread.value = chat.unread.value;
  });
  chat.onModerator.add((news) => {
    if (news.what !== 'reported') return;
    const room = chat.room(news.room);
    notify({
      words: words.moderation.news(
        news.by, room ? roomName(room.info.value) : news.room),
    });
  });
}

export function ChatPage({ params }: { params: { room?: string } }) {
  return <Page chat={chat} address={params.room ?? ''} />;
}

/** A room by its name, to be joined by who sees it. */
export function RoomPanel({ room }: { room: string }) {
  return <Panel chat={chat} address={room} />;
}
