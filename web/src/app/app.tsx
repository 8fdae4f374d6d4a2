// SPDX-License-Identifier: MIT
//
// The shell: the bar, the page that the address names, and what lies over
// all of them. Pages are loaded when somebody goes there, but the first one.

import type { ComponentType } from 'preact';
import { useRef } from 'preact/hooks';
import { ErrorBoundary, lazy, LocationProvider, Route, Router }
  from 'preact-iso';

import { SignIn } from '../account/sign_in';
import { LobbyPage } from '../lobby';
import { text } from '../text/en';
import { tellBroken } from '../ui/broken';
import { Button } from '../ui/button';
import { Notices } from '../ui/notices';
import { useTitle, useWindowTitle } from '../ui/title';
import './app.css';
import { useFarewell } from './farewell';
import { Header } from './header';

const MatchPage = page(() => import('../match').then((m) => m.MatchPage));
const ChatPage = page(() => import('../chat').then((m) => m.ChatPage));
const LeaderboardPage = page(
  () => import('../players').then((m) => m.LeaderboardPage));
const PlayerPage = page(() => import('../players').then((m) => m.PlayerPage));
const AccountPage = page(
  () => import('../account').then((m) => m.AccountPage));

/** What this page answers for; all else is the server's. */
const SCOPE = /^\/($|match\/|chat|leaderboard|player\/|account)/;

export function App() {
  const main = useRef<HTMLElement>(null);
  useWindowTitle();
  useFarewell();
  return (
    <LocationProvider scope={SCOPE}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {text.site.skip}
      </a>
      <Header />
      <main id="main" class="main" ref={main} tabIndex={-1}>
        <ErrorBoundary onError={() => tellBroken()}>
          <Router
            // Who goes on by the keyboard begins at the new page.
            onRouteChange={() => main.current?.focus({ preventScroll: true })}
          >
            <Route path="/" component={LobbyPage} />
            <Route path="/match/:id" component={MatchPage} />
            <Route path="/chat/:room?" component={ChatPage} />
            <Route path="/leaderboard/:game?" component={LeaderboardPage} />
            <Route path="/player/:user" component={PlayerPage} />
            <Route path="/account" component={AccountPage} />
            <Route default component={NotFound} />
          </Router>
        </ErrorBoundary>
      </main>
      <SignIn />
      <Notices />
    </LocationProvider>
  );
}

function NotFound() {
  useTitle(text.site.notFound);
  return (
    <div class="page">
      <h1>{text.site.notFound}</h1>
      <p><Button href="/">{text.site.home}</Button></p>
    </div>
  );
}

/** A page that is loaded when somebody goes there. */
function page<P>(load: () => Promise<ComponentType<P>>) {
  return lazy(() => load().catch((): ComponentType<P> => Broken));
}

/** Mostly: the server has newer pages than this window. */
function Broken() {
  useTitle(text.site.broken);
  return (
    <div class="page">
      <h1>{text.site.broken}</h1>
      <p>
        <Button kind="primary" onClick={() => location.reload()}>
          {text.site.reload}
        </Button>
      </p>
    </div>
  );
}
