// SPDX-License-Identifier: MIT
//
// The front page: what one can begin, what goes on, and who is here.

import { useEffect } from 'preact/hooks';

import { game } from '../site';
import { text } from '../text/en';
import { Empty } from '../ui/empty';
import { useTitle } from '../ui/title';
import { CreateDialog } from './create_dialog';
import { matches, mine, players } from './lobby';
import './lobby.css';
import './lists.css';
import { MatchesSection } from './matches_section';
import { MineSection } from './mine_section';
import { PlayCards } from './play_cards';
import { PlayersSection } from './players_section';

export { CreateDialog } from './create_dialog';
export { matchPath, message, openCreate, profilePath } from './lobby';
export { clockWords, gameName, variantName } from './words';

const words = text.lobby;

export function LobbyPage() {
  useTitle('');
  useEffect(() => {
    matches.open();
    players.open();
    if (mine.loaded.peek()) mine.soon();
    return () => {
      matches.close();
      players.close();
      game.request('lobby:leave', undefined, () => {});
    };
  }, []);
  if (game.absent.value)
    return <div class="page"><Empty words={words.absent} /></div>;
  return (
    <div class="page lobby">
      <header class="lobby-head">
        <h1>{words.headline}</h1>
        <p class="lobby-about hint">{words.about}</p>
        <MineSection />
      </header>
      <PlayCards />
      <div class="lobby-lists">
        <MatchesSection />
        <PlayersSection />
      </div>
      <CreateDialog />
    </div>
  );
}
