// SPDX-License-Identifier: MIT
//
// A button and the list that it opens, moved through by arrow keys as the
// ARIA Authoring Practices describe a menu button.

import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { Button, type ButtonProps } from './button';
import { Icon, type IconName } from './icon';
import './menu.css';
import { usePlace } from './place';

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  /** Where it leads, or what it does. */
  href?: string;
  onPick?: () => void;
  /** One of several, of which one is on. */
  checked?: boolean;
}

interface MenuProps {
  button: Omit<ButtonProps, 'onClick' | 'expanded' | 'controls'>;
  items: (MenuItem | null)[];
  /** To which side of the button it grows. */
  align?: 'start' | 'end';
}

export function Menu({ button, items, align = 'end' }: MenuProps) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const close = (focus: boolean) => {
    setOpen(false);
    if (focus) place.current?.querySelector('button')?.focus();
  };

  const at = usePlace(open, place, list, align);
  useEffect(() => {
    if (!open) return;
    choices(list.current)[0]?.focus({ preventScroll: true });
    const outside = (event: PointerEvent) => {
      if (!place.current?.contains(event.target as Node)) close(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  return (
    <div
      class="menu"
      ref={place}
      onKeyDown={(event) => {
        if (open && move(event, list.current)) event.preventDefault();
        if (open && (event.key === 'Escape' || event.key === 'Tab')) {
          if (event.key === 'Escape') event.stopPropagation();
          close(event.key === 'Escape');
        }
      }}
    >
      <Button
        {...button}
        expanded={open}
        controls={id}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <ul
          class="menu-list" id={id} role="menu" ref={list}
          aria-label={button.label} {...(at ? { style: at } : {})}
        >
          {items.map((item, i) =>
            item ? (
              <li key={item.label} role="none">
                <Item item={item} onDone={() => close(true)} />
              </li>
            ) : (
              <li key={i} role="separator" class="menu-line" />
            ))}
        </ul>
      )}
    </div>
  );
}

function Item({ item, onDone }: { item: MenuItem; onDone: () => void }) {
  const pick = () => {
    onDone();
    item.onPick?.();
  };
  const common = {
    class: item.danger ? 'menu-item danger' : 'menu-item',
    role: item.checked === undefined
      ? ('menuitem' as const) : ('menuitemradio' as const),
    'aria-checked': item.checked,
    tabIndex: -1,
    onClick: pick,
  };
  const content = (
    <>
      {item.icon && <Icon name={item.icon} />}
      <span>{item.label}</span>
      {item.checked && <Icon name="check" />}
    </>
  );
  return item.href === undefined
    ? <button type="button" {...common}>{content}</button>
    : <a href={item.href} {...common}>{content}</a>;
}

function choices(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('.menu-item') ?? [])];
}

/** Whether the key was one that moves. */
function move(event: KeyboardEvent, list: HTMLElement | null): boolean {
  const all = choices(list);
  const at = all.indexOf(document.activeElement as HTMLElement);
  const to = {
    ArrowDown: (at + 1) % all.length,
    ArrowUp: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to === undefined) return false;
  all[to]?.focus();
  return true;
}
