// SPDX-License-Identifier: MIT

import { useEffect, useState } from 'preact/hooks';

import { inviteLink } from '../address';
import { copyText } from '../clipboard';
import type { Status } from '../connection';
import { count } from '../time';
import { CheckIcon, LeaveIcon, LinkIcon, Logo, PeopleIcon } from './icons';
import { StatusPill } from './status';

interface HeaderProps {
  room: string;
  people: number;
  status: Status;
  /** The people are those from before the connection was lost. */
  stale: boolean;
  peopleShown: boolean;
  onPeople: () => void;
  onLeave: () => void;
}

export function Header(props: HeaderProps) {
  const { room, people, status, stale, peopleShown } = props;
  const inRoom = stale
    ? `${count(people, 'person was', 'people were')} here`
    : `${count(people, 'person', 'people')} here`;
  return (
    <header class="bar">
      <Logo />
      <div class="bar-title">
        <h1 title={room}>{room}</h1>
        <p>{inRoom}</p>
      </div>
      <StatusPill status={status} />
      <div class="bar-actions">
        <InviteButton room={room} />
        <button
          type="button"
          class="button quiet people-toggle"
          aria-expanded={peopleShown}
          aria-controls="people"
          aria-label={`People: ${inRoom}`}
          onClick={props.onPeople}
        >
          <PeopleIcon />
          <span class="count">{people}</span>
        </button>
        <button
          type="button"
          class="button quiet"
          aria-label="Leave the room"
          onClick={props.onLeave}
        >
          <LeaveIcon />
          <span class="wide">Leave</span>
        </button>
      </div>
    </header>
  );
}

function InviteButton({ room }: { room: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), 2_500);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <button
      type="button"
      class="button quiet"
      aria-label="Copy an invite link"
      onClick={async () => setCopied(await copyText(inviteLink(room)))}
    >
      {copied ? <CheckIcon /> : <LinkIcon />}
      <span class="wide">{copied ? 'Link copied' : 'Invite'}</span>
      <span class="sr-only" role="status">
        {copied ? 'The invite link was copied.' : ''}
      </span>
    </button>
  );
}
