// SPDX-License-Identifier: MIT
//
// The bar at the top; on a phone its pages stand at the bottom, by the thumb.

import { useLocation } from 'preact-iso';

import { displayName } from '../account/names';
import { openSignIn } from '../account/sign_in';
import { account, connection } from '../site';
import { text } from '../text/en';
import { unread } from '../ui/badges';
import { Button } from '../ui/button';
import { sentence } from '../ui/errors';
import { Icon, Mark, type IconName } from '../ui/icon';
import { Menu, type MenuItem } from '../ui/menu';
import { notify } from '../ui/notices';
import './header.css';
import { StatusPill, Trouble } from './status';
import { choose, theme, THEMES } from '../ui/theme';

const words = text.site;

export function Header() {
  return (
    <header class="bar">
      <a class="brand" href="/" aria-label={words.name}>
        <Mark />
        <span>{words.name}</span>
      </a>
      <Nav />
      <StatusPill />
      <Person />
      <Trouble />
    </header>
  );
}

function Nav() {
  const { path } = useLocation();
  return (
    <nav class="nav" aria-label={words.nav}>
      <Place
        href="/" icon="game" label={words.play}
        here={path === '/' || path.startsWith('/match/')}
      />
      <Place
        href="/chat" icon="chat" label={words.chat} badge={unread.value}
        here={path.startsWith('/chat')}
      />
      <Place
        href="/leaderboard" icon="cup" label={words.leaderboard}
        here={path.startsWith('/leaderboard') || path.startsWith('/player/')}
      />
    </nav>
  );
}

interface PlaceProps {
  href: string;
  icon: IconName;
  label: string;
  here: boolean;
  badge?: number;
}

function Place({ href, icon, label, here, badge }: PlaceProps) {
  return (
    <a class="place" href={href} aria-current={here ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{label}</span>
      {badge ? (
        <span class="badge count">
          <span aria-hidden="true">{badge > 99 ? '99+' : badge}</span>
          <span class="sr-only">{words.unread(badge)}</span>
        </span>
      ) : null}
    </a>
  );
}

/** Nobody yet; or the server is not there, or has no guests. */
function Nobody() {
  const known = connection.status.value.kind !== 'connecting';
  return (
    <span class="person person-none">
      {known && (
        <Button kind="quiet" onClick={() => openSignIn('login')}>
          {text.account.signIn}
        </Button>
      )}
    </span>
  );
}

function Person() {
  const user = account.user.value;
  if (!user) return <Nobody />;
  const name = displayName(user);
  const items: (MenuItem | null)[] = [
    {
      label: text.account.profile, icon: 'person',
      href: `/player/${encodeURIComponent(user.id)}`,
    },
    { label: text.account.settings, icon: 'lock', href: '/account' },
    null,
    ...THEMES.map((one) => ({
      label: `${words.theme}: ${words.themes[one]}`,
      checked: theme.value === one,
      onPick: () => choose(one),
    })),
    null,
    ...(user.guest
      ? [
          {
            label: text.account.register,
            onPick: () => openSignIn('register'),
          },
          { label: text.account.signIn, onPick: () => openSignIn('login') },
        ]
      : [{
          label: text.account.signOut, icon: 'leave' as const,
          onPick: () => void account.logout('here').catch(
            (error) => notify({ words: sentence(error), level: 'bad' })),
        }]),
  ];
  return (
    <Menu
      button={{
        kind: 'quiet',
        icon: 'person',
        label: user.guest ? words.guestMenu(name) : name,
        class: 'person',
        children: <span class="person-name">{name}</span>,
      }}
      items={items}
    />
  );
}
