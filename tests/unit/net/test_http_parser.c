/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "net/http_parser.h"

#define LIMIT 4096

static struct http_head head;

/* A copy that ends where the text ends, so that reading on is found out; it
 * stays until the next one. */
static char *exact(const char *text, size_t n)
{
    static char *copy;
    free(copy);
    copy = malloc(n ? n : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, n);
    return copy;
}

static int parse_n(const char *text, size_t n, size_t limit, int *ret_status)
{
    char *copy = exact(text, n);
    *ret_status = 0;
    return http_parse_head(copy, n, 0, limit, &head, ret_status);
}

static int parse(const char *text, int *ret_status)
{
    return parse_n(text, strlen(text), LIMIT, ret_status);
}

/* The same with one byte more at a time, as a slow client sends it. */
static int parse_slowly(const char *text, size_t n, size_t limit,
                        int *ret_status)
{
    size_t seen = 0;

    *ret_status = 0;
    for (size_t have = 1; have <= n; have++) {
        char *copy = exact(text, have);
        int r = http_parse_head(copy, have, seen, limit, &head, ret_status);
        if (r != ERR_AGAIN)
            return r;
        seen = have;
    }
    return ERR_AGAIN;
}

#define ck_str(s, text) ck_assert(str_eq(s, str_z(text)))

static void parse_ok(const char *text)
{
    int status;
    int r = parse(text, &status);
    ck_assert_msg(r == (int)strlen(text), "%d (status %d) for %s", r, status,
                  text);
}

START_TEST(a_request_in_full)
{
    int status;
    const char *text = "POST /socket.io/?EIO=4&sid=x?y HTTP/1.1\r\n"
                       "Host: example.com:3000\r\n"
                       "X-Empty:\r\n"
                       "X-Blank:  \t \r\n"
                       "x-value:\t a \"b\"\tc\xc3\xa9  \r\n"
                       "Content-Length: 12\r\n"
                       "\r\nbody";
    int r = parse(text, &status);
    ck_assert_int_eq(r, (int)strlen(text) - 4);
    ck_assert_int_eq(head.method, HTTP_POST);
    ck_str(head.method_text, "POST");
    ck_str(head.target, "/socket.io/?EIO=4&sid=x?y");
    ck_str(head.path, "/socket.io/");
    ck_str(head.query, "EIO=4&sid=x?y");
    ck_assert_uint_eq(head.minor, 1);
    ck_assert(head.keep_alive && !head.chunked && !head.expect_continue);
    ck_assert(!head.upgrade && head.has_length);
    ck_assert_uint_eq(head.length, 12);
    ck_assert_uint_eq(head.header_count, 5);
    ck_str(http_header_get(&head, STR("host")), "example.com:3000");
    ck_str(http_header_get(&head, STR("X-EMPTY")), "");
    ck_assert_ptr_nonnull(http_header_get(&head, STR("X-EMPTY")).p);
    ck_str(http_header_get(&head, STR("x-blank")), "");
    ck_str(http_header_get(&head, STR("X-Value")), "a \"b\"\tc\xc3\xa9");
    ck_assert_ptr_null(http_header_get(&head, STR("X-Other")).p);
}
END_TEST

static const struct {
    const char *text;
    enum http_method method;
} methods[] = {
    {"GET", HTTP_GET},
    {"HEAD", HTTP_HEAD},
    {"POST", HTTP_POST},
    {"PUT", HTTP_PUT},
    {"PATCH", HTTP_PATCH},
    {"DELETE", HTTP_DELETE},
    {"OPTIONS", HTTP_OPTIONS},
    {"get", HTTP_OTHER_METHOD},
    {"PROPFIND", HTTP_OTHER_METHOD},
    {"M-SEARCH", HTTP_OTHER_METHOD},
};

START_TEST(every_method)
{
    char text[100];
    snprintf(text, sizeof(text), "%s / HTTP/1.1\r\nHost: a\r\n\r\n",
             methods[_i].text);
    parse_ok(text);
    ck_assert_int_eq(head.method, methods[_i].method);
    ck_str(head.method_text, methods[_i].text);
}
END_TEST

