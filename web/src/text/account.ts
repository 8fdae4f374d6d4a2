// SPDX-License-Identifier: MIT
//
// The words of signing in and of the account's page; en.ts has those that the
// shell needs.

/** "3 minutes": how long something takes that is to be waited for. */
function span(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  const minutes = Math.ceil(seconds / 60);
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

export const words = {
  wait: (why: string, ms: number) => `${why} Try again in ${span(ms)}.`,

  name: 'Name',
  nameHint: '3 to 32 letters A to Z, digits and _.-',
  login: 'Name or e-mail',
  email: 'E-mail (optional)',
  emailHint: 'For a new password, should you forget this one.',
  password: 'Password',
  newPassword: 'New password',
  oldPassword: 'Password until now',
  passwordHint: 'At least 8 characters.',
  show: 'Show the password',
  remember: 'Stay signed in on this device',

  signInTitle: 'Sign in',
  registerTitle: 'Create an account',
  resetTitle: 'A new password',
  signIn: 'Sign in',
  register: 'Create account',
  toRegister: 'Create an account instead',
  toSignIn: 'I have an account',
  toReset: 'Forgotten password',

  keeps: (name: string) =>
    `${name} becomes your account: your matches, ratings and messages so far `
    + 'stay yours.',
  leavesBehind: (name: string) =>
    `What ${name} has played stays with that guest; it does not move to the `
    + 'account. When you sign out, this browser is that guest again.',

  resetAsk: 'We send a one-time code to the address of your account.',
  sendCode: 'Send a code',
  codeSent: 'If there is such an account, a code is on its way. It looks like '
    + '7KQM-X3TZ.',
  code: 'Code',
  setPassword: 'Set the password',
  passwordSet: 'Your password is the new one. Sign in with it.',

  title: 'Account',
  guest: 'Guest',
  kind: 'You are here as',
  address: 'E-mail',
  noAddress: 'None',
  roles: 'Roles',
  guestPlea: 'As a guest you exist in this browser alone. With an account you '
    + 'keep your matches and ratings, and sign in anywhere.',
  profile: 'Your public profile',
  signOut: 'Sign out',
  unknown: 'Nobody is signed in.',
  waiting: 'Loading your account',

  passwordSection: 'Password',
  changePassword: 'Change the password',
  passwordChanged: 'Your password is changed. All other devices are signed out.',

  devices: 'Devices',
  devicesHint: 'Where you are signed in.',
  devicesLoading: 'Loading your devices',
  here: 'This device',
  lastUsed: (when: string) => `last seen ${when}`,
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  unknownDevice: 'Unknown device',
  signOutThere: 'Sign out there',
  signOutOf: (device: string) => `Sign out there: ${device}`,
  signedOutThere: 'Signed out there.',
  others: 'Sign out everywhere else',
  othersDone: 'Signed out everywhere else.',
  everywhere: 'Sign out everywhere',
  everywhereSure: 'You are signed out on all devices, this one too.',

  appearance: 'Appearance',

  data: 'Your data',
  export: 'Download everything',
  exportHint: 'All that this server keeps about your account, its sessions and '
    + 'what happened to it, as one JSON file.',
  exportFile: 'account.json',
  remove: 'Delete the account',
  removeGuest: 'Delete this guest',
  removeTitle: 'Delete for good',
  removeHint: 'Your account, messages and ratings are deleted. Nobody can bring '
    + 'them back.',
  removeType: (word: string) => `Type ${word} to confirm`,
  removeNow: 'Delete for good',
  removed: 'It is deleted.',
};
