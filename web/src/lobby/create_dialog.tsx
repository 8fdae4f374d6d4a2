// SPDX-License-Identifier: MIT
//
// A match with all that one can say of it: for a friend, for whoever comes,
// or for somebody who is challenged.

import { text } from '../text/en';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { sentence } from '../ui/errors';
import { Choice, Segments, Switch } from '../ui/field';
import { ClockChoice, VariantChoice } from './choices';
import { creating, desk, type Whom } from './lobby';
import { gameName } from './words';

const words = text.lobby.create;

/** Drawn by each page that can open it. */
export function CreateDialog() {
  const open = creating.value;
  return open ? <Form whom={open.whom} /> : null;
}

function Form({ whom }: { whom: Whom | null }) {
  const wishes = desk.wishes.value!;
  const { game } = desk.game.value;
  const problem = desk.problem.value;
  const close = () => {
    creating.value = null;
  };
  return (
    <Dialog
      title={whom ? words.challenge(whom.name) : words.title} onClose={close}
    >
      <form
        class="create"
        onSubmit={(event) => {
          event.preventDefault();
          desk.open(whom?.user ?? null);
        }}
      >
        {whom && <p class="hint">{words.challengeHint}</p>}
        <Segments
          label={text.lobby.game}
          value={game}
          options={desk.games.value.map((one) =>
            [one.game, gameName(one.game)])}
          onChange={(chosen) => desk.wish({ game: chosen })}
        />
        <VariantChoice />
        {!whom && (
          <Segments
            label={words.who}
            value={wishes.private ? 'private' : 'public'}
            options={[
              ['private', words.whos.private], ['public', words.whos.public],
            ]}
            onChange={(who) => desk.wish({ private: who === 'private' })}
          />
        )}
        <div class="create-row">
          <ClockChoice
            label={words.clock} value={wishes.clock}
            onChange={(clock) => desk.wish({ clock })}
          />
          <Choice
            label={words.delay}
            value={String(wishes.delay)}
            options={Object.entries(words.delays)}
            onChange={(delay) => desk.wish({ delay: Number(delay) })}
          />
        </div>
        <Seats />
        <Switch
          label={words.rated} hint={words.ratedHint} checked={wishes.rated}
          onChange={(rated) => desk.wish({ rated })}
        />
        <p class="problem" role="alert">
          {problem?.of === 'create' ? sentence(problem.error) : ''}
        </p>
        <div class="dialog-foot">
          <Button onClick={close}>{text.ui.cancel}</Button>
          <Button
            submit kind="primary" busy={desk.doing.value === 'create'}
          >
            {whom ? words.challengeSubmit : words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Where chance decides who begins, a seat says nothing. */
function Seats() {
  const { seat } = desk.wishes.value!;
  const begins = desk.game.value.game === 'connect-four';
  const names = begins ? words.seats : words.seatNames;
  return (
    <Segments
      label={begins ? words.seat : words.seatLabel}
      value={seat}
      options={[['any', names.any], ['0', names['0']], ['1', names['1']]]}
      onChange={(chosen) => desk.wish({ seat: chosen })}
    />
  );
}
