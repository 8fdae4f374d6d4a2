// SPDX-License-Identifier: MIT
//
// What the chat plugin and this page say to each other in the namespace
// `/chat`: one object each way, for every event and every acknowledgement.

/** How a request ends: the plugin's answer, or why there is none. */
export type Reply<Answer> =
  | ({ ok: true } & Answer)
  | { ok: false; error: string; message: string; field?: string };

/**
 * The acknowledgement of a request that was refused, by the plugin or, when it
 * breaks its contract, by the server.
 */
export interface Refused {
  error: { code: string; message: string; data?: { field?: string } };
}

export interface Person {
  /** The user; of who has not signed in, of this connection only. */
  id: string;
  name: string;
}

export interface Presence extends Person {
  room: string;
}

export interface Said {
  room: string;
  /** Number of the message, the one that acknowledged `say`. */
  id: number;
  /** The id of the person. */
  from: string;
  name: string;
  text: string;
  /** Milliseconds since 1970. */
  time: number;
}

/** What the page asks, and what it is answered. */
export interface ChatRequests {
  join: {
    ask: { room: string; name: string };
    answer: { room: string; you: string; people: Person[] };
  };
  say: { ask: { room: string; text: string }; answer: { id: number } };
  who: { ask: { room: string }; answer: { room: string; people: Person[] } };
  leave: { ask: { room: string }; answer: object };
}

/** What the server tells unasked. */
export interface ChatEvents {
  joined: Presence;
  left: Presence;
  said: Said;
}

/** The bounds that the server checks; the page checks them first. */
export const LIMITS = { room: 60, name: 32, text: 4000 } as const;
