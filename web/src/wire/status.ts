// SPDX-License-Identifier: MIT
//
// What can be said of the connection, and why it was lost.

export type Status =
  | { kind: 'connecting' }
  /** `again`: it had been lost. */
  | { kind: 'live'; again: boolean }
  /** `retryAt` is a time of Date.now(), or null while an attempt runs. */
  | { kind: 'lost'; why: Why; retryAt: number | null }
  /** The server does not want this page back before somebody asks for it. */
  | { kind: 'ended'; why: Why };

/** `said` is the server's own sentence, where it has said one. */
export interface Why {
  code: WhyCode;
  said?: string;
  /** When a ban ends; null: never. */
  until?: number | null;
}
export type WhyCode =
  | 'offline' | 'unreachable' | 'broken' | 'silent' | 'closed' | 'refused'
  | 'notice' | 'slept' | 'banned' | 'unkept';

/** What the plugin auth says before it closes a socket. */
export interface Ended {
  code: string;
  reason?: string | null;
  /** When a ban ends; null: never. */
  until?: number | null;
}

export function banOf({ reason, until = null }: Partial<Ended>): Why {
  return { code: 'banned', said: reason ?? '', until };
}

/** The reasons of the client's manager. */
export function lossOf(reason: string): Why {
  if (!navigator.onLine) return { code: 'offline' };
  switch (reason) {
    case 'ping timeout':
      return { code: 'silent' };
    case 'transport error':
      return { code: 'broken' };
    default:
      return { code: 'closed' };
  }
}
