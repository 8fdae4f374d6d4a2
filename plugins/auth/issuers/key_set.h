/* SPDX-License-Identifier: MIT */
/*
 * The keys of an issuer: one, or those of a JWKS (RFC 7517, 5). Each has its
 * own algorithm; which of them a token is of is said by its `kid`.
 */
#ifndef AUTH_KEY_SET_H
#define AUTH_KEY_SET_H

#include <stdint.h>

#include "issuers/key.h"

enum { KEYS_MAX = 64, KEY_FILE_MAX = 256 * 1024, KEY_WRONG_SIZE = 160 };

struct key_set {
    struct key *keys;
    uint32_t n;
};

/* These fill a set that is empty. False: it still is, and ret_wrong says why,
 * as the end of a sentence. What is left out of a JWKS is in the log. */

/* One key: a secret, or PEM. */
bool key_set_of_text(struct key_set *set, enum algorithm algorithm,
                     const char *text, size_t n,
                     char ret_wrong[static KEY_WRONG_SIZE]);
/* A JWKS; the algorithm is that of keys which say none. */
bool key_set_of_jwks(struct key_set *set, enum algorithm algorithm,
                     const char *text, size_t n,
                     char ret_wrong[static KEY_WRONG_SIZE]);

/* The key of a token that shows this kid, NULL: none. Where the token or the
 * key has none it has to be the only key. NULL: none of them. */
const struct key *key_set_find(const struct key_set *set, const char *kid);
void key_set_free(struct key_set *set);

#endif
