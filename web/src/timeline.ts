// SPDX-License-Identifier: MIT
//
// From the lines of a room to what a reader sees: messages of one author in a
// row are one group, people who come or go together are one sentence, and a
// new day is announced.

import type { Line } from './chat';
import { day, sameDay } from './time';

export type SaidLine = Extract<Line, { kind: 'said' }>;

export type Block =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'note'; key: string; text: string }
  | {
      kind: 'presence';
      key: string;
      way: 'joined' | 'left';
      names: string[];
      time: number;
    }
  | {
      kind: 'group';
      key: string;
      mine: boolean;
      name: string;
      time: number;
      messages: SaidLine[];
    };

/** A pause this long makes a new group, with the time written again. */
const PAUSE_MS = 5 * 60_000;

export function toBlocks(lines: readonly Line[], now: number): Block[] {
  const blocks: Block[] = [];
  let previous: Line | undefined;
  for (const line of lines) {
    // The day a conversation starts on is only worth a line when it is
    // not this one.
    const turned = previous
      ? !sameDay(previous.time, line.time)
      : !sameDay(line.time, now);
    if (turned) {
      const text = day(line.time, now);
      blocks.push({ kind: 'day', key: `day${line.key}`, text });
    }
    if (turned || !extend(blocks.at(-1), previous, line))
      blocks.push(begin(line));
    previous = line;
  }
  return blocks;
}

/** Adds the line to the last block when it belongs there. */
function extend(
  block: Block | undefined,
  previous: Line | undefined,
  line: Line,
): boolean {
  if (block?.kind === 'group' && line.kind === 'said') {
    const same = block.mine === line.mine && block.name === line.name;
    const soon = previous && line.time - previous.time < PAUSE_MS;
    if (!same || !soon) return false;
    block.messages.push(line);
    return true;
  }
  if (block?.kind === 'presence' && line.kind === block.way) {
    if (!block.names.includes(line.name)) block.names.push(line.name);
    return true;
  }
  return false;
}

function begin(line: Line): Block {
  const key = String(line.key);
  switch (line.kind) {
    case 'said': {
      const { mine, name, time } = line;
      return { kind: 'group', key, mine, name, time, messages: [line] };
    }
    case 'note':
      return { kind: 'note', key, text: line.text };
    default: {
      const { kind, name, time } = line;
      return { kind: 'presence', key, way: kind, names: [name], time };
    }
  }
}
