/* SPDX-License-Identifier: MIT */
#include "tokens.h"

#include <string.h>

#include <sodium.h>

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
enum { ID_BYTES = 16, SALT_BYTES = 24, TAG_BYTES = 16 };
enum { REFRESH_BYTES = ID_BYTES + SALT_BYTES + TAG_BYTES };

/* One key for each use, so no hash can be passed off as another kind's. */
static struct {
    unsigned char hash[32], tag[32], csrf[32], count[32];
} keys;

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

void tokens_init(const char *secret)
{
    derive(secret, "mortise auth: hash", keys.hash);
    derive(secret, "mortise auth: tag", keys.tag);
    derive(secret, "mortise auth: csrf", keys.csrf);
    derive(secret, "mortise auth: count", keys.count);
}

void tokens_fini(void)
{
    sodium_memzero(&keys, sizeof(keys));
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

void tokens_new_refresh(const char *session, char ret[static REFRESH_SIZE])
{
    unsigned char bytes[REFRESH_BYTES] = {0};

    sodium_base642bin(bytes, ID_BYTES, session, strlen(session), NULL, NULL,
                      NULL, VARIANT);
    randombytes_buf(bytes + ID_BYTES, SALT_BYTES);
    crypto_generichash(bytes + ID_BYTES + SALT_BYTES, TAG_BYTES, bytes,
                       ID_BYTES + SALT_BYTES, keys.tag, sizeof(keys.tag));
    sodium_bin2base64(ret, REFRESH_SIZE, bytes, sizeof(bytes), VARIANT);
    sodium_memzero(bytes, sizeof(bytes));
}

bool tokens_refresh_session(const char *token, char ret[static ID_SIZE])
{
    unsigned char bytes[REFRESH_BYTES], tag[TAG_BYTES];
    size_t n = 0;

    if (strlen(token) != REFRESH_SIZE - 1 ||
        sodium_base642bin(bytes, sizeof(bytes), token, REFRESH_SIZE - 1, NULL,
                          &n, NULL, VARIANT) != 0 ||
        n != sizeof(bytes))
        return false;
    crypto_generichash(tag, sizeof(tag), bytes, ID_BYTES + SALT_BYTES, keys.tag,
                       sizeof(keys.tag));
    if (sodium_memcmp(tag, bytes + ID_BYTES + SALT_BYTES, TAG_BYTES) != 0)
        return false;
    sodium_bin2base64(ret, ID_SIZE, bytes, ID_BYTES, VARIANT);
    return true;
}

static void keyed(const unsigned char key[static 32], const char *text,
                  char ret[static HASH_TEXT_SIZE])
{
    unsigned char hash[HASH_SIZE];

    crypto_generichash(hash, sizeof(hash), (const unsigned char *)text,
                       strlen(text), key, 32);
    sodium_bin2base64(ret, HASH_TEXT_SIZE, hash, sizeof(hash), VARIANT);
}

void tokens_hash(const char *token, char ret[static HASH_TEXT_SIZE])
{
    keyed(keys.hash, token, ret);
}

bool tokens_same(const char *a, const char *b)
{
    size_t n = strlen(a);

    return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

void tokens_csrf(const char *session, char ret[static HASH_TEXT_SIZE])
{
    keyed(keys.csrf, session, ret);
}

void tokens_count_key(int kind, const char *text, unsigned char ret[static 16])
{
    unsigned char prefix = (unsigned char)kind;
    crypto_generichash_state state;

    crypto_generichash_init(&state, keys.count, sizeof(keys.count), 16);
    crypto_generichash_update(&state, &prefix, 1);
    crypto_generichash_update(&state, (const unsigned char *)text,
                              strlen(text));
    crypto_generichash_final(&state, ret, 16);
}
