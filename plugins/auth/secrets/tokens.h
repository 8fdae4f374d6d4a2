/* SPDX-License-Identifier: MIT */
/*
 * Random tokens, and the keyed hashes under which they are kept. The keys come
 * from the setting `secret`, so a copy of the database alone proves nothing;
 * another secret ends all sessions. Those of `oldSecrets` are good to read
 * what was made with them; what is made now is made with the first.
 *
 * A refresh token has its session in it, and a tag that only this server can
 * make: so one that was used before is told from one that was made up, and
 * nobody can end a session by guessing.
 */
#ifndef AUTH_TOKENS_H
#define AUTH_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ID_SIZE = 23,        /* 16 random bytes as base64url, and a NUL */
    TOKEN_SIZE = 44,     /* 32 bytes: an access token, a device's secret */
    REFRESH_SIZE = 76,   /* 56 bytes */
    HASH_TEXT_SIZE = 44, /* a hash as base64url */
    HASH_SIZE = 32
};

enum { SECRETS_MAX = 5 };

/* Makes the keys of a secret, the only one now. In init. */
void tokens_init(const char *secret);
/* One more, that was the secret before. Those beyond SECRETS_MAX are left
 * out. */
void tokens_add_old(const char *secret);
/* How many there are: the numbers below are from 0, the one of today. */
int tokens_secrets(void);
/* Forgets them. */
void tokens_fini(void);

void tokens_new_id(char ret[static ID_SIZE]);
void tokens_new(char ret[static TOKEN_SIZE]);
void tokens_new_refresh(const char *session, char ret[static REFRESH_SIZE]);
/* What comes of a refresh token, always the same with the secret of today: the
 * token that follows it, and the access token that goes with it. Nobody else
 * can tell either from what is in front of it. */
void tokens_next_refresh(const char *session, const char *refresh,
                         char ret[static REFRESH_SIZE]);
void tokens_access_of(const char *refresh, char ret[static TOKEN_SIZE]);

/* Whether it was made here; then the session that it was made for. */
bool tokens_refresh_session(const char *token, char ret[static ID_SIZE]);

/* The hash that a token is kept and found by. */
void tokens_hash(const char *token, char ret[static HASH_TEXT_SIZE]);
/* The one that it had with this secret. */
void tokens_hash_by(int secret, const char *token,
                    char ret[static HASH_TEXT_SIZE]);
/* Whether this is a hash of the token, with whatever secret. */
bool tokens_match(const char *hash, const char *token);
/* Two hashes as texts, in constant time. */
bool tokens_same(const char *a, const char *b);

/* What a page has to send back with a request that its cookies vouch for. */
void tokens_csrf(const char *session, char ret[static HASH_TEXT_SIZE]);
/* Whether this is that, with whatever secret. */
bool tokens_csrf_fits(const char *session, const char *shown);

/* A hash for the tables in memory that count what strangers send; `kind` keeps
 * the tables apart. */
void tokens_count_key(int kind, const char *text, unsigned char ret[static 16]);
/* The one that it had with this secret. */
void tokens_count_key_by(int secret, int kind, const char *text,
                         unsigned char ret[static 16]);

#endif