static const struct {
    const char *line, *target, *path, *query, *host;
} targets[] = {
    {"GET /", "/", "/", "", "h"},
    {"GET /a%20b?", "/a%20b?", "/a%20b", "", "h"},
    {"GET //evil/x?a=//", "//evil/x?a=//", "//evil/x", "a=//", "h"},
    {"GET http://other", "/", "/", "", "other"},
    {"GET http://other?q", "?q", "/", "q", "other"},
    {"GET HTTPS://[::1]:8/p?q", "/p?q", "/p", "q", "[::1]:8"},
    {"OPTIONS *", "*", "*", "", "h"},
};

START_TEST(every_form_of_target)
{
    char text[200];
    snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: h\r\n\r\n",
             targets[_i].line);
    parse_ok(text);
    ck_str(head.target, targets[_i].target);
    ck_str(head.path, targets[_i].path);
    ck_str(head.query, targets[_i].query);
    ck_str(http_header_get(&head, STR("Host")), targets[_i].host);
}
END_TEST

#define H "Host: a\r\n"

static const struct {
    const char *text;
    bool keep_alive, upgrade, expect, chunked;
    int minor;
} meanings[] = {
    {"GET / HTTP/1.1\r\n" H "\r\n", 1, 0, 0, 0, 1},
    {"GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n", 0, 0, 0, 0, 1},
    {"GET / HTTP/1.1\r\n" H "Connection: x, CLOSE ,\r\n\r\n", 0, 0, 0, 0, 1},
    {"GET / HTTP/1.1\r\n" H "Connection: closed\r\n\r\n", 1, 0, 0, 0, 1},
    {"GET / HTTP/1.0\r\n\r\n", 0, 0, 0, 0, 0},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 1, 0, 0, 0, 0},
    {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", 0, 0, 0, 0, 0},
    {"GET / HTTP/1.9\r\n" H "\r\n", 1, 0, 0, 0, 1},
    {"GET / HTTP/1.1\r\n" H "Connection: keep-alive, Upgrade\r\n"
     "Upgrade: websocket\r\n\r\n",
     1, 1, 0, 0, 1},
    {"GET / HTTP/1.1\r\n" H "Upgrade: websocket\r\n\r\n", 1, 0, 0, 0, 1},
    {"GET / HTTP/1.1\r\n" H "Connection: upgrade\r\n\r\n", 1, 0, 0, 0, 1},
    {"GET / HTTP/1.0\r\nConnection: upgrade, keep-alive\r\n"
     "Upgrade: websocket\r\n\r\n",
     1, 0, 0, 0, 0},
    {"PUT / HTTP/1.1\r\n" H "Expect: 100-Continue\r\n\r\n", 1, 0, 1, 0, 1},
    {"PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", 0, 0, 0, 0, 0},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n\r\n", 1, 0, 0, 1,
     1},
    {"\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n", 1, 0, 0, 0, 1},
    {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 1, 0, 0, 0, 1},
};

static void check_meaning(int i)
{
    ck_assert_int_eq(head.keep_alive, meanings[i].keep_alive);
    ck_assert_int_eq(head.upgrade, meanings[i].upgrade);
    ck_assert_int_eq(head.expect_continue, meanings[i].expect);
    ck_assert_int_eq(head.chunked, meanings[i].chunked);
    ck_assert_int_eq(head.minor, meanings[i].minor);
}

START_TEST(what_headers_mean)
{
    int status;
    const char *text = meanings[_i].text;
    parse_ok(text);
    check_meaning(_i);
    memset(&head, 0xff, sizeof(head));
    ck_assert_int_eq(parse_slowly(text, strlen(text), LIMIT, &status),
                     (int)strlen(text));
    check_meaning(_i);
}
END_TEST

