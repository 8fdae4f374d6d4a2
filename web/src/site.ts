// SPDX-License-Identifier: MIT
//
// What there is one of in a window: its account, its connection, and the two
// namespaces. Models are given what they need of it; only the entries of the
// features and the shell take it from here.

import { Account } from './account/account';
import { Connection } from './wire/connection';
import type { ChatContract, GameContract } from './wire/contract';

export const account = new Account();
export const connection = new Connection(account);
export const game = connection.channel<GameContract>('/game');
export const chat = connection.channel<ChatContract>('/chat');

account.onChange = () => connection.open();
