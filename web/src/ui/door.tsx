// SPDX-License-Identifier: MIT
//
// The front door: which room, under which name.

import { useEffect, useRef, useState } from 'preact/hooks';

import { readPlace } from '../address';
import type { ChatState } from '../chat';
import type { Status } from '../connection';
import { LIMITS } from '../contract';
import { recallName } from '../memory';
import { Logo } from './icons';
import { StatusPill, Trouble } from './status';

interface DoorProps {
  status: Status;
  state: ChatState;
  onJoin: (room: string, name: string) => void;
  onCancel: () => void;
  onRetry: () => void;
}

export function Door({ status, state, onJoin, onCancel, onRetry }: DoorProps) {
  const place = readPlace();
  const [room, setRoom] = useState(state.room || place.room);
  const [name, setName] = useState(state.name || place.name || recallName());
  const form = useRef<HTMLFormElement>(null);
  const entering = state.stage === 'entering';
  const field = troubledField(state);

  useEffect(() => {
    document.title = 'Mortise';
  }, []);
  // The first thing to fill in, or to change, has the cursor.
  useEffect(() => {
    if (entering) return;
    const first = field ?? (room && !name ? 'name' : 'room');
    const input = form.current?.elements.namedItem(first);
    if (input instanceof HTMLInputElement) input.select();
  }, [state.problem, entering]);

  return (
    <div class="door">
      <main class="card">
        <Logo />
        <h1>Mortise</h1>
        <p class="tagline">Pick a room, say who you are, and talk.</p>
        <form
          ref={form}
          onSubmit={(event) => {
            event.preventDefault();
            if (room.trim() && name.trim()) onJoin(room.trim(), name.trim());
          }}
        >
          <Field
            label="Room"
            name="room"
            value={room}
            limit={LIMITS.room}
            hint="Made when the first person comes in"
            problem={field === 'room' ? state.problem!.message : ''}
            locked={entering}
            onChange={setRoom}
          />
          <Field
            label="Your name"
            name="name"
            value={name}
            limit={LIMITS.name}
            hint="What the others will see"
            problem={field === 'name' ? state.problem!.message : ''}
            locked={entering}
            onChange={setName}
          />
          {state.problem && !field && (
            <p class="problem" role="alert">
              {state.problem.message}
            </p>
          )}
          {entering ? (
            <button type="button" class="button" onClick={onCancel}>
              {status.kind === 'live'
                ? 'Joining… (cancel)'
                : 'Waiting for the server… (cancel)'}
            </button>
          ) : (
            <button
              class="button primary"
              disabled={!room.trim() || !name.trim()}
            >
              Join the room
            </button>
          )}
        </form>
        <Trouble status={status} delay="" onRetry={onRetry} />
      </main>
      <footer class="foot">
        <StatusPill status={status} />
        <span>Mortise speaks Socket.IO</span>
      </footer>
    </div>
  );
}

interface FieldProps {
  label: string;
  name: string;
  value: string;
  limit: number;
  hint: string;
  problem: string;
  locked: boolean;
  onChange: (value: string) => void;
}

function Field(props: FieldProps) {
  const { label, name, value, limit, hint, problem, locked } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        value={value}
        maxLength={limit}
        required
        readOnly={locked}
        autoComplete={name === 'name' ? 'nickname' : 'off'}
        autoCapitalize="off"
        spellcheck={false}
        aria-invalid={problem !== ''}
        aria-describedby={`${name}-hint`}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
      {problem ? (
        <p id={`${name}-hint`} class="problem" role="alert">
          {problem}
        </p>
      ) : (
        <p id={`${name}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** The field that a problem is about, if it is about one. */
function troubledField({ problem }: ChatState): 'room' | 'name' | null {
  if (problem?.error === 'name_taken') return 'name';
  const field = problem?.field;
  return field === 'room' || field === 'name' ? field : null;
}
