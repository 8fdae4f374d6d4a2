// SPDX-License-Identifier: MIT
//
// What the plugins say their events are (contracts/, made by the build), and
// how an event's argument and answer are found in it.

import type * as Auth from './contracts/auth';
import type * as Chat from './contracts/chat';
import type * as Game from './contracts/game';

export type { Refusal } from './contracts/game';
import type { Refused } from './contracts/game';

/** The events of a namespace, both ways. */
export interface Contract {
  hears: object;
  says: object;
}

/** What the plugin auth does in every namespace, and the server's notice. */
interface Everywhere {
  hears: Auth.ServerToClient & {
    'mortise:notice': (...args: [message: Notice]) => void;
  };
  says: Auth.ClientToServer;
}

export interface GameContract extends Contract {
  hears: Game.ServerToClient & Everywhere['hears'];
  says: Game.ClientToServer & Everywhere['says'];
}

export interface ChatContract extends Contract {
  hears: Chat.ServerToClient & Everywhere['hears'];
  says: Chat.ClientToServer & Everywhere['says'];
}

/** What the server says before it ends a connection. */
export interface Notice {
  code: string;
  /** For people. */
  reason: string;
  /** After how many ms to come again; -1: not by oneself. */
  retry: number;
}

type Arguments<F> = F extends (...args: infer A) => void ? A : never;
type Answered<F> = F extends (answer: infer A) => void ? A : never;

/** The names of events. */
export type Hears<C extends Contract> = keyof C['hears'] & string;
export type Says<C extends Contract> = keyof C['says'] & string;

/** What an event brings. */
export type News<C extends Contract, E extends Hears<C>> =
  Arguments<C['hears'][E]> extends [infer Message, ...unknown[]]
    ? Message
    : undefined;

/** What is sent with an event: undefined where there is nothing to be said. */
export type Ask<C extends Contract, E extends Says<C>> =
  Arguments<C['says'][E]> extends [infer Message, infer _Answer]
    ? Message
    : Arguments<C['says'][E]> extends [infer Only]
      ? Only extends (...args: never) => void
        ? undefined
        : Only
      : undefined;

/** What it is answered, when it is not refused. */
export type Answer<C extends Contract, E extends Says<C>> =
  Arguments<C['says'][E]> extends [infer _Message, infer Back]
    ? Exclude<Answered<Back>, Refused>
    : Arguments<C['says'][E]> extends [infer Back]
      ? Exclude<Answered<Back>, Refused>
      : never;
