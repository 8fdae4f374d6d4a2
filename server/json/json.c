/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "json/json.h"

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
