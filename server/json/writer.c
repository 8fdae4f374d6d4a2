/* SPDX-License-Identifier: MIT */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/utf8.h"
#include "json/scan.h"
#include "json/space.h"
#include "json/writer.h"

void json_writer_init(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){.out = out};
}

/* Failures of ours become the buffer's, which keeps the first. */
static void fail(struct json_writer *w, int error)
{
    if (w->out->error == 0)
        w->out->error = error;
}

/* Every value begins with this. */
static void begin_value(struct json_writer *w)
{
    if (w->comma)
        buf_append_char(w->out, ',');
    w->comma = true;
}

void json_put_raw(struct json_writer *w, struct str text)
{
    begin_value(w);
    buf_append_str(w->out, text);
}

void json_put_null(struct json_writer *w)
{
    json_put_raw(w, STR("null"));
}

void json_put_bool(struct json_writer *w, bool value)
{
    json_put_raw(w, value ? STR("true") : STR("false"));
}

void json_put_uint(struct json_writer *w, uint64_t value)
{
    begin_value(w);
    buf_append_u64(w->out, value);
}

void json_put_int(struct json_writer *w, int64_t value)
{
    begin_value(w);
    if (value < 0)
        buf_append_char(w->out, '-');
    buf_append_u64(w->out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

/*
 * Appends what printf's %g made of a number: the decimal point of whatever
 * locale a plugin may have set becomes ".", and the exponent loses its plus
 * sign and leading zeros.
 */
static void append_number(struct buf *out, const char *text)
{
    const char *p = text;
    bool point = false;

    for (; *p && *p != 'e'; p++) {
        if ((*p >= '0' && *p <= '9') || *p == '-') {
            buf_append_char(out, *p);
        } else if (!point) {
            buf_append_char(out, '.');
            point = true;
        }
    }
    if (*p != 'e')
        return;
    buf_append_char(out, *p++);
    if (*p == '-')
        buf_append_char(out, *p);
    p++;
    p += strspn(p, "0");
    buf_append_z(out, p);
}

void json_put_double(struct json_writer *w, double value)
{
    char text[40];

    if (!isfinite(value)) {
        json_put_null(w);
        return;
    }
    /* Whole numbers that a double holds exactly, in plain digits; but the
     * negative zero has a sign to keep. */
    if (fabs(value) < 1e15 && value == floor(value) &&
        !(value == 0 && signbit(value))) {
        json_put_int(w, (int64_t)value);
        return;
    }
    /* With 15 digits %g finds the shortest text of most numbers, because it
     * drops zeros at the end; only those next to zero have fewer. */
    int digits = fabs(value) < DBL_MIN ? 1 : DBL_DIG;
    do {
        snprintf(text, sizeof(text), "%.*g", digits, value);
    } while (strtod(text, NULL) != value && ++digits <= DBL_DECIMAL_DIG);
    begin_value(w);
    append_number(w->out, text);
}

/* What stands behind the backslash for a character that needs one: 'u' is
 * followed by its number. */
static char escape_of(unsigned char c)
{
    static const char control[32] = {
        'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n',
        'u', 'f', 'r', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
        'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
    };
    return c < sizeof(control) ? control[c] : (char)c;
}

static void append_escape(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char escape = escape_of(c);

    if (escape == 'u') {
        char text[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        buf_append(out, text, sizeof(text));
    } else {
        char text[] = {'\\', escape};
        buf_append(out, text, sizeof(text));
    }
}

static void append_string(struct json_writer *w, struct str s)
{
    struct buf *out = w->out;
    const char *p = s.p, *end = s.n > 0 ? p + s.n : p;
    bool high = false;
    const char *stop = scan_next(p, end, &high);

    if ((high || stop < end) && !utf8_valid(s.p, s.n)) {
        fail(w, ERR_SYNTAX);
        return;
    }
    buf_append_char(out, '"');
    for (; stop < end; stop = scan_next(p, end, &high)) {
        buf_append(out, p, (size_t)(stop - p));
        append_escape(out, (unsigned char)*stop);
        p = stop + 1;
    }
    buf_append(out, p, (size_t)(end - p));
    buf_append_char(out, '"');
}

void json_put_string(struct json_writer *w, struct str value)
{
    begin_value(w);
    append_string(w, value);
}

void json_put_key(struct json_writer *w, struct str key)
{
    begin_value(w);
    append_string(w, key);
    buf_append_char(w->out, ':');
    w->comma = false;
}

void json_open_object(struct json_writer *w)
{
    begin_value(w);
    buf_append_char(w->out, '{');
    w->comma = false;
}

void json_close_object(struct json_writer *w)
{
    buf_append_char(w->out, '}');
    w->comma = true;
}

void json_open_array(struct json_writer *w)
{
    begin_value(w);
    buf_append_char(w->out, '[');
    w->comma = false;
}

void json_close_array(struct json_writer *w)
{
    buf_append_char(w->out, ']');
    w->comma = true;
}

static void append_binary(struct json_writer *w, struct str bytes)
{
    int number = w->out->error;

    if (number == 0)
        number = w->attach ? w->attach(w->user, bytes) : ERR_TYPE;
    if (number < 0) {
        fail(w, number);
        return;
    }
    buf_append_str(w->out, STR("{\"_placeholder\":true,\"num\":"));
    buf_append_u64(w->out, (uint64_t)number);
    buf_append_char(w->out, '}');
}

void json_put_binary(struct json_writer *w, struct str bytes)
{
    begin_value(w);
    append_binary(w, bytes);
}

/* A placeholder has one closing brace: its last character. */
static size_t placeholder_end(struct str text, size_t at)
{
    return at + str_find(str_of(text.p + at, text.n - at), '}') + 1;
}

void json_put_marked(struct json_writer *w, struct str text,
                     const struct json_mark *marks, uint32_t count)
{
    size_t done = 0;

    begin_value(w);
    for (uint32_t i = 0; i < count; i++) {
        buf_append(w->out, text.p + done, marks[i].at - done);
        append_binary(w, marks[i].bytes);
        done = placeholder_end(text, marks[i].at);
    }
    buf_append(w->out, text.p + done, text.n - done);
}

/* Takes the marks that are in a value off the front of those that are left. */
static void set_marked(struct json *value, struct str text,
                       const struct json_mark **left,
                       const struct json_mark *end)
{
    size_t from = (size_t)(value->raw.p - text.p);

    if (*left == end || (*left)->at >= from + value->raw.n)
        return;
    if ((*left)->at == from) {
        json_set_binary(value, (*left)++->bytes);
        return;
    }
    value->binary = true;
    for (struct json *child = value->child; child; child = child->next)
        set_marked(child, text, left, end);
}

void json_set_marked(struct json *value, struct str text,
                     const struct json_mark *marks, uint32_t count)
{
    set_marked(value, text, &marks, marks + count);
}

/* The place behind the string that begins at `at` of valid JSON. */
static size_t skip_string(struct str text, size_t at)
{
    for (at++; at < text.n && text.p[at] != '"'; at++)
        if (text.p[at] == '\\')
            at++;
    return at < text.n ? at + 1 : text.n;
}

/* Copies a piece of valid JSON that neither begins nor ends inside a token,
 * without the white space and comments between the tokens. A slash outside a
 * string can only be a comment, which the parser was told to allow. */
static void append_stripped(struct buf *out, struct str text)
{
    size_t at = 0, start = 0, next;

    while (at < text.n) {
        if (text.p[at] == '"') {
            at = skip_string(text, at);
        } else if ((space_is(text.p[at]) || text.p[at] == '/') &&
                   (next = space_skip(text, at, true)) > at) {
            buf_append(out, text.p + start, at - start);
            start = at = next;
        } else {
            at++;
        }
    }
    buf_append(out, text.p + start, text.n - start);
}

static void append_value(struct json_writer *w, const struct json *value);

/* What stands between the children (brackets, commas, keys) is copied as it
 * came; the children go through append_value() again. As deep as the parser
 * allowed. */
static void append_mixed(struct json_writer *w, const struct json *value)
{
    const char *done = value->raw.p, *end = done + value->raw.n;

    for (const struct json *c = value->child; c; c = c->next) {
        append_stripped(w->out, str_of(done, (size_t)(c->raw.p - done)));
        append_value(w, c);
        done = c->raw.p + c->raw.n;
    }
    append_stripped(w->out, str_of(done, (size_t)(end - done)));
}

static void append_value(struct json_writer *w, const struct json *value)
{
    if (value->type == JSON_BINARY)
        append_binary(w, value->text);
    else if (value->binary && value->type == JSON_STRING)
        append_string(w, value->text);
    else if (value->binary)
        append_mixed(w, value);
    else if (value->compact)
        buf_append_str(w->out, value->raw);
    else
        append_stripped(w->out, value->raw);
}

void json_put_value(struct json_writer *w, const struct json *value)
{
    if (!value) {
        json_put_null(w);
        return;
    }
    begin_value(w);
    append_value(w, value);
}
