// SPDX-License-Identifier: MIT
//
// The page of who is here: what others see, the password, the devices, and
// what is kept of it all.

import { account, connection } from '../site';
import { text } from '../text/en';
import { words } from '../text/account';
import { Empty, Loading } from '../ui/empty';
import { Segments } from '../ui/field';
import { choose, theme, THEMES } from '../ui/theme';
import { useTitle } from '../ui/title';
import './account.css';
import { DataSection } from './data_section';
import { DevicesSection } from './devices_section';
import { PasswordSection } from './password_section';
import { ProfileSection } from './profile_section';

export function AccountPage() {
  useTitle(words.title);
  const user = account.user.value;
  return (
    <div class="page account">
      <h1>{words.title}</h1>
      {user ? (
        <div class="account-columns">
          <div class="account-column">
            <ProfileSection user={user} />
            {!user.guest && <PasswordSection user={user} />}
            <ThemeSection />
            <DataSection user={user} />
          </div>
          <div class="account-column">
            <DevicesSection key={user.id} user={user} />
          </div>
        </div>
      ) : connection.status.value.kind === 'connecting' ? (
        <Loading lines={6} label={words.waiting} />
      ) : (
        <Empty words={words.unknown} />
      )}
    </div>
  );
}

function ThemeSection() {
  return (
    <section class="card account-section" aria-labelledby="appearance">
      <h2 id="appearance">{words.appearance}</h2>
      <Segments
        label={text.site.theme}
        value={theme.value}
        options={THEMES.map((one) => [one, text.site.themes[one]] as const)}
        onChange={choose}
      />
    </section>
  );
}
