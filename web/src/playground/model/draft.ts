// SPDX-License-Identifier: MIT
//
// What is typed into a form, and the arguments that it makes. Only what cannot
// be sent at all is refused here: whether arguments are as the contract wants
// them is the server's to say, for that is what an author wants to see.

import {
  argumentsOf, elementOf, kindOf, membersOf, type Contract, type FormField,
  type Schema,
} from './schema';

/** A file, or bytes as they were typed. */
export interface Bytes {
  name: string;
  bytes: ArrayBuffer;
}
export type Draft = string | boolean | Bytes | Draft[] | Members;
export interface Members {
  [name: string]: Draft;
}

/** What cannot be sent, and where it stands: as the server names places. */
export class DraftError extends Error {
  constructor(readonly field: string, readonly code: DraftProblem) {
    super(code);
  }
}
export type DraftProblem = 'number' | 'json' | 'hex' | 'array';

export function blank({ schema, required }: FormField): Draft {
  switch (kindOf(schema)) {
    case 'members':
      return Object.fromEntries(
        membersOf(schema).map((field) => [field.name, blank(field)]));
    case 'list':
      return [];
    case 'switch':
      return required ? false : '';
    case 'choice':
      return required ? (schema.enum?.[0] ?? '') : '';
    default:
      return '';
  }
}

export function blankArguments(contract: Contract): Draft[] {
  return (argumentsOf(contract) ?? []).map(blank);
}

/** The name of a place, as data.field of a refusal has it. */
export function placeOf(up: string, name: string | number): string {
  if (typeof name === 'number') return `${up}[${name}]`;
  return up && name ? `${up}.${name}` : up || name;
}

/** Nothing has been typed into it. */
function isUntouched(field: FormField, draft: Draft): boolean {
  return JSON.stringify(draft) === JSON.stringify(blank(field));
}

/** undefined: it is left out. */
function valueOf(field: FormField, draft: Draft, place: string): unknown {
  const { schema, required } = field;
  switch (kindOf(schema)) {
    case 'members':
      return !required && isUntouched(field, draft)
        ? undefined
        : membersValue(schema, draft as Members, place);
    case 'list':
      return listValue(field, draft as Draft[], place);
    case 'bytes':
      return typeof draft === 'string'
        ? hexValue(draft, required, place)
        : (draft as Bytes).bytes;
    case 'switch':
      return draft === '' ? undefined : draft === true || draft === 'true';
    case 'number':
    case 'integer':
      return numberValue(draft as string, place);
    case 'json':
      return draft === '' ? undefined : jsonValue(draft as string, place);
    default:
      return draft === '' && !required ? undefined : draft;
  }
}

function membersValue(schema: Schema, draft: Members, place: string) {
  const entries = membersOf(schema).map((field) => [
    field.name,
    valueOf(field, draft[field.name] ?? blank(field),
      placeOf(place, field.name)),
  ]);
  return Object.fromEntries(entries.filter(([, value]) =>
    value !== undefined));
}

/** An empty list that may be left out is left out. */
function listValue(field: FormField, draft: Draft[], place: string) {
  if (draft.length === 0 && !field.required) return undefined;
  const element = {
    name: '', schema: elementOf(field.schema), required: true,
  };
  return draft.map((one, i) => valueOf(element, one, placeOf(place, i)));
}

function hexValue(text: string, required: boolean, place: string) {
  const digits = text.replace(/[\s:]|0x/g, '');
  if (digits === '') return required ? new ArrayBuffer(0) : undefined;
  if (digits.length % 2 || /[^0-9a-f]/i.test(digits))
    throw new DraftError(place, 'hex');
  const pairs = digits.match(/../g)!.map((pair) => parseInt(pair, 16));
  return new Uint8Array(pairs).buffer;
}

function numberValue(text: string, place: string) {
  if (text.trim() === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new DraftError(place, 'number');
  return value;
}

function jsonValue(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DraftError(place, 'json');
  }
}

/** The arguments of an event. What is left out at the end is not sent; before
 *  something that is, it is null. Throws a DraftError. */
export function argumentsValue(contract: Contract, drafts: Draft[]): unknown[] {
  const fields = argumentsOf(contract) ?? [];
  const values = fields.map((field, i) =>
    valueOf(field, drafts[i] ?? blank(field), field.name));
  while (values.length && values.at(-1) === undefined) values.pop();
  return values.map((value) => (value === undefined ? null : value));
}

/** The arguments as somebody has typed them: an array, or nothing. */
export function typedArguments(text: string): unknown[] {
  if (text.trim() === '') return [];
  const value = jsonValue(text, '');
  if (!Array.isArray(value)) throw new DraftError('', 'array');
  return value;
}

/** Values as a line of text; bytes are told by their number. */
export function print(values: unknown[], space?: number): string {
  const whole = JSON.stringify(values, (_, value: unknown) => {
    const bytes = sizeOf(value);
    return bytes === null ? value : `‹${bytes} B›`;
  }, space);
  return space === undefined ? whole.slice(1, -1) : whole;
}

function sizeOf(value: unknown): number | null {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? value.byteLength : null;
}
