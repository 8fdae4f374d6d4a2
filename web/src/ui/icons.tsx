// SPDX-License-Identifier: MIT
//
// Drawn here, so that the page asks nobody else for anything. Decoration
// only: what an icon means is said by the text beside it.

interface IconProps {
  path: string;
}

function Icon({ path }: IconProps) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

export const LinkIcon = () => (
  <Icon path="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.4 6M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.2-1.2" />
);
export const CheckIcon = () => <Icon path="m5 12.5 4.5 4.5L19 7.5" />;
export const PeopleIcon = () => (
  <Icon path="M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8" />
);
export const LeaveIcon = () => (
  <Icon path="M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M10 8l-4 4 4 4M6 12h9" />
);
export const SendIcon = () => <Icon path="M4 12 3 4l18 8-18 8 1-8Zm0 0h8" />;
export const DownIcon = () => <Icon path="M12 5v14M6 13l6 6 6-6" />;
export const CloseIcon = () => <Icon path="m6 6 12 12M18 6 6 18" />;

/** A tenon above the mortise it fits into. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="logo-ground" width="32" height="32" rx="8" />
      <path class="logo-tenon" d="M12 5h8v10h-8z" />
      <path
        class="logo-mortise"
        d="M6 12h4v7a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-7h4v13a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2z"
      />
    </svg>
  );
}
