// SPDX-License-Identifier: MIT
//
// SIGHUP, and what the log says of it.

import { readdirSync, readlinkSync } from 'node:fs';
import { eventually } from '../clients/server.mjs';

const OUTCOMES = ['done in', 'nothing has changed', 'refused'];

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

// Sends SIGHUP and waits for the log to say that this has become of it.
export async function reload(server, outcome = 'done in') {
  const number = (server.reloads ?? 0) + 1;
  const line = new RegExp(`reload ${number}: (${OUTCOMES.join('|')})`);
  server.reloads = number;
  server.signal('SIGHUP');
  const [, found] = await eventually(
    () => line.exec(server.output), `reload ${number}\n${server.output}`);
  if (found !== outcome) {
    throw new Error(`not "${outcome}":\n${server.output}`);
  }
}

// Waits for a line of the last reload's report.
export function said(server, text) {
  const line = new RegExp(`reload ${server.reloads}: .*${escaped(text)}`);
  return eventually(
    () => line.test(server.output), `"${text}" in\n${server.output}`);
}

// What the process has open: the same text is the same file or socket.
export function descriptors(server) {
  const folder = `/proc/${server.pid}/fd`;
  return readdirSync(folder).map((fd) => {
    try {
      return `${fd} ${readlinkSync(`${folder}/${fd}`)}`;
    } catch {
      return ''; // closed meanwhile
    }
  }).filter((text) => text !== '').sort();
}
