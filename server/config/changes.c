/* SPDX-License-Identifier: MIT */
/* What differs between two configurations, and what of it has to wait. */
#include <assert.h>
#include <stdio.h>

#include "base/error.h"
#include "config/schema.h"

enum { DEFAULT_MAX_BYTES = 65536, DEFAULT_DEPTH = 4 };

struct comparison {
    struct arena arena; /* a default while it is compared */
    void (*changed)(void *user, const char *key, enum config_effect effect);
    void *user;
    int error;
};

/* The value of a key, or its default; NULL: it has none. */
static const struct json *effective(struct comparison *c,
                                    const struct schema_key *key,
                                    const struct json *value)
{
    struct json_limits limits = {.depth = DEFAULT_DEPTH};
    struct json *parsed;

    if (value || !key->fallback)
        return value;
    int error =
        json_parse(&c->arena, str_z(key->fallback), &limits, &parsed, NULL);
    if (error == 0)
        return parsed;
    c->error = error;
    return NULL;
}

/* Where one string or a list of them may stand, one is a list of one. */
static const struct json *unwrap(const struct json *value)
{
    bool one = value && value->type == JSON_ARRAY && value->count == 1;
    return one && value->child->type == JSON_STRING ? value->child : value;
}

static bool same_value(struct comparison *c, const struct schema_key *key,
                       const struct json *before, const struct json *after)
{
    bool same = json_equal(unwrap(effective(c, key, before)),
                           unwrap(effective(c, key, after)));
    arena_reset(&c->arena);
    return same;
}

static void compare_keys(struct comparison *c, const struct schema_key *keys,
                         const char *section, const struct json *started,
                         const struct json *before, const struct json *after)
{
    char name[128];

    for (const struct schema_key *key = keys; key->name && !c->error; key++) {
        struct str text = str_z(key->name);
        const struct json *first = json_get(started, text);
        const struct json *old = json_get(before, text);
        const struct json *new = json_get(after, text);

        if (key->kind == SCHEMA_SECTION) {
            compare_keys(c, key->keys, key->name, first, old, new);
            continue;
        }
        if (same_value(c, key, key->effect == CONFIG_RESTART ? first : old,
                       new) ||
            c->error)
            continue;
        snprintf(name, sizeof(name), "%s%s%s", section, *section ? "." : "",
                 key->name);
        c->changed(c->user, name, key->effect);
    }
}

int config_compare(const struct config *started, const struct config *before,
                   const struct config *after,
                   void (*changed)(void *user, const char *key,
                                   enum config_effect effect),
                   void *user)
{
    struct comparison c = {.changed = changed, .user = user};

    arena_init(&c.arena, DEFAULT_MAX_BYTES);
    compare_keys(&c, schema_root, "", started->root, before->root, after->root);
    arena_free(&c.arena);
    return c.error;
}

static void keep_value(const struct schema_key *key, char *to, const char *from)
{
    static const size_t sizes[] = {
        [SCHEMA_BOOL] = sizeof(bool),
        [SCHEMA_INT] = sizeof(int64_t),
        [SCHEMA_STRING] = sizeof(struct str),
        [SCHEMA_PATH] = sizeof(struct str),
        [SCHEMA_WORD] = sizeof(unsigned),
        /* Those that wait are texts; a list would have to say so here. */
        [SCHEMA_OTHER] = sizeof(struct str),
    };
    memcpy(to + key->offset, from + key->offset, sizes[key->kind]);
}

static void keep_keys(const struct schema_key *keys, struct config *after,
                      const struct config *started)
{
    for (const struct schema_key *key = keys; key->name; key++) {
        if (key->kind == SCHEMA_SECTION)
            keep_keys(key->keys, after, started);
        else if (key->effect == CONFIG_RESTART)
            keep_value(key, (char *)after, (const char *)started);
    }
}

void config_keep(struct config *after, const struct config *started)
{
    keep_keys(schema_root, after, started);
}
