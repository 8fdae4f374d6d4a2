// SPDX-License-Identifier: MIT

import { useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Choice, Segments, TextField } from '../ui/field';
import type { Spec } from './dialogs';
import type { Chat } from './model/chat';
import { LIMITS } from './model/types';
import { useAnswer } from './use_answer';

const own = words.moderation;
const DURATIONS = ['300', '3600', '86400', '604800', '0'] as const;
type Duration = (typeof DURATIONS)[number];

interface SanctionProps {
  chat: Chat;
  spec: Extract<Spec, { kind: 'sanction' }>;
  onClose: () => void;
}

/** Muting, kicking or banning somebody: how long, where, and why. */
export function Sanction({ chat, spec, onClose }: SanctionProps) {
  const { what, room, user } = spec;
  const [duration, setDuration] = useState<Duration>('3600');
  const [scope, setScope] = useState<'here' | 'everywhere'>('here');
  const [reason, setReason] = useState('');
  const { send, busy, problem } = useAnswer(onClose);
  const act = () => {
    const who = { user: user.id, reason: reason.trim() };
    const where = scope === 'here' ? { room: room.address } : {};
    return what === 'kick'
      ? chat.channel.ask('kick', { ...who, room: room.address })
      : chat.channel.ask(what, {
          ...who, ...where, seconds: Number(duration),
        });
  };
  return (
    <Dialog title={own.titles[what](user.name)} onClose={onClose}>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          send(act());
        }}
      >
        <p>{own.explains[what]}</p>
        {what !== 'kick' && chat.moderates(null) && (
          <Segments
            label={own.scope} value={scope} onChange={setScope}
            options={[['here', own.here], ['everywhere', own.everywhere]]}
          />
        )}
        {what !== 'kick' && (
          <Choice
            label={own.howLong} value={duration} onChange={setDuration}
            options={DURATIONS.map((one) => [one, own.durations[one]] as const)}
          />
        )}
        <TextField
          label={own.reason} value={reason} onInput={setReason}
          maxLength={LIMITS.reason} hint={own.reasonHint} problem={problem}
        />
        <div class="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{text.ui.cancel}</Button>
          <Button submit kind="danger" busy={busy}>{own.act[what]}</Button>
        </div>
      </form>
    </Dialog>
  );
}
