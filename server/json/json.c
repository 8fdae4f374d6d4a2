/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "json/readers.h"

/* What is wrong says yajl, once more and in memory of its own. */
static void explain(struct str text, const struct json_limits *limits,
                    size_t arena_max, int result, struct json_error *error)
{
    struct arena arena;
    struct json *value;

    arena_init(&arena, arena_max);
    if (read_yajl(&arena, text, limits, &value, error) == 0) {
        /* The arena that was given had been used before. */
        error->offset = 0;
        snprintf(error->text, sizeof(error->text), "%s", error_text(result));
    }
    arena_free(&arena);
}

int json_parse(struct arena *arena, struct str text,
               const struct json_limits *limits, struct json **ret_value,
               struct json_error *error)
{
    struct json_error ignored;
    int result;

    if (limits->comments)
        return read_yajl(arena, text, limits, ret_value,
                         error ? error : &ignored);
    result = read_strict(arena, text, limits, ret_value);
    if (result < 0 && error)
        explain(text, limits, arena->max, result, error);
    return result;
}

struct json *json_get(const struct json *object, struct str key)
{
    struct json *found = NULL;

    if (!object || object->type != JSON_OBJECT)
        return NULL;
    for (struct json *member = object->child; member; member = member->next)
        if (str_eq(member->key, key))
            found = member;
    return found;
}

struct json *json_at(const struct json *array, uint32_t index)
{
    if (!array || array->type != JSON_ARRAY || index >= array->count)
        return NULL;
    struct json *element = array->child;
    while (index-- > 0)
        element = element->next;
    return element;
}

void json_set_binary(struct json *placeholder, struct str bytes)
{
    placeholder->type = JSON_BINARY;
    placeholder->text = bytes;
    placeholder->binary = true;
    placeholder->child = NULL;
    placeholder->count = 0;
}

/* A number's text taken apart: digits[0..n) with the decimal point behind the
 * first `point` of them (anywhere, also outside). */
struct decimal {
    bool negative;
    struct str whole, fraction; /* the digits before and behind the "." */
    int64_t point;
};

/* No text is long enough to make an exponent beyond this mean anything else. */
#define EXPONENT_MAX ((int64_t)1 << 60)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str cut_digits(struct str *rest)
{
    size_t n = 0;
    while (n < rest->n && is_digit(rest->p[n]))
        n++;
    struct str digits = {rest->p, n};
    *rest = (struct str){rest->p + n, rest->n - n};
    return digits;
}

static bool cut_char(struct str *rest, char c)
{
    if (rest->n == 0 || rest->p[0] != c)
        return false;
    *rest = (struct str){rest->p + 1, rest->n - 1};
    return true;
}

/* The text is a number of the JSON grammar: the parser has seen to that. */
static struct decimal take_apart(struct str text)
{
    struct decimal d = {.negative = cut_char(&text, '-')};
    int64_t exponent = 0;

    d.whole = cut_digits(&text);
    if (cut_char(&text, '.'))
        d.fraction = cut_digits(&text);
    if (cut_char(&text, 'e') || cut_char(&text, 'E')) {
        bool negative = cut_char(&text, '-');
        cut_char(&text, '+');
        for (; text.n > 0; text.p++, text.n--)
            if (exponent < EXPONENT_MAX / 16)
                exponent = exponent * 10 + (text.p[0] - '0');
        if (negative)
            exponent = -exponent;
    }
    d.point = (int64_t)d.whole.n + exponent;
    return d;
}

/* Takes one more digit in front of the decimal point; *value counts down from
 * zero, since there is one more negative number than positive ones. */
static int push_digit(int64_t *value, int digit)
{
    if (__builtin_mul_overflow(*value, (int64_t)10, value) ||
        __builtin_sub_overflow(*value, (int64_t)digit, value))
        return ERR_LIMIT;
    return 0;
}

int json_int(const struct json *value, int64_t *ret)
{
    int64_t result = 0, i = 0;

    if (!value || value->type != JSON_NUMBER)
        return ERR_TYPE;
    struct decimal d = take_apart(value->text);
    int64_t n = (int64_t)(d.whole.n + d.fraction.n);
    for (; i < n; i++) {
        char c = i < (int64_t)d.whole.n ? d.whole.p[i]
                                        : d.fraction.p[i - (int64_t)d.whole.n];
        if (i >= d.point) {
            if (c != '0')
                return ERR_TYPE;
        } else if (push_digit(&result, c - '0') < 0) {
            return ERR_LIMIT;
        }
    }
    for (; i < d.point && result != 0; i++)
        if (push_digit(&result, 0) < 0)
            return ERR_LIMIT;
    if (!d.negative && __builtin_sub_overflow((int64_t)0, result, &result))
        return ERR_LIMIT;
    *ret = result;
    return 0;
}

