// SPDX-License-Identifier: MIT

import { useEffect, useMemo, useRef } from 'preact/hooks';

import type { Person } from '../contract';
import { Avatar } from './avatar';
import { CloseIcon } from './icons';

interface PeopleProps {
  people: readonly Person[];
  you: string;
  /** The list is from before the connection was lost. */
  stale: boolean;
  /** On a narrow screen: pulled out over the messages. */
  shown: boolean;
  onClose: () => void;
}

export function People({ people, you, stale, shown, onClose }: PeopleProps) {
  const sorted = useMemo(() => sort(people, you), [people, you]);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (shown) close.current?.focus();
  }, [shown]);
  return (
    <>
      <div class="shade" data-shown={shown} onClick={onClose} />
      <aside
        id="people"
        class="people"
        data-shown={shown}
        data-stale={stale}
        aria-labelledby="people-title"
      >
        <div class="people-head">
          <h2 id="people-title">
            {stale ? 'Was here' : 'In this room'}
            <span class="count">{people.length}</span>
          </h2>
          <button
            ref={close}
            type="button"
            class="button quiet people-close"
            aria-label="Close the list of people"
            onClick={onClose}
          >
            <CloseIcon />
          </button>
        </div>
        <ul>
          {sorted.map((person) => (
            <li key={person.id} data-you={person.id === you}>
              <Avatar name={person.name} />
              <span class="name">{person.name}</span>
              {person.id === you && <span class="tag">you</span>}
            </li>
          ))}
        </ul>
      </aside>
    </>
  );
}

/** The reader first, then by name. */
function sort(people: readonly Person[], you: string): Person[] {
  return [...people].sort(
    (a, b) =>
      Number(b.id === you) - Number(a.id === you) ||
      a.name.localeCompare(b.name),
  );
}
