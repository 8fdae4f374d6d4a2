/* SPDX-License-Identifier: MIT */
/*
 * read_strict(): RFC 8259 in one pass.
 *
 * Nothing recurses: containers that are open are a list, each by its `next`,
 * and until it is closed a container's `child` is the last child so far, whose
 * `next` is the first.
 */
#include <stdalign.h>

#include "base/error.h"
#include "base/utf8.h"
#include "json/escape.h"
#include "json/readers.h"
#include "json/scan.h"
#include "json/space.h"

struct reader {
    const char *p, *end; /* what is still to be read */
    struct json *open;   /* innermost open container */
    struct json *root;   /* the finished value */
    struct str key;      /* of the member whose value comes next */
    struct arena *arena;
    uint32_t depth, max_depth;
    int error;
};

static bool fail(struct reader *r, int error)
{
    r->error = error;
    return false;
}

static void *take(struct reader *r, size_t size)
{
    void *memory = arena_alloc(r->arena, size);
    if (!memory) {
        /* The arena rounds up: what just about fits may not. */
        size_t left = r->arena->max - r->arena->used;
        fail(r, size + alignof(max_align_t) > left ? ERR_LIMIT : ERR_NOMEM);
    }
    return memory;
}

/* White space makes the container around it not compact. */
static inline void skip_space(struct reader *r)
{
    if (r->p == r->end || !space_is(*r->p))
        return;
    do
        r->p++;
    while (r->p < r->end && space_is(*r->p));
    if (r->open)
        r->open->compact = false;
}

static struct json *value_new(struct reader *r, enum json_type type)
{
    struct json *value = take(r, sizeof(*value));
    if (!value)
        return NULL;
    value->type = type;
    value->truth = false;
    value->compact = true;
    value->binary = false;
    value->count = 0;
    value->raw = str_of(r->p, 0);
    value->text = str_of(NULL, 0);
    value->key = r->key;
    value->child = NULL;
    value->next = NULL;
    r->key = str_of(NULL, 0);
    return value;
}

/* It ends here: hands it to the container around it. */
static inline void value_done(struct reader *r, struct json *value)
{
    struct json *parent = r->open;

    value->raw.n = (size_t)(r->p - value->raw.p);
    if (!parent) {
        r->root = value;
        return;
    }
    if (parent->child) {
        value->next = parent->child->next;
        parent->child->next = value;
    } else {
        value->next = value;
    }
    parent->child = value;
    parent->count++;
    if (!value->compact)
        parent->compact = false;
}

/* --- strings --- */

static inline bool is_hex(char c)
{
    unsigned digit = (unsigned char)c - '0';
    unsigned letter = ((unsigned char)c | 0x20u) - 'a';

    return digit < 10 || letter < 6;
}

/* Passes the escape that begins here. */
static bool pass_escape(struct reader *r)
{
    if (r->end - r->p < 2)
        return fail(r, ERR_SYNTAX);
    switch (r->p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        r->p += 2;
        return true;
    case 'u':
        if (r->end - r->p < 6 || !is_hex(r->p[2]) || !is_hex(r->p[3]) ||
            !is_hex(r->p[4]) || !is_hex(r->p[5]))
            return fail(r, ERR_SYNTAX);
        r->p += 6;
        return true;
    default:
        return fail(r, ERR_SYNTAX);
    }
}

/* What an escape stands for is made in the arena; without one the text is that
 * of the source. */
static bool decode(struct reader *r, struct str inside, struct str *ret_text)
{
    char *decoded = take(r, inside.n);
    if (!decoded)
        return false;
    *ret_text = str_of(decoded, escape_decode(decoded, inside));
    return true;
}

/* Reads a string, from one quote to behind the other. */
static bool read_text(struct reader *r, struct str *ret_text)
{
    const char *start = ++r->p;
    bool high = false, escaped = false;

    for (;;) {
        r->p = scan_plain(r->p, r->end, &high);
        if (r->p == r->end)
            return fail(r, ERR_SYNTAX);
        if (*r->p == '"')
            break;
        if (*r->p != '\\') /* a control character */
            return fail(r, ERR_SYNTAX);
        escaped = true;
        if (!pass_escape(r))
            return false;
    }
    struct str inside = str_of(start, (size_t)(r->p - start));
    r->p++;
    if (high && !utf8_valid(inside.p, inside.n))
        return fail(r, ERR_SYNTAX);
    *ret_text = inside;
    return !escaped || decode(r, inside, ret_text);
}

static bool read_string(struct reader *r)
{
    struct json *value = value_new(r, JSON_STRING);

    if (!value || !read_text(r, &value->text))
        return false;
    value_done(r, value);
    return true;
}

/* --- numbers and words --- */

