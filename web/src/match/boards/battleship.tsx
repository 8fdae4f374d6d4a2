// SPDX-License-Identifier: MIT
//
// Battleship: both place their fleets, then they shoot in turns.

import { useState } from 'preact/hooks';

import { match } from '../../text/match';
import type { View } from '../model/state';
import './battleship.css';
import type { Board, BoardProps } from './board';
import {
  CELLS, cellOf, LENGTHS, nameOf, partsOf, readFleet, type Ship,
} from './fleet';
import { Placing } from './placing';
import { AIM, Sea } from './sea';

const words = match.battleship;

interface Battle {
  phase: 'placing' | 'shooting' | 'over';
  seas: [string, string];
  placed: [number, number];
  sunk: [number, number];
  last: string;
  hit: number;
}

function battleOf(view: View): Battle {
  const water = '.'.repeat(CELLS);
  return {
    phase: 'placing', seas: [water, water], placed: [0, 0], sunk: [0, 0],
    last: '', hit: 0, ...view,
  };
}

const isFleet = (move: string | null) => move?.startsWith('place') ?? true;

function guess(view: View, seat: number, move: string): View {
  const { seas, placed } = battleOf(view);
  const fleet = readFleet(move);
  const sea = fleet ? seat : 1 - seat;
  const marks = fleet ? marksOf(fleet) : aimed(seas[sea]!, cellOf(move));
  return {
    ...view,
    seas: seas.map((old, i) => (i === sea ? marks : old)),
    placed: placed.map((old, i) => (fleet && i === seat ? 1 : old)),
  };
}

function marksOf(fleet: Ship[]): string {
  const marks = [...'.'.repeat(CELLS)];
  fleet.forEach((ship, index) => {
    for (const cell of partsOf(ship, index))
      marks[cell] = String.fromCharCode(65 + index);
  });
  return marks.join('');
}

function aimed(marks: string, cell: number): string {
  return marks.slice(0, cell) + AIM + marks.slice(cell + 1);
}

function Draw(props: BoardProps) {
  const { id, view, you, names, play, steps } = props;
  const battle = battleOf(view);
  const { phase, placed } = battle;
  // Whose sea one shoots at comes first; a spectator sees seat 1's first.
  const order = you === 1 ? [0, 1] : [1, 0];
  const [shown, setShown] = useState(0);

  if (play && you !== null && phase === 'placing' && !placed[you])
    return <Placing id={id} onPlace={play} />;
  const mine = you !== null && phase === 'placing';
  const tab = mine ? 1 : shown;
  return (
    <div class="battle">
      <div class="battle-tabs" role="group" aria-label={words.which}>
        {order.map((seat, i) => (
          <button
            key={seat}
            type="button"
            class="battle-tab"
            aria-pressed={tab === i}
            aria-label={seaOf(props, seat)}
            onClick={() => setShown(i)}
          >
            {(seat !== you && names[seat]) || seaOf(props, seat)}
          </button>
        ))}
      </div>
      {order.map((seat, i) => (
        <Side
          key={seat}
          {...props}
          battle={battle} seat={seat} shown={tab === i}
          fleet={fleetOf(steps, seat)}
          onShoot={play && seat !== you && phase === 'shooting' ? play : null}
        />
      ))}
    </div>
  );
}

function seaOf({ you, names }: BoardProps, seat: number): string {
  if (seat === you) return words.yourSea;
  return names[seat] ? words.sea(names[seat]) : words.otherSea;
}

function fleetOf(steps: BoardProps['steps'], seat: number): Ship[] | null {
  const step = steps.find((one) => one.seat === seat);
  return readFleet(step?.move ?? null);
}

interface SideProps extends BoardProps {
  battle: Battle;
  seat: number;
  shown: boolean;
  fleet: Ship[] | null;
  onShoot: ((move: string) => void) | null;
}

function Side(props: SideProps) {
  const { battle, seat, shown, fleet, onShoot } = props;
  const marks = battle.seas[seat]!;
  const title = seaOf(props, seat);
  const last = cellOf(battle.last);
  return (
    <section
      class="battle-side"
      data-shown={shown || undefined}
      data-open={onShoot ? true : undefined}
      aria-label={title}
    >
      <h2 class="battle-title">{title}</h2>
      <div class="battle-sea">
        <Sea
          label={title} marks={marks} fleet={fleet}
          last={last >= 0 && /[oxa-e]/.test(marks[last]!)
            && lastIsHere(props, last) ? last : -1}
          onShoot={onShoot && ((cell) => onShoot(nameOf(cell)))}
        />
      </div>
      <Sunk marks={marks} />
    </section>
  );
}

/** The last shot is one cell; in whose sea it fell, the moves tell. */
function lastIsHere({ view, steps, seat }: SideProps, cell: number): boolean {
  const shot = [...steps].reverse().find((one) =>
    one.view.last === view.last && one.move !== null
    && cellOf(one.move) === cell);
  return shot ? shot.seat !== seat : true;
}

/** The ships of a sea, and which of them have sunk. */
function Sunk({ marks }: { marks: string }) {
  return (
    <ul class="fleet" aria-label={words.fleet}>
      {LENGTHS.map((length, index) => {
        const sunk = marks.includes(String.fromCharCode(97 + index));
        return (
          <li key={index} class="fleet-ship" data-sunk={sunk || undefined}>
            <span class="sr-only">
              {words.afloat(words.ships[index]!, sunk)}
            </span>
            {Array.from({ length }, (_, i) => (
              <span key={i} class="fleet-part" aria-hidden="true" />
            ))}
          </li>
        );
      })}
    </ul>
  );
}

export const battleship: Board = {
  shape: 'wide',
  Draw,
  guess,
  again: (view, seat, move) =>
    isFleet(move) && battleOf(view).phase === 'placing'
      && !battleOf(view).placed[seat],
  short: (move, view) => isFleet(move)
    ? words.fleetPlaced : `${move} ${words.signs[battleOf(view).hit]}`,
  words: (move, view) => isFleet(move)
    ? words.placedFleet : words.shot(move!, battleOf(view).hit),
  turn: (view) =>
    (battleOf(view).phase === 'placing' ? words.placeTurn : null),
  tone: (view) => (['move', 'hit', 'sink'] as const)[battleOf(view).hit]!,
  piece: () => null,
};
