// SPDX-License-Identifier: MIT
//
// The page's own address says where it is: `?room=ROOM&name=NAME`. Reloading
// or sharing it leads back to the room, and the Back button leaves it.

export interface Place {
  room: string;
  name: string;
}

export function readPlace(): Place {
  const query = new URLSearchParams(location.search);
  return {
    room: (query.get('room') ?? '').trim(),
    name: (query.get('name') ?? '').trim(),
  };
}

/** Shows the place in the address; null is the front door. */
export function showPlace(place: Place | null, how: 'push' | 'replace'): void {
  const url = place ? withQuery({ ...place }) : location.pathname;
  if (how === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
}

/** A link to the room for somebody else: without this person's name. */
export function inviteLink(room: string): string {
  return new URL(withQuery({ room }), location.href).href;
}

function withQuery(fields: Record<string, string>): string {
  return `${location.pathname}?${new URLSearchParams(fields)}`;
}
