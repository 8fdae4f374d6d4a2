// SPDX-License-Identifier: MIT
//
// The whole server for tests of accounts: its passwords are quick, nobody is
// told to slow down, and the operator can be asked.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  binary, parseConfig, root, startServer,
} from '../clients/server.mjs';

export const PASSWORD = 'correct horse';
const folder = resolve(root, process.env.MORTISE_CONFIG_DIR ?? 'config');
const MANY = 1000;

/** What these tests need no other server for. */
export const skip = process.env.MORTISE_URL
  ? 'somebody else runs the server of MORTISE_URL'
  : false;

export function startWhole({ port = 0, settings = {}, without } = {}) {
  const { plugins: all } =
    parseConfig(readFileSync(join(folder, 'mortise.json'), 'utf8'));
  const plugins = all.filter(({ name }) => name !== without);
  const auth = plugins.find(({ name }) => name === 'auth');
  Object.assign(auth.settings, {
    passwords: { memoryKiB: 8, passes: 1 },
    ratesPerMinute: {
      guest: MANY, register: MANY, login: MANY, password: MANY, reset: MANY,
      refresh: MANY, other: MANY,
    },
    ...settings,
  });
  return startServer({ config: 'mortise', changes: { plugins }, port });
}

/** A command of the operator's, by the control socket. */
export function operator(server, ...words) {
  const out = execFileSync(
    binary, ['ctl', '--config', server.file, ...words, '--json'],
    { encoding: 'utf8' });
  return JSON.parse(out);
}

/** What the page shows of its connection. */
export function live(page) {
  return page.locator('.pill[data-status="live"]').waitFor();
}

/** Who the server says this browser is. */
export function me(page) {
  return page.evaluate(
    async () => (await (await fetch('/auth/me')).json()).user ?? null);
}

/** Through the dialog, from whatever page. */
export async function register(page, name, { email } = {}) {
  await openDialog(page, 'Create an account');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  if (email) await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Create account' }).click();
  await called(page, name);
}

export async function login(page, name, typed = name) {
  await openDialog(page, 'Sign in');
  await fillLogin(page, typed, PASSWORD);
  await called(page, name);
}

export async function fillLogin(page, name, password) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name or e-mail').fill(name);
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function openDialog(page, item) {
  await page.getByRole('banner').getByRole('button').last().click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
  await page.getByRole('dialog', { name: item }).waitFor();
}

/** Whose window it is, as it says itself; and it is at rest. */
export async function called(page, name) {
  await page.getByRole('banner')
    .getByRole('button', { name, exact: typeof name === 'string' }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await live(page);
}

export async function signOut(page) {
  await page.getByRole('banner').getByRole('button').last().click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await called(page, /^guest-/);
}
