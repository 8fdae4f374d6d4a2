// SPDX-License-Identifier: MIT
//
// What stands in the place of the quick match while one waits for it.

import { connection } from '../site';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { stopwatch } from '../ui/time';
import { useNow } from '../ui/use_now';
import { desk, quick } from './lobby';
import { clockWords, gameName } from './words';

const words = text.lobby.quick;
/** After this a bot is offered. */
const LONG_MS = 15_000;

export function QuickCard() {
  const now = useNow(500);
  const waiting = quick.waiting.value;
  if (!waiting) return null;
  const { ask, since, window, others } = waiting;
  const live = connection.status.value.kind === 'live';
  const long = now - since > LONG_MS;
  return (
    <section class="card start-card primary waits">
      <h2>{words.waiting}</h2>
      <p class="hint">
        {gameName(ask.game)} · {clockWords(ask.clock)}
        {ask.rated ? ` · ${words.rated}` : ''}
      </p>
      <p class="waits-time count">
        <span class="sr-only">{words.elapsed} </span>
        <span role="timer">{stopwatch(now - since)}</span>
      </p>
      <p class="waits-words hint" role="status">
        {!live
          ? words.lost
          : window === null
            ? words.anyone
            : `${words.window(window)} ${words.others(others - 1)}`}
        {long && ` ${words.offer}`}
      </p>
      <div class="waits-foot">
        {long && (
          <Button
            onClick={() => {
              quick.cancel();
              desk.playBot();
            }}
          >
            {words.bot}
          </Button>
        )}
        <Button icon="close" class="start-main" onClick={() => quick.cancel()}>
          {words.cancel}
        </Button>
      </div>
    </section>
  );
}
