// SPDX-License-Identifier: MIT
import './styles/base.css';
import './styles/door.css';
import './styles/room.css';
import './styles/messages.css';

import { render } from 'preact';

import { readPlace } from './address';
import { Chat } from './chat';
import { Connection } from './connection';
import type { ChatEvents, ChatRequests } from './contract';
import { App } from './ui/app';

const connection = new Connection<ChatEvents, ChatRequests>('/chat');
const chat = new Chat(connection);
const { room, name } = readPlace();

connection.open();
if (room && name) chat.join(room, name);
render(
  <App connection={connection} chat={chat} />,
  document.getElementById('app')!,
);
