// SPDX-License-Identifier: MIT

import { useState } from 'preact/hooks';

import { match as words } from '../text/match';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import type { Act, MatchModel } from './model/match';
import { isSeated, type Match, type Seat } from './model/state';
import type { Table } from './table';

interface Props {
  model: MatchModel;
  table: Table;
}

/** Draws, resigning, the rematch; the room for them is always there. */
export function Actions({ model, table }: Props) {
  const { match } = table;
  return (
    <section class="actions" aria-label={words.actions}>
      {!match || match.status === 'over'
        ? <Over model={model} match={match} />
        : isSeated(match)
          ? match.status === 'running'
            ? <Running model={model} match={match} />
            : null
          : <p class="hint">{words.watching}</p>}
    </section>
  );
}

function Running({ model, match }: { model: MatchModel; match: Match }) {
  const [asks, setAsks] = useState(false);
  const me = match.seats[match.you!];
  const other = match.seats[1 - match.you!];
  return (
    <>
      {match.draws && <Draw model={model} me={me} other={other} />}
      <Button icon="flag" onClick={() => setAsks(true)}>{words.resign}</Button>
      {asks && (
        <Dialog title={words.resignTitle} onClose={() => setAsks(false)}>
          <p>{words.resignWords}</p>
          <div class="dialog-foot">
            <Button onClick={() => setAsks(false)}>{words.resignNo}</Button>
            <Button
              kind="danger" icon="flag"
              onClick={() => {
                setAsks(false);
                model.act('match:resign');
              }}
            >
              {words.resign}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Draw({ model, me, other }: {
  model: MatchModel;
  me: Seat | null | undefined;
  other: Seat | null | undefined;
}) {
  const act = (event: Act) => () => model.act(event);
  if (other?.offers)
    return (
      <>
        <Button kind="primary" onClick={act('match:accept')}>
          {words.acceptDraw}
        </Button>
        <Button onClick={act('match:decline')}>{words.declineDraw}</Button>
      </>
    );
  if (other?.bot) return null; // it declines all of them
  return (
    <Button
      busy={me?.offers || model.asked.value === 'match:offer'}
      onClick={act('match:offer')}
    >
      {me?.offers ? words.offered : words.offerDraw}
    </Button>
  );
}

function Over({ model, match }: { model: MatchModel; match: Match | null }) {
  const seated = match !== null && isSeated(match);
  const next = match?.next;
  const link = next
    && `/match/${next}${model.code ? `?code=${model.code}` : ''}`;
  const began = match?.result?.why !== 'cancelled';
  return (
    <>
      {link
        ? <Button kind="primary" href={link}>
            {seated ? words.goNext : words.watchNext}
          </Button>
        : seated && began && <Rematch model={model} match={match} />}
      <Button href="/">{words.toLobby}</Button>
    </>
  );
}

function Rematch({ model, match }: { model: MatchModel; match: Match }) {
  const me = match.seats[match.you!];
  const other = match.seats[1 - match.you!];
  const gone = !other || (other.away && !other.bot);
  if (gone) return null;
  return (
    <Button
      kind="primary"
      busy={me?.rematch || model.asked.value === 'match:rematch'}
      onClick={() => model.act('match:rematch')}
    >
      {me?.rematch ? words.rematchAsked
        : other.rematch ? words.rematchAccept : words.rematch}
    </Button>
  );
}
