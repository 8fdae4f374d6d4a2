/* SPDX-License-Identifier: MIT */
/*
 * Passwords: what they have to be, and how they are kept (Argon2id, with the
 * parameters of the settings). The bytes count as they were sent: nothing is
 * trimmed, folded or normalised.
 */
#ifndef AUTH_PASSWORDS_H
#define AUTH_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { PASSWORD_HASH_SIZE = 128 }; /* crypto_pwhash_STRBYTES */

/* common_passwords.c */
extern const char *const common_passwords[];
extern const size_t common_password_count;

/* NULL, or why this cannot be the password of who has this name and e-mail,
 * for people. */
const char *password_wrong(const char *password, const char *name,
                           const char *email);

/* The rest takes its time, on purpose: for jobs. */

/* 0 or MORTISE_ENOMEM. */
int password_hash(const char *password, char ret[static PASSWORD_HASH_SIZE]);
/*
 * Whether the password is the one of this hash. NULL: there is no such
 * account; it takes as long and is false. MORTISE_ENOMEM: nobody knows.
 */
int password_verify(const char *hash, const char *password);
/* Whether it was made with other parameters than those of today. */
bool password_outdated(const char *hash);

#endif