static const struct {
    const char *text;
    int status;
} refused[] = {
    /* Request lines. */
    {"GET /\r\n\r\n", 400},
    {"GET / HTTP/1.1\n" H "\r\n", 400},
    {"GET / HTTP/1.1\r" H "\r\n", 400},
    {"GET  / HTTP/1.1\r\n" H "\r\n", 400},
    {"GET /  HTTP/1.1\r\n" H "\r\n", 400},
    {"GET / HTTP/1.1 \r\n" H "\r\n", 400},
    {" GET / HTTP/1.1\r\n" H "\r\n", 400},
    {"GET\t/ HTTP/1.1\r\n" H "\r\n", 400},
    {"G(T / HTTP/1.1\r\n" H "\r\n", 400},
    {"GET /a b HTTP/1.1\r\n" H "\r\n", 400},
    {"GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n", 400},
    {"GET /#f HTTP/1.1\r\n" H "\r\n", 400},
    {"GET /\x7f HTTP/1.1\r\n" H "\r\n", 400},
    {"GET /\x01 HTTP/1.1\r\n" H "\r\n", 400},
    {"GET * HTTP/1.1\r\n" H "\r\n", 400},
    {"GET index.html HTTP/1.1\r\n" H "\r\n", 400},
    {"GET ?x HTTP/1.1\r\n" H "\r\n", 400},
    {"GET ftp://a/ HTTP/1.1\r\n" H "\r\n", 400},
    {"GET http:///x HTTP/1.1\r\n" H "\r\n", 400},
    {"GET http:// HTTP/1.1\r\n" H "\r\n", 400},
    {"GET http://u@h/ HTTP/1.1\r\n" H "\r\n", 400},
    {"CONNECT a:443 HTTP/1.1\r\n" H "\r\n", 400},
    {"GET / http/1.1\r\n" H "\r\n", 400},
    {"GET / HTTP/1.10\r\n" H "\r\n", 400},
    {"GET / HTTP/11\r\n" H "\r\n", 400},
    {"GET / HTTP/2.0\r\n" H "\r\n", 505},
    {"GET / HTTP/0.9\r\n" H "\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"\x16\x03\x01\x02\x00\x01\xfc", 400},
    {"\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n", 400},
    {"\nGET / HTTP/1.1\r\n" H "\r\n", 400},
    {"\rGET / HTTP/1.1\r\n" H "\r\n", 400},
    /* Header lines. */
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H H "\r\n", 400},
    {"GET / HTTP/1.0\r\n" H H "\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X: a\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X: abcdefgh\x01ijklmnop\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X: abcdefgh\x7fijklmnop\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H ": a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X[]: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" H "X: a\r\n\n", 400},
    /* How the body is framed. */
    {"PUT / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
     400},
    {"PUT / HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\n", 400},
    {"PUT / HTTP/1.1\r\n" H "Content-Length: +4\r\n\r\n", 400},
    {"PUT / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n", 400},
    {"PUT / HTTP/1.1\r\n" H "Content-Length: 0x1\r\n\r\n", 400},
    {"PUT / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n", 400},
    {"PUT / HTTP/1.1\r\n" H "Content-Length: 18446744073709551616\r\n\r\n",
     400},
    {"PUT / HTTP/1.1\r\n" H "Content-Length: 3\r\n"
     "Transfer-Encoding: chunked\r\n\r\n",
     400},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
     "Content-Length: 3\r\n\r\n",
     400},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
     "Transfer-Encoding: chunked\r\n\r\n",
     400},
    {"PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n", 501},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, chunked\r\n\r\n", 501},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n", 501},
    {"PUT / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n", 501},
    {"PUT / HTTP/1.1\r\n" H "Expect: 200-ok\r\n\r\n", 417},
};

START_TEST(refusals)
{
    int status;
    const char *text = refused[_i].text;
    int r = parse(text, &status);
    ck_assert_msg(r == ERR_SYNTAX && status == refused[_i].status,
                  "%d, status %d for %s", r, status, text);
    r = parse_slowly(text, strlen(text), LIMIT, &status);
    /* What comes slowly is looked at when it is complete. */
    ck_assert_msg((r == ERR_SYNTAX && status == refused[_i].status) ||
                      (r == ERR_AGAIN && !strstr(text, "\r\n\r\n")),
                  "slowly: %d, status %d for %s", r, status, text);
}
END_TEST

START_TEST(nul_bytes)
{
    static const char in_value[] = "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n";
    static const char in_name[] = "GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n";
    static const char in_path[] = "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n";
    int status;
    ck_assert_int_eq(parse_n(in_value, sizeof(in_value) - 1, LIMIT, &status),
                     ERR_SYNTAX);
    ck_assert_int_eq(parse_n(in_name, sizeof(in_name) - 1, LIMIT, &status),
                     ERR_SYNTAX);
    ck_assert_int_eq(parse_n(in_path, sizeof(in_path) - 1, LIMIT, &status),
                     ERR_SYNTAX);
}
END_TEST

