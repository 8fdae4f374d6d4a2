// SPDX-License-Identifier: MIT
//
// Guests of the plugin auth, one for each client of this page. They have
// nothing to do with who this browser is: no cookie is sent or set.

const FRESH_MS = 10 * 60_000;

interface Guest {
  token: string;
  /** The secret with which the same guest comes back. */
  device: string;
  until: number;
}

const guests = new Map<number, Promise<Guest>>();

/** A token of the n-th guest. Throws an Error in the words of the server. */
export async function guestToken(n: number): Promise<string> {
  const before = guests.get(n);
  const known = await before?.catch(() => undefined);
  if (known && known.until > Date.now()) return known.token;
  const asked = ask(known?.device);
  guests.set(n, asked);
  return (await asked).token;
}

async function ask(device: string | undefined): Promise<Guest> {
  const answer = await fetch('/auth/guest', {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(device ? { device } : {}),
  });
  const said = await answer.json() as {
    accessToken: string; device: string | null; error?: { message: string };
  };
  if (!answer.ok) throw new Error(said.error?.message ?? answer.statusText);
  return {
    token: said.accessToken,
    device: said.device ?? device ?? '',
    until: Date.now() + FRESH_MS,
  };
}
