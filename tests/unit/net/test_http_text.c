/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "net/http_parser.h"

#define ck_str(s, text) ck_assert(str_eq(s, str_z(text)))

/* ---- Chunks ---- */

/* Decodes `text`, `step` bytes at a time, into body; the result of the last
 * call, and in *ret_used how much was used up. */
static int decode(const char *text, size_t n, size_t step, char *body,
                  size_t *ret_body_n, size_t *ret_used)
{
    struct http_chunks c;
    size_t at = 0, body_n = 0;
    int r = 0;

    http_chunks_init(&c);
    while (r == 0 && at < n) {
        size_t used;
        struct str data;
        size_t have = n - at < step ? n - at : step;
        char *copy = malloc(have);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, text + at, have);
        r = http_chunks_feed(&c, copy, have, &used, &data);
        if (r >= 0) {
            ck_assert_uint_le(used, have);
            ck_assert_uint_gt(used, 0);
            if (data.n)
                memcpy(body + body_n, data.p, data.n);
            body_n += data.n;
            at += used;
        }
        free(copy);
    }
    *ret_body_n = body_n;
    *ret_used = at;
    return r;
}

static const struct {
    const char *text;
    int result;
    const char *body;
} chunked[] = {
    {"0\r\n\r\n", 1, ""},
    {"1\r\n4\r\n1\r\n2\r\n1\r\n3\r\n0\r\n\r\n", 1, "423"},
    {"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 1, "abcde"},
    {"A\r\n0123456789\r\n000\r\n\r\n", 1, "0123456789"},
    {"a\r\n0123456789\r\n0\r\n\r\n", 1, "0123456789"},
    {"3;x=y;z=\"q\"\r\nabc\r\n0 ; last\r\n\r\n", 1, "abc"},
    {"3\r\nabc\r\n0\r\nTrailer: x\r\nOther:\r\n\r\n", 1, "abc"},
    {"3\r\nabc\r\n0\r\n", 0, "abc"},
    {"3\r\nab", 0, "ab"},
    {"ffffffffffffffff\r\nab", 0, "ab"},
    {"\r\n\r\n", ERR_SYNTAX, ""},
    {"3\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"3\r\nabc0\r\n\r\n", ERR_SYNTAX, "abc"},
    {"3\r\nabcd\r\n0\r\n\r\n", ERR_SYNTAX, "abc"},
    {"3\r\nabc\n0\r\n\r\n", ERR_SYNTAX, "abc"},
    {"3 \r\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"3 3\r\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {" 3\r\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"+3\r\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"-3\r\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"0x3\r\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"g\r\n", ERR_SYNTAX, ""},
    {"3\r\rabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"3;x\ny\r\nabc\r\n0\r\n\r\n", ERR_SYNTAX, ""},
    {"10000000000000000\r\nabc", ERR_SYNTAX, ""},
    {"0\r\nTrailer: x\nOther: y\r\n\r\n", ERR_SYNTAX, ""},
    {"0\r\nTrailer\r\n\r\n", ERR_SYNTAX, ""},
    {"0\r\nTrailer : x\r\n\r\n", ERR_SYNTAX, ""},
    {"0\r\n: x\r\n\r\n", ERR_SYNTAX, ""},
    {"0\r\nTrailer: x\r\n folded\r\n\r\n", ERR_SYNTAX, ""},
    {"0\r\n\n", ERR_SYNTAX, ""},
};

START_TEST(chunks)
{
    const char *text = chunked[_i].text;
    size_t n = strlen(text);
    for (size_t step = 1; step <= n; step++) {
        char body[64];
        size_t body_n, used;
        int r = decode(text, n, step, body, &body_n, &used);
        ck_assert_msg(r == chunked[_i].result, "%d for %s by %zu", r, text,
                      step);
        ck_assert(str_eq(str_of(body, body_n), str_z(chunked[_i].body)));
        if (r == 1)
            ck_assert_uint_eq(used, n);
    }
}
END_TEST

START_TEST(chunks_stop_at_their_end)
{
    const char *text = "1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n";
    for (size_t step = 1; step < 40; step++) {
        char body[64];
        size_t body_n, used;
        ck_assert_int_eq(decode(text, strlen(text), step, body, &body_n, &used),
                         1);
        ck_assert_uint_eq(used, 11);
    }
}
END_TEST

/* Extensions and trailers may not go on for ever. */
START_TEST(chunks_have_limits)
{
    static char text[10000];
    char body[64];
    size_t body_n, used;

    memset(text, 'x', sizeof(text));
    memcpy(text, "0;", 2);
    ck_assert_int_eq(decode(text, sizeof(text), 9, body, &body_n, &used),
                     ERR_SYNTAX);
    memset(text, '0', sizeof(text));
    ck_assert_int_eq(decode(text, sizeof(text), 9, body, &body_n, &used),
                     ERR_SYNTAX);
    memcpy(text, "0\r\n", 3);
    for (size_t i = 3; i + 6 < sizeof(text); i += 6)
        memcpy(text + i, "a: b\r\n", 6);
    ck_assert_int_eq(decode(text, sizeof(text), 9, body, &body_n, &used),
                     ERR_SYNTAX);
}
END_TEST

/* ---- Percent-encoding and queries ---- */

static const struct {
    const char *from;
    bool form;
    int result;
    const char *to;
} encoded[] = {
    {"", false, 0, ""},
    {"abc", false, 3, "abc"},
    {"a+b%20c", false, 5, "a+b c"},
    {"a+b%20c", true, 5, "a b c"},
    {"%2e%2E%2f", false, 3, "../"},
    {"%c3%A9%ff", false, 3, "\xc3\xa9\xff"},
    {"%252e", false, 3, "%2e"},
    {"%", false, ERR_SYNTAX, ""},
    {"a%2", false, ERR_SYNTAX, ""},
    {"%g0", false, ERR_SYNTAX, ""},
    {"%0g", false, ERR_SYNTAX, ""},
    {"%%41", false, ERR_SYNTAX, ""},
};

START_TEST(percent_encoding)
{
    char to[32];
    struct str from = str_z(encoded[_i].from);
    int r = http_percent_decode(to, from, encoded[_i].form);
    ck_assert_int_eq(r, encoded[_i].result);
    if (r >= 0)
        ck_assert(str_eq(str_of(to, (size_t)r), str_z(encoded[_i].to)));
}
END_TEST

static const struct {
    const char *query, *name, *value; /* value NULL: absent */
} queries[] = {
    {"EIO=4&transport=polling&sid=x", "EIO", "4"},
    {"EIO=4&transport=polling&sid=x", "transport", "polling"},
    {"EIO=4&transport=polling&sid=x", "sid", "x"},
    {"EIO=4&transport=polling&sid=x", "si", NULL},
    {"EIO=4&transport=polling&sid=x", "sidd", NULL},
    {"EIO=4&transport=polling&sid=x", "", NULL},
    {"", "a", NULL},
    {"&&", "a", NULL},
    {"&&", "", NULL},
    {"a=1&a=2&b=3&a=4", "a", "4"},
    {"a=1&a", "a", ""},
    {"a=1&a=", "a", ""},
    {"a", "a", ""},
    {"&a=1&", "a", "1"},
    {"a=b=c", "a", "b=c"},
    {"%61%20b+c=x%26y+z", "a b c", "x&y z"},
    {"x=%26a&a%3d=1", "a=", "1"},
    {"x=%zz%4&%z=1", "x", "%zz%4"},
    {"x=%zz%4&%z=1", "%z", "1"},
};

START_TEST(query_parameters)
{
    struct arena arena;
    arena_init(&arena, 1000);
    struct str value = http_query_get(&arena, str_z(queries[_i].query),
                                      str_z(queries[_i].name));
    if (queries[_i].value == NULL)
        ck_assert_ptr_null(value.p);
    else
        ck_str(value, queries[_i].value);
    ck_assert_int_eq(value.p != NULL, queries[_i].value != NULL);
    arena_free(&arena);
}
END_TEST

START_TEST(query_value_larger_than_the_arena)
{
    struct arena arena;
    arena_init(&arena, 4);
    struct str value = http_query_get(&arena, STR("a=123456789"), STR("a"));
    ck_assert_ptr_null(value.p);
    arena_free(&arena);
}
END_TEST

static void expect_parameter(const char *query, uint32_t index,
                             const char *name, const char *value)
{
    struct arena arena;
    struct str got_name = STR("?"), got_value = STR("?");

    arena_init(&arena, 1000);
    ck_assert_int_eq(
        http_query_at(&arena, str_z(query), index, &got_name, &got_value), 0);
    ck_str(got_name, name);
    ck_str(got_value, value);
    arena_free(&arena);
}

START_TEST(query_parameters_by_index)
{
    struct str name = STR("?"), value = STR("?");
    struct arena arena;

    expect_parameter("a=1&b=2&a=3", 0, "a", "1");
    expect_parameter("a=1&b=2&a=3", 2, "a", "3");
    expect_parameter("&&a&&b=%20+&", 0, "a", "");
    expect_parameter("&&a&&b=%20+&", 1, "b", "  ");
    expect_parameter("=x&%61%3d=b=c", 0, "", "x");
    expect_parameter("=x&%61%3d=b=c", 1, "a=", "b=c");

    arena_init(&arena, 4);
    ck_assert_int_eq(http_query_at(&arena, STR("a=1"), 1, &name, &value),
                     ERR_NOENT);
    ck_assert_int_eq(http_query_at(&arena, STR(""), 0, &name, &value),
                     ERR_NOENT);
    ck_assert_int_eq(http_query_at(&arena, STR("&&"), 0, &name, &value),
                     ERR_NOENT);
    ck_assert_int_eq(
        http_query_at(&arena, STR("a=123456789"), 0, &name, &value), ERR_NOMEM);
    ck_str(name, "?");
    ck_str(value, "?");
    arena_free(&arena);
}
END_TEST

START_TEST(status_texts)
{
    ck_assert_str_eq(http_status_text(200), "OK");
    ck_assert_str_eq(http_status_text(404), "Not Found");
    ck_assert_str_eq(http_status_text(505), "HTTP Version Not Supported");
    for (int i = 100; i < 600; i++)
        ck_assert_ptr_nonnull(http_status_text(i));
}
END_TEST

static Suite *text_suite(void)
{
    Suite *suite = suite_create("http_text");
    TCase *tc = tcase_create("text");
    tcase_add_loop_test(tc, chunks, 0, sizeof(chunked) / sizeof(chunked[0]));
    tcase_add_test(tc, chunks_stop_at_their_end);
    tcase_add_test(tc, chunks_have_limits);
    tcase_add_loop_test(tc, percent_encoding, 0,
                        sizeof(encoded) / sizeof(encoded[0]));
    tcase_add_loop_test(tc, query_parameters, 0,
                        sizeof(queries) / sizeof(queries[0]));
    tcase_add_test(tc, query_value_larger_than_the_arena);
    tcase_add_test(tc, query_parameters_by_index);
    tcase_add_test(tc, status_texts);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(text_suite());
}
