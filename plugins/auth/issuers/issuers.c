/* SPDX-License-Identifier: MIT */
#include "issuers/issuers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>
#include <mortise/settings.h>
#include <sodium.h>

enum { SKEW_SECONDS = 30, SKEW_MAX = 300, SECOND = 1000 };

static struct issuer issuers[ISSUERS_MAX];
static uint32_t count;

bool subject_fits(const char *sub)
{
    size_t n = sub ? strlen(sub) : 0;

    for (size_t i = 0; i < n; i++)
        if ((unsigned char)sub[i] < ' ' || sub[i] == 0x7f)
            return false;
    return n > 0 && n <= SUBJECT_MAX;
}

/* --- keys */

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
           a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Reads it whole. What it was is found out before, so a change meanwhile is
 * seen the next time. */
static char *read_file(const char *name, size_t *ret_n, struct stat *ret)
{
    FILE *file = fopen(name, "re");
    char *text = NULL;
    size_t n;

    if (!file)
        return NULL;
    if (fstat(fileno(file), ret) == 0 && S_ISREG(ret->st_mode) &&
        (text = mortise_alloc(KEY_FILE_MAX + 1))) {
        n = fread(text, 1, KEY_FILE_MAX + 1, file);
        if (ferror(file) || n > KEY_FILE_MAX) {
            sodium_memzero(text, n);
            mortise_free(text);
            text = NULL;
        }
        *ret_n = n;
    }
    fclose(file);
    return text;
}

/* The end of a line is not part of a secret. */
static size_t without_newline(const char *text, size_t n)
{
    if (n > 0 && text[n - 1] == '\n')
        n--;
    return n > 0 && text[n - 1] == '\r' ? n - 1 : n;
}

/* In the log a file that is wrong is once, and read again until it is good:
 * it may be memory that was short. */
static bool read_keys(struct issuer *issuer, struct key_set *ret)
{
    char wrong[KEY_WRONG_SIZE] = "cannot be read as a file of up to 256 KiB";
    bool good = false;
    size_t n = 0;
    struct stat now = {0};
    char *text = read_file(issuer->file, &n, &now);

    if (text && issuer->jwks)
        good = key_set_of_jwks(ret, issuer->algorithm, text, n, wrong);
    else if (text)
        good = key_set_of_text(ret, issuer->algorithm, text,
                               without_newline(text, n), wrong);
    if (text)
        sodium_memzero(text, n);
    mortise_free(text);
    if (!good && (!issuer->complained || !same_file(&now, &issuer->wrong)))
        mortise_log(MORTISE_ERROR, "issuer %s: %s %s", issuer->name,
                    issuer->file, wrong);
    issuer->complained = !good;
    *(good ? &issuer->seen : &issuer->wrong) = now;
    return good;
}

bool issuers_reread(void)
{
    bool changed = false;

    for (uint32_t i = 0; i < count; i++) {
        struct issuer *issuer = &issuers[i];
        struct key_set keys = {0};
        struct stat now;
        if (!issuer->file || stat(issuer->file, &now) < 0 ||
            same_file(&now, &issuer->seen) || !read_keys(issuer, &keys))
            continue;
        key_set_free(&issuer->keys);
        issuer->keys = keys;
        changed = true;
        mortise_log(MORTISE_INFO, "issuer %s: %u keys, read from %s",
                    issuer->name, keys.n, issuer->file);
    }
    return changed;
}

/* --- settings */

static int complain(const struct issuer *issuer, const char *wrong)
{
    mortise_log(MORTISE_ERROR, "issuer %s: %s", issuer->name, wrong);
    return MORTISE_EINVAL;
}

/* Texts of the settings live as long as init does. */
static int add_word(struct words *words, const char *text)
{
    const char *copy =
        text[0] != '\0' && words->n < WORDS_MAX ? mortise_strdup(text) : NULL;

    if (!copy)
        return MORTISE_EINVAL;
    words->words[words->n++] = copy;
    return 0;
}

static void free_words(struct words *words)
{
    for (uint32_t i = 0; i < words->n; i++)
        mortise_free((void *)words->words[i]);
    words->n = 0;
}

static int read_words(mortise_value here, const char *key, struct words *ret)
{
    mortise_value list;
    int error = 0;

    if (mortise_type(mortise_get(here, key)) == MORTISE_STRING)
        return add_word(ret, mortise_setting_text(here, key, ""));
    list = mortise_setting_value(here, key, MORTISE_ARRAY);
    for (uint32_t i = 0; i < mortise_count(list) && error == 0; i++)
        error = add_word(ret, mortise_text(mortise_at(list, i), ""));
    return error;
}

