/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/error.h"
#include "config/complain.h"

enum { COMPLAINT_MAX = 4096, QUOTE_MAX = 64 };

void *reader_alloc(struct reader *r, size_t size)
{
    void *p = arena_zalloc(&r->config->arena, size);
    if (!p)
        r->error = ERR_NOMEM;
    return p;
}

struct str reader_str(struct reader *r, struct str s)
{
    struct str copy = arena_str(&r->config->arena, s);
    if (!copy.p)
        r->error = ERR_NOMEM;
    return copy;
}

static size_t offset_of(const struct config *config, const char *at)
{
    size_t offset = (uintptr_t)at - (uintptr_t)config->text.p;
    return offset <= config->text.n ? offset : 0;
}

size_t complain_value_offset(const struct config *config,
                             const struct json *value)
{
    return offset_of(config, value->raw.p);
}

size_t complain_key_offset(const struct config *config,
                           const struct json *member)
{
    size_t offset = offset_of(config, member->key.p);
    /* A key that had escapes stands elsewhere; its value is close by. */
    return offset ? offset - 1 : complain_value_offset(config, member);
}

void complain(struct reader *r, size_t offset, const char *format, ...)
{
    struct complaint **at = &r->complaints;
    struct buf text;
    va_list args;

    if (r->count++ >= COMPLAINTS_MAX)
        return;
    buf_init(&text, COMPLAINT_MAX);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    struct complaint *c = reader_alloc(r, sizeof(*c));
    if (c) {
        c->offset = offset;
        c->text = reader_str(r, buf_str(&text));
        while (*at && (*at)->offset <= offset)
            at = &(*at)->next;
        c->next = *at;
        *at = c;
    }
    if (text.error)
        r->error = ERR_NOMEM;
    buf_free(&text);
}

void complain_place(const struct config *config, size_t offset, struct buf *out)
{
    unsigned line, column;

    json_place(config->text, offset, &line, &column);
    buf_append_str(out, config->file);
    buf_printf(out, ":%u:%u", line, column);
}

void complain_print(const struct reader *r, struct buf *out)
{
    for (const struct complaint *c = r->complaints; c; c = c->next) {
        complain_place(r->config, c->offset, out);
        buf_append_z(out, ": ");
        buf_append_str(out, c->text);
        buf_append_char(out, '\n');
    }
    if (r->count > COMPLAINTS_MAX) {
        buf_append_str(out, r->config->file);
        buf_printf(out, ": and %u more\n", r->count - COMPLAINTS_MAX);
    }
}

const char *complain_quote(struct str s, char to[QUOTED_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    bool cut = s.n > QUOTE_MAX;
    size_t n = 0;

    if (cut) {
        s.n = QUOTE_MAX;
        /* Not through the middle of a character. */
        while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
            s.n--;
    }
    to[n++] = '"';
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') {
            to[n++] = '\\';
            to[n++] = (char)c;
        } else if (c < 0x20 || c == 0x7f) {
            memcpy(to + n, "\\u00", 4);
            to[n + 4] = hex[c >> 4];
            to[n + 5] = hex[c & 15];
            n += 6;
        } else {
            to[n++] = (char)c;
        }
    }
    snprintf(to + n, QUOTED_SIZE - n, "%s\"", cut ? "..." : "");
    return to;
}