START_TEST(every_prefix_is_incomplete)
{
    const char *text = "GET /path?query HTTP/1.1\r\nHost: example\r\n"
                       "Accept: */*\r\n\r\n";
    int status;
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(parse_n(text, i, LIMIT, &status), ERR_AGAIN);
    ck_assert_int_eq(parse_slowly(text, n, LIMIT, &status), (int)n);
    ck_str(head.query, "query");
}
END_TEST

START_TEST(limits)
{
    int status;
    char text[3000];
    memset(text, 'x', sizeof(text));

    /* Exactly the limit is a head; one byte less room is not. */
    const char *small = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    size_t n = strlen(small);
    ck_assert_int_eq(parse_n(small, n, n, &status), (int)n);
    ck_assert_int_eq(parse_n(small, n, n - 1, &status), ERR_SYNTAX);
    ck_assert_int_eq(status, 431);
    ck_assert_int_eq(parse_slowly(small, n, n - 1, &status), ERR_SYNTAX);
    ck_assert_int_eq(status, 431);

    memcpy(text, "GET /", 5);
    ck_assert_int_eq(parse_n(text, 1000, 1000, &status), ERR_SYNTAX);
    ck_assert_int_eq(status, 414);
    ck_assert_int_eq(parse_n(text, 999, 1000, &status), ERR_AGAIN);
    ck_assert_int_eq(parse_slowly(text, 3000, 1000, &status), ERR_SYNTAX);
    ck_assert_int_eq(status, 414);

    memcpy(text, "GET / HTTP/1.1\r\nCookie: ", 24);
    ck_assert_int_eq(parse_n(text, 1000, 1000, &status), ERR_SYNTAX);
    ck_assert_int_eq(status, 431);
}
END_TEST

START_TEST(too_many_headers)
{
    char text[3000] = "GET / HTTP/1.1\r\nHost: a\r\n";
    int status;
    for (int i = 1; i < HTTP_HEADERS_MAX; i++)
        strncat(text, "X: y\r\n", 7);
    size_t n = strlen(text);
    strncat(text, "\r\n", 3);
    ck_assert_int_eq(parse(text, &status), (int)n + 2);
    ck_assert_uint_eq(head.header_count, HTTP_HEADERS_MAX);
    text[n] = '\0';
    strncat(text, "X: y\r\n\r\n", 9);
    ck_assert_int_eq(parse(text, &status), ERR_SYNTAX);
    ck_assert_int_eq(status, 431);
}
END_TEST

START_TEST(tokens)
{
    parse_ok("GET / HTTP/1.1\r\n" H "A: one, Two ,\tthree\r\n"
             "B: one\r\na: four\r\nC: ,,\r\n\r\n");
    ck_assert(http_header_has_token(&head, STR("a"), STR("one")));
    ck_assert(http_header_has_token(&head, STR("A"), STR("two")));
    ck_assert(http_header_has_token(&head, STR("A"), STR("THREE")));
    ck_assert(http_header_has_token(&head, STR("A"), STR("four")));
    ck_assert(!http_header_has_token(&head, STR("A"), STR("five")));
    ck_assert(!http_header_has_token(&head, STR("A"), STR("on")));
    ck_assert(!http_header_has_token(&head, STR("B"), STR("two")));
    ck_assert(!http_header_has_token(&head, STR("D"), STR("one")));
    ck_str(http_header_get(&head, STR("a")), "one, Two ,\tthree");
}
END_TEST

static Suite *parser_suite(void)
{
    Suite *suite = suite_create("http_parser");
    TCase *tc = tcase_create("head");
    tcase_add_test(tc, a_request_in_full);
    tcase_add_loop_test(tc, every_method, 0,
                        sizeof(methods) / sizeof(methods[0]));
    tcase_add_loop_test(tc, every_form_of_target, 0,
                        sizeof(targets) / sizeof(targets[0]));
    tcase_add_loop_test(tc, what_headers_mean, 0,
                        sizeof(meanings) / sizeof(meanings[0]));
    tcase_add_loop_test(tc, refusals, 0, sizeof(refused) / sizeof(refused[0]));
    tcase_add_test(tc, nul_bytes);
    tcase_add_test(tc, every_prefix_is_incomplete);
    tcase_add_test(tc, limits);
    tcase_add_test(tc, too_many_headers);
    tcase_add_test(tc, tokens);
    suite_add_tcase(suite, tc);
    return suite;
}

int main(void)
{
    return unit_main(parser_suite());
}
