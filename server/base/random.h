/* SPDX-License-Identifier: MIT */
/* Random bytes from the kernel, and the ids made of them. */
#ifndef MORTISE_BASE_RANDOM_H
#define MORTISE_BASE_RANDOM_H

#include <stddef.h>

/* Unguessable bytes from getrandom(2), drawn in batches. Cannot fail once the
 * machine has booted; asserts that. One thread. A forked child draws its own.
 */
void random_bytes(void *p, size_t n);

/* 15 random bytes as base64url: a session or socket id nobody can guess. */
#define RANDOM_SID_LENGTH 20
void random_sid(char ret_sid[RANDOM_SID_LENGTH]);

#endif
