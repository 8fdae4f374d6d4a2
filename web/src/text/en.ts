// SPDX-License-Identifier: MIT
//
// Every word of the shell and of the first page, by feature; those of pages
// that are loaded later stand in files beside this one. Who translates them
// copies the folder; sentences with values in them are functions, so that each
// language puts them where it wants them. What the server says in its own words
// (reasons of refusals) comes from there.

import { lobby } from './lobby';

/** "1 match", "3 matches". */
function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

export const text = {
  site: {
    name: 'Mortise',
    title: (page: string) => (page ? `${page} · Mortise` : 'Mortise'),
    skip: 'Skip to the page',
    nav: 'Pages',
    play: 'Play',
    chat: 'Chat',
    leaderboard: 'Leaderboard',
    account: 'Account',
    playground: 'Playground',
    notFound: 'There is no such page.',
    home: 'To the front page',
    broken: 'This page could not be loaded.',
    reload: 'Load it again',
    unread: (n: number) => count(n, 'unread message'),
    guestMenu: (name: string) => `${name}, a guest`,
    theme: 'Colours',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  },

  ui: {
    close: 'Close',
    cancel: 'Cancel',
    copied: 'Copied',
    copyByHand: 'Copy this:',
    notices: 'Notices',
    loading: 'Loading',
    retry: 'Try again',
  },

  time: {
    today: 'Today',
    yesterday: 'Yesterday',
    justNow: 'just now',
  },

  connection: {
    label: 'Connection',
    connecting: 'Connecting',
    live: 'Live',
    again: 'Back again',
    lost: 'Lost',
    ended: 'Closed',
    noConnection: 'No connection.',
    why: {
      offline: 'This device is offline.',
      unreachable: 'The server cannot be reached.',
      broken: 'The connection broke.',
      silent: 'The server stopped answering.',
      closed: 'The server closed the connection.',
      slept: 'This device was asleep.',
      unkept: 'This browser keeps no cookies, and without them nobody can be '
        + 'told from others. Allow them for this site.',
      refused: (said: string) => `The server says: ${said}.`,
      notice: (said: string) => `The server says: ${said}.`,
      banned: (said: string) =>
        said ? `You have been banned: ${said}.` : 'You have been banned.',
    },
    bannedUntil: (when: string) => `Until ${when}.`,
    retryIn: (seconds: number) => `Again in ${seconds} s`,
    trying: 'Trying again…',
    tryNow: 'Try now',
    connect: 'Connect again',
    safe: 'What you do meanwhile is kept and sent then.',
  },

  /** Of requests that were not answered; the others say it themselves. */
  errors: {
    connection_lost: 'There is no connection.',
    no_answer: 'The server did not answer.',
    unreachable: 'The server cannot be reached.',
  } as Record<string, string>,

  account: {
    signIn: 'Sign in',
    register: 'Create an account',
    signOut: 'Sign out',
    signedOut: (why: string) => `You have been signed out. ${why}`,
    again: 'Sign in again',
    profile: 'Your profile',
    settings: 'Account and devices',
  },

  lobby,

  /** By the names that the server has for them. */
  games: {
    'connect-four': 'Connect Four',
    battleship: 'Battleship',
  } as Record<string, string>,
  variants: {
    'connect-four': { standard: '7 × 6', large: '8 × 7' },
    battleship: { standard: 'Standard', streak: 'Hits shoot again' },
  } as Record<string, Record<string, string>>,

  chat: {
    title: 'Chat',
  },

  players: {
    leaderboard: 'Leaderboard',
    profile: 'Player',
  },
} as const;
