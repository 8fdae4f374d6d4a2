/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/error.h"

static const struct {
    int number;
    const char *name;
} known[] = {
#define KNOWN(name, number, text) {ERR_##name, #name},
    ERROR_MAP(KNOWN)
#undef KNOWN
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

START_TEST(numbers_are_dense_and_in_order)
{
    /* Plugins are compiled against them: they only ever grow at the end. */
    for (size_t i = 0; i < KNOWN_COUNT; i++)
        ck_assert_int_eq(known[i].number, -(int)i - 1);
    ck_assert_int_eq(ERR_NOMEM, -1);
    ck_assert_int_eq(ERR_DROPPED, -19);
}
END_TEST

START_TEST(every_error_has_a_name_and_a_text)
{
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        ck_assert_str_eq(error_name(known[i].number), known[i].name);
        ck_assert_str_ne(error_text(known[i].number), "unknown error");
        ck_assert_uint_gt(strlen(error_text(known[i].number)), 0);
    }
    ck_assert_str_eq(error_text(ERR_NOMEM), "out of memory");
}
END_TEST

START_TEST(other_numbers_have_a_text_too)
{
    ck_assert_str_eq(error_name(0), "OK");
    ck_assert_str_eq(error_text(0), "success");
    ck_assert_str_eq(error_name(1), "UNKNOWN");
    ck_assert_str_eq(error_text(-(int)KNOWN_COUNT - 1), "unknown error");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/error");
    TCase *tests = tcase_create("error");

    tcase_add_test(tests, numbers_are_dense_and_in_order);
    tcase_add_test(tests, every_error_has_a_name_and_a_text);
    tcase_add_test(tests, other_numbers_have_a_text_too);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
