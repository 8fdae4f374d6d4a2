// SPDX-License-Identifier: MIT
//
// What there is one of in this page, and what somebody has set in it: who
// sends, to which namespace, and what is typed into the form of each event.

import { computed, signal } from '@preact/signals';

import { Clients, type As } from './clients';
import {
  argumentsValue, blankArguments, DraftError, print, typedArguments,
  type Draft,
} from './draft';
import { Live } from './live';
import { Plugins } from './overview';
import { argumentsOf, isPattern } from './schema';

export const plugins = new Plugins();
export const live = new Live();
export const clients = new Clients(
  () => plugins.overview.value?.server.path ?? '/socket.io');

/** What is set up for one event. */
interface Sheet {
  drafts: Draft[];
  /** The arguments as JSON; null: they are in the form. */
  json: string | null;
}

const sheets = signal<Record<string, Sheet>>({});
const names = signal<Record<string, string>>({});

export const count = signal(2);
export const as = signal<As>('browser');
export const authText = signal('{}');
/** Which client sends; null: all of them. */
export const from = signal<number | null>(1);
export const ask = signal(true);
/** Why it could not be sent. */
export const mistake = signal<DraftError | null>(null);

const key = computed(() => JSON.stringify(plugins.choice.value));

export const sheet = computed<Sheet>(() => {
  const contract = plugins.contract.value;
  const fresh = {
    drafts: contract ? blankArguments(contract) : [],
    json: contract && argumentsOf(contract) ? null : '',
  };
  return sheets.value[key.value] ?? fresh;
});

export function fill(drafts: Draft[]): void {
  change({ ...sheet.value, drafts });
}

export function type(json: string | null): void {
  change({ ...sheet.value, json });
}

function change(next: Sheet): void {
  sheets.value = { ...sheets.value, [key.value]: next };
  forgive();
}

/** What was wrong is no more what is typed. */
function forgive(): void {
  mistake.value = null;
  clients.refusal.value = null;
}

/** From the form to the text, as far as it can be. */
export function toJson(): void {
  const contract = plugins.contract.value;
  try {
    type(contract
      ? print(argumentsValue(contract, sheet.value.drafts), 2) : '[]');
  } catch {
    type('[]');
  }
}

/** The namespace to join: where there is a pattern, what somebody has put in
 *  its place. */
export const namespace = computed(() => {
  const named = plugins.choice.value?.namespace ?? '/';
  if (!isPattern(named)) return named;
  return names.value[named] ?? (named === '*' ? '/' : named.replace(/\*/g, '1'));
});

export function nameNamespace(name: string): void {
  const pattern = plugins.choice.value?.namespace;
  if (pattern) names.value = { ...names.value, [pattern]: name };
}

/** null: it is no object. */
export const auth = computed<object | null>(() => {
  try {
    const value: unknown = JSON.parse(authText.value || '{}');
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
});

export function send(): void {
  const contract = plugins.contract.value;
  const { value } = plugins.choice;
  if (!contract || !value) return;
  forgive();
  try {
    const { drafts, json } = sheet.value;
    const args = json === null
      ? argumentsValue(contract, drafts) : typedArguments(json);
    const asks = contract.acknowledgement !== 'forbidden'
      && (ask.value || contract.acknowledgement === 'required');
    clients.send(value.event, args, asks, from.value);
  } catch (error) {
    if (!(error instanceof DraftError)) throw error;
    mistake.value = error;
  }
}
