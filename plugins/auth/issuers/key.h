/* SPDX-License-Identifier: MIT */
/*
 * A key that proves who has made a token: of another issuer, for tokens.h has
 * its own. A key is of one algorithm, and that is said by whoever has
 * configured it; what a token says of itself is compared with it and decides
 * nothing (RFC 8725, 3.1).
 */
#ifndef AUTH_KEY_H
#define AUTH_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/evp.h>

/* In the order of algorithm_names. */
enum algorithm {
    ALGORITHM_HS256,
    ALGORITHM_RS256,
    ALGORITHM_ES256,
    ALGORITHM_EDDSA, /* with Ed25519 */
    ALGORITHM_NONE   /* not said, or one that is not taken */
};

/* As tokens and the settings have them, and a NULL. */
extern const char *const algorithm_names[];

/* A signature of RSA with 4096 bits is the longest, and so are its numbers. */
enum { KEY_NUMBER_MAX = 512, KID_SIZE = 257 };

struct key {
    enum algorithm algorithm;
    char kid[KID_SIZE];   /* "": it has none */
    EVP_PKEY *pkey;       /* of RS256 and ES256 */
    unsigned char *bytes; /* the secret of HS256, the point of EdDSA */
    size_t n;
};

/* ALGORITHM_NONE: it is none of them. */
enum algorithm algorithm_find(const char *name);

/* These make a key, of one that is all zeros but for its kid. NULL; else what
 * is wrong with it, as the end of a sentence, and there is none. */

/* A secret, or a public key as PEM. */
const char *key_from_text(enum algorithm algorithm, const char *text, size_t n,
                          struct key *ret);
/* A secret, or the point of Ed25519. */
const char *key_from_bytes(enum algorithm algorithm, const unsigned char *bytes,
                           size_t n, struct key *ret);
/* Takes the key, also when it is refused. */
const char *key_from_pkey(enum algorithm algorithm, EVP_PKEY *pkey,
                          struct key *ret);
void key_free(struct key *key);

/* Whether these bytes were signed with it: RFC 7518, 3.2 to 3.4; RFC 8037. */
bool key_verify(const struct key *key, const void *text, size_t n,
                const unsigned char *signature, size_t signature_n);

#endif
