/* SPDX-License-Identifier: MIT */
#include "net/http_fields.h"

#include <time.h>

#include "base/error.h"

/* ---- Dates ---- */

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static char *put_digits(char *to, int value, int count)
{
    for (int i = count; i-- > 0; value /= 10)
        to[i] = (char)('0' + value % 10);
    return to + count;
}

static char *put(char *to, const char *text, size_t n)
{
    memcpy(to, text, n);
    return to + n;
}

void http_date_format(char ret_date[HTTP_DATE_LENGTH], int64_t seconds)
{
    time_t t = (time_t)seconds;
    struct tm tm = {0};
    char *p = ret_date;

    gmtime_r(&t, &tm);
    p = put(p, day_names + 3 * tm.tm_wday, 3);
    p = put(p, ", ", 2);
    p = put_digits(p, tm.tm_mday, 2);
    p = put(p, " ", 1);
    p = put(p, month_names + 3 * tm.tm_mon, 3);
    p = put(p, " ", 1);
    p = put_digits(p, tm.tm_year + 1900, 4);
    p = put(p, " ", 1);
    p = put_digits(p, tm.tm_hour, 2);
    p = put(p, ":", 1);
    p = put_digits(p, tm.tm_min, 2);
    p = put(p, ":", 1);
    p = put_digits(p, tm.tm_sec, 2);
    put(p, " GMT", 4);
}

/* The index of a three-letter name in a list of them, -1. */
static int name_index(const char *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i += 3) {
        if (memcmp(names + i, name, 3) == 0)
            return (int)(i / 3);
    }
    return -1;
}

static int digits(struct str date, size_t at, size_t n)
{
    uint64_t value;
    if (str_to_u64(str_of(date.p + at, n), &value) < 0)
        return -1;
    return (int)value;
}

int http_date_parse(struct str s, int64_t *ret_seconds)
{
    static const char form[] = "xxx, 00 xxx 0000 00:00:00 GMT";

    if (s.n != HTTP_DATE_LENGTH)
        return ERR_SYNTAX;
    for (size_t i = 0; i < s.n; i++) {
        if (form[i] != '0' && form[i] != 'x' && s.p[i] != form[i])
            return ERR_SYNTAX;
    }
    struct tm tm = {
        .tm_mday = digits(s, 5, 2),
        .tm_mon = name_index(month_names, sizeof(month_names) - 1, s.p + 8),
        .tm_year = digits(s, 12, 4) - 1900,
        .tm_hour = digits(s, 17, 2),
        .tm_min = digits(s, 20, 2),
        .tm_sec = digits(s, 23, 2),
    };
    if (name_index(day_names, sizeof(day_names) - 1, s.p) < 0 ||
        tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_mon < 0 ||
        tm.tm_year < -1900 || tm.tm_hour < 0 || tm.tm_hour > 23 ||
        tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 || tm.tm_sec > 60)
        return ERR_SYNTAX;
    *ret_seconds = (int64_t)timegm(&tm);
    return 0;
}

/* ---- Ranges ---- */

/* "-N": the last N bytes. */
static int parse_suffix(struct str digits_of, uint64_t size,
                        uint64_t *ret_first, uint64_t *ret_end)
{
    uint64_t n = UINT64_MAX;
    if (str_to_u64(digits_of, &n) == ERR_SYNTAX)
        return 0;
    if (n == 0 || size == 0)
        return ERR_LIMIT;
    *ret_first = n < size ? size - n : 0;
    *ret_end = size;
    return 1;
}

int http_range_parse(struct str value, uint64_t size, uint64_t *ret_first,
                     uint64_t *ret_end)
{
    uint64_t first = UINT64_MAX, last = UINT64_MAX;

    struct str unit = str_cut(&value, '=');
    if (!str_eq_nocase(unit, STR("bytes")) || value.n == 0)
        return 0;
    struct str rest = str_trim(value);
    struct str from = str_cut(&rest, '-');
    if (rest.p == NULL)
        return 0;
    if (from.n == 0)
        return parse_suffix(rest, size, ret_first, ret_end);

    /* Numbers beyond 64 bits are beyond every file. */
    if (str_to_u64(from, &first) == ERR_SYNTAX ||
        (rest.n && str_to_u64(rest, &last) == ERR_SYNTAX) || last < first)
        return 0;
    if (first >= size)
        return ERR_LIMIT;
    *ret_first = first;
    *ret_end = last < size - 1 ? last + 1 : size;
    return 1;
}

/* ---- Lists ---- */

bool http_etag_listed(struct str list, struct str tag)
{
    if (str_eq(str_trim(list), STR("*")))
        return true;
    /* Our own tags hold no comma, so a foreign one that does and is cut in
     * two here cannot be taken for one of ours. */
    while (list.p) {
        struct str item = str_trim(str_cut(&list, ','));
        if (str_starts(item, STR("W/")))
            item = str_of(item.p + 2, item.n - 2);
        if (str_eq(item, tag))
            return true;
    }
    return false;
}

/* Whether the parameters of a list member leave it a weight above 0. */
static bool has_weight(struct str parameters)
{
    while (parameters.p) {
        struct str value = str_trim(str_cut(&parameters, ';'));
        struct str name = str_trim(str_cut(&value, '='));
        if (!str_eq_nocase(name, STR("q")))
            continue;
        for (size_t i = 0; i < value.n; i++) {
            if (value.p[i] >= '1' && value.p[i] <= '9')
                return true;
        }
        return false;
    }
    return true;
}

bool http_accepts_coding(const struct http_head *head, struct str coding)
{
    bool any = false, named = false, allowed = false;

    for (uint32_t i = 0; i < head->header_count; i++) {
        struct str list = head->headers[i].value;
        if (!str_eq_nocase(head->headers[i].name, STR("Accept-Encoding")))
            continue;
        while (list.p) {
            struct str parameters = str_cut(&list, ',');
            struct str name = str_trim(str_cut(&parameters, ';'));
            if (str_eq_nocase(name, coding)) {
                named = true;
                allowed = has_weight(parameters);
            } else if (str_eq(name, STR("*"))) {
                any = has_weight(parameters);
            }
        }
    }
    return named ? allowed : any;
}

bool http_accepts_type(const struct http_head *head, struct str type)
{
    for (uint32_t i = 0; i < head->header_count; i++) {
        struct str list = head->headers[i].value;
        if (!str_eq_nocase(head->headers[i].name, STR("Accept")))
            continue;
        while (list.p) {
            struct str parameters = str_cut(&list, ',');
            struct str name = str_trim(str_cut(&parameters, ';'));
            if (str_eq_nocase(name, type))
                return has_weight(parameters);
        }
    }
    return false;
}