int json_double(const struct json *value, double *ret)
{
    static locale_t plain; /* a plugin may have called setlocale() */
    char text[JSON_DOUBLE_TEXT_MAX + 1];

    if (!value || value->type != JSON_NUMBER)
        return ERR_TYPE;
    if (value->text.n > JSON_DOUBLE_TEXT_MAX)
        return ERR_LIMIT;
    if (!plain)
        plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    memcpy(text, value->text.p, value->text.n);
    text[value->text.n] = '\0';
    double result = strtod_l(text, NULL, plain);
    if (!isfinite(result))
        return ERR_LIMIT;
    *ret = result;
    return 0;
}

int json_bool(const struct json *value, bool *ret)
{
    if (!value || value->type != JSON_BOOL)
        return ERR_TYPE;
    *ret = value->truth;
    return 0;
}

int json_string(const struct json *value, struct str *ret)
{
    if (!value || value->type != JSON_STRING)
        return ERR_TYPE;
    *ret = value->text;
    return 0;
}

static char digit_at(const struct decimal *d, size_t i)
{
    return i < d->whole.n ? d->whole.p[i] : d->fraction.p[i - d->whole.n];
}

/* The digits between zeros that say nothing, of which there may be none. */
struct significant {
    size_t first, end;
};

static struct significant significant_digits(const struct decimal *d)
{
    struct significant s = {0, d->whole.n + d->fraction.n};
    while (s.first < s.end && digit_at(d, s.first) == '0')
        s.first++;
    while (s.end > s.first && digit_at(d, s.end - 1) == '0')
        s.end--;
    return s;
}

static bool numbers_equal(struct str a, struct str b)
{
    struct decimal x = take_apart(a), y = take_apart(b);
    struct significant s = significant_digits(&x), t = significant_digits(&y);
    size_t n = s.end - s.first;

    if (n != t.end - t.first)
        return false;
    if (n == 0)
        return true;
    if (x.negative != y.negative ||
        x.point - (int64_t)s.first != y.point - (int64_t)t.first)
        return false;
    for (size_t i = 0; i < n; i++)
        if (digit_at(&x, s.first + i) != digit_at(&y, t.first + i))
            return false;
    return true;
}

static bool arrays_equal(const struct json *a, const struct json *b)
{
    const struct json *x = a->child, *y = b->child;

    if (a->count != b->count)
        return false;
    for (; x; x = x->next, y = y->next)
        if (!json_equal(x, y))
            return false;
    return true;
}

/* Whether each member of a that counts is one of b, with the same value. */
static bool members_equal(const struct json *a, const struct json *b)
{
    for (const struct json *x = a->child; x; x = x->next)
        if (json_get(a, x->key) == x && !json_equal(x, json_get(b, x->key)))
            return false;
    return true;
}

/* Whether b has no name that a does not have. */
static bool names_within(const struct json *b, const struct json *a)
{
    for (const struct json *y = b->child; y; y = y->next)
        if (!json_get(a, y->key))
            return false;
    return true;
}

bool json_equal(const struct json *a, const struct json *b)
{
    if (!a || !b || a->type != b->type)
        return a == b;
    if (!a->binary && !b->binary && str_eq(a->raw, b->raw))
        return true;
    switch (a->type) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return a->truth == b->truth;
    case JSON_NUMBER:
        return numbers_equal(a->text, b->text);
    case JSON_STRING:
    case JSON_BINARY:
        return str_eq(a->text, b->text);
    case JSON_ARRAY:
        return arrays_equal(a, b);
    case JSON_OBJECT:
        return members_equal(a, b) && names_within(b, a);
    }
    return false;
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",     [JSON_BOOL] = "boolean",
        [JSON_NUMBER] = "number", [JSON_STRING] = "string",
        [JSON_ARRAY] = "array",   [JSON_OBJECT] = "object",
        [JSON_BINARY] = "binary",
    };
    return names[type];
}

void json_place(struct str text, size_t offset, unsigned *ret_line,
                unsigned *ret_column)
{
    unsigned line = 1;
    size_t start = 0;

    if (offset > text.n)
        offset = text.n;
    for (;;) {
        const char *end = offset > start
                              ? memchr(text.p + start, '\n', offset - start)
                              : NULL;
        if (!end)
            break;
        line++;
        start = (size_t)(end - text.p) + 1;
    }
    *ret_line = line;
    *ret_column = (unsigned)(offset - start) + 1;
}