static int read_source(mortise_value here, struct issuer *issuer)
{
    const char *key = mortise_setting_text(here, "key", NULL);
    const char *key_file = mortise_setting_text(here, "keyFile", NULL);
    const char *jwks = mortise_setting_text(here, "jwks", NULL);
    char wrong[KEY_WRONG_SIZE];

    if (!key + !key_file + !jwks != 2)
        return complain(issuer, "there has to be one of \"key\", \"keyFile\" "
                                "and \"jwks\"");
    if (!jwks && issuer->algorithm == ALGORITHM_NONE)
        return complain(issuer, "\"algorithm\" is not there");
    if (jwks && strstr(jwks, "://"))
        return complain(issuer, "\"jwks\" is a file: what is published at an "
                                "address has to be fetched into one");
    if (!key) {
        issuer->jwks = jwks != NULL;
        issuer->file = mortise_strdup(jwks ? jwks : key_file);
        if (!issuer->file)
            return MORTISE_ENOMEM;
        return read_keys(issuer, &issuer->keys) ? 0 : MORTISE_EINVAL;
    }
    if (key_set_of_text(&issuer->keys, issuer->algorithm, key, strlen(key),
                        wrong))
        return 0;
    mortise_log(MORTISE_ERROR, "issuer %s: \"key\" %s", issuer->name, wrong);
    return MORTISE_EINVAL;
}

static bool name_is_good(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    return name[0] != '\0' && strlen(name) < ISSUER_NAME_SIZE &&
           strspn(name, letters) == strlen(name);
}

static int read_issuer(mortise_value here, struct issuer *ret)
{
    const char *name = mortise_setting_text(here, "name", "");
    const char *issuer = mortise_setting_text(here, "issuer", "");
    int error = 0;

    ret->algorithm = (enum algorithm)mortise_setting_choice(
        here, "algorithm", algorithm_names, ALGORITHM_NONE);
    ret->skew_ms = mortise_setting_int(here, "clockSkewSeconds", SKEW_SECONDS,
                                       0, SKEW_MAX) *
                   SECOND;
    snprintf(ret->name, sizeof(ret->name), "%s", name);
    if (!name_is_good(name))
        error = complain(ret, "\"name\" is 1 to 32 letters, digits, _ and -");
    else if (issuer[0] == '\0' || issuers_find(issuer))
        error = complain(ret, "\"issuer\" is not there, or there twice");
    if (read_words(here, "audience", &ret->audience) < 0 ||
        ret->audience.n == 0)
        error = complain(ret, "\"audience\" is one text, or up to 16");
    if (read_words(here, "rolesClaim", &ret->roles_claim) < 0 ||
        read_words(here, "roles", &ret->roles) < 0)
        error = complain(ret, "\"rolesClaim\" and \"roles\" are one text, or "
                              "up to 16");
    if (read_words(here, "nameClaim", &ret->name_claim) < 0)
        error = complain(ret, "\"nameClaim\" is one text, or up to 16");
    int unread = read_source(here, ret);
    if (error == 0)
        error = unread;
    ret->issuer = mortise_strdup(issuer);
    if (!ret->issuer)
        error = MORTISE_ENOMEM;
    unread = mortise_settings_done(here);
    return error != 0 ? error : unread;
}

static bool has_name(const char *name, uint32_t before)
{
    for (uint32_t i = 0; i < before; i++)
        if (strcmp(issuers[i].name, name) == 0)
            return true;
    return false;
}

int issuers_read(mortise_value settings)
{
    mortise_value list =
        mortise_setting_value(settings, "issuers", MORTISE_ARRAY);
    uint32_t n = mortise_count(list);
    int first_error = 0;

    if (n > ISSUERS_MAX) {
        mortise_log(MORTISE_ERROR, "\"issuers\" has more than %d", ISSUERS_MAX);
        return MORTISE_EINVAL;
    }
    for (uint32_t i = 0; i < n; i++) {
        int error = read_issuer(mortise_at(list, i), &issuers[i]);
        count = i + 1;
        if (error == 0 && has_name(issuers[i].name, i))
            error = complain(&issuers[i], "this \"name\" is there twice");
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}

bool issuers_any(void)
{
    return count > 0;
}

const struct issuer *issuers_find(const char *issuer)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(issuers[i].issuer, issuer) == 0)
            return &issuers[i];
    return NULL;
}

bool issuers_own(const char *user)
{
    size_t n = strcspn(user, ":");

    for (uint32_t i = 0; user[n] == ':' && i < count; i++)
        if (strlen(issuers[i].name) == n &&
            memcmp(issuers[i].name, user, n) == 0)
            return subject_fits(user + n + 1);
    return false;
}

void issuers_free(void)
{
    for (uint32_t i = 0; i < count; i++) {
        struct issuer *issuer = &issuers[i];
        key_set_free(&issuer->keys);
        free_words(&issuer->audience);
        free_words(&issuer->roles_claim);
        free_words(&issuer->roles);
        free_words(&issuer->name_claim);
        mortise_free((char *)issuer->issuer);
        mortise_free(issuer->file);
        memset(issuer, 0, sizeof(*issuer));
    }
    count = 0;
}
