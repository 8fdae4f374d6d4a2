/* SPDX-License-Identifier: MIT */
#include "host/contract/describe.h"

#include <string.h>

#include "host/contract/contract.h"
#include "json/writer.h"

static const struct plugin_rows *rows_of(const struct described *p,
                                         enum describe_side side)
{
    return side == DESCRIBE_CLIENT ? &p->plugin->handlers : &p->plugin->emits;
}

static bool is_event(const mortise_handler *row)
{
    return row->name[0] != '\xff';
}

static const char *space_of(const struct described *p,
                            const mortise_handler *row)
{
    return row->name_space ? row->name_space : p->name_space;
}

/* Whether a row before this one, in the order in which they are visited, is
 * of the same namespace. */
static bool seen_before(const struct description *d, const mortise_handler *row,
                        const char *name_space)
{
    for (uint32_t i = 0; i < d->count; i++)
        for (int side = 0; side < 2; side++) {
            const struct plugin_rows *rows =
                rows_of(&d->plugins[i], (enum describe_side)side);
            for (uint32_t k = 0; k < rows->count; k++) {
                if (&rows->rows[k] == row)
                    return false;
                if (is_event(&rows->rows[k]) &&
                    strcmp(space_of(&d->plugins[i], &rows->rows[k]),
                           name_space) == 0)
                    return true;
            }
        }
    return false;
}

const char *describe_space(const struct description *d, uint32_t index)
{
    for (uint32_t i = 0; i < d->count; i++)
        for (int side = 0; side < 2; side++) {
            const struct plugin_rows *rows =
                rows_of(&d->plugins[i], (enum describe_side)side);
            for (uint32_t k = 0; k < rows->count; k++) {
                const mortise_handler *row = &rows->rows[k];
                const char *name = space_of(&d->plugins[i], row);
                if (is_event(row) && !seen_before(d, row, name) && index-- == 0)
                    return name;
            }
        }
    return NULL;
}

static const mortise_handler *next_row(const struct description *d,
                                       const char *name_space,
                                       enum describe_side side,
                                       struct describe_cursor *cursor)
{
    for (; cursor->plugin < d->count; cursor->plugin++, cursor->row = 0) {
        const struct described *p = &d->plugins[cursor->plugin];
        const struct plugin_rows *rows = rows_of(p, side);
        while (cursor->row < rows->count) {
            const mortise_handler *row = &rows->rows[cursor->row++];
            if (is_event(row) && strcmp(space_of(p, row), name_space) == 0)
                return row;
        }
    }
    return NULL;
}

const mortise_handler *describe_event(const struct description *d,
                                      const char *name_space,
                                      enum describe_side side,
                                      struct describe_cursor *cursor)
{
    const mortise_handler *row, *first;

    do { /* until this is the first of its name: several plugins may emit it */
        struct describe_cursor from = {0, 0};
        row = next_row(d, name_space, side, cursor);
        first = row;
        while (first && (first = next_row(d, name_space, side, &from)) != row &&
               strcmp(first->name, row->name) != 0)
            continue;
    } while (row != first);
    return row;
}

void describe_put_text(struct buf *out, const char *text)
{
    for (; *text; text++) {
        buf_append_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
        if (text[0] == '*' && text[1] == '/')
            buf_append_char(out, ' ');
    }
}

void describe_put_rate(struct buf *out, const mortise_contract *terms)
{
    struct json_writer w;
    json_writer_init(&w, out);
    json_put_double(&w, terms->per_second);
    buf_printf(out, " a second, %u at once, for each", terms->burst);
    static const char *const whom[] = {" socket", " user", " address"};
    uint32_t per = terms->per ? terms->per : MORTISE_PER_SOCKET;
    for (uint32_t i = 0; i < 3; i++)
        if ((per >> i & 1) != 0)
            buf_printf(out, "%s%s",
                       (per & ((1U << i) - 1)) != 0 ? " and each" : "",
                       whom[i]);
}