static inline bool is_digit(const struct reader *r)
{
    return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

/* One digit at least. */
static bool pass_digits(struct reader *r)
{
    if (!is_digit(r))
        return fail(r, ERR_SYNTAX);
    while (is_digit(r))
        r->p++;
    return true;
}

static bool pass_number(struct reader *r)
{
    if (*r->p == '-')
        r->p++;
    if (r->p < r->end && *r->p == '0')
        r->p++; /* nothing follows a zero: what does is no end of a value */
    else if (!pass_digits(r))
        return false;
    if (r->p < r->end && *r->p == '.') {
        r->p++;
        if (!pass_digits(r))
            return false;
    }
    if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        return pass_digits(r);
    }
    return true;
}

static bool read_number(struct reader *r)
{
    struct json *value = value_new(r, JSON_NUMBER);

    if (!value || !pass_number(r))
        return false;
    value_done(r, value);
    value->text = value->raw;
    return true;
}

static bool read_word(struct reader *r, enum json_type type, struct str word,
                      bool truth)
{
    if ((size_t)(r->end - r->p) < word.n || memcmp(r->p, word.p, word.n) != 0)
        return fail(r, ERR_SYNTAX);
    struct json *value = value_new(r, type);
    if (!value)
        return false;
    value->truth = truth;
    r->p += word.n;
    value_done(r, value);
    return true;
}

/* --- containers --- */

static bool open_container(struct reader *r, enum json_type type)
{
    if (r->depth >= r->max_depth)
        return fail(r, ERR_LIMIT);
    struct json *value = value_new(r, type);
    if (!value)
        return false;
    value->next = r->open;
    r->open = value;
    r->depth++;
    r->p++;
    return true;
}

static void close_container(struct reader *r)
{
    struct json *value = r->open, *last = value->child;

    r->p++;
    if (last) {
        value->child = last->next;
        last->next = NULL;
    }
    r->open = value->next;
    value->next = NULL;
    r->depth--;
    value_done(r, value);
}

/* Reads a member's name and the colon behind it. */
static bool read_key(struct reader *r)
{
    skip_space(r);
    if (r->p == r->end || *r->p != '"')
        return fail(r, ERR_SYNTAX);
    if (!read_text(r, &r->key))
        return false;
    skip_space(r);
    if (r->p == r->end || *r->p != ':')
        return fail(r, ERR_SYNTAX);
    r->p++;
    return true;
}

static inline char closing(const struct json *container)
{
    return container->type == JSON_OBJECT ? '}' : ']';
}

/* Behind a value: up to where the next one begins. False at the end of the
 * text, and where something is wrong. */
static bool go_on(struct reader *r)
{
    for (;;) {
        skip_space(r);
        if (!r->open)
            return r->p == r->end ? false : fail(r, ERR_SYNTAX);
        if (r->p == r->end)
            return fail(r, ERR_SYNTAX);
        if (*r->p == ',') {
            r->p++;
            return r->open->type == JSON_ARRAY || read_key(r);
        }
        if (*r->p != closing(r->open))
            return fail(r, ERR_SYNTAX);
        close_container(r);
    }
}

/* Behind the bracket that opens: as go_on(). */
static bool enter(struct reader *r)
{
    skip_space(r);
    if (r->p == r->end)
        return fail(r, ERR_SYNTAX);
    if (*r->p == closing(r->open)) {
        close_container(r);
        return go_on(r);
    }
    return r->open->type == JSON_ARRAY || read_key(r);
}

/* Reads a value, or the beginning of one, up to the next. */
static bool read_value(struct reader *r)
{
    skip_space(r);
    if (r->p == r->end)
        return fail(r, ERR_SYNTAX);
    switch (*r->p) {
    case '"':
        return read_string(r) && go_on(r);
    case '{':
        return open_container(r, JSON_OBJECT) && enter(r);
    case '[':
        return open_container(r, JSON_ARRAY) && enter(r);
    case 't':
        return read_word(r, JSON_BOOL, STR("true"), true) && go_on(r);
    case 'f':
        return read_word(r, JSON_BOOL, STR("false"), false) && go_on(r);
    case 'n':
        return read_word(r, JSON_NULL, STR("null"), false) && go_on(r);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return read_number(r) && go_on(r);
    default:
        return fail(r, ERR_SYNTAX);
    }
}

int read_strict(struct arena *arena, struct str text,
                const struct json_limits *limits, struct json **ret_value)
{
    struct reader r = {
        .p = text.p,
        .end = text.n > 0 ? text.p + text.n : text.p,
        .arena = arena,
        .max_depth = limits->depth,
    };

    while (read_value(&r))
        ;
    if (r.error == 0)
        *ret_value = r.root;
    return r.error;
}
