// SPDX-License-Identifier: MIT
//
// The form of an event: a field for each argument, by what the contract says
// it is.

import { useId } from 'preact/hooks';

import { words } from '../text/playground';
import { Button } from '../ui/button';
import { Field, Switch } from '../ui/field';
import { BytesField } from './bytes_field';
import {
  blank, placeOf, type Bytes, type Draft, type Members,
} from './model/draft';
import { elementOf, kindOf, membersOf, type FormField } from './model/schema';

const said = words.event;

/** What is wrong, and with which place. */
export interface Wrong {
  field: string;
  words: string;
}

interface DraftProps {
  field: FormField;
  draft: Draft;
  /** Its name as the server says it. */
  place: string;
  label: string;
  wrong: Wrong | null;
  onChange: (draft: Draft) => void;
}

export function DraftField(props: DraftProps) {
  switch (kindOf(props.field.schema)) {
    case 'members':
      return <MembersField {...props} />;
    case 'list':
      return <ListField {...props} />;
    case 'switch':
      return <SwitchField {...props} />;
    case 'choice':
      return <ChoiceField {...props} />;
    case 'bytes':
      return (
        <Labelled {...props}>
          {(ids) => (
            <BytesField
              ids={ids}
              label={props.label}
              value={props.draft as string | Bytes}
              onChange={props.onChange}
            />
          )}
        </Labelled>
      );
    default:
      return <TypedField {...props} />;
  }
}

/** A name, something to fill in, and what is to be known of it. */
function Labelled({ field, place, label, wrong, children }: DraftProps & {
  children: (ids: Ids) => preact.ComponentChildren;
}) {
  const { schema, required } = field;
  const hint = [
    said.hint(schema), !required && said.optional,
  ].filter(Boolean).join(', ');
  const problem = wrong?.field === place ? wrong.words : '';
  return (
    <Field
      label={label}
      hint={schema.description ? `${schema.description} (${hint})` : hint}
      {...(problem ? { problem } : {})}
    >
      {(ids) => children({
        ...ids, ...(problem ? { 'aria-invalid': true as const } : {}),
      })}
    </Field>
  );
}

export interface Ids {
  id: string;
  'aria-describedby': string;
  'aria-invalid'?: true;
}

/** Texts longer than this have room for several lines. */
const LINE = 120;

function TypedField(props: DraftProps) {
  const { field: { schema }, draft, onChange } = props;
  const kind = kindOf(schema);
  const long = kind === 'json'
    || (kind === 'text' && (schema.maxLength ?? 0) > LINE);
  return (
    <Labelled {...props}>
      {(ids) => (long
        ? (
            <textarea
              {...ids}
              class={kind === 'json' ? 'input pg-code' : 'input'}
              rows={kind === 'json' ? 3 : 2}
              spellcheck={false}
              value={draft as string}
              onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
          )
        : (
            <input
              {...ids}
              class="input"
              autoComplete="off"
              spellcheck={false}
              inputMode={kind === 'text' ? 'text' : 'decimal'}
              value={draft as string}
              onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
          ))}
    </Labelled>
  );
}

function ChoiceField(props: DraftProps) {
  const { field: { schema, required }, draft, onChange } = props;
  const options = (schema.enum ?? []).filter((one) => one !== null);
  return (
    <Labelled {...props}>
      {(ids) => (
        <select
          {...ids}
          class="input"
          value={draft as string}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
          {!required && <option value="">{said.leaveOut}</option>}
          {options.map((one) => <option key={one} value={one}>{one}</option>)}
        </select>
      )}
    </Labelled>
  );
}

function SwitchField(props: DraftProps) {
  const { field: { required, schema }, draft, label, onChange } = props;
  if (required)
    return (
      <Switch
        label={label}
        {...(schema.description ? { hint: schema.description } : {})}
        checked={draft === true}
        onChange={onChange}
      />
    );
  return (
    <Labelled {...props}>
      {(ids) => (
        <select
          {...ids}
          class="input"
          value={draft as string}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
          <option value="">{said.leaveOut}</option>
          <option value="true">{said.yes}</option>
          <option value="false">{said.no}</option>
        </select>
      )}
    </Labelled>
  );
}

/** A frame around several fields, with what is wrong with all of it. */
function Group({ label, place, wrong, field, children }: DraftProps & {
  children: preact.ComponentChildren;
}) {
  const id = useId();
  const problem = wrong?.field === place && place ? wrong.words : '';
  return (
    <fieldset class="pg-group" aria-describedby={id}>
      <legend>{label}</legend>
      <p
        id={id} class={problem ? 'problem' : 'hint'}
        role={problem ? 'alert' : undefined}
      >
        {problem || field.schema.description}
      </p>
      {children}
    </fieldset>
  );
}

function MembersField(props: DraftProps) {
  const { field, place, wrong, onChange } = props;
  const draft = props.draft as Members;
  const members = membersOf(field.schema).map((member) => (
    <DraftField
      key={member.name}
      field={member}
      draft={draft[member.name] ?? blank(member)}
      place={placeOf(place, member.name)}
      label={member.name}
      wrong={wrong}
      onChange={(next) => onChange({ ...draft, [member.name]: next })}
    />
  ));
  // The one object that an event takes needs no frame around it.
  return props.label ? <Group {...props}>{members}</Group> : <>{members}</>;
}

function ListField(props: DraftProps) {
  const { field, place, label, wrong, onChange } = props;
  const all = props.draft as Draft[];
  const element = {
    name: '', schema: elementOf(field.schema), required: true,
  };
  const change = (at: number, next: Draft) =>
    onChange(all.map((one, i) => (i === at ? next : one)));
  return (
    <Group {...props}>
      {all.map((one, i) => (
        <div key={i} class="pg-element">
          <DraftField
            field={element}
            draft={one}
            place={placeOf(place, i)}
            label={placeOf(label, i)}
            wrong={wrong}
            onChange={(next) => change(i, next)}
          />
          <Button
            kind="quiet" small icon="bin"
            label={said.remove(placeOf(label, i))}
            onClick={() => onChange(all.filter((_, k) => k !== i))}
          />
        </div>
      ))}
      <Button
        small icon="plus" class="pg-add"
        onClick={() => onChange([...all, blank(element)])}
      >
        {said.add(label)}
      </Button>
    </Group>
  );
}
