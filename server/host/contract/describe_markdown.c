/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "host/contract/contract.h"
#include "host/contract/describe.h"

/* Text of which nothing ends a cell of a table. */
static void put_cell(struct buf *out, const char *text)
{
    const char *bar;
    while ((bar = strchr(text, '|'))) {
        buf_append(out, text, (size_t)(bar - text));
        buf_append_z(out, "\\|");
        text = bar + 1;
    }
    describe_put_text(out, text);
}

static void put_type(struct buf *out, const mortise_field *f)
{
    if (f->type == MORTISE_ARRAY && f->field_count == 1) {
        buf_append_z(out, "array, each element ");
        put_type(out, f->fields);
        return;
    }
    buf_append_z(out, contract_type_text(f->type));
}

static void put_rule(struct buf *out, const mortise_field *f)
{
    size_t before = out->n;
    contract_put_bounds(out, f);
    if (f->one_of) {
        buf_append_z(out, out->n > before ? "; one of " : "one of ");
        struct str words = str_z(f->one_of);
        while (words.p) {
            struct str word = str_cut(&words, '|');
            buf_printf(out, "`%.*s`%s", STR_ARG(word), words.p ? ", " : "");
        }
    }
}

/* A row for each field, with those inside of it behind it. */
static void put_fields(struct buf *out, const struct field_path *up,
                       const mortise_field *fields, uint32_t count,
                       bool element)
{
    for (uint32_t i = 0; i < count; i++) {
        const mortise_field *f = &fields[i];
        struct field_path path = {.up = up,
                                  .name = element ? NULL : f->name,
                                  .index = FIELD_PATH_ANY};
        /* An element that is no more than its type stands at its array. */
        if (!element || f->field_count == 0) {
            buf_append_z(out, "| `");
            field_path_put(out, &path);
            buf_append_z(out, "` | ");
            put_type(out, f);
            buf_append_z(out, field_optional(f) ? ", optional | " : " | ");
            put_rule(out, f);
            buf_append_z(out, " | ");
            if (f->description)
                put_cell(out, f->description);
            buf_append_z(out, " |\n");
        }
        put_fields(out, &path, f->fields, f->field_count,
                   f->type == MORTISE_ARRAY);
    }
}

static void put_table(struct buf *out, const char *title,
                      const mortise_field *fields, uint32_t count)
{
    buf_printf(out, "\n| %s | what it is | bounds | |\n|---|---|---|---|\n",
               title);
    put_fields(out, NULL, fields, count, false);
}

/* What holds for an event of a client beside its arguments. */
static void put_terms(struct buf *out, const mortise_contract *t)
{
    static const char *const acks[] = {
        [MORTISE_ACK_OPTIONAL] = "may be asked for",
        [MORTISE_ACK_REQUIRED] = "has to be asked for",
        [MORTISE_ACK_FORBIDDEN] = "none, and must not be asked for",
    };

    buf_printf(out, "\n- Acknowledgement: %s.\n", acks[t->ack]);
    if (t->role) {
        buf_append_z(out, "- For users with the role `");
        describe_put_text(out, t->role);
        buf_append_z(out, "`.\n");
    } else if (t->login != MORTISE_ANYONE) {
        buf_append_z(out, "- For users who have signed in.\n");
    }
    if (t->per_second > 0) {
        buf_append_z(out, "- Rate: ");
        describe_put_rate(out, t);
        buf_append_z(out, ".\n");
    }
    if (t->max_bytes > 0)
        buf_printf(out, "- Size: at most %llu bytes.\n",
                   (unsigned long long)t->max_bytes);
}

static void put_event(struct buf *out, const mortise_handler *row,
                      enum describe_side side)
{
    const mortise_contract *t = row->contract;

    buf_append_z(out, "\n#### `");
    describe_put_text(out, row->name);
    buf_append_z(out, "`\n");
    if (!t) {
        buf_append_z(out, "\nAny arguments: it has no contract.\n");
        return;
    }
    if (t->description) {
        buf_append_char(out, '\n');
        describe_put_text(out, t->description);
        buf_append_char(out, '\n');
    }
    if (side == DESCRIBE_CLIENT)
        put_terms(out, t);
    else if (t->ack == MORTISE_ACK_REQUIRED)
        buf_append_z(out, "\nThe client has to answer.\n");
    if (t->field_count > 0)
        put_table(out, t->one_object ? "member of the object" : "argument",
                  t->fields, t->field_count);
    else
        buf_append_z(out, "\nNo arguments.\n");
    if ((t->flags & MORTISE_EXTRA) != 0)
        buf_append_z(out, "\nMore may follow.\n");
    if (t->answer_count > 0)
        put_table(out, "member of the answer", t->answer, t->answer_count);
}

static void put_side(struct buf *out, const struct description *d,
                     const char *name_space, enum describe_side side)
{
    struct describe_cursor cursor = {0, 0};
    const mortise_handler *row = describe_event(d, name_space, side, &cursor);

    if (!row)
        return;
    buf_append_z(out, side == DESCRIBE_CLIENT ? "\n### From clients\n"
                                              : "\n### To clients\n");
    for (; row; row = describe_event(d, name_space, side, &cursor))
        put_event(out, row, side);
}

void describe_markdown(struct buf *out, const struct description *d)
{
    const char *name_space;

    buf_append_z(out, "# Events\n\n");
    for (uint32_t i = 0; i < d->count; i++) {
        const struct generation *g = d->plugins[i].plugin;
        buf_printf(out, "- **%s** %s", g->name, g->version);
        if (g->plugin.description) {
            buf_append_z(out, ": ");
            describe_put_text(out, g->plugin.description);
        }
        buf_append_char(out, '\n');
    }
    buf_append_z(
        out,
        "\nAn event that breaks its contract is answered `{error: {code, "
        "message, event,\ndata}}` in the acknowledgement, or with the event "
        "`error`.\n");
    for (uint32_t i = 0; (name_space = describe_space(d, i)); i++) {
        buf_printf(out, "\n## Namespace `%s`\n", name_space);
        put_side(out, d, name_space, DESCRIBE_CLIENT);
        put_side(out, d, name_space, DESCRIBE_SERVER);
    }
}
