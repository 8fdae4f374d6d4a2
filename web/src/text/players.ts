// SPDX-License-Identifier: MIT
//
// The words of the leaderboard and of profiles: the part of en.ts that only
// their pages load.

function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString()} ${n === 1 ? one : many}`;
}

export const players = {
  loading: 'Loading',
  guest: 'Guest',
  provisional: 'not sure yet',
  rating: (rating: number, deviation: number) => `${rating} ± ${deviation}`,

  board: {
    title: 'Leaderboard',
    titleOf: (game: string) => `Leaderboard of ${game}`,
    about: 'By what each rating is at least: nobody leads it after one '
      + 'lucky match. A question mark: not sure yet.',
    games: 'Games',
    views: 'Part',
    top: 'The best',
    around: 'Around me',
    rank: 'Rank',
    player: 'Player',
    rating: 'Rating',
    matches: 'Matches',
    won: 'Won',
    lost: 'Lost',
    drawn: 'Drawn',
    you: 'you',
    total: (n: number) => count(n, 'player'),
    range: (from: number, to: number, total: number) =>
      `${from}–${to} of ${total.toLocaleString()}`,
    pages: 'Pages',
    before: 'Better',
    after: 'Further down',
    none: (game: string) => `Nobody has played a rated match of ${game} yet.`,
    unranked: (game: string) =>
      `You have no rating in ${game} yet: a rated match gives you one.`,
    play: 'Play a rated match',
    failed: 'The leaderboard cannot be loaded now.',
  },

  profile: {
    title: 'Player',
    none: 'There is no such player.',
    home: 'To the front page',
    here: 'Here now',
    away: 'Not here',
    challenge: 'Challenge',
    message: 'Message',
    settings: 'Account and devices',
    games: 'Games',
    ratings: 'Ratings and results',
    rank: (n: number) => `Rank ${n.toLocaleString()}`,
    unrated: 'No rating yet',
    deviation: (n: number) => `± ${n}`,
    results: (won: number, drawn: number, lost: number) =>
      `${won} won, ${drawn} drawn, ${lost} lost`,
    played: (n: number) => count(n, 'match', 'matches'),
    running: 'Playing now',
    watch: 'Watch',
    watchOf: (game: string, name: string) => `Watch ${game} against ${name}`,
    goOn: 'Go on',
    goOnOf: (game: string, name: string) => `Go on with ${game} against ${name}`,
    past: 'Matches',
    noPast: 'No matches yet.',
    noPastMine: 'You have not played yet.',
    play: 'Play a game',
    more: 'Show more',
    against: 'against',
    replay: 'Replay',
    replayOf: (game: string, name: string, when: string) =>
      `Replay of ${game} against ${name}, ${when}`,
    outcome: {
      won: 'Won', lost: 'Lost', drawn: 'Drawn', none: 'No result',
    },
    why: {
      played: '', resigned: 'by resignation', agreed: 'by agreement',
      time: 'on time', left: 'the loser left', idle: 'the loser was idle',
      aborted: 'broken off', cancelled: 'never began',
    },
    moves: (n: number) => count(n, 'move'),
    rated: 'Rated',
    casual: 'Casual',
    failed: 'This player cannot be loaded now.',
  },
} as const;
