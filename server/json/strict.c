/* SPDX-License-Identifier: MIT */
/*
 * read_strict(): RFC 8259 in one pass.
 *
 * Each function takes the place that it reads from and returns the one behind
 * what it read, or NULL with reader->error. Nothing recurses: containers that
 * are open are a list, each by its `next`, which is free for that until the
 * container is closed.
 */
#include <stdalign.h>

#include "base/error.h"
#include "base/utf8.h"
#include "json/escape.h"
#include "json/readers.h"
#include "json/scan.h"
#include "json/space.h"

struct reader {
    const char *end;
    struct json top;    /* stands in for the container around the whole */
    struct json *open;  /* innermost open container */
    struct json **link; /* where the next value is linked in */
    struct str key;     /* of the member whose value comes next */
    struct arena *arena;
    uint32_t depth, max_depth;
    int error;
};

static const char *fail(struct reader *r, int error)
{
    r->error = error;
    return NULL;
}

static inline void *take(struct reader *r, size_t size)
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
static inline const char *pass_space(struct reader *r, const char *p)
{
    /* Nothing else that a value may have here is so small. */
    if (p == r->end || (unsigned char)*p > ' ' || !space_is(*p))
        return p;
    do
        p++;
    while (p < r->end && space_is(*p));
    r->open->compact = false;
    return p;
}

/* The value that begins at `start` and ends at `end`, in its place; what it
 * holds is the caller's to say. */
static inline struct json *value_new(struct reader *r, enum json_type type,
                                     const char *start, const char *end)
{
    struct json *value = take(r, sizeof(*value));
    if (!value)
        return NULL;
    *value = (struct json){
        .type = type,
        .compact = true,
        .raw = {start, (size_t)(end - start)},
        .key = r->key,
    };
    r->key = str_of(NULL, 0);
    r->open->count++;
    *r->link = value;
    r->link = &value->next;
    return value;
}

/* --- strings --- */

static inline bool is_hex(char c)
{
    unsigned digit = (unsigned char)c - '0';
    unsigned letter = ((unsigned char)c | 0x20u) - 'a';

    return digit < 10 || letter < 6;
}

