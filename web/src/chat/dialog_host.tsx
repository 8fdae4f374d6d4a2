// SPDX-License-Identifier: MIT
//
// Draws the dialog that is open.

import { useState } from 'preact/hooks';

import { chat as words } from '../text/chat';
import { text } from '../text/en';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Loading } from '../ui/empty';
import { sentence } from '../ui/errors';
import { Choice, TextField } from '../ui/field';
import { ago } from '../ui/time';
import { dialog, type Spec } from './dialogs';
import { Finder } from './finder';
import { Help } from './help';
import type { Chat } from './model/chat';
import { LIMITS, type Trace } from './model/types';
import { Sanction } from './sanction_dialog';
import { Switcher } from './switcher';
import { useAnswer } from './use_answer';

interface HostProps {
  chat: Chat;
  go: (room: string) => void;
}

export function DialogHost(props: HostProps) {
  const spec = dialog.value;
  const close = () => (dialog.value = null);
  return spec && <One {...props} spec={spec} onClose={close} />;
}

interface OneProps<K extends Spec['kind'] = Spec['kind']> extends HostProps {
  spec: Extract<Spec, { kind: K }>;
  onClose: () => void;
}

function One({ spec, ...rest }: OneProps) {
  switch (spec.kind) {
    case 'rooms':
      return <Finder {...rest} />;
    case 'switch':
      return <Switcher {...rest} />;
    case 'help':
      return <Help chat={rest.chat} room={spec.room} onClose={rest.onClose} />;
    case 'talk':
      return <Talk {...rest} spec={spec} />;
    case 'invite':
      return <InviteSomebody {...rest} spec={spec} />;
    case 'topic':
      return <Topic {...rest} spec={spec} />;
    case 'slow':
      return <Slow {...rest} spec={spec} />;
    case 'sanction':
      return <Sanction {...rest} spec={spec} />;
    case 'delete':
      return <Delete {...rest} spec={spec} />;
    case 'report':
      return <Report {...rest} spec={spec} />;
    case 'trace':
      return <TraceDialog {...rest} spec={spec} />;
  }
}

interface AskProps {
  title: string;
  label: string;
  hint?: string;
  start?: string;
  act: string;
  danger?: boolean;
  optional?: boolean;
  maxLength: number;
  onClose: () => void;
  send: (value: string) => Promise<unknown>;
}

