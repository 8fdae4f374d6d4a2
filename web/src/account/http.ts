// SPDX-License-Identifier: MIT
//
// The routes of the plugin auth. The tokens are in cookies that no script can
// read; what a script reads is the secret against forged requests.

export interface User {
  id: string;
  /** What they have registered as; of a guest null. */
  name: string | null;
  /** What all others see. */
  display: string;
  email: string | null;
  guest: boolean;
  roles: string[];
}

/** Where somebody is signed in. */
export interface Device {
  id: string;
  current: boolean;
  created: number;
  used: number;
  ends: number;
  address: string;
  agent: string;
}

/** Why a request was refused. */
export class AuthError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** When it makes sense to try again, in milliseconds. */
    readonly retry: number | null = null,
  ) {
    super(message);
  }
}

/** No answer, or none that can be read. */
export const UNREACHABLE = 'unreachable';
const ANSWER_MS = 15_000;

interface Reply {
  error?: { code: string; message: string; retry?: number };
}

type Method = 'GET' | 'POST' | 'DELETE';

/** Asks `/auth/PATH`. Throws an AuthError. */
export async function ask<T extends object>(
  method: Method,
  path: string,
  body?: object,
): Promise<T> {
  const reply = await send<T & Reply>(method, path, body);
  const { error } = reply;
  if (error) throw new AuthError(error.code, error.message, error.retry);
  return reply;
}

async function send<T>(
  method: Method,
  path: string,
  body?: object,
): Promise<T> {
  const headers: Record<string, string> = { 'X-CSRF-Token': csrf() };
  if (body) headers['Content-Type'] = 'application/json';
  try {
    const response = await fetch(`/auth/${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return (await response.json()) as T;
  } catch {
    throw new AuthError(UNREACHABLE, '');
  }
}

/** Whether somebody has been here: what a script may know of it. */
export function wasHere(): boolean {
  return csrf() !== '';
}

function csrf(): string {
  return /(?:^|; )mortise_csrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
}
