// SPDX-License-Identifier: MIT
//
// Asks the shared object in front of libc for a fault: see shim.h, whose
// struct plan stands twice at the beginning of a file that both map.

import { closeSync, openSync, readSync, writeFileSync, writeSync } from
  'node:fs';
import { constants } from 'node:os';

const PLAN = 8 * 4 + 64 * 4;
const COUNTS = 8 * 4;
const NAMES = 2048;
const SIZE = 4096;

export const SHORT = 'half of it';

// How a call can fail, by its kind: what its manual page says, and systems do.
export const ERRORS = {
  recv: ['ECONNRESET', 'EAGAIN', 'EINTR', 'ETIMEDOUT', 'ENOMEM', SHORT],
  send: ['ECONNRESET', 'EPIPE', 'EAGAIN', 'EINTR', 'ENOBUFS', SHORT],
  accept: ['EMFILE', 'ENFILE', 'ECONNABORTED', 'EINTR', 'ENOBUFS'],
  socket: ['EMFILE', 'ENOBUFS'],
  bind: ['EADDRINUSE', 'EACCES'],
  listen: ['EADDRINUSE'],
  connect: ['ECONNREFUSED', 'EINTR'],
  sockopt: ['ENOBUFS', 'EINVAL'],
  shutdown: ['ENOTCONN'],
  read: ['EIO', 'EINTR', SHORT],
  write: ['ENOSPC', 'EIO', 'EINTR', SHORT],
  pipe_read: ['EINTR', 'EIO', SHORT],
  pipe_write: ['EINTR', 'EPIPE', SHORT],
  open: ['EMFILE', 'ENOENT', 'EACCES', 'EINTR'],
  close: ['EINTR', 'EIO'],
  stat: ['EIO', 'ENOMEM'],
  list: ['EMFILE'],
  sync: ['EIO', 'ENOSPC'],
  truncate: ['EIO', 'ENOSPC'],
  unlink: ['EIO', 'EBUSY'],
  mkdir: ['ENOSPC', 'EACCES'],
  fcntl: ['EINVAL'],
  lock: ['ENOLCK', 'EAGAIN'],
  mmap: ['ENOMEM'],
  epoll_ctl: ['ENOMEM', 'ENOSPC'],
  epoll_wait: ['EINTR'],
  descriptor: ['EMFILE', 'ENOMEM'],
  process: ['EAGAIN', 'ENOMEM'],
  wait: ['EINTR'],
  thread: ['EAGAIN'],
  random: ['EINTR'],
  dlopen: ['ENOENT'],
  memory: ['ENOMEM'],
};

export class Plans {
  constructor(file) {
    writeFileSync(file, Buffer.alloc(SIZE));
    this.file = file;
    this.fd = openSync(file, 'r+');
  }

  close() {
    closeSync(this.fd);
  }

  // Their names, once a server has begun.
  names() {
    const text = Buffer.alloc(SIZE - NAMES);
    readSync(this.fd, text, 0, text.length, NAMES);
    return [...text.toString('latin1').split('\0')[0].trim().split('\n'),
      'any'];
  }

  read(which) {
    const plan = Buffer.alloc(PLAN);
    readSync(this.fd, plan, 0, PLAN, which * PLAN);
    return {
      fired: plan.readUInt32LE(20), pid: plan.readUInt32LE(24),
      counts: this.names().map((name, i) =>
        [name, plan.readUInt32LE(COUNTS + 4 * i)]),
    };
  }

  // Counts from 0 on; nothing fails. `which`: 0 for the server, 1 for the
  // process that tries new builds.
  count(which) {
    const plan = Buffer.alloc(PLAN);
    writeSync(this.fd, plan, 0, 4, which * PLAN);
    writeSync(this.fd, plan, COUNTS, PLAN - COUNTS, which * PLAN + COUNTS);
  }

  // The `nth` of `kind` from now on fails so, and each `period`-th behind it.
  arm(which, { kind, nth, error, period = 0 }) {
    this.count(which);
    const plan = Buffer.alloc(6 * 4);
    plan.writeUInt32LE(1, 0);
    plan.writeUInt32LE(this.kinds[kind], 4);
    plan.writeUInt32LE(nth, 8);
    plan.writeUInt32LE(period, 12);
    plan.writeInt32LE(error === SHORT ? 0 : constants.errno[error] ?? -1, 16);
    // What says that it is armed comes last.
    writeSync(this.fd, plan, 4, plan.length - 4, which * PLAN + 4);
    writeSync(this.fd, plan, 0, 4, which * PLAN);
  }

  // Nothing fails any more; how often something has.
  disarm(which) {
    writeSync(this.fd, Buffer.alloc(4), 0, 4, which * PLAN);
    return this.read(which).fired;
  }

  get kinds() {
    return Object.fromEntries(
      Object.keys(ERRORS).concat('any').map((name, i) => [name, i]));
  }
}
