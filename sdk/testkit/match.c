/* SPDX-License-Identifier: MIT */
#include "match.h"

#include "json/writer.h"

#define MORE "<more>"

/* Bytes of a binary that are shown. */
#define SHOWN_MAX 32

/* --- comparing --- */

/* Whether the pattern is one of the strings that stand for more; then *ret
 * says whether the value is meant by it. */
static bool match_word(const struct json *pattern, const struct json *value,
                       bool *ret)
{
    static const struct {
        const char *word;
        enum json_type type;
    } words[] = {
        {"<number>", JSON_NUMBER}, {"<string>", JSON_STRING},
        {"<boolean>", JSON_BOOL},  {"<array>", JSON_ARRAY},
        {"<object>", JSON_OBJECT}, {"<binary>", JSON_BINARY},
    };

    if (pattern->type != JSON_STRING)
        return false;
    if (str_eq(pattern->text, STR("<any>"))) {
        *ret = true;
        return true;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_eq(pattern->text, str_z(words[i].word))) {
            *ret = value->type == words[i].type;
            return true;
        }
    return false;
}

static bool match_number(const struct json *a, const struct json *b)
{
    int64_t x, y;
    double p, q;
    bool whole = json_int(a, &x) == 0;

    if (whole != (json_int(b, &y) == 0))
        return false;
    if (whole)
        return x == y;
    return json_double(a, &p) == 0 && json_double(b, &q) == 0 && p == q;
}

/* Of a repeated key the last counts: json_get() finds it. */
static bool is_last(const struct json *object, const struct json *member)
{
    return json_get(object, member->key) == member;
}

static bool match_object(const struct json *pattern, const struct json *value)
{
    bool more = json_get(pattern, STR(MORE)) != NULL;

    for (const struct json *m = pattern->child; m; m = m->next)
        if (is_last(pattern, m) && !str_eq(m->key, STR(MORE)) &&
            !match_value(m, json_get(value, m->key)))
            return false;
    for (const struct json *m = value->child; m && !more; m = m->next)
        if (!json_get(pattern, m->key))
            return false;
    return true;
}

bool match_value(const struct json *pattern, const struct json *value)
{
    bool meant;

    if (!pattern || !value)
        return !pattern && !value;
    if (match_word(pattern, value, &meant))
        return meant;
    if (pattern->type != value->type)
        return false;
    switch (pattern->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return pattern->truth == value->truth;
    case JSON_NUMBER:
        return match_number(pattern, value);
    case JSON_STRING:
    case JSON_BINARY:
        return str_eq(pattern->text, value->text);
    case JSON_ARRAY:
        return match_list(pattern->child, value->child);
    case JSON_OBJECT:
        return match_object(pattern, value);
    }
    return false;
}

/* The last one of a list, which stands for all that may follow. */
static bool is_more(const struct json *pattern)
{
    return pattern && !pattern->next && pattern->type == JSON_STRING &&
           str_eq(pattern->text, STR(MORE));
}

bool match_list(const struct json *pattern, const struct json *value)
{
    while (pattern && value && !is_more(pattern) &&
           match_value(pattern, value)) {
        pattern = pattern->next;
        value = value->next;
    }
    return is_more(pattern) || (!pattern && !value);
}

bool match_text(struct str pattern, struct str text)
{
    struct json_limits limits = {.depth = 1000};
    struct json *expected, *found;
    struct arena arena;

    arena_init(&arena, SIZE_MAX);
    bool same = json_parse(&arena, pattern, &limits, &expected, NULL) == 0 &&
                json_parse(&arena, text, &limits, &found, NULL) == 0 &&
                match_value(expected, found);
    arena_free(&arena);
    return same;
}

/* --- showing --- */

static void print_bytes(struct buf *out, struct str bytes)
{
    buf_printf(out, "<%zu bytes%s", bytes.n, bytes.n > 0 ? ": " : "");
    for (size_t i = 0; i < bytes.n && i < SHOWN_MAX; i++)
        buf_printf(out, "%02x", (unsigned char)bytes.p[i]);
    buf_append_z(out, bytes.n > SHOWN_MAX ? "...>" : ">");
}

static void print_members(struct buf *out, const struct json *value)
{
    struct json_writer w;

    for (const struct json *m = value->child; m; m = m->next) {
        if (m != value->child)
            buf_append_z(out, ", ");
        if (value->type == JSON_OBJECT) {
            json_writer_init(&w, out);
            json_put_string(&w, m->key);
            buf_append_z(out, ": ");
        }
        match_print(out, m);
    }
}

void match_print(struct buf *out, const struct json *value)
{
    switch (value->type) {
    case JSON_BINARY:
        print_bytes(out, value->text);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        buf_append_char(out, value->type == JSON_ARRAY ? '[' : '{');
        print_members(out, value);
        buf_append_char(out, value->type == JSON_ARRAY ? ']' : '}');
        break;
    default:
        buf_append_str(out, value->raw);
    }
}

void match_print_list(struct buf *out, const struct json *first)
{
    for (const struct json *v = first; v; v = v->next) {
        if (v != first)
            buf_append_z(out, ", ");
        match_print(out, v);
    }
}
