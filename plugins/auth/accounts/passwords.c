/* SPDX-License-Identifier: MIT */
#include "accounts/passwords.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <mortise/plugin.h>
#include <sodium.h>

#include "options.h"

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "what it writes");

/* Characters, not bytes: the second and later bytes of one are left out. */
static int64_t characters(const char *text)
{
    int64_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static int compare(const void *key, const void *element)
{
    return strcasecmp(key, *(const char *const *)element);
}

static bool all_the_same(const char *text)
{
    return strspn(text, (char[]){text[0], '\0'}) == strlen(text);
}

const char *password_wrong(const char *password, const char *name,
                           const char *email)
{
    int64_t n = characters(password);

    if (n < options.password_min)
        return "The password is too short.";
    if (n > options.password_max)
        return "The password is too long.";
    if (all_the_same(password) ||
        bsearch(password, common_passwords, common_password_count,
                sizeof(common_passwords[0]), compare))
        return "The password is one of those that are tried first.";
    if (strcasecmp(password, name) == 0 || strcasecmp(password, email) == 0)
        return "The password is the name or the e-mail address.";
    return NULL;
}

int password_hash(const char *password, char ret[static PASSWORD_HASH_SIZE])
{
    return crypto_pwhash_str_alg(ret, password, strlen(password),
                                 (unsigned long long)options.passes,
                                 (size_t)options.memory * 1024,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0
               ? 0
               : MORTISE_ENOMEM;
}

/*
 * The hash of a password that nobody knows, with the parameters of today. It
 * is made before the first password of anybody is looked at, so how long that
 * takes says nothing about who has an account.
 */
static const char *nobodys_hash(void)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static char hash[PASSWORD_HASH_SIZE];
    char password[33] = "";
    const char *made = hash;

    pthread_mutex_lock(&lock);
    if (hash[0] == '\0') {
        for (int i = 0; i < 32; i++)
            password[i] = (char)('a' + randombytes_uniform(26));
        if (password_hash(password, hash) < 0) {
            hash[0] = '\0';
            made = NULL;
        }
    }
    pthread_mutex_unlock(&lock);
    return made;
}

int password_verify(const char *hash, const char *password)
{
    const char *nobodys = nobodys_hash();

    if (!nobodys)
        return MORTISE_ENOMEM;
    bool right = crypto_pwhash_str_verify(hash ? hash : nobodys, password,
                                          strlen(password)) == 0;
    return right && hash;
}

bool password_outdated(const char *hash)
{
    return crypto_pwhash_str_needs_rehash(hash,
                                          (unsigned long long)options.passes,
                                          (size_t)options.memory * 1024) != 0;
}
