// SPDX-License-Identifier: MIT
//
// What GET /playground/plugins tells: the plugins, and the contract of each
// of their events, whose arguments are described by a JSON Schema.

export interface Schema {
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: (string | null)[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minBytes?: number;
  maxBytes?: number;
  items?: Schema | boolean;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
  $comment?: string;
}

export interface Contract {
  description?: string;
  acknowledgement?: 'optional' | 'required' | 'forbidden';
  login?: boolean;
  role?: string;
  maxBytes?: number;
  perSecond?: number;
  burst?: number;
  per?: string[];
  arguments?: Schema;
  answer?: Schema;
}

export interface Side {
  clientToServer: Record<string, Contract>;
  serverToClient: Record<string, Contract>;
}

export interface Plugin {
  name: string;
  version: string;
  generation: number;
  since: number;
  file: string | null;
  namespaces: string[];
  sockets: number;
  events: number;
  refusals: number;
  slowCalls: number;
  memory: number;
  contracts: Record<string, Side>;
}

export interface Overview {
  server: { version: string; path: string };
  plugins: Plugin[];
}

export type Kind =
  | 'text' | 'choice' | 'number' | 'integer' | 'switch' | 'members' | 'list'
  | 'bytes' | 'json';

/** How a value of this schema is entered. */
export function kindOf(schema: Schema): Kind {
  if (schema.$comment === 'binary') return 'bytes';
  if (schema.enum) return 'choice';
  switch (typeOf(schema)) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'switch';
    case 'object':
      return schema.properties ? 'members' : 'json';
    case 'array':
      return typeof schema.items === 'object' ? 'list' : 'json';
    default:
      return 'json';
  }
}

/** Of each element of a list. */
export function elementOf(schema: Schema): Schema {
  return typeof schema.items === 'object' ? schema.items : {};
}

function typeOf({ type }: Schema): string | undefined {
  return Array.isArray(type) ? type.find((one) => one !== 'null') : type;
}

/** An argument or a member, as it stands in a form. */
export interface FormField {
  name: string;
  schema: Schema;
  required: boolean;
}

export function membersOf(schema: Schema): FormField[] {
  return Object.entries(schema.properties ?? {}).map(([name, member]) => ({
    name, schema: member, required: !!schema.required?.includes(name),
  }));
}

/** The arguments of an event; null: there is no contract about them. */
export function argumentsOf(contract: Contract): FormField[] | null {
  const all = contract.arguments;
  if (!all) return null;
  const least = all.minItems ?? 0;
  return (all.prefixItems ?? []).map((schema, i) => ({
    name: schema.title ?? '', schema, required: i < least,
  }));
}

/** Whether it stands for many namespaces, of which one has to be named. */
export function isPattern(namespace: string): boolean {
  return namespace.includes('*');
}
