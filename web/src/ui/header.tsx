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
  peopleShown: boolean;
  onPeople: () => void;
  onLeave: () => void;
}

export function Header(props: HeaderProps) {
  const { room, people, status, peopleShown, onPeople, onLeave } = props;
  const inRoom = count(people, 'person', 'people');
  return (
    <header class="bar">
      <Logo />
      <div class="bar-title">
        <h1 title={room}>{room}</h1>
        <p>{inRoom} here</p>
      </div>
      <StatusPill status={status} />
      <div class="bar-actions">
        <InviteButton room={room} />
        <button
          type="button"
          class="button quiet people-toggle"
          aria-expanded={peopleShown}
          aria-controls="people"
          aria-label={`People: ${inRoom} here`}
          onClick={onPeople}
        >
          <PeopleIcon />
          <span class="count">{people}</span>
        </button>
        <button
          type="button"
          class="button quiet"
          aria-label="Leave the room"
          onClick={onLeave}
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
