// SPDX-License-Identifier: MIT
//
// One event: what its contract says, the form for its arguments, and who is
// to send it.

import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';

import { words } from '../text/playground';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Choice, Field, Segments, Switch, TextField } from '../ui/field';
import './event_panel.css';
import { DraftField, type Wrong } from './fields';
import { blank } from './model/draft';
import {
  argumentsOf, isPattern, membersOf, type Contract,
} from './model/schema';
import {
  ask, clients, count, fill, from, mistake, nameNamespace, namespace, plugins,
  send, sheet, toJson, type,
} from './model/workbench';

const said = words.event;

export function EventPanel() {
  const contract = plugins.contract.value;
  const choice = plugins.choice.value;
  const form = useRef<HTMLFormElement>(null);
  useSignalEffect(() => {
    // What is wrong may stand where nobody looks.
    if (mistake.value || clients.refusal.value)
      requestAnimationFrame(() => form.current
        ?.querySelector('[aria-invalid], .problem')
        ?.closest('.field, .problem')
        ?.scrollIntoView({ block: 'nearest' }));
  });
  if (!choice || !contract)
    return <Empty words={choice ? said.gone : said.pick} />;
  return (
    <section class="card pg-card" aria-labelledby="pg-event-name">
      <div class="pg-event-head">
        <h2 id="pg-event-name">{choice.event}</h2>
        <span class="hint">{choice.plugin} · {said.in(choice.namespace)}</span>
      </div>
      <Facts contract={contract} />
      <form
        class="pg-form"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            send();
          }
        }}
      >
        {isPattern(choice.namespace) && (
          <TextField
            label={said.namespace}
            hint={said.namespaceHint(choice.namespace)}
            value={namespace.value}
            onInput={nameNamespace}
          />
        )}
        <Arguments contract={contract} />
        <Sender contract={contract} />
      </form>
    </section>
  );
}

function Facts({ contract }: { contract: Contract }) {
  const answer = Object.keys(contract.answer?.properties ?? {});
  const facts = said.facts(contract);
  if (answer.length) facts.push(said.answers(answer));
  return (
    <>
      {contract.description && <p>{contract.description}</p>}
      {facts.length > 0 && (
        <ul class="pg-terms">
          {facts.map((fact) => <li key={fact}>{fact}</li>)}
        </ul>
      )}
    </>
  );
}

/** What the server, or this page, has against what is typed. */
function wrongOf(): Wrong | null {
  if (mistake.value)
    return {
      field: mistake.value.field, words: said.problems[mistake.value.code],
    };
  const refusal = clients.refusal.value;
  if (!refusal) return null;
  return {
    field: refusal.data?.field ?? '',
    words: said.refused(refusal.code, refusal.message),
  };
}

function Arguments({ contract }: { contract: Contract }) {
  const fields = argumentsOf(contract);
  const { drafts, json } = sheet.value;
  const wrong = wrongOf();
  const places = json === null && fields ? placesOf(contract) : [];
  // A place that is in no field of the form is named by the sentence.
  const homeless = wrong && !places.includes(wrong.field) ? wrong : null;
  return (
    <>
      {fields && (
        <Segments
          label={said.arguments}
          value={json === null ? 'form' : 'json'}
          options={[['form', said.form], ['json', said.json]]}
          onChange={(mode) => (mode === 'json' ? toJson() : type(null))}
        />
      )}
      {!fields && <p class="hint">{said.noContract}</p>}
      {json === null && fields?.length === 0 && (
        <p class="hint">{said.noArguments}</p>
      )}
      {json === null && fields?.map((field, i) => (
        <DraftField
          key={`${contract.description}${field.name}${i}`}
          field={field}
          draft={drafts[i] ?? blank(field)}
          place={field.name}
          label={labelOf(contract, i)}
          wrong={wrong}
          onChange={(next) => fill(drafts.map((one, k) =>
            (k === i ? next : one)))}
        />
      ))}
      {json !== null && <RawArguments json={json} problem={homeless?.words} />}
      {json === null && homeless && (
        <p class="problem" role="alert">{homeless.words}</p>
      )}
    </>
  );
}

/** An object that is the only argument goes without a name. */
function labelOf(contract: Contract, i: number): string {
  const schema = contract.arguments?.prefixItems?.[i];
  if (schema?.title) return schema.title;
  return schema?.properties ? '' : said.argument(i + 1);
}

/** The places for which there is a field at the top of the form. A deeper one
 *  is shown by its own field when that is drawn. */
function placesOf(contract: Contract): string[] {
  const all = argumentsOf(contract) ?? [];
  const names = all.flatMap(({ name, schema }) =>
    (name ? [name] : membersOf(schema).map((member) => member.name)));
  const { value } = clients.refusal;
  const place = mistake.value?.field ?? value?.data?.field ?? '';
  const top = /^[^.[]*/.exec(place)![0];
  return names.includes(top) && (place !== top || names.includes(place))
    ? [...names, place] : names;
}

function RawArguments({ json, problem }: {
  json: string;
  problem: string | undefined;
}) {
  return (
    <Field
      label={said.arguments}
      hint={said.rawHint}
      {...(problem ? { problem } : {})}
    >
      {(ids) => (
        <textarea
          {...ids}
          class="input pg-code"
          rows={5}
          spellcheck={false}
          aria-invalid={problem ? true : undefined}
          value={json}
          onInput={({ currentTarget }) => type(currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Sender({ contract }: { contract: Contract }) {
  const { acknowledgement } = contract;
  const options: [string, string][] = [
    ['all', said.fromAll],
    ...Array.from({ length: count.value }, (_, i): [string, string] =>
      [String(i + 1), said.fromOne(i + 1)]),
  ];
  return (
    <div class="pg-sender">
      <Choice
        label={said.from}
        value={from.value === null ? 'all' : String(from.value)}
        options={options}
        onChange={(value) => {
          from.value = value === 'all' ? null : Number(value);
        }}
      />
      {!acknowledgement || acknowledgement === 'optional'
        ? (
            <Switch
              label={said.ask}
              checked={ask.value}
              onChange={(on) => {
                ask.value = on;
              }}
            />
          )
        : null}
      <div class="pg-send">
        <Button submit kind="primary" icon="send">{said.send}</Button>
        <span class="hint">{said.sendHint}</span>
      </div>
    </div>
  );
}
