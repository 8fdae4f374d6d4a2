// SPDX-License-Identifier: MIT

import { choose, theme, THEMES } from '../ui/theme';
import { text } from '../text/en';
import { words } from '../text/playground';
import { Menu } from '../ui/menu';

export function Theme() {
  return (
    <Menu
      button={{ kind: 'quiet', icon: 'sun', label: words.theme }}
      items={THEMES.map((one) => ({
        label: text.site.themes[one],
        checked: theme.value === one,
        onPick: () => choose(one),
      }))}
    />
  );
}
