// SPDX-License-Identifier: MIT
//
// The list of the moves, and the way back through them: by clicks, and by the
// arrow keys from wherever they mean nothing else.

import { useEffect, useRef, useState } from 'preact/hooks';

import { match as words } from '../text/match';
import { Button } from '../ui/button';
import type { IconName } from '../ui/icon';
import type { Board } from './boards/board';
import type { MatchModel } from './model/match';
import './moves.css';
import { nameOf, type Table } from './table';

const PLAY_MS = 900;
/** Where arrow keys have a meaning of their own. */
const TAKEN = 'input, textarea, select, dialog, [role=grid], [role=tablist], '
  + '[role=menu], [role=button], [role=log], [contenteditable]';

interface MovesProps {
  model: MatchModel;
  table: Table;
  board: Board | undefined;
}

export function Moves({ model, table, board }: MovesProps) {
  const { steps, before } = model.past.value;
  const { step } = model;
  const list = useRef<HTMLOListElement>(null);
  useKeys(model);
  useEffect(() => {
    const box = list.current;
    const item = box?.querySelector<HTMLElement>('[aria-current]');
    if (!box) return;
    const at = item?.offsetTop ?? 0;
    if (box.contains(document.activeElement))
      item?.focus({ preventScroll: true });
    box.scrollTop = at - box.clientHeight / 2;
    box.scrollLeft = (item?.offsetLeft ?? 0) - box.clientWidth / 2;
  }, [step, steps.length]);
  return (
    <section class="moves" aria-label={words.moves}>
      {steps.length === 0
        ? <p class="moves-none hint">{words.noMoves}</p>
        : (
          <ol class="moves-list" ref={list} tabIndex={-1}>
            {steps.map(({ seat, move, view }, i) => (
              <li key={i}>
                <button
                  type="button"
                  class="move"
                  // One stop for Tab; the arrow keys go on from there.
                  tabIndex={Math.max(step, 1) === i + 1 ? 0 : -1}
                  aria-current={step === i + 1 ? 'step' : undefined}
                  onClick={() => model.look(i + 1)}
                >
                  <span class="sr-only">
                    {words.move(
                      before + i + 1, nameOf(table, seat, words.free),
                      board?.words(move, view) ?? move ?? '')}
                  </span>
                  <span class="move-n" aria-hidden="true">
                    {before + i + 1}
                  </span>
                  <span
                    aria-hidden="true"
                    class={board?.piece(seat)
                      ? `piece ${board.piece(seat)!.class}`
                      : `piece piece-seat-${seat === table.near ? 0 : 1}`}
                  />
                  <span aria-hidden="true">
                    {board?.short(move, view) ?? move}
                  </span>
                </button>
              </li>
            ))}
          </ol>
        )}
      <Controls model={model} steps={steps.length} step={step} />
    </section>
  );
}

function Controls({ model, steps, step }: {
  model: MatchModel;
  steps: number;
  step: number;
}) {
  const [plays, setPlays] = useState(false);
  useEffect(() => {
    if (!plays) return;
    if (step >= steps) {
      setPlays(false);
      return;
    }
    const timer = window.setTimeout(() => model.look(step + 1), PLAY_MS);
    return () => window.clearTimeout(timer);
  }, [plays, step, steps]);
  const to = (icon: IconName, label: string, at: number, off: boolean) => (
    <Button
      kind="quiet" icon={icon} label={label} disabled={off}
      onClick={() => {
        setPlays(false);
        model.look(at);
      }}
    />
  );
  return (
    <div class="moves-controls" role="group" aria-label={words.replay}>
      {to('first', words.first, 0, step === 0)}
      {to('left', words.previous, step - 1, step === 0)}
      <Button
        kind="quiet" icon={plays ? 'pause' : 'play'}
        label={plays ? words.pause : words.play}
        disabled={steps === 0}
        onClick={() => {
          if (!plays && step >= steps) model.look(0);
          setPlays(!plays);
        }}
      />
      {to('right', words.next, step + 1, step >= steps)}
      {to('last', words.last, steps, step >= steps)}
    </div>
  );
}

function useKeys(model: MatchModel): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (event.defaultPrevented || event.altKey || event.ctrlKey
        || event.metaKey || event.shiftKey) return;
      if (target instanceof Element && target.closest(TAKEN)) return;
      const to = {
        ArrowLeft: model.step - 1, ArrowRight: model.step + 1,
        Home: 0, End: Infinity,
      }[key];
      if (to === undefined || model.past.value.steps.length === 0) return;
      event.preventDefault();
      model.look(to);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [model]);
}
