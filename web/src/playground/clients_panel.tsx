// SPDX-License-Identifier: MIT
//
// The clients of this page, a column each: what it has said and heard.

import { useLayoutEffect, useRef } from 'preact/hooks';

import { words } from '../text/playground';
import { Button } from '../ui/button';
import { Choice, Field, TextField } from '../ui/field';
import { clock } from '../ui/time';
import './clients_panel.css';
import { CLIENTS_MAX, type As, type Client, type Line, type Refusal }
  from './model/clients';
import { print } from './model/draft';
import { as, auth, authText, clients, count, from, plugins }
  from './model/workbench';

const said = words.clients;
/** Of more than these nobody wants to hear each word read aloud. */
const ALOUD = 4;

export function ClientsPanel() {
  return (
    <section class="card pg-card" aria-labelledby="pg-clients">
      <div class="pg-row">
        <h2 id="pg-clients">{said.title}</h2>
        <Button small kind="quiet" onClick={() => clients.clear()}>
          {said.clear}
        </Button>
      </div>
      <Who />
      <div class="pg-clients">
        {clients.list.value.map((client) => (
          <Column key={client.number} client={client} />
        ))}
      </div>
    </section>
  );
}

function Who() {
  const guests = plugins.find('auth') !== undefined;
  const kinds: As[] = guests
    ? ['browser', 'guests', 'auth'] : ['browser', 'auth'];
  return (
    <div class="pg-who">
      <Field label={said.count} hint={said.countHint(CLIENTS_MAX)}>
        {(ids) => (
          <input
            {...ids}
            class="input"
            type="number"
            min={1}
            max={CLIENTS_MAX}
            value={count.value}
            onChange={({ currentTarget }) => {
              const n = Math.round(currentTarget.valueAsNumber) || 1;
              count.value = Math.min(CLIENTS_MAX, Math.max(1, n));
              currentTarget.value = String(count.value);
              if (from.value !== null && from.value > count.value)
                from.value = 1;
            }}
          />
        )}
      </Field>
      <Choice
        label={said.as}
        hint={said.asHints[as.value]}
        value={as.value}
        options={kinds.map((kind) => [kind, said.asWords[kind]] as const)}
        onChange={(kind) => {
          as.value = kind;
        }}
      />
      {as.value === 'auth' && (
        <TextField
          label={said.auth}
          hint={said.authHint}
          problem={auth.value ? undefined : said.authProblem}
          value={authText.value}
          onInput={(value) => {
            authText.value = value;
          }}
        />
      )}
    </div>
  );
}

function Column({ client }: { client: Client }) {
  const log = useRef<HTMLDivElement>(null);
  const lines = client.lines.value;
  const state = client.state.value;
  const aloud = clients.list.value.length > ALOUD ? 'off' : 'polite';
  useLayoutEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [lines]);
  return (
    <section class="pg-client" aria-label={said.one(client.number)}>
      <h3>{said.one(client.number)}</h3>
      <p
        class="hint pg-state" data-state={state.kind} role="status"
        aria-live={aloud}
      >
        {state.kind === 'joining' && said.joining}
        {state.kind === 'joined' && said.joined}
        {state.kind === 'out' && said.out(state.why)}
      </p>
      <div
        ref={log}
        class="pg-lines"
        role="log"
        aria-live={aloud}
        aria-label={said.log(client.number)}
        tabIndex={0}
      >
        {lines.length === 0 && <p class="hint">{said.nothing}</p>}
        <ol>
          {lines.map((line) => <OneLine key={line.id} line={line} />)}
        </ol>
      </div>
    </section>
  );
}

function OneLine({ line }: { line: Line }) {
  const { kind, name, args, at, ms = 0 } = line;
  const refusal = kind === 'refused' ? args[0] as Refusal : null;
  const what = {
    sent: () => said.lines.sent(name),
    heard: () => said.lines.heard(name),
    answer: () => said.lines.answer(ms),
    silence: () => said.lines.silence,
    unsent: () => said.lines.unsent(name),
    refused: () => said.lines.refused(refusal!.code),
  }[kind]();
  return (
    <li class="pg-line" data-kind={kind}>
      <span class="pg-what">{what}</span>
      <time class="hint count" dateTime={new Date(at).toISOString()}>
        {clock(at)}
      </time>
      {refusal && <span class="pg-said">{refusal.message}</span>}
      {!refusal && args.length > 0 && (
        <code class="pg-args">{print(args)}</code>
      )}
    </li>
  );
}