/* Passes the escape that begins here. */
static const char *pass_escape(struct reader *r, const char *p)
{
    if (r->end - p < 2)
        return fail(r, ERR_SYNTAX);
    switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 2;
    case 'u':
        if (r->end - p < 6 || !is_hex(p[2]) || !is_hex(p[3]) || !is_hex(p[4]) ||
            !is_hex(p[5]))
            return fail(r, ERR_SYNTAX);
        return p + 6;
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

/* Reads the rest of a string that begins at `start`, from `p` on, where its
 * first run of plain characters ends. */
static const char *read_rest(struct reader *r, const char *start, const char *p,
                             bool high, struct str *ret_text)
{
    bool escaped = false;

    for (; p < r->end && *p == '\\'; p = scan_next(p, r->end, &high)) {
        escaped = true;
        p = pass_escape(r, p);
        if (!p)
            return NULL;
    }
    if (p == r->end || *p != '"') /* a control character */
        return fail(r, ERR_SYNTAX);
    struct str inside = str_of(start, (size_t)(p - start));
    if (high && !utf8_valid(inside.p, inside.n))
        return fail(r, ERR_SYNTAX);
    *ret_text = inside;
    return escaped && !decode(r, inside, ret_text) ? NULL : p + 1;
}

/* Reads a string, from one quote to behind the other. */
static inline const char *read_text(struct reader *r, const char *p,
                                    struct str *ret_text)
{
    const char *start = p + 1;
    bool high = false;

    p = scan_next(start, r->end, &high);
    if (p == r->end || *p != '"' || high)
        return read_rest(r, start, p, high, ret_text);
    *ret_text = str_of(start, (size_t)(p - start));
    return p + 1;
}

static const char *read_string(struct reader *r, const char *start)
{
    struct str text;
    const char *p = read_text(r, start, &text);

    if (!p)
        return NULL;
    struct json *value = value_new(r, JSON_STRING, start, p);
    if (!value)
        return NULL;
    value->text = text;
    return p;
}

/* --- numbers and words --- */

/* Passes one digit at least. */
static const char *pass_digits(struct reader *r, const char *p)
{
    const char *start = p;

    while (p < r->end && *p >= '0' && *p <= '9')
        p++;
    return p > start ? p : fail(r, ERR_SYNTAX);
}

static const char *pass_number(struct reader *r, const char *p)
{
    const char *end = r->end;

    if (*p == '-')
        p++;
    if (p < end && *p == '0')
        p++; /* nothing follows a zero: what does is no end of a value */
    else if (!(p = pass_digits(r, p)))
        return NULL;
    if (p < end && *p == '.' && !(p = pass_digits(r, p + 1)))
        return NULL;
    if (p == end || (*p != 'e' && *p != 'E'))
        return p;
    p++;
    if (p < end && (*p == '+' || *p == '-'))
        p++;
    return pass_digits(r, p);
}

static const char *read_number(struct reader *r, const char *start)
{
    const char *p = pass_number(r, start);

    if (!p)
        return NULL;
    struct json *value = value_new(r, JSON_NUMBER, start, p);
    if (!value)
        return NULL;
    value->text = value->raw;
    return p;
}

static inline const char *read_word(struct reader *r, const char *start,
                                    struct str word, enum json_type type,
                                    bool truth)
{
    if ((size_t)(r->end - start) < word.n || memcmp(start, word.p, word.n) != 0)
        return fail(r, ERR_SYNTAX);
    struct json *value = value_new(r, type, start, start + word.n);
    if (!value)
        return NULL;
    value->truth = truth;
    return start + word.n;
}

/* What is no container. */
static inline const char *read_simple(struct reader *r, const char *p)
{
    switch (*p) {
    case '"':
        return read_string(r, p);
    case 't':
        return read_word(r, p, STR("true"), JSON_BOOL, true);
    case 'f':
        return read_word(r, p, STR("false"), JSON_BOOL, false);
    case 'n':
        return read_word(r, p, STR("null"), JSON_NULL, false);
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
        return read_number(r, p);
    default:
        return fail(r, ERR_SYNTAX);
    }
}

/* --- containers --- */

static inline const char *open_container(struct reader *r, const char *p)
{
    if (r->depth >= r->max_depth)
        return fail(r, ERR_LIMIT);
    struct json *value =
        value_new(r, *p == '{' ? JSON_OBJECT : JSON_ARRAY, p, p);
    if (!value)
        return NULL;
    value->next = r->open;
    r->open = value;
    r->link = &value->child;
    r->depth++;
    return p + 1;
}

static inline const char *close_container(struct reader *r, const char *p)
{
    struct json *value = r->open;

    p++;
    value->raw.n = (size_t)(p - value->raw.p);
    r->open = value->next;
    r->open->compact = r->open->compact && value->compact;
    value->next = NULL;
    r->link = &value->next;
    r->depth--;
    return p;
}

/* Whether this ends the innermost container. */
static inline bool closes(const struct reader *r, char c)
{
    return c == (r->open->type == JSON_OBJECT ? '}' : ']');
}

/* Where a value is to come: reads a member's name and the colon behind it
 * first. */
static inline const char *before_value(struct reader *r, const char *p)
{
    if (r->open->type != JSON_OBJECT)
        return p;
    p = pass_space(r, p);
    if (p == r->end || *p != '"')
        return fail(r, ERR_SYNTAX);
    p = read_text(r, p, &r->key);
    if (!p)
        return NULL;
    p = pass_space(r, p);
    if (p == r->end || *p != ':')
        return fail(r, ERR_SYNTAX);
    return p + 1;
}

/* Behind a value: passes what closes, up to where the next value begins. NULL,
 * and no error, where there is no other. */
static inline const char *behind_value(struct reader *r, const char *p)
{
    for (;;) {
        p = pass_space(r, p);
        if (r->depth == 0)
            return p == r->end ? NULL : fail(r, ERR_SYNTAX);
        if (p == r->end)
            return fail(r, ERR_SYNTAX);
        if (*p == ',')
            return before_value(r, p + 1);
        if (!closes(r, *p))
            return fail(r, ERR_SYNTAX);
        p = close_container(r, p);
    }
}

/* Reads a value, or opens one, up to the next: NULL as behind_value(). */
static inline const char *read_value(struct reader *r, const char *p)
{
    p = pass_space(r, p);
    if (p == r->end)
        return fail(r, ERR_SYNTAX);
    if (*p != '{' && *p != '[') {
        p = read_simple(r, p);
        return p ? behind_value(r, p) : NULL;
    }
    p = open_container(r, p);
    if (!p)
        return NULL;
    p = pass_space(r, p);
    if (p == r->end)
        return fail(r, ERR_SYNTAX);
    return closes(r, *p) ? behind_value(r, close_container(r, p))
                         : before_value(r, p);
}

int read_strict(struct arena *arena, struct str text,
                const struct json_limits *limits, struct json **ret_value)
{
    struct reader r = {
        .end = text.n > 0 ? text.p + text.n : text.p,
        .top.type = JSON_ARRAY,
        .arena = arena,
        .max_depth = limits->depth,
    };
    const char *p = text.p;

    r.open = &r.top;
    r.link = &r.top.child;
    do
        p = read_value(&r, p);
    while (p);
    if (r.error == 0)
        *ret_value = r.top.child;
    return r.error;
}
