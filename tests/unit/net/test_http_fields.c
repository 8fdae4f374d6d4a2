/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>

#include "base/error.h"
#include "net/http_fields.h"

static const struct {
    int64_t seconds;
    const char *date;
} dates[] = {
    {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
    {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
    {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
    {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
    {4102444799, "Thu, 31 Dec 2099 23:59:59 GMT"},
    {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
};

START_TEST(dates_both_ways)
{
    char date[HTTP_DATE_LENGTH];
    int64_t seconds = 1;
    http_date_format(date, dates[_i].seconds);
    ck_assert(str_eq(str_of(date, sizeof(date)), str_z(dates[_i].date)));
    ck_assert_int_eq(http_date_parse(str_z(dates[_i].date), &seconds), 0);
    ck_assert_int_eq(seconds, dates[_i].seconds);
}
END_TEST

static const char *const no_dates[] = {
    "",
    "0",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 nov 1994 08:49:37 GMT",
    "Xxx, 06 Nov 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT ",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 32 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Nov -994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:+7 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT0",
};

START_TEST(refuses_other_dates)
{
    int64_t seconds = 42;
    ck_assert_int_eq(http_date_parse(str_z(no_dates[_i]), &seconds),
                     ERR_SYNTAX);
    ck_assert_int_eq(seconds, 42);
}
END_TEST

static const struct {
    const char *value;
    uint64_t size;
    int result;
    uint64_t first, end;
} ranges[] = {
    {"bytes=0-0", 10, 1, 0, 1},
    {"bytes=0-9", 10, 1, 0, 10},
    {"bytes=0-", 10, 1, 0, 10},
    {"bytes=9-", 10, 1, 9, 10},
    {"bytes=2-4", 10, 1, 2, 5},
    {"BYTES=2-4", 10, 1, 2, 5},
    {"bytes= 2-4 ", 10, 1, 2, 5},
    {"bytes=2-100", 10, 1, 2, 10},
    {"bytes=2-99999999999999999999999", 10, 1, 2, 10},
    {"bytes=-1", 10, 1, 9, 10},
    {"bytes=-10", 10, 1, 0, 10},
    {"bytes=-11", 10, 1, 0, 10},
    {"bytes=-99999999999999999999999", 10, 1, 0, 10},
    {"bytes=10-", 10, ERR_LIMIT, 0, 0},
    {"bytes=10-20", 10, ERR_LIMIT, 0, 0},
    {"bytes=99999999999999999999999-", 10, ERR_LIMIT, 0, 0},
    {"bytes=-0", 10, ERR_LIMIT, 0, 0},
    {"bytes=0-", 0, ERR_LIMIT, 0, 0},
    {"bytes=-5", 0, ERR_LIMIT, 0, 0},
    {"bytes=4-2", 10, 0, 0, 0},
    {"bytes=0-1,3-4", 10, 0, 0, 0},
    {"bytes=-", 10, 0, 0, 0},
    {"bytes=", 10, 0, 0, 0},
    {"bytes", 10, 0, 0, 0},
    {"", 10, 0, 0, 0},
    {"bytes=1", 10, 0, 0, 0},
    {"bytes=a-b", 10, 0, 0, 0},
    {"bytes=1-b", 10, 0, 0, 0},
    {"bytes=--1", 10, 0, 0, 0},
    {"bytes=+1-2", 10, 0, 0, 0},
    {"bytes=1-2-3", 10, 0, 0, 0},
    {"lines=1-2", 10, 0, 0, 0},
};

START_TEST(byte_ranges)
{
    uint64_t first = 0, end = 0;
    int r = http_range_parse(str_z(ranges[_i].value), ranges[_i].size, &first,
                             &end);
    ck_assert_int_eq(r, ranges[_i].result);
    ck_assert_uint_eq(first, ranges[_i].first);
    ck_assert_uint_eq(end, ranges[_i].end);
}
END_TEST

static const struct {
    const char *list;
    bool listed;
} lists[] = {
    {"\"a-b\"", true},
    {"W/\"a-b\"", true},
    {"\"x\", \"a-b\"", true},
    {"\"x\",W/\"a-b\" ,\"y\"", true},
    {"*", true},
    {" * ", true},
    {"", false},
    {"a-b", false},
    {"\"a-b", false},
    {"\"A-B\"", false},
    {"w/\"a-b\"", false},
    {"\"x\", *", false},
    {"\"a-b-gz\"", false},
};

START_TEST(entity_tags)
{
    ck_assert_int_eq(http_etag_listed(str_z(lists[_i].list), STR("\"a-b\"")),
                     lists[_i].listed);
}
END_TEST

static const struct {
    const char *headers;
    bool gzip;
} codings[] = {
    {"", false},
    {"Accept-Encoding:\r\n", false},
    {"Accept-Encoding: gzip\r\n", true},
    {"Accept-Encoding: deflate, GZIP;q=0.001\r\n", true},
    {"Accept-Encoding: gzip, deflate, br, zstd\r\n", true},
    {"Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n", true},
    {"Accept-Encoding: *\r\n", true},
    {"Accept-Encoding: *;q=0.5\r\n", true},
    {"Accept-Encoding: *;q=0\r\n", false},
    {"Accept-Encoding: gzip;q=0, *\r\n", false},
    {"Accept-Encoding: *;q=0, gzip\r\n", true},
    {"Accept-Encoding: gzip; Q=0.000\r\n", false},
    {"Accept-Encoding: gzip ; x=1 ; q=1.0\r\n", true},
    {"Accept-Encoding: br, deflate, identity\r\n", false},
    {"Accept-Encoding: xgzip\r\n", false},
    {"Accept: gzip\r\n", false},
};

START_TEST(content_codings)
{
    static struct http_head head;
    char text[200];
    int status;
    int n = snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n",
                     codings[_i].headers);
    ck_assert_int_eq(http_parse_head(text, (size_t)n, 0, 1000, &head, &status),
                     n);
    ck_assert_int_eq(http_accepts_coding(&head, STR("gzip")), codings[_i].gzip);
}
END_TEST

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static Suite *fields_suite(void)
{
    Suite *suite = suite_create("http_fields");
    TCase *tc = tcase_create("fields");
    tcase_add_loop_test(tc, dates_both_ways, 0, COUNT(dates));
    tcase_add_loop_test(tc, refuses_other_dates, 0, COUNT(no_dates));
    tcase_add_loop_test(tc, byte_ranges, 0, COUNT(ranges));
    tcase_add_loop_test(tc, entity_tags, 0, COUNT(lists));
    tcase_add_loop_test(tc, content_codings, 0, COUNT(codings));
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(fields_suite());
}
