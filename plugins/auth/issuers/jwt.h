/* SPDX-License-Identifier: MIT */
/*
 * A token of another issuer, taken apart: a JWS in its compact form (RFC 7515,
 * 3.1) whose payload is a JSON object of claims (RFC 7519). Nothing of it is
 * believed before jwt_verify().
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include <jansson.h>

#include "issuers/key.h"

enum { JWT_MAX = 8192 };

struct jwt {
    const char *token; /* of the caller */
    size_t signed_n;   /* so much of it is signed */
    json_t *header, *claims;
    unsigned char signature[KEY_NUMBER_MAX];
    size_t signature_n;
};

/* Whether it may be one, and none of ours. */
bool jwt_looks(const char *token);
/* NULL, and *ret is to be freed; else what is wrong with it. Refused are a JSON
 * text with a key twice, with a NUL or with what is no UTF-8; base64url with
 * padding, or with anything else; what is longer than JWT_MAX; a header with
 * `crit`, for nothing that it may name is known here; a `typ` that is not that
 * of a token which says who somebody is. */
const char *jwt_read(const char *token, struct jwt *ret);
/* What the header has: NULL when it is not there. */
const char *jwt_kid(const struct jwt *jwt);
/* NULL: it was made with this key, and says so. */
const char *jwt_verify(const struct jwt *jwt, const struct key *key);
void jwt_free(struct jwt *jwt);

#endif
