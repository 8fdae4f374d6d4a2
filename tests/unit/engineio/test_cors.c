/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "engineio/cors.h"

static struct http_head head;
static struct cors_options options;

static void fresh(void)
{
    head = (struct http_head){.method = HTTP_GET};
    options = (struct cors_options){.max_age = -1};
}

static void header(const char *name, const char *value)
{
    head.headers[head.header_count++] =
        (struct http_header){str_z(name), str_z(value)};
}

/* Whether a request for this host with this origin may be served. */
static bool allows(const char *host, const char *origin, bool secure)
{
    head.header_count = 0;
    header("Host", host);
    if (origin)
        header("Origin", origin);
    return cors_allows(&options, &head, secure);
}

static void expect_headers(const char *text)
{
    struct buf out;
    buf_init(&out, 4096);
    cors_headers(&options, &head, &out);
    ck_assert_int_eq(out.error, 0);
    ck_assert_uint_eq(out.n, strlen(text));
    if (out.n > 0)
        ck_assert_mem_eq(out.p, text, out.n);
    buf_free(&out);
}

static void expect_preflight(const char *text)
{
    struct buf out;
    buf_init(&out, 4096);
    cors_preflight_headers(&options, &head, &out);
    buf_append_char(&out, '\0');
    ck_assert_str_eq(out.p, text);
    buf_free(&out);
}

