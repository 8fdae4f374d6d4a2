/* SPDX-License-Identifier: MIT */
#include "issuers/key_set.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "issuers/jwk.h"

static bool make_room(struct key_set *set, size_t n)
{
    set->keys = mortise_alloc(n * sizeof(struct key));
    return set->keys != NULL;
}

void key_set_free(struct key_set *set)
{
    for (uint32_t i = 0; i < set->n; i++)
        key_free(&set->keys[i]);
    mortise_free(set->keys);
    set->keys = NULL;
    set->n = 0;
}

static bool fail(struct key_set *set, char ret_wrong[static KEY_WRONG_SIZE],
                 const char *wrong)
{
    snprintf(ret_wrong, KEY_WRONG_SIZE, "%s", wrong);
    key_set_free(set);
    return false;
}

bool key_set_of_text(struct key_set *set, enum algorithm algorithm,
                     const char *text, size_t n,
                     char ret_wrong[static KEY_WRONG_SIZE])
{
    const char *wrong;

    if (!make_room(set, 1))
        return fail(set, ret_wrong, "does not fit into memory");
    wrong = key_from_text(algorithm, text, n, &set->keys[0]);
    if (wrong)
        return fail(set, ret_wrong, wrong);
    set->n = 1;
    return true;
}

static bool has_kid(const struct key_set *set, const char *kid)
{
    for (uint32_t i = 0; i < set->n; i++)
        if (strcmp(set->keys[i].kid, kid) == 0)
            return true;
    return false;
}

/* Adds the key; gives what is wrong with it. */
static const char *add(struct key_set *set, json_t *jwk, size_t index,
                       enum algorithm algorithm)
{
    const char *left_out = NULL, *wrong;
    struct key key = {0};

    wrong = jwk_read(jwk, algorithm, &key, &left_out);
    if (left_out)
        mortise_log(MORTISE_INFO, "key %zu is left out: it %s", index,
                    left_out);
    if (wrong || left_out)
        return wrong;
    if (has_kid(set, key.kid)) {
        key_free(&key);
        return "has a \"kid\" that another one has, or none, as another one";
    }
    set->keys[set->n++] = key;
    return NULL;
}

bool key_set_of_jwks(struct key_set *set, enum algorithm algorithm,
                     const char *text, size_t n,
                     char ret_wrong[static KEY_WRONG_SIZE])
{
    json_t *jwks = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL), *each;
    json_t *keys = json_object_get(jwks, "keys");
    size_t i, count = json_array_size(keys);
    const char *wrong = NULL;

    ret_wrong[0] = '\0';
    if (!json_is_array(keys))
        wrong = "is no JWKS";
    else if (count > KEYS_MAX)
        wrong = "has more than 64 keys";
    else if (!make_room(set, count))
        wrong = "does not fit into memory";
    if (wrong)
        fail(set, ret_wrong, wrong);
    for (i = 0; !wrong && (each = json_array_get(keys, i)); i++) {
        wrong = add(set, each, i, algorithm);
        if (wrong) {
            snprintf(ret_wrong, KEY_WRONG_SIZE,
                     "has a key, number %zu, that %s", i, wrong);
            key_set_free(set);
        }
    }
    json_decref(jwks);
    if (!wrong && set->n == 0)
        return fail(set, ret_wrong, "has no key for signatures");
    return !wrong;
}

const struct key *key_set_find(const struct key_set *set, const char *kid)
{
    if (set->n == 1 && (!kid || set->keys[0].kid[0] == '\0'))
        return &set->keys[0];
    for (uint32_t i = 0; kid && kid[0] != '\0' && i < set->n; i++)
        if (strcmp(set->keys[i].kid, kid) == 0)
            return &set->keys[i];
    return NULL;
}
