/* SPDX-License-Identifier: MIT */
/* The table of keys for people. */
#include <inttypes.h>
#include <stdio.h>

#include "config/schema.h"

void schema_expects(const struct schema_key *key, struct buf *out)
{
    if (key->expects) {
        buf_append_z(out, key->expects);
        return;
    }
    switch (key->kind) {
    case SCHEMA_BOOL:
        buf_append_z(out, "true or false");
        break;
    case SCHEMA_INT:
        buf_printf(out, "a whole number from %" PRId64 " to %" PRId64, key->min,
                   key->max);
        break;
    case SCHEMA_PATH:
        buf_append_z(out, "a path");
        break;
    case SCHEMA_WORD:
        for (const char *const *word = key->words; *word; word++)
            buf_printf(out, "%s\"%s\"",
                       word == key->words ? ""
                       : word[1]          ? ", "
                                          : " or ",
                       *word);
        break;
    default:
        buf_append_z(out,
                     key->kind == SCHEMA_SECTION ? "an object" : "a string");
    }
}

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
