// SPDX-License-Identifier: MIT

import { text } from '../text/en';
import { match as words } from '../text/match';
import { CopyButton } from '../ui/copy';
import { Button } from '../ui/button';
import type { MatchModel } from './model/match';
import { sound, switchSound } from './sound';
import type { Table } from './table';

/** What is played, and how; the link to it. */
export function About({ model, table }: { model: MatchModel; table: Table }) {
  const { game, variant, clock, match } = table;
  const facts = [
    text.variants[game]?.[variant] ?? variant,
    clock ? words.clock(minutes(clock.seconds), clock.increment)
      : words.noClock,
    table.rated ? words.rated : words.casual,
    ...(table.private ? [words.private] : []),
    ...(match && match.spectators > 0
      ? [words.spectators(match.spectators)] : []),
    ...(match && match.you == null && match.delay > 0
      ? [words.delay(match.delay)] : []),
  ];
  return (
    <section class="match-about" aria-label={words.about}>
      <h1>{text.games[game] ?? game}</h1>
      <div class="match-tools">
        <Button
          kind="quiet" small
          icon={sound.value ? 'sound' : 'mute'}
          label={words.sound}
          pressed={sound.value}
          onClick={() => switchSound(!sound.value)}
        />
        <CopyButton
          kind="quiet" small what={linkTo(model)} label={words.share}
        />
      </div>
      <p class="match-facts hint">{facts.join(' · ')}</p>
    </section>
  );
}

/** For who is to play or to look on; a private match opens with its code. */
export function linkTo(model: MatchModel): string {
  const link = new URL(`/match/${model.id}`, location.href);
  if (model.code) link.searchParams.set('code', model.code);
  return link.href;
}

/** "5", "0:30" */
function minutes(seconds: number): string {
  const whole = Math.floor(seconds / 60);
  return seconds % 60
    ? `${whole}:${String(seconds % 60).padStart(2, '0')}` : String(whole);
}
