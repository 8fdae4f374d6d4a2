// SPDX-License-Identifier: MIT

import type { ComponentChildren } from 'preact';

import './button.css';
import { Icon, type IconName } from './icon';

export interface ButtonProps {
  children?: ComponentChildren;
  /** What it says to who cannot see the icon; with `children`: instead. */
  label?: string;
  icon?: IconName;
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  small?: boolean;
  /** Something is under way: it stays in focus and does nothing. */
  busy?: boolean;
  disabled?: boolean;
  submit?: boolean;
  pressed?: boolean;
  expanded?: boolean;
  controls?: string;
  /** A link that looks like a button. */
  href?: string;
  class?: string;
  onClick?: (event: MouseEvent) => void;
}

export function Button(props: ButtonProps) {
  const { icon, label, children, busy, disabled, href } = props;
  const style = [
    'button', props.kind ?? 'plain', props.small && 'small',
    icon && !children && 'icon-only', props.class,
  ].filter(Boolean).join(' ');
  const content = (
    <>
      {icon && <Icon name={icon} />}
      {children}
    </>
  );
  if (href !== undefined)
    return (
      <a class={style} href={href} aria-label={label} onClick={props.onClick}>
        {content}
      </a>
    );
  return (
    <button
      type={props.submit ? 'submit' : 'button'}
      class={style}
      aria-label={label}
      title={icon && !children ? label : undefined}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-controls={props.controls}
      disabled={disabled}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else props.onClick?.(event);
      }}
    >
      {content}
    </button>
  );
}
