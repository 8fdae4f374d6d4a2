// SPDX-License-Identifier: MIT
//
// What several forms of the front page ask.

import { text } from '../text/en';
import { Choice, Segments } from '../ui/field';
import { desk } from './lobby';
import type { Clock } from './model/types';
import { clockWords, variantName } from './words';

const CLOCKS: (Clock | null)[] = [
  null,
  { seconds: 60, increment: 0 },
  { seconds: 180, increment: 2 },
  { seconds: 300, increment: 0 },
  { seconds: 600, increment: 5 },
  { seconds: 1_800, increment: 0 },
];

export function ClockChoice({ label, value, onChange }: {
  label: string;
  value: Clock | null;
  onChange: (clock: Clock | null) => void;
}) {
  const key = (clock: Clock | null) =>
    clock ? `${clock.seconds}+${clock.increment ?? 0}` : '';
  const known = CLOCKS.some((clock) => key(clock) === key(value));
  const clocks = known ? CLOCKS : [...CLOCKS, value];
  return (
    <Choice
      label={label}
      value={key(value)}
      options={clocks.map((clock) => [key(clock), clockWords(clock)])}
      onChange={(chosen) =>
        onChange(clocks.find((clock) => key(clock) === chosen) ?? null)}
    />
  );
}

export function VariantChoice() {
  const { game, variants } = desk.game.value;
  return (
    <Segments
      label={text.lobby.variant}
      value={desk.variant.value}
      options={variants.map((one) => [one, variantName(game, one)])}
      onChange={(chosen) => desk.wishVariant(chosen)}
    />
  );
}
