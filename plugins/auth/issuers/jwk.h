/* SPDX-License-Identifier: MIT */
/* A key as JSON: RFC 7517, 7518 (6), 8037 (2). */
#ifndef AUTH_JWK_H
#define AUTH_JWK_H

#include <jansson.h>

#include "issuers/key.h"

/*
 * Makes a key of one. Its algorithm is its `alg`, or else `configured`; when
 * there are both they have to be the same. What is not for signatures, or of
 * an algorithm that is not taken, is left out.
 *
 * NULL: *ret is the key, or when it is to be left out *ret_left_out why. Else
 * what is wrong with it, as the end of a sentence.
 */
const char *jwk_read(json_t *jwk, enum algorithm configured, struct key *ret,
                     const char **ret_left_out);

#endif
