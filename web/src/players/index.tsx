// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import { useTitle } from '../ui/title';

export function LeaderboardPage() {
  useTitle(text.players.leaderboard);
  return <div class="page"><h1>{text.players.leaderboard}</h1></div>;
}

export function PlayerPage({ params }: { params: { user: string } }) {
  useTitle(text.players.profile);
  return (
    <div class="page">
      <h1>{text.players.profile} {params.user}</h1>
    </div>
  );
}
