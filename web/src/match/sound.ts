// SPDX-License-Identifier: MIT
//
// Short, quiet tones, made here: nothing is fetched for them. Who wants less
// motion is taken to want less noise too, until they switch it on.

import { signal } from '@preact/signals';

import { recall, remember } from '../ui/memory';

export type Sound = 'move' | 'hit' | 'sink' | 'start' | 'end' | 'low';

const KEY = 'sound';
const LOUDNESS = 0.07;
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

export const sound = signal((recall(KEY) ?? (calm ? 'off' : 'on')) === 'on');

export function switchSound(on: boolean): void {
  sound.value = on;
  remember(KEY, on ? 'on' : 'off');
  if (on) play('move');
}

/** Frequencies one after the other, each for so many seconds. */
type Tune = [wave: OscillatorType, step: number, ...hz: number[]];
const TUNES: Record<Sound, Tune> = {
  move: ['sine', 0.07, 330],
  hit: ['triangle', 0.09, 220, 165],
  sink: ['triangle', 0.12, 220, 165, 110],
  start: ['sine', 0.11, 392, 523],
  end: ['sine', 0.16, 523, 659, 784],
  low: ['square', 0.06, 880, 880],
};

let context: AudioContext | undefined;

export function play(what: Sound): void {
  // Before anybody has touched the page browsers let it make no sound.
  if (!sound.value || !navigator.userActivation?.hasBeenActive) return;
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
    tune(context, ...TUNES[what]);
  } catch {
    // A device without sound is no reason to stop.
  }
}

function tune(to: AudioContext, ...[wave, step, ...hz]: Tune): void {
  hz.forEach((frequency, i) => {
    const at = to.currentTime + i * step;
    const tone = new OscillatorNode(to, { type: wave, frequency });
    const gain = new GainNode(to, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + step * 1.6);
    tone.connect(gain).connect(to.destination);
    tone.start(at);
    tone.stop(at + step * 1.7);
  });
}
