/* SPDX-License-Identifier: MIT */
#include "secrets/tokens.h"

#include <string.h>

#include <sodium.h>

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
enum { ID_BYTES = 16, SALT_BYTES = 24, TAG_BYTES = 16 };
enum { REFRESH_BYTES = ID_BYTES + SALT_BYTES + TAG_BYTES };

/* One key for each use, so no hash can be passed off as another kind's. */
struct keys {
    unsigned char hash[32], tag[32], csrf[32], count[32], next[32], access[32];
};

/* Of each secret, that of today first. */
static struct keys keys[SECRETS_MAX];
static int secrets;

static void derive(const char *secret, const char *use,
                   unsigned char ret[static 32])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, 32);
    crypto_generichash_update(&state, (const unsigned char *)use,
                              strlen(use) + 1);
    crypto_generichash_update(&state, (const unsigned char *)secret,
                              strlen(secret));
    crypto_generichash_final(&state, ret, 32);
}

void tokens_add_old(const char *secret)
{
    if (secrets == SECRETS_MAX)
        return;
    struct keys *k = &keys[secrets++];
    derive(secret, "mortise auth: hash", k->hash);
    derive(secret, "mortise auth: tag", k->tag);
    derive(secret, "mortise auth: csrf", k->csrf);
    derive(secret, "mortise auth: count", k->count);
    derive(secret, "mortise auth: next", k->next);
    derive(secret, "mortise auth: access", k->access);
}

void tokens_init(const char *secret)
{
    secrets = 0;
    tokens_add_old(secret);
}

int tokens_secrets(void)
{
    return secrets;
}

void tokens_fini(void)
{
    sodium_memzero(keys, sizeof(keys));
    secrets = 0;
}

static void random_text(char *ret, size_t size, size_t n)
{
    unsigned char bytes[32];

    randombytes_buf(bytes, n);
    sodium_bin2base64(ret, size, bytes, n, VARIANT);
    sodium_memzero(bytes, sizeof(bytes));
}

void tokens_new_id(char ret[static ID_SIZE])
{
    random_text(ret, ID_SIZE, ID_BYTES);
}

void tokens_new(char ret[static TOKEN_SIZE])
{
    random_text(ret, TOKEN_SIZE, 32);
}

static void put_refresh(const char *session,
                        const unsigned char salt[static SALT_BYTES],
                        char ret[static REFRESH_SIZE])
{
    unsigned char bytes[REFRESH_BYTES] = {0};

    sodium_base642bin(bytes, ID_BYTES, session, strlen(session), NULL, NULL,
                      NULL, VARIANT);
    memcpy(bytes + ID_BYTES, salt, SALT_BYTES);
    crypto_generichash(bytes + ID_BYTES + SALT_BYTES, TAG_BYTES, bytes,
                       ID_BYTES + SALT_BYTES, keys[0].tag, 32);
    sodium_bin2base64(ret, REFRESH_SIZE, bytes, sizeof(bytes), VARIANT);
    sodium_memzero(bytes, sizeof(bytes));
}

void tokens_new_refresh(const char *session, char ret[static REFRESH_SIZE])
{
    unsigned char salt[SALT_BYTES];

    randombytes_buf(salt, sizeof(salt));
    put_refresh(session, salt, ret);
    sodium_memzero(salt, sizeof(salt));
}

void tokens_next_refresh(const char *session, const char *refresh,
                         char ret[static REFRESH_SIZE])
{
    unsigned char salt[SALT_BYTES];

    crypto_generichash(salt, sizeof(salt), (const unsigned char *)refresh,
                       strlen(refresh), keys[0].next, 32);
    put_refresh(session, salt, ret);
    sodium_memzero(salt, sizeof(salt));
}

bool tokens_refresh_session(const char *token, char ret[static ID_SIZE])
{
    unsigned char bytes[REFRESH_BYTES], tag[TAG_BYTES];
    bool made_here = false;
    size_t n = 0;

    if (strlen(token) != REFRESH_SIZE - 1 ||
        sodium_base642bin(bytes, sizeof(bytes), token, REFRESH_SIZE - 1, NULL,
                          &n, NULL, VARIANT) != 0 ||
        n != sizeof(bytes))
        return false;
    for (int i = 0; i < secrets && !made_here; i++) {
        crypto_generichash(tag, sizeof(tag), bytes, ID_BYTES + SALT_BYTES,
                           keys[i].tag, 32);
        made_here =
            sodium_memcmp(tag, bytes + ID_BYTES + SALT_BYTES, TAG_BYTES) == 0;
    }
    if (made_here)
        sodium_bin2base64(ret, ID_SIZE, bytes, ID_BYTES, VARIANT);
    return made_here;
}

static void keyed(const unsigned char key[static 32], const char *text,
                  char ret[static HASH_TEXT_SIZE])
{
    unsigned char hash[HASH_SIZE];

    crypto_generichash(hash, sizeof(hash), (const unsigned char *)text,
                       strlen(text), key, 32);
    sodium_bin2base64(ret, HASH_TEXT_SIZE, hash, sizeof(hash), VARIANT);
}

void tokens_access_of(const char *refresh, char ret[static TOKEN_SIZE])
{
    _Static_assert((int)TOKEN_SIZE == (int)HASH_TEXT_SIZE, "32 bytes both");
    keyed(keys[0].access, refresh, ret);
}

void tokens_hash_by(int secret, const char *token,
                    char ret[static HASH_TEXT_SIZE])
{
    keyed(keys[secret].hash, token, ret);
}

void tokens_hash(const char *token, char ret[static HASH_TEXT_SIZE])
{
    tokens_hash_by(0, token, ret);
}

bool tokens_same(const char *a, const char *b)
{
    size_t n = strlen(a);

    return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

bool tokens_match(const char *hash, const char *token)
{
    char made[HASH_TEXT_SIZE];
    bool found = false;

    for (int i = 0; i < secrets && !found; i++) {
        tokens_hash_by(i, token, made);
        found = tokens_same(made, hash);
    }
    return found;
}

void tokens_csrf(const char *session, char ret[static HASH_TEXT_SIZE])
{
    keyed(keys[0].csrf, session, ret);
}

bool tokens_csrf_fits(const char *session, const char *shown)
{
    char made[HASH_TEXT_SIZE];
    bool found = false;

    for (int i = 0; i < secrets && !found; i++) {
        keyed(keys[i].csrf, session, made);
        found = tokens_same(made, shown);
    }
    return found;
}

void tokens_count_key_by(int secret, int kind, const char *text,
                         unsigned char ret[static 16])
{
    unsigned char prefix = (unsigned char)kind;
    crypto_generichash_state state;

    crypto_generichash_init(&state, keys[secret].count, 32, 16);
    crypto_generichash_update(&state, &prefix, 1);
    crypto_generichash_update(&state, (const unsigned char *)text,
                              strlen(text));
    crypto_generichash_final(&state, ret, 16);
}

void tokens_count_key(int kind, const char *text, unsigned char ret[static 16])
{
    tokens_count_key_by(0, kind, text, ret);
}
