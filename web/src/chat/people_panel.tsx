// SPDX-License-Identifier: MIT
//
// Who is in a room, those first who are there.

import { chat as words } from '../text/chat';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Menu } from '../ui/menu';
import { personItems, type Place } from './actions';
import { openDialog } from './dialogs';
import type { Person } from './model/types';

export function PeoplePanel({ place }: { place: Place }) {
  const { chat, room } = place;
  const people = room.people.list.value;
  const here = people.filter(({ online }) => online);
  const away = people.filter(({ online }) => !online);
  const { kind } = room.info.value;
  const asks = kind === 'public'
    || (kind === 'private' && chat.moderates(room));
  return (
    <div class="people">
      {asks && (
        <Button
          small icon="plus"
          onClick={() => openDialog({ kind: 'invite', room })}
        >
          {words.people.invite}
        </Button>
      )}
      <Group title={words.people.here(here.length)} people={here}
        place={place} />
      {away.length > 0 && (
        <Group title={words.people.away(away.length)} people={away}
          place={place} />
      )}
      {room.people.more.value && (
        <Button small kind="quiet" onClick={() => room.people.loadMore()}>
          {words.people.more}
        </Button>
      )}
    </div>
  );
}

function Group({ title, people, place }: {
  title: string;
  people: readonly Person[];
  place: Place;
}) {
  return (
    <section>
      <h3 class="panel-title">{title}</h3>
      <ul>
        {people.map((person) => (
          <One key={person.id} person={person} place={place} />
        ))}
      </ul>
    </section>
  );
}

function One({ person, place }: { person: Person; place: Place }) {
  const { id, name, role, online } = person;
  const you = id === place.chat.you.value?.id;
  return (
    <li class="person-line" data-online={online}>
      <Avatar small name={name} online={online} />
      <span class="person-line-name">{name}</span>
      {you && <span class="hint">{words.people.you}</span>}
      {role !== 'member' && (
        <span class="role">{words.people.roles[role]}</span>
      )}
      {!you && (
        <Menu
          button={{
            kind: 'quiet', small: true, icon: 'more',
            label: words.people.menu(name),
          }}
          items={personItems(place, person)}
        />
      )}
    </li>
  );
}
