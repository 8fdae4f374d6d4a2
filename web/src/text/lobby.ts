// SPDX-License-Identifier: MIT
//
// The words of the front page; en.ts has them with all others.

function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}

export const lobby = {
  title: 'Play',
  headline: 'Play a game',
  about: 'Connect Four and Battleship, against people or a bot. '
    + 'No account needed.',
  absent: 'This server has no games.',
  loading: 'Loading',

  game: 'Game',
  variant: 'Board and rules',
  start: 'Start a match',

  quick: {
    title: 'Quick match',
    about: 'Somebody of about your strength.',
    clock: 'Clock',
    rated: 'Rated',
    join: 'Find an opponent',
    waiting: 'Looking for an opponent',
    elapsed: 'Waiting for',
    window: (around: number) => `Ratings within ${around} of yours.`,
    anyone: 'Asking the server…',
    others: (n: number) =>
      n <= 0 ? 'Nobody else waits yet.' : `${count(n, 'other')} waiting.`,
    cancel: 'Cancel',
    offer: 'It is quiet just now.',
    bot: 'Play the bot instead',
    lost: 'You wait again as soon as there is a connection.',
    found: 'An opponent is there.',
    note: 'Looking for an opponent…',
  },

  bot: {
    title: 'Play the bot',
    about: 'At once, as long as you like.',
    level: 'Level',
    levels: ['1', '2', '3', '4', '5'],
    hint: ['Easy', 'Casual', 'Even', 'Hard', 'Merciless'],
    join: 'Play now',
  },

  friend: {
    title: 'With a friend',
    about: 'Send a link, or read a code out.',
    create: 'Create a match',
    code: 'Code or link',
    placeholder: 'abcd-2345',
    join: 'Join',
    empty: 'Type the code that you were given.',
  },

  create: {
    title: 'Create a match',
    challenge: (name: string) => `Challenge ${name}`,
    who: 'Who may join',
    whos: { private: 'Only by link or code', public: 'Anybody' },
    clock: 'Clock',
    rated: 'Rated',
    ratedHint: 'Counts for both ratings.',
    seat: 'Who begins',
    seats: {
      any: 'Chance decides', '0': 'I do', '1': 'My opponent',
    },
    seatLabel: 'Seat',
    seatNames: { any: 'Any', '0': 'First', '1': 'Second' },
    delay: 'Spectators see it',
    delays: {
      '0': 'at once', '60': 'a minute late', '300': 'five minutes late',
    },
    submit: 'Create',
    challengeSubmit: 'Send the challenge',
    challengeHint: 'They get a notice, and have the seat as soon as they accept.',
  },

  clock: (seconds: number, increment: number) => {
    const time = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
    return increment ? `${time} + ${increment} s` : time;
  },
  noClock: 'No clock',

  matches: {
    title: 'Matches',
    filters: 'Which matches',
    status: 'Show',
    statuses: { any: 'All', open: 'To join', running: 'To watch' },
    anyGame: 'All games',
    rated: 'Rated or not',
    ratedAny: 'Rated or not',
    ratedOnly: 'Rated',
    casual: 'Casual',
    join: 'Join',
    watch: 'Watch',
    back: 'Go on',
    joinOf: (name: string) => `Join ${name}`,
    watchOf: (one: string, other: string) => `Watch ${one} and ${other}`,
    backOf: 'Go on with your match',
    over: 'Over',
    versus: 'and',
    waits: 'waits for an opponent',
    watching: (n: number) => count(n, 'spectator'),
    fresh: (n: number) => `Show ${count(n, 'new match', 'new matches')}`,
    none: 'No match to join or to watch just now.',
    noneHint: 'Create a match and it stands here for all to join, '
      + 'or play the bot meanwhile.',
    noneFiltered: 'No match is like this just now.',
    showAll: 'Show all matches',
    newest: (n: number, total: number) =>
      `The newest ${n} of ${total.toLocaleString()}`,
    failed: 'The list cannot be loaded now.',
    starts: 'begins',
  },

  players: {
    title: 'Players here',
    none: 'Nobody else is here just now.',
    noneHint: 'Send a link to somebody:',
    copy: 'Copy the link',
    playing: 'in a match',
    idle: 'free',
    guest: 'guest',
    provisional: 'not sure yet',
    rating: (game: string, rating: number) => `${game}: ${rating}`,
    more: 'Show more',
    fresh: (n: number) => `Show ${count(n, 'new player')}`,
    challenge: 'Challenge',
    challengeOf: (name: string) => `Challenge ${name}`,
    menuOf: (name: string) => `More about ${name}`,
    profile: 'Profile',
    message: 'Message',
    failed: 'Who is here cannot be loaded now.',
  },

  mine: {
    title: 'Yours',
    go: 'Go on',
    goOf: (game: string, name: string) => `Go on: ${game} against ${name}`,
    open: 'waits for an opponent',
    against: (name: string) => `against ${name}`,
    invites: (game: string, how: string) =>
      `challenges you: ${game}, ${how}`,
    accept: 'Accept',
    decline: 'Decline',
    acceptOf: (name: string) => `Accept the challenge of ${name}`,
    declineOf: (name: string) => `Decline the challenge of ${name}`,
  },

  notices: {
    invited: (name: string, game: string, how: string) =>
      `${name} challenges you: ${game}, ${how}.`,
    refused: (name: string) => `${name} would rather not play now.`,
    uninvitable: (why: string) => `The challenge was not sent. ${why}`,
    sent: (name: string) => `${name} has your challenge.`,
    rated: 'rated',
    casual: 'casual',
  },
} as const;
