/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"
#include "base/str.h"

#define EMPTY ((struct str){NULL, 0})

static void assert_str(struct str got, const char *expected)
{
    ck_assert_uint_eq(got.n, strlen(expected));
    ck_assert_mem_eq(got.n ? got.p : "", expected, got.n);
}

START_TEST(make)
{
    assert_str(STR("abc"), "abc");
    assert_str(str_of("abcdef", 2), "ab");
    assert_str(str_z("abc"), "abc");
    ck_assert_uint_eq(str_z(NULL).n, 0);
    ck_assert_uint_eq(STR("a\0b").n, 3);
}
END_TEST

START_TEST(equal)
{
    ck_assert(str_eq(STR("abc"), STR("abc")));
    ck_assert(str_eq(EMPTY, STR("")));
    ck_assert(!str_eq(STR("abc"), STR("abd")));
    ck_assert(!str_eq(STR("abc"), STR("ab")));
    ck_assert(!str_eq(STR("a\0b"), STR("a\0c")));
    ck_assert(!str_eq(STR("abc"), STR("ABC")));
}
END_TEST

START_TEST(equal_nocase)
{
    ck_assert(
        str_eq_nocase(STR("Sec-WebSocket-Key"), STR("sEC-wEBsOCKET-kEY")));
    ck_assert(str_eq_nocase(EMPTY, STR("")));
    ck_assert(!str_eq_nocase(STR("abc"), STR("ab")));
    /* The neighbours of the letters are 32 apart too, but no letters. */
    ck_assert(!str_eq_nocase(STR("@"), STR("`")));
    ck_assert(!str_eq_nocase(STR("["), STR("{")));
    ck_assert(!str_eq_nocase(STR("\xc4"), STR("\xe4")));
    for (int c = 'A'; c <= 'Z'; c++) {
        char upper = (char)c, lower = (char)(c + 32);
        ck_assert(str_eq_nocase(str_of(&upper, 1), str_of(&lower, 1)));
    }
}
END_TEST

START_TEST(starts_and_ends)
{
    ck_assert(str_starts(STR("abc"), STR("ab")));
    ck_assert(str_starts(STR("abc"), STR("abc")));
    ck_assert(str_starts(STR("abc"), EMPTY));
    ck_assert(str_starts(EMPTY, EMPTY));
    ck_assert(!str_starts(STR("abc"), STR("abcd")));
    ck_assert(!str_starts(STR("abc"), STR("b")));
    ck_assert(str_ends(STR("abc"), STR("bc")));
    ck_assert(str_ends(STR("abc"), STR("abc")));
    ck_assert(str_ends(STR("abc"), EMPTY));
    ck_assert(str_ends(EMPTY, EMPTY));
    ck_assert(!str_ends(STR("abc"), STR("zabc")));
    ck_assert(!str_ends(STR("abc"), STR("b")));
}
END_TEST

START_TEST(find)
{
    ck_assert_uint_eq(str_find(STR("abcb"), 'b'), 1);
    ck_assert_uint_eq(str_find(STR("abc"), 'x'), 3);
    ck_assert_uint_eq(str_find(EMPTY, 'x'), 0);
    ck_assert_uint_eq(str_find(STR("a\0b"), 'b'), 2);
    ck_assert_uint_eq(str_find(STR("a\xff"), '\xff'), 1);
}
END_TEST

START_TEST(trim)
{
    assert_str(str_trim(STR(" \t a b\t ")), "a b");
    assert_str(str_trim(STR("ab")), "ab");
    assert_str(str_trim(STR(" \t ")), "");
    assert_str(str_trim(EMPTY), "");
    assert_str(str_trim(STR("\na\r")), "\na\r");
}
END_TEST

START_TEST(cut)
{
    struct str rest = STR("a,,bc,");

    assert_str(str_cut(&rest, ','), "a");
    assert_str(str_cut(&rest, ','), "");
    assert_str(str_cut(&rest, ','), "bc");
    ck_assert_ptr_nonnull(rest.p);
    assert_str(str_cut(&rest, ','), "");
    ck_assert_ptr_null(rest.p);
    ck_assert_uint_eq(rest.n, 0);

    rest = STR("whole");
    assert_str(str_cut(&rest, ','), "whole");
    ck_assert_ptr_null(rest.p);
    assert_str(str_cut(&rest, ','), "");
    ck_assert_ptr_null(rest.p);
}
END_TEST

START_TEST(to_u64)
{
    static const struct {
        struct str text;
        int error;
        uint64_t value;
    } cases[] = {
        {{"0", 1}, 0, 0},
        {{"007", 3}, 0, 7},
        {{"18446744073709551615", 20}, 0, UINT64_MAX},
        {{"18446744073709551616", 20}, ERR_LIMIT, 0},
        {{"18446744073709551620", 20}, ERR_LIMIT, 0},
        {{"99999999999999999999999", 23}, ERR_LIMIT, 0},
        {{"99999999999999999999999x", 24}, ERR_SYNTAX, 0},
        {{"", 0}, ERR_SYNTAX, 0},
        {{NULL, 0}, ERR_SYNTAX, 0},
        {{"-1", 2}, ERR_SYNTAX, 0},
        {{"+1", 2}, ERR_SYNTAX, 0},
        {{" 1", 2}, ERR_SYNTAX, 0},
        {{"1 ", 2}, ERR_SYNTAX, 0},
        {{"1\0", 2}, ERR_SYNTAX, 0},
        {{"/", 1}, ERR_SYNTAX, 0},
        {{":", 1}, ERR_SYNTAX, 0},
        {{"\xb1", 1}, ERR_SYNTAX, 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t value = 42;
        ck_assert_int_eq(str_to_u64(cases[i].text, &value), cases[i].error);
        ck_assert_uint_eq(value, cases[i].error ? 42 : cases[i].value);
    }
}
END_TEST

START_TEST(distance)
{
    static const struct {
        const char *a, *b;
        unsigned distance;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"abc", "abc", 0},
        {"abc", "abd", 1},
        {"abc", "ab", 1},
        {"abc", "acb", 1},
        {"abc", "xabc", 1},
        {"kitten", "sitting", 3},
        {"abcdef", "fedcba", 5},
        {"ca", "abc", 3},
        {"ab", "ba", 1},
        {"ping_interval", "pnig_intervall", 2},
    };
    char longest[65];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct str a = str_z(cases[i].a), b = str_z(cases[i].b);
        ck_assert_uint_eq(str_distance(a, b), cases[i].distance);
        ck_assert_uint_eq(str_distance(b, a), cases[i].distance);
    }
    memset(longest, 'x', sizeof(longest));
    ck_assert_uint_eq(str_distance(str_of(longest, 63), EMPTY), 63);
    ck_assert_uint_eq(str_distance(str_of(longest, 63), str_of(longest, 63)),
                      0);
    ck_assert_uint_eq(str_distance(str_of(longest, 64), str_of(longest, 64)),
                      99);
    ck_assert_uint_eq(str_distance(EMPTY, str_of(longest, 64)), 99);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/str");
    TCase *tests = tcase_create("str");

    tcase_add_test(tests, make);
    tcase_add_test(tests, equal);
    tcase_add_test(tests, equal_nocase);
    tcase_add_test(tests, starts_and_ends);
    tcase_add_test(tests, find);
    tcase_add_test(tests, trim);
    tcase_add_test(tests, cut);
    tcase_add_test(tests, to_u64);
    tcase_add_test(tests, distance);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
