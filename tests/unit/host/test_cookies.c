/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <mortise/http.h>

#include "base/error.h"
#include "host/services/cookies.h"

#define GET(header, name) cookie_get(STR(header), STR(name))

START_TEST(get)
{
    ck_assert(str_eq(GET("a=1; b=2", "a"), STR("1")));
    ck_assert(str_eq(GET("a=1; b=2", "b"), STR("2")));
    ck_assert(str_eq(GET("a=1;b=2", "b"), STR("2")));
    ck_assert(str_eq(GET("a=1; a=2", "a"), STR("1")));
    ck_assert(str_eq(GET("a=\"1 2\"", "a"), STR("1 2")));
    ck_assert(str_eq(GET("a=b=c", "a"), STR("b=c")));
    ck_assert(str_eq(GET(" a = 1 ", "a"), STR("1")));
    ck_assert(GET("a=", "a").p && GET("a=", "a").n == 0);
    ck_assert_ptr_null(GET("aa=1", "a").p);
    ck_assert_ptr_null(GET("a", "a").p);
    ck_assert_ptr_null(GET("A=1", "a").p);
    ck_assert_ptr_null(cookie_get(str_z(NULL), STR("a")).p);
    ck_assert(str_eq(GET("a=\"", "a"), STR("\"")));
}
END_TEST

static void check_line(const char *expected, int64_t max_age, uint32_t flags,
                       bool secure)
{
    struct buf out;
    buf_init(&out, 1000);
    ck_assert_int_eq(
        cookie_append(&out, STR("n"), STR("v"), max_age, flags, secure), 0);
    buf_append_char(&out, '\0');
    ck_assert_str_eq(out.p, expected);
    buf_free(&out);
}

START_TEST(set)
{
    check_line("Set-Cookie: n=v; Path=/; HttpOnly; SameSite=Lax\r\n", -1, 0,
               false);
    check_line("Set-Cookie: n=v; Path=/; Max-Age=0; HttpOnly; Secure; "
               "SameSite=Lax\r\n",
               0, 0, true);
    check_line("Set-Cookie: n=v; Path=/; Max-Age=60; Secure; "
               "SameSite=Strict\r\n",
               60,
               MORTISE_COOKIE_SCRIPT | MORTISE_COOKIE_SECURE |
                   MORTISE_COOKIE_STRICT,
               false);
    check_line("Set-Cookie: n=v; Path=/; HttpOnly; Secure; SameSite=None\r\n",
               -1, MORTISE_COOKIE_ANY_SITE, false);
}
END_TEST

static int set_bad(struct str name, struct str value, int64_t age, uint32_t f)
{
    struct buf out;
    buf_init(&out, 1000);
    int error = cookie_append(&out, name, value, age, f, false);
    ck_assert_uint_eq(out.n, 0);
    buf_free(&out);
    return error;
}

START_TEST(set_wrong)
{
    static const char *const values[] = {"a b", "a;b",  "a,b",      "a\"",
                                         "a\\", "\r\n", "\xc3\x9f", "\x7f"};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        ck_assert_int_eq(set_bad(STR("n"), str_z(values[i]), 0, 0), ERR_INVAL);
    ck_assert_int_eq(set_bad(STR("n"), STR("a\0b"), 0, 0), ERR_INVAL);
    ck_assert_int_eq(set_bad(STR(""), STR("v"), 0, 0), ERR_INVAL);
    ck_assert_int_eq(set_bad(STR("a=b"), STR("v"), 0, 0), ERR_INVAL);
    ck_assert_int_eq(set_bad(STR("n"), STR("v"), -2, 0), ERR_INVAL);
    ck_assert_int_eq(set_bad(STR("n"), STR("v"), 0, 16), ERR_INVAL);
    ck_assert_int_eq(set_bad(STR("n"), STR("v"), 0,
                             MORTISE_COOKIE_STRICT | MORTISE_COOKIE_ANY_SITE),
                     ERR_INVAL);
}
END_TEST

START_TEST(token)
{
    ck_assert(http_token(STR("X-Some_thing.1~")));
    ck_assert(!http_token(STR("")));
    ck_assert(!http_token(STR("a b")));
    ck_assert(!http_token(STR("a:")));
    ck_assert(!http_token(STR("a\0b")));
    ck_assert(!http_token(STR("\xc3\x9f")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cookies");
    TCase *tcase = tcase_create("cookies");
    tcase_add_test(tcase, get);
    tcase_add_test(tcase, set);
    tcase_add_test(tcase, set_wrong);
    tcase_add_test(tcase, token);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