/** One field, and what is done with it. */
function Ask(props: AskProps) {
  const { title, label, hint, act, danger, optional, onClose, send } = props;
  const [value, setValue] = useState(props.start ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async () => {
    setBusy(true);
    try {
      await send(value.trim());
      onClose();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (optional || value.trim()) void submit();
        }}
      >
        <TextField
          label={label} value={value} onInput={setValue}
          maxLength={props.maxLength} problem={problem} autoFocus
          {...(hint ? { hint } : {})}
        />
        <div class="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{text.ui.cancel}</Button>
          <Button
            submit kind={danger ? 'danger' : 'primary'} busy={busy}
            disabled={!optional && !value.trim()}
          >
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A name as the server takes it. */
function named(name: string): string {
  return `@${name.replace(/^@/, '')}`;
}

function Talk({ chat, go, onClose }: OneProps<'talk'>) {
  return (
    <Ask
      title={words.talk} label={words.people.direct} act={words.people.start}
      maxLength={64} onClose={onClose}
      send={async (name) => go((await chat.direct(named(name))).address)}
    />
  );
}

function InviteSomebody({ chat, spec, onClose }: OneProps<'invite'>) {
  return (
    <Ask
      title={words.people.invite} label={words.people.name}
      act={words.people.send} maxLength={64} onClose={onClose}
      send={(name) => chat.channel.ask('invite', {
        room: spec.room.address, user: named(name),
      })}
    />
  );
}

function Topic({ chat, spec, onClose }: OneProps<'topic'>) {
  return (
    <Ask
      title={words.moderation.topicTitle} label={words.finder.topic}
      start={spec.room.info.value.topic} act={words.moderation.save} optional
      maxLength={LIMITS.topic} onClose={onClose}
      send={(topic) => chat.channel.ask('topic', {
        room: spec.room.address, topic,
      })}
    />
  );
}

const WAITS = [0, 5, 10, 30, 60, 300, 900, 3600] as const;

function Slow({ chat, spec, onClose }: OneProps<'slow'>) {
  const [value, setValue] = useState(String(spec.room.info.value.slow));
  const { send, busy, problem } = useAnswer(onClose);
  const options = WAITS.map((n) => [
    String(n), n ? words.say.slow(n) : words.moderation.slowOff,
  ] as const);
  return (
    <Dialog title={words.moderation.slowTitle} onClose={onClose}>
      <Choice
        label={words.moderation.slowTitle} value={value} onChange={setValue}
        hint={problem || words.moderation.slowHint}
        options={options}
      />
      <div class="dialog-foot">
        <Button kind="quiet" onClick={onClose}>{text.ui.cancel}</Button>
        <Button
          kind="primary" busy={busy}
          onClick={() => send(chat.channel.ask('slow', {
            room: spec.room.address, seconds: Number(value),
          }))}
        >
          {words.moderation.save}
        </Button>
      </div>
    </Dialog>
  );
}

/** A moderator says why; whoever deletes their own need not. */
function Delete({ chat, spec, onClose }: OneProps<'delete'>) {
  const { message } = spec;
  const { send, busy, problem } = useAnswer(onClose);
  if (message.from !== chat.you.value?.id)
    return (
      <Ask
        title={words.message.sure} label={words.message.reason}
        hint={words.message.reasonHint} act={words.message.remove} danger
        optional maxLength={LIMITS.reason} onClose={onClose}
        send={(reason) => chat.channel.ask('delete', {
          id: message.id, reason,
        })}
      />
    );
  return (
    <Dialog title={words.message.sure} onClose={onClose}>
      <blockquote class="ask-quote">{message.text}</blockquote>
      {problem && <p class="problem" role="alert">{problem}</p>}
      <div class="dialog-foot">
        <Button kind="quiet" onClick={onClose}>{text.ui.cancel}</Button>
        <Button
          kind="danger" busy={busy}
          onClick={() => send(chat.channel.ask('delete', { id: message.id }))}
        >
          {words.message.remove}
        </Button>
      </div>
    </Dialog>
  );
}

function Report({ chat, spec, onClose }: OneProps<'report'>) {
  return (
    <Ask
      title={words.message.report} label={words.message.reportWhy}
      hint={words.message.reportHint} act={words.message.sendReport}
      maxLength={LIMITS.reason} onClose={onClose}
      send={(reason) => chat.channel.ask('report', {
        id: spec.message.id, reason,
      })}
    />
  );
}

function TraceDialog({ chat, spec, onClose }: OneProps<'trace'>) {
  const [trace, setTrace] = useState<Trace | null>(null);
  const [problem, setProblem] = useState('');
  const [asked] = useState({ yet: false });
  if (!asked.yet) {
    asked.yet = true;
    chat.channel.ask('trace', { id: spec.message.id }).then(
      setTrace, (error: unknown) => setProblem(sentence(error)));
  }
  return (
    <Dialog title={words.moderation.traceTitle} onClose={onClose} wide>
      {problem && <p class="problem" role="alert">{problem}</p>}
      {!trace && !problem && <Loading label={words.room.loading} />}
      {trace && (
        <ol class="trace">
          <li>
            <p class="hint">{words.moderation.now}</p>
            <p>{trace.message.text || words.message.deleted}</p>
          </li>
          {trace.before.map((one, i) => (
            <li key={i}>
              <p class="hint">{ago(one.time, Date.now())}</p>
              <p>{one.text}</p>
            </li>
          ))}
          {trace.before.length === 0 && <li>{words.moderation.nothing}</li>}
        </ol>
      )}
    </Dialog>
  );
}
