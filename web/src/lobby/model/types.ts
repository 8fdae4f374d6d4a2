// SPDX-License-Identifier: MIT

import type { Channel } from '../../wire/channel';
import type { Answer, Ask, GameContract, News } from '../../wire/contract';

export type Wire = Channel<GameContract>;

/** A line of the list of matches. */
export type Summary = Answer<GameContract, 'lobby:enter'>['matches'][number];
export type Seat = NonNullable<Summary['seats'][number]>;
/** Somebody who is here. */
export type Player = Answer<GameContract, 'lobby:players'>['players'][number];
export type Invitation = News<GameContract, 'match:invited'>;
export type Game = Answer<GameContract, 'games'>['games'][number];
export type QuickAsk = Ask<GameContract, 'quick:join'>;
export type CreateAsk = Ask<GameContract, 'match:create'>;

export interface Clock {
  seconds: number;
  increment?: number | null;
}

/** Small things that outlive the page. */
export interface Shelf {
  get(key: string): string | null;
  put(key: string, value: string): void;
}
