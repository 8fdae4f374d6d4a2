// SPDX-License-Identifier: MIT

export { LeaderboardPage } from './leaderboard';
export { PlayerPage } from './profile';
