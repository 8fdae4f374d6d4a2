// SPDX-License-Identifier: MIT
//
// Who this browser is: whoever has signed in here, else a guest, made on the
// first visit and known again by a secret of this device. All windows of the
// browser are the same person.

import { signal } from '@preact/signals';

import { recall, remember } from '../ui/memory';
import type { Ended, Identity } from '../wire/connection';
import { AuthError, ask, type User, wasHere } from './http';

const DEVICE = 'device';
const RENEWED = 'renewed';
/** Within which a window takes another one's refresh for its own. */
const FRESH_MS = 20_000;

interface Session {
  user: User;
  device: string | null;
}

/** What somebody gives to be somebody else. */
export interface Credentials {
  login: string;
  password: string;
  remember: boolean;
}
export interface Registration {
  name: string;
  email: string | null;
  password: string;
}

export class Account implements Identity {
  /** null: not known yet, or the server has no accounts. */
  readonly user = signal<User | null>(null);
  /** Why the session before has ended, until somebody has seen it. */
  readonly farewell = signal<Ended | null>(null);
  private known = false;
  /** What to do when this browser is somebody else. */
  onChange: () => void = () => {};
  private readonly others = new BroadcastChannel('mortise.account');

  constructor() {
    this.others.onmessage = () => this.changed(false);
  }

  async ensure(): Promise<void> {
    if (this.known) return;
    try {
      if (!(await this.isKnown())) await this.renew();
    } catch {
      // The connection that is tried next says what is wrong.
    }
  }

  async renew(): Promise<void> {
    try {
      if (wasHere()) await locked(() => this.refresh());
      else await locked(() => this.beGuest());
    } catch (error) {
      // Another window may have been quicker, or nobody has been here before.
      if (nobody(error)) await locked(() => this.beGuest()).catch(() => {});
    }
  }

  ended(why: Ended): void {
    this.known = false;
    // The one who has signed in knows it.
    if (why.code !== 'signed-in' && why.code !== 'signed-out')
      this.farewell.value = why;
  }

  async register(who: Registration): Promise<void> {
    await this.enter('register', {
      name: who.name,
      ...(who.email ? { email: who.email } : {}),
      password: who.password,
    });
  }

  async login(who: Credentials): Promise<void> {
    await this.enter('login', { ...who });
  }

  /** Signs out, here or on all devices, and goes on as a new guest. */
  async logout(where: 'here' | 'everywhere'): Promise<void> {
    if (where === 'here') await ask('POST', 'logout', {});
    else await ask('DELETE', 'sessions');
    this.leave();
  }

  /** The account is gone, with all that belongs to it. */
  async remove(password: string): Promise<void> {
    await ask('DELETE', 'me', password ? { password } : {});
    this.leave();
  }

  private leave(): void {
    remember(DEVICE, null);
    this.changed(true);
  }

  private async enter(how: 'register' | 'login', body: object): Promise<void> {
    const session = await ask<Session>('POST', how, { cookie: true, ...body });
    remember(DEVICE, null);
    this.changed(true);
    this.is(session.user);
  }

  /** Whether the cookies name somebody. */
  private async isKnown(): Promise<boolean> {
    if (!wasHere()) return false;
    try {
      this.is((await ask<{ user: User }>('GET', 'me')).user);
      return true;
    } catch (error) {
      if (nobody(error)) return false;
      throw error;
    }
  }

  private async refresh(): Promise<void> {
    const renewed = Number(recall(RENEWED) ?? 0);
    if (Math.abs(Date.now() - renewed) < FRESH_MS && (await this.isKnown()))
      return;
    this.is((await ask<Session>('POST', 'refresh', { cookie: true })).user);
    remember(RENEWED, String(Date.now()));
  }

  private async beGuest(): Promise<void> {
    // While this window has waited another one may have become somebody.
    if (await this.isKnown()) return;
    const device = recall(DEVICE);
    const session = await ask<Session>('POST', 'guest', {
      cookie: true, ...(device ? { device } : {}),
    }).catch((error: unknown) => {
      // The guest of this device is no more.
      if (!device || !nobody(error)) throw error;
      return ask<Session>('POST', 'guest', { cookie: true });
    });
    if (session.device) remember(DEVICE, session.device);
    this.is(session.user);
  }

  private is(user: User): void {
    this.known = true;
    const before = this.user.value;
    if (JSON.stringify(before) !== JSON.stringify(user))
      this.user.value = user;
  }

  /** The cookies are somebody else's; `here`: by this window. */
  private changed(here: boolean): void {
    this.known = false;
    if (here) this.others.postMessage(null);
    this.onChange();
  }
}

function nobody(error: unknown): boolean {
  return error instanceof AuthError
    && ['login_required', 'invalid_token', 'token_reused', 'wrong_device']
      .includes(error.code);
}

/** Windows share the cookies, and each refresh token is good once. */
function locked<T>(act: () => Promise<T>): Promise<T> {
  return navigator.locks
    ? navigator.locks.request('mortise.account', act)
    : act();
}
