/* SPDX-License-Identifier: MIT */
/* The table of keys for people, and the differences between two
 * configurations. */
#include <stdio.h>

#include "base/error.h"
#include "config/schema.h"
#include "json/writer.h"

const char *config_effect_text(enum config_effect effect)
{
    switch (effect) {
    case CONFIG_LIVE:
        return "with a reload";
    case CONFIG_NEXT:
        return "for new connections";
    case CONFIG_RESTART:
        return "after a restart";
    }
    return "";
}

static void describe_keys(const struct schema_key *keys, const char *prefix,
                          struct buf *out)
{
    char inner[64];

    for (const struct schema_key *key = keys; key->name; key++) {
        if (key->kind != SCHEMA_SECTION) {
            buf_printf(out, "| `%s%s` | ", prefix, key->name);
            schema_expects(key, out);
            buf_append_z(out, " | ");
            if (key->fallback)
                buf_printf(out, "`%s`", key->fallback);
            else if (key->required)
                buf_append_z(out, "(required)");
            buf_printf(out, " | %s | %s |\n", config_effect_text(key->effect),
                       key->text);
        }
        if (key->keys) {
            snprintf(inner, sizeof(inner), "%s%s.", key->name,
                     key->list ? "[]" : "");
            describe_keys(key->keys, inner, out);
        }
    }
}

void config_describe(struct buf *out)
{
    buf_append_z(out, "| key | value | default | takes effect | meaning |\n"
                      "|---|---|---|---|---|\n");
    describe_keys(schema_root, "", out);
}

/* The text of a value, or of what counts when it is not given. */
static void append_effective(const struct schema_key *key,
                             const struct json *section, struct buf *out)
{
    const struct json *value = json_get(section, str_z(key->name));
    struct json_writer writer;

    buf_clear(out);
    json_writer_init(&writer, out);
    if (value)
        json_put_value(&writer, value);
    else if (key->fallback)
        buf_append_z(out, key->fallback);
}

struct comparison {
    struct buf texts[2];
    void (*changed)(void *user, const char *key, enum config_effect effect);
    void *user;
};

static int compare_keys(struct comparison *c, const struct schema_key *keys,
                        const char *section, const struct json *before,
                        const struct json *after)
{
    char name[128];
    int r = 0;

    for (const struct schema_key *key = keys; key->name && r == 0; key++) {
        if (key->kind == SCHEMA_SECTION) {
            struct str inner = str_z(key->name);
            r = compare_keys(c, key->keys, key->name, json_get(before, inner),
                             json_get(after, inner));
            continue;
        }
        append_effective(key, before, &c->texts[0]);
        append_effective(key, after, &c->texts[1]);
        if (c->texts[0].error || c->texts[1].error)
            return ERR_NOMEM;
        if (str_eq(buf_str(&c->texts[0]), buf_str(&c->texts[1])))
            continue;
        snprintf(name, sizeof(name), "%s%s%s", section, *section ? "." : "",
                 key->name);
        c->changed(c->user, name, key->effect);
    }
    return r;
}

int config_compare(const struct config *before, const struct config *after,
                   void (*changed)(void *user, const char *key,
                                   enum config_effect effect),
                   void *user)
{
    struct comparison c = {.changed = changed, .user = user};

    buf_init(&c.texts[0], BUF_MAX);
    buf_init(&c.texts[1], BUF_MAX);
    int r = compare_keys(&c, schema_root, "", before->root, after->root);
    buf_free(&c.texts[0]);
    buf_free(&c.texts[1]);
    return r;
}
