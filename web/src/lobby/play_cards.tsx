// SPDX-License-Identifier: MIT
//
// The ways into a match, each one press away.

import { useEffect, useRef, useState } from 'preact/hooks';

import { text } from '../text/en';
import { Button } from '../ui/button';
import { sentence } from '../ui/errors';
import { Segments, TextField } from '../ui/field';
import { go } from '../ui/go';
import { ClockChoice, VariantChoice } from './choices';
import { desk, matchPath, openCreate, quick } from './lobby';
import type { Doing } from './model/desk';
import { QuickCard } from './quick_card';
import { gameName } from './words';

const words = text.lobby;

export function PlayCards() {
  const games = desk.games.value;
  const { game } = desk.game.value;
  const waits = quick.waits.value;
  const cards = useRef<HTMLDivElement>(null);
  const before = useRef(waits);
  useEffect(() => {
    if (before.current === waits) return;
    before.current = waits;
    // The button that was pressed is gone: the one in its place has the focus.
    if (document.activeElement === document.body)
      cards.current?.querySelector<HTMLElement>('.start-main')?.focus();
  }, [waits]);
  return (
    <section class="start" aria-label={words.start}>
      <div class="start-game">
        <Segments
          label={words.game}
          value={game}
          options={games.map((one) => [one.game, gameName(one.game)])}
          onChange={(chosen) => desk.wish({ game: chosen })}
        />
        <VariantChoice />
      </div>
      <div class="start-cards" ref={cards}>
        {waits ? <QuickCard /> : <QuickStart />}
        <BotCard />
        <FriendCard />
      </div>
    </section>
  );
}

/** What went wrong with this; takes no room of its own. */
function Problem({ of }: { of: (doing: Doing) => boolean }) {
  const problem = desk.problem.value;
  const mine = problem && of(problem.of) ? problem : null;
  return (
    <p class="problem start-problem" role="alert">
      {mine ? sentence(mine.error) : ''}
    </p>
  );
}

function QuickStart() {
  const { quickClock, quickRated } = desk.wishes.value!;
  const problem = quick.problem.value;
  return (
    <section class="card start-card primary">
      <h2>{words.quick.title}</h2>
      <p class="hint start-about">{words.quick.about}</p>
      <div class="start-options">
        <ClockChoice
          label={words.quick.clock} value={quickClock}
          onChange={(clock) => desk.wish({ quickClock: clock })}
        />
        <label class="check">
          <input
            type="checkbox" checked={quickRated}
            onChange={(event) =>
              desk.wish({ quickRated: event.currentTarget.checked })}
          />
          {words.quick.rated}
        </label>
      </div>
      <p class="problem start-problem" role="alert">
        {problem ? sentence(problem) : ''}
      </p>
      <Button
        kind="primary" icon="search" class="start-main"
        onClick={() => quick.join(desk.quickAsk())}
      >
        {words.quick.join}
      </Button>
    </section>
  );
}

function BotCard() {
  const { level } = desk.wishes.value!;
  const { levels } = desk.game.value;
  return (
    <section class="card start-card start-bot">
      <h2>{words.bot.title}</h2>
      <p class="hint start-about">{words.bot.about}</p>
      <Segments
        label={words.bot.level}
        value={String(Math.min(level, levels))}
        options={Array.from({ length: levels }, (_, i) =>
          [String(i + 1), words.bot.levels[i] ?? String(i + 1)])}
        onChange={(chosen) => desk.wish({ level: Number(chosen) })}
      />
      <p class="hint start-hint">{words.bot.hint[level - 1] ?? ''}</p>
      <Problem of={(doing) => doing === 'bot'} />
      <Button
        kind="primary" icon="play" busy={desk.doing.value === 'bot'}
        onClick={() => {
          quick.cancel();
          desk.playBot();
        }}
      >
        {words.bot.join}
      </Button>
    </section>
  );
}

function FriendCard() {
  const [typed, setTyped] = useState('');
  const [empty, setEmpty] = useState(false);
  const problem = desk.problem.value;
  const found = problem && (problem.of === 'find'
    || problem.of.startsWith('join:')) ? sentence(problem.error) : '';
  return (
    <section class="card start-card">
      <h2>{words.friend.title}</h2>
      <p class="hint start-about">{words.friend.about}</p>
      <form
        class="start-code"
        onSubmit={(event) => {
          event.preventDefault();
          setEmpty(!typed.trim());
          if (typed.trim()) findTyped(typed.trim());
        }}
      >
        <TextField
          label={words.friend.code}
          value={typed}
          maxLength={200}
          autoComplete="off"
          placeholder={words.friend.placeholder}
          problem={found || (empty ? words.friend.empty : '')}
          onInput={(value) => {
            setTyped(value);
            setEmpty(false);
          }}
        />
        <Button submit busy={desk.doing.value === 'find'}>
          {words.friend.join}
        </Button>
      </form>
      <Button kind="primary" icon="plus" onClick={() => openCreate()}>
        {words.friend.create}
      </Button>
    </section>
  );
}

/** A code, or the link to a match that somebody has copied. */
function findTyped(typed: string): void {
  const link = /\/match\/([a-z0-9]+)(?:\?code=([a-z0-9]+))?/i.exec(typed);
  if (link) go(matchPath(link[1]!, link[2]));
  else desk.find(typed.slice(0, 32));
}
