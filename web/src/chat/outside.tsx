// SPDX-License-Identifier: MIT
//
// What stands where a room would be that the user is not in: why, and how
// they come in.

import { useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import type { Chat } from './model/chat';
import type { Expulsion } from './model/types';
import { rest, useRest } from './times';

export function Outside({ chat, address, onJoined }: {
  chat: Chat;
  address: string;
  onJoined?: () => void;
}) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const invite = chat.invites.value.find(({ room }) => room === address);
  const why =
    chat.expelled.value.get('') ?? chat.expelled.value.get(address);
  const join = async () => {
    setBusy(true);
    setProblem('');
    try {
      await chat.join(address);
      onJoined?.();
    } catch (error) {
      setProblem(sentence(error));
    }
    setBusy(false);
  };
  if (chat.channel.absent.value) return <Empty words={words.absent} />;
  if (why)
    return <PutOut why={why} everywhere={chat.barred}
      busy={busy} problem={problem} onJoin={() => void join()} />;
  if (!chat.ready.value) return <Loading label={words.waiting} lines={6} />;
  // A private room is not known to who is not in it.
  if (address.startsWith('@') && !invite)
    return <Empty words={words.room.gone} />;
  return (
    <Empty words={words.room.joinThis(invite?.name || address)}>
      <Button kind="primary" busy={busy} onClick={() => void join()}>
        {words.room.join}
      </Button>
      {problem && <p class="problem" role="alert">{problem}</p>}
    </Empty>
  );
}

function PutOut({ why, everywhere, busy, problem, onJoin }: {
  why: Expulsion;
  everywhere: boolean;
  busy: boolean;
  problem: string;
  onJoin: () => void;
}) {
  const left = useRest(why.until);
  const what = everywhere
    ? words.room.bannedAll
    : why.what === 'kicked'
      ? words.room.kicked(why.by) : words.room.banned(why.by);
  return (
    <Empty words={what}>
      {why.reason && <p>{words.room.because(why.reason)}</p>}
      {left > 0 && <p class="count">{words.room.until(rest(left))}</p>}
      {!everywhere && (
        <Button busy={busy} onClick={onJoin}>{words.room.again}</Button>
      )}
      {problem && <p class="problem" role="alert">{problem}</p>}
    </Empty>
  );
}
