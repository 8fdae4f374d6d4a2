// SPDX-License-Identifier: MIT
//
// Tabs as the ARIA Authoring Practices describe them: arrow keys go from one
// to the next, and the panel follows.

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

import './tabs.css';

interface TabsProps<T extends string> {
  label: string;
  value: T;
  tabs: readonly (readonly [value: T, label: ComponentChildren])[];
  onChange: (value: T) => void;
  /** The panel of the tab that is chosen. */
  children: ComponentChildren;
}

export function Tabs<T extends string>(props: TabsProps<T>) {
  const { label, value, tabs, onChange, children } = props;
  const id = useId();
  const at = tabs.findIndex(([tab]) => tab === value);
  const go = (to: number) => {
    const [tab] = tabs[(to + tabs.length) % tabs.length]!;
    onChange(tab);
    document.getElementById(`${id}-${tab}`)?.focus();
  };
  return (
    <div class="tabs">
      <div
        class="tabs-list"
        role="tablist"
        aria-label={label}
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight') go(at + 1);
          if (event.key === 'ArrowLeft') go(at - 1);
        }}
      >
        {tabs.map(([tab, words]) => (
          <button
            key={tab}
            id={`${id}-${tab}`}
            type="button"
            class="tab"
            role="tab"
            aria-selected={tab === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab === value ? 0 : -1}
            onClick={() => onChange(tab)}
          >
            {words}
          </button>
        ))}
      </div>
      <div
        class="tabs-panel"
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${value}`}
      >
        {children}
      </div>
    </div>
  );
}