START_TEST(what_an_origin_is)
{
    static const char *const good[] = {
        "null",
        "http://localhost",
        "https://example.com:8443",
        "http://[::1]:3000",
        "file://",
        "chrome-extension://abcdefgh",
        "http://my_host-1.test",
    };
    static const char *const bad[] = {
        "",
        "nul",
        "example.com",
        "http:/example.com",
        "://example.com",
        "1http://a",
        "http://a/path",
        "http://a b",
        "http://a,http://b",
        "http://user@a",
        "http://a\r\nX: y",
        "http://\xc3\xa9.com",
        "http://a\"",
        "ht tp://a",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        ck_assert_msg(cors_origin_valid(str_z(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert_msg(!cors_origin_valid(str_z(bad[i])), "%s", bad[i]);
    ck_assert(!cors_origin_valid(str_of("http://a\0b", 10)));
}
END_TEST

START_TEST(without_cors_only_the_own_host)
{
    ck_assert(allows("example.com", NULL, false));
    ck_assert(allows("example.com", "http://example.com", false));
    ck_assert(allows("Example.com:3000", "http://example.COM:3000", false));
    ck_assert(allows("example.com:80", "http://example.com", false));
    ck_assert(allows("example.com", "https://example.com:443", true));

    ck_assert(allows("[::1]:3000", "http://[::1]:3000", false));
    ck_assert(allows("[::1]", "http://[::1]:80", false));
    ck_assert(!allows("[::1]:3000", "http://[::1]", false));
    ck_assert(!allows("[::1]:3000", "http://[::2]:3000", false));
    ck_assert(!allows("example.com", "https://example.com:80", false));
    ck_assert(!allows("example.com:443", "http://example.com", false));

    ck_assert(!allows("example.com", "http://evil.com", false));
    ck_assert(!allows("example.com", "http://example.com.evil.com", false));
    ck_assert(!allows("example.com", "http://evil-example.com", false));
    ck_assert(!allows("example.com", "http://example.com:8080", false));
    ck_assert(!allows("example.com", "null", false));
    ck_assert(!allows("example.com", "ftp://example.com", false));
    ck_assert(!allows("example.com", "example.com", false));
    ck_assert(!allows("", "http://", false));
}
END_TEST

/* Behind a proxy that ends TLS the page is https and we are not. */
START_TEST(tls_in_front_of_us_is_our_own)
{
    ck_assert(allows("example.com", "https://example.com", false));
    ck_assert(!allows("example.com", "http://example.com", true));
}
END_TEST

START_TEST(a_list)
{
    struct str origins[] = {STR("http://a.test"), STR("https://b.test:1")};
    options.enabled = true;
    options.origins = origins;
    options.origin_count = 2;
    ck_assert(allows("x", "http://a.test", false));
    expect_headers("Access-Control-Allow-Origin: http://a.test\r\n"
                   "Vary: Origin\r\n");
    ck_assert(allows("x", "https://b.test:1", false));
    ck_assert(!allows("x", "https://b.test", false));
    expect_headers("Vary: Origin\r\n");
    ck_assert(!allows("x", "http://a.test.evil", false));
    ck_assert(!allows("x", "null", false));
    ck_assert(allows("x", NULL, false));
    expect_headers("Vary: Origin\r\n");
    ck_assert(allows("own.test", "http://own.test", false));

    options.enabled = false;
    ck_assert(!allows("x", "http://a.test", false));
    expect_headers("");
}
END_TEST

static const struct {
    const char *pattern, *origin;
    bool fits;
} patterns[] = {
    {"https://*.example.org", "https://a.example.org", true},
    {"https://*.example.org", "HTTPS://A.b.Example.ORG", true},
    {"https://*.example.org", "https://example.org", false},
    {"https://*.example.org", "https://.example.org", false},
    {"https://*.example.org", "http://a.example.org", false},
    {"https://*.example.org", "https://a.example.org:8443", false},
    {"https://*.example.org", "https://aexample.org", false},
    {"https://*.example.org", "https://a.example.org.evil.test", false},
    {"https://*.example.org", "https://evil.test:80.example.org", false},
    {"https://*.example.org", "https://[a.example.org", false},
    {"https://*.example.org", "null", false},
    {"https://*.example.org", "https://*.example.org", false},
    {"https://*.example.org:*", "https://a.example.org:8443", true},
    {"https://*.example.org:*", "https://a.example.org", true},
    {"https://*.example.org:*", "https://example.org:8443", false},
    {"http://localhost:*", "http://localhost:5173", true},
    {"http://localhost:*", "http://localhost", true},
    {"http://localhost:*", "http://localhost:", false},
    {"http://localhost:*", "http://localhost:80a", false},
    {"http://localhost:*", "http://localhost.evil.test:80", false},
    {"http://[::1]:*", "http://[::1]:80", true},
    {"http://[::1]:*", "http://[::1]", true},
    {"http://[::1]:*", "http://[::2]:1", false},
    {"http://127.0.0.1:*", "http://127.0.0.1", true},
};

START_TEST(a_pattern)
{
    const struct str origins[] = {STR("https://other.test"),
                                  str_z(patterns[_i].pattern)};
    char want[256];

    options.enabled = true;
    options.origins = origins;
    options.origin_count = 2;
    ck_assert_int_eq(allows("host.test", patterns[_i].origin, false),
                     patterns[_i].fits);
    if (patterns[_i].fits)
        snprintf(want, sizeof(want),
                 "Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n",
                 patterns[_i].origin);
    expect_headers(patterns[_i].fits ? want : "Vary: Origin\r\n");
}
END_TEST

START_TEST(everybody)
{
    options.enabled = true;
    options.any = true;
    ck_assert(allows("x", "http://evil.com", false));
    ck_assert(allows("x", "null", false));
    ck_assert(!allows("x", "not an origin", false));
    expect_headers("Access-Control-Allow-Origin: *\r\n");
    ck_assert(allows("x", NULL, false));
    expect_headers("Access-Control-Allow-Origin: *\r\n");
}
END_TEST

START_TEST(a_mirror)
{
    options.enabled = true;
    options.reflect = true;
    options.credentials = true;
    ck_assert(allows("x", "http://evil.com", false));
    expect_headers("Access-Control-Allow-Origin: http://evil.com\r\n"
                   "Vary: Origin\r\n"
                   "Access-Control-Allow-Credentials: true\r\n");
    ck_assert(!allows("x", "http://evil.com\tX: y", false));
    expect_headers("Vary: Origin\r\n"
                   "Access-Control-Allow-Credentials: true\r\n");
}
END_TEST

START_TEST(one_fixed)
{
    struct str origins[] = {STR("http://a.test"), STR("http://b.test")};
    options.enabled = true;
    options.fixed = true;
    options.origins = origins;
    options.origin_count = 2;
    options.exposed_headers = STR("X-One,X-Two");
    ck_assert(allows("x", "http://a.test", false));
    ck_assert(!allows("x", "http://b.test", false));
    expect_headers("Access-Control-Allow-Origin: http://a.test\r\n"
                   "Vary: Origin\r\n"
                   "Access-Control-Expose-Headers: X-One,X-Two\r\n");
}
END_TEST

START_TEST(preflight)
{
    expect_preflight(""); /* CORS is off */
    options.enabled = true;
    expect_preflight("Access-Control-Allow-Methods: "
                     "GET,HEAD,PUT,PATCH,POST,DELETE\r\n"
                     "Vary: Access-Control-Request-Headers\r\n");
    header("Access-Control-Request-Headers", "content-type, x-a");
    expect_preflight("Access-Control-Allow-Methods: "
                     "GET,HEAD,PUT,PATCH,POST,DELETE\r\n"
                     "Vary: Access-Control-Request-Headers\r\n"
                     "Access-Control-Allow-Headers: content-type, x-a\r\n");
    options.methods = STR("GET,POST");
    options.allowed_headers = STR("X-Only");
    options.max_age = 600;
    expect_preflight("Access-Control-Allow-Methods: GET,POST\r\n"
                     "Access-Control-Allow-Headers: X-Only\r\n"
                     "Access-Control-Max-Age: 600\r\n");
}
END_TEST

START_TEST(nothing_strange_is_echoed)
{
    options.enabled = true;
    header("Access-Control-Request-Headers", "a\"; <b>");
    expect_preflight("Access-Control-Allow-Methods: "
                     "GET,HEAD,PUT,PATCH,POST,DELETE\r\n"
                     "Vary: Access-Control-Request-Headers\r\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cors");
    TCase *tc = tcase_create("cors");
    tcase_add_checked_fixture(tc, fresh, NULL);
    tcase_add_test(tc, what_an_origin_is);
    tcase_add_test(tc, without_cors_only_the_own_host);
    tcase_add_test(tc, tls_in_front_of_us_is_our_own);
    tcase_add_test(tc, a_list);
    tcase_add_loop_test(tc, a_pattern, 0,
                        (int)(sizeof(patterns) / sizeof(patterns[0])));
    tcase_add_test(tc, everybody);
    tcase_add_test(tc, a_mirror);
    tcase_add_test(tc, one_fixed);
    tcase_add_test(tc, preflight);
    tcase_add_test(tc, nothing_strange_is_echoed);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
