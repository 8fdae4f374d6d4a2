/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "host/services/route_pattern.h"

#define MATCHES(pattern, path) route_pattern_matches(STR(pattern), STR(path))

START_TEST(valid)
{
    static const char *const good[] = {"/",
                                       "/*",
                                       "/a",
                                       "/a/",
                                       "/a/*",
                                       "/:a/:b/*",
                                       "/stra\xc3\x9f"
                                       "e",
                                       "/:",
                                       "/a*",
                                       "//",
                                       "/a:b",
                                       NULL};
    static const char *const bad[] = {"",         "a",    "*",     "/*/a",
                                      "/:a/:a",   "/a\n", "/\xff", "/a/*/",
                                      "/:a/b/:a", NULL};
    for (const char *const *p = good; *p; p++)
        ck_assert_msg(route_pattern_valid(str_z(*p)), "%s", *p);
    for (const char *const *p = bad; *p; p++)
        ck_assert_msg(!route_pattern_valid(str_z(*p)), "%s", *p);
    ck_assert(!route_pattern_valid(str_z(NULL)));
}
END_TEST

START_TEST(matches)
{
    ck_assert(MATCHES("/", "/"));
    ck_assert(!MATCHES("/", "/a"));
    ck_assert(MATCHES("/a/b", "/a/b"));
    ck_assert(!MATCHES("/a/b", "/a/bc"));
    ck_assert(!MATCHES("/a/b", "/a/b/"));
    ck_assert(!MATCHES("/a/b", "/a"));
    ck_assert(MATCHES("/a/", "/a/"));
    ck_assert(!MATCHES("/a/", "/a"));
    ck_assert(MATCHES("/:x", "/anything"));
    ck_assert(!MATCHES("/:x", "/"));
    ck_assert(!MATCHES("/:x", "/a/b"));
    ck_assert(MATCHES("/:x/b", "/a/b"));
    ck_assert(MATCHES("/*", "/"));
    ck_assert(MATCHES("/a/*", "/a/"));
    ck_assert(MATCHES("/a/*", "/a/b/c"));
    ck_assert(!MATCHES("/a/*", "/a"));
    ck_assert(!MATCHES("/a", "a"));
    ck_assert(!MATCHES("/a", ""));
}
END_TEST

START_TEST(encoded)
{
    ck_assert(MATCHES("/a b", "/a%20b"));
    ck_assert(MATCHES("/a", "/%61"));
    ck_assert(MATCHES("/stra\xc3\x9f"
                      "e",
                      "/stra%C3%9fe"));
    ck_assert(!MATCHES("/a b", "/a+b"));
    ck_assert(!MATCHES("/a", "/a%"));
    ck_assert(!MATCHES("/a", "/a%0"));
    ck_assert(!MATCHES("/a", "/%6"));
    ck_assert(!MATCHES("/a", "/%zz"));
    ck_assert(!MATCHES("/a/b", "/a%2fb"));
    ck_assert(!MATCHES("/a", "/a%00"));
    ck_assert(!MATCHES("/:", "/a"));
}
END_TEST

START_TEST(params)
{
    struct str pattern = STR("/a/:b/:c/*"), path = STR("/a/x%20y/z/r/s");
    ck_assert(
        str_eq(route_pattern_param(pattern, path, STR("b")), STR("x%20y")));
    ck_assert(str_eq(route_pattern_param(pattern, path, STR("c")), STR("z")));
    ck_assert(str_eq(route_pattern_param(pattern, path, STR("*")), STR("r/s")));
    ck_assert_ptr_null(route_pattern_param(pattern, path, STR("a")).p);
    ck_assert_ptr_null(route_pattern_param(pattern, path, STR(":b")).p);
    ck_assert(route_pattern_param(STR("/a/*"), STR("/a/"), STR("*")).p);
}
END_TEST

/* Sorted by compare, each of these comes before the next ones. */
START_TEST(order)
{
    static const char *const sorted[] = {"/a/b/c", "/a/b",  "/a/:x/c", "/a/:x",
                                         "/a/*",   "/:x/b", "/:x/*",   "/*"};
    size_t n = sizeof(sorted) / sizeof(sorted[0]);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            int c = route_pattern_compare(str_z(sorted[i]), str_z(sorted[k]));
            ck_assert_msg(i == k  ? c == 0
                          : i < k ? c < 0
                                  : c > 0,
                          "%s %s: %d", sorted[i], sorted[k], c);
        }
    ck_assert_int_eq(route_pattern_compare(STR("/a"), STR("/b")), 0);
}
END_TEST

START_TEST(same)
{
    ck_assert(route_pattern_same(STR("/a/:b/*"), STR("/a/:c/*")));
    ck_assert(!route_pattern_same(STR("/a/:b"), STR("/b/:b")));
    ck_assert(!route_pattern_same(STR("/a/:b"), STR("/a/b")));
    ck_assert(!route_pattern_same(STR("/a"), STR("/a/b")));
    ck_assert(route_pattern_open(STR("/a/*")));
    ck_assert(!route_pattern_open(STR("/a*")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("route_pattern");
    TCase *tcase = tcase_create("route_pattern");
    tcase_add_test(tcase, valid);
    tcase_add_test(tcase, matches);
    tcase_add_test(tcase, encoded);
    tcase_add_test(tcase, params);
    tcase_add_test(tcase, order);
    tcase_add_test(tcase, same);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
