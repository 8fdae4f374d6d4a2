// SPDX-License-Identifier: MIT
//
// Who this browser is: whoever has signed in here, else a guest, made on the
// first visit and known again by a cookie. All windows of the browser are the
// same person. No token and no secret ever comes by here.

import { signal } from '@preact/signals';

import { recall, remember } from '../ui/memory';
import type { Ended, Identity } from '../wire/connection';
import { AuthError, ask, type Device, type User, wasHere } from './http';
import { locked } from './lock';

const RENEWED = 'renewed';
const LEFT = 'left';
/** Within which a window takes another one's refresh for its own. */
const FRESH_MS = 4_000;
/** So long a farewell is what this browser itself has asked for. */
const OWN_MS = 20_000;
/** So long what was known of the cookies still is: they last for longer. */
const KNOWN_MS = 5 * 60_000;

interface Session {
  user: User;
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
  remember: boolean;
}

export class Account implements Identity {
  /** null: not known yet, or the server has no accounts. */
  readonly user = signal<User | null>(null);
  /** Why the session before has ended, until somebody has seen it. */
  readonly farewell = signal<Ended | null>(null);
  /** What to do when this browser is somebody else. */
  onChange: () => void = () => {};
  /** The browser keeps no cookies: nobody can be anybody. */
  unkept = false;
  private knownAt = -Infinity;
  /** Counts who the browser has been: an answer about somebody before is old. */
  private turn = 0;
  private renewing: Promise<void> | null = null;
  private readonly others = otherWindows();

  constructor() {
    if (this.others) this.others.onmessage = () => this.changed();
  }

  async ensure(): Promise<void> {
    if (Date.now() - this.knownAt < KNOWN_MS) return;
    try {
      if (!(await this.isKnown())) await this.renew();
      await this.lookAgain();
    } catch {
      // The connection that is tried next says what is wrong.
    }
  }

  /** Once, however many ask at the same time. */
  renew(): Promise<void> {
    this.renewing ??= this.renewNow()
      .then(() => this.lookAgain()).catch(() => {}).finally(() => {
        this.renewing = null;
      });
    return this.renewing;
  }

  ended(why: Ended): void {
    this.forget();
    // The one who has signed in knows it, and so does who has just left.
    const own = Math.abs(Date.now() - Number(recall(LEFT) ?? 0)) < OWN_MS;
    if (why.code !== 'signed-in' && !own) this.farewell.value = why;
  }

  register(who: Registration): Promise<void> {
    const { email, ...rest } = who;
    return this.enter('register', { ...rest, ...(email ? { email } : {}) });
  }

  login(who: Credentials): Promise<void> {
    return this.enter('login', { ...who });
  }

  /** Signs out, here or on all devices, and goes on as a guest. */
  logout(where: 'here' | 'everywhere'): Promise<void> {
    return this.leave(() => where === 'here'
      ? ask('POST', 'logout', {})
      : ask('DELETE', 'sessions'));
  }

  /** The account is gone, with all that belongs to it. */
  remove(password: string): Promise<void> {
    return this.leave(
      () => ask('DELETE', 'me', password ? { password } : {}));
  }

  async changePassword(password: string, newPassword: string): Promise<void> {
    await ask('POST', 'password', { password, newPassword });
  }

  /** Has a code sent to whoever that is. */
  async askForCode(login: string): Promise<void> {
    await ask('POST', 'reset', { login });
  }

  async useCode(
    login: string, code: string, newPassword: string,
  ): Promise<void> {
    await ask('POST', 'reset/confirm', { login, code, newPassword });
  }

  async devices(): Promise<Device[]> {
    return (await ask<{ sessions: Device[] }>('GET', 'sessions')).sessions;
  }

  /** Signs out on one device, or on all but this one. */
  async signOutOf(device: string | 'others'): Promise<void> {
    await ask('DELETE', `sessions/${encodeURIComponent(device)}`);
  }

  /** All that is stored of the user. */
  everything(): Promise<object> {
    return ask('GET', 'export');
  }

  private async renewNow(): Promise<void> {
    try {
      if (wasHere()) await locked(() => this.refresh());
      else await locked(() => this.beGuest());
    } catch (error) {
      // Another window may have been quicker, or nobody has been here before.
      if (nobody(error))
        await locked(() => this.beGuest()).catch((e) => this.isNobody(e));
      else this.isNobody(error);
    }
  }

  /** Where there are no guests. What else went wrong may pass. */
  private isNobody(error: unknown): void {
    if (error instanceof AuthError && error.code === 'no_guests')
      this.user.value = null;
  }

  /** What was found out may have been about who was before. */
  private async lookAgain(): Promise<void> {
    if (this.knownAt < 0 && wasHere()) await this.isKnown();
  }

  private async leave(act: () => Promise<object>): Promise<void> {
    remember(LEFT, String(Date.now()));
    try {
      await locked(act);
    } catch (error) {
      if (!nobody(error)) {
        remember(LEFT, null);
        throw error;
      }
    }
    this.changed();
    this.others?.postMessage(null);
  }

  /** Alone: what others find out meanwhile would be about who was before. */
  private async enter(how: 'register' | 'login', body: object): Promise<void> {
    const { user } = await locked(async () => {
      const session =
        await ask<Session>('POST', how, { cookie: true, ...body });
      remember(RENEWED, String(Date.now()));
      return session;
    });
    this.forget();
    this.farewell.value = null;
    this.is(user, this.turn);
    this.onChange();
    this.others?.postMessage(null);
  }

  /** Whether the cookies name somebody. */
  private async isKnown(): Promise<boolean> {
    if (!wasHere()) return false;
    const { turn } = this;
    try {
      this.is((await ask<Session>('GET', 'me')).user, turn);
      return true;
    } catch (error) {
      if (nobody(error)) return false;
      throw error;
    }
  }

  private async refresh(): Promise<void> {
    const { turn } = this;
    const renewed = Number(recall(RENEWED) ?? 0);
    if (Math.abs(Date.now() - renewed) < FRESH_MS && (await this.isKnown()))
      return;
    const session = await ask<Session>('POST', 'refresh', { cookie: true });
    remember(RENEWED, String(Date.now()));
    this.is(session.user, turn);
  }

  private async beGuest(): Promise<void> {
    const { turn } = this;
    // While this window has waited another one may have become somebody.
    if (await this.isKnown()) return;
    const session = await ask<Session>('POST', 'guest', { cookie: true });
    this.unkept = !wasHere();
    if (this.unkept) return;
    remember(RENEWED, String(Date.now()));
    this.is(session.user, turn);
  }

  private is(user: User, turn: number): void {
    if (turn !== this.turn) return;
    this.knownAt = Date.now();
    if (JSON.stringify(this.user.value) !== JSON.stringify(user))
      this.user.value = user;
  }

  private forget(): void {
    this.turn++;
    this.knownAt = -Infinity;
  }

  /** The cookies are somebody else's. */
  private changed(): void {
    this.forget();
    this.onChange();
  }
}

/** null: the browser keeps them apart, and this one is alone. */
function otherWindows(): BroadcastChannel | null {
  try {
    return new BroadcastChannel('mortise.account');
  } catch {
    return null;
  }
}

function nobody(error: unknown): boolean {
  return error instanceof AuthError
    && ['login_required', 'invalid_token', 'token_reused']
      .includes(error.code);
}
