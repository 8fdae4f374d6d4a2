/* SPDX-License-Identifier: MIT */
/* Arguments held against a contract: what fits, and what is said of what does
 * not. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/contract/breach.h"

static struct arena arena;
static struct breach breach;
static struct json *args;

static void setup(void)
{
    arena_init(&arena, 1 << 20);
    breach_init(&breach);
}

static void teardown(void)
{
    breach_free(&breach);
    arena_free(&arena);
    ck_assert_int_eq(mem_live(), 0);
}

/* Whether the arguments, a JSON array, fit. */
static bool fit(const mortise_contract *from, const char *text)
{
    const struct json_limits limits = {.depth = 32};
    struct contract *contract;
    struct buf why;

    buf_init(&why, 1000);
    int error = contract_copy(&arena, from, CONTRACT_EVENT, "event", 0,
                              &contract, &why);
    ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&why)));
    buf_free(&why);
    ck_assert_int_eq(json_parse(&arena, str_z(text), &limits, &args, NULL), 0);
    return breach_none(&contract->terms, args->child, args->count, &breach);
}

static void fits(const mortise_contract *from, const char *text)
{
    ck_assert_msg(fit(from, text), "%s: %.*s", text,
                  STR_ARG(buf_str(&breach.message)));
}

/* "code: message data" */
static void breaks(const mortise_contract *from, const char *text,
                   const char *expected)
{
    char said[512];
    ck_assert_msg(!fit(from, text), "%s fits", text);
    snprintf(said, sizeof(said), "%s: %.*s %.*s", breach_code_text(breach.code),
             STR_ARG(buf_str(&breach.message)), STR_ARG(buf_str(&breach.data)));
    ck_assert_str_eq(said, expected);
}

#define BAD     "bad_argument: "
#define MISSING "missing_argument: "

static const mortise_field text_fields[] = {
    {"text", MORTISE_STRING, .min = 2, .max = 4}};

START_TEST(lengths_of_strings)
{
    const mortise_contract *c = MORTISE_FIELDS(text_fields);
    const char *data = " {\"field\":\"text\",\"min\":2,\"max\":4}";
    char expected[200];
    snprintf(expected, sizeof(expected),
             BAD "\"text\" has to have 2 to 4 characters.%s", data);
    fits(c, "[\"ab\"]");
    fits(c, "[\"abcd\"]");
    fits(c, "[\"\xc3\xa4\xf0\x9f\x98\x80\xe2\x82\xac!\"]"); /* characters */
    fits(c, "[\"\\u00e4\\ud83d\\ude00xy\"]");
    breaks(c, "[\"a\"]", expected);
    breaks(c, "[\"\"]", expected);
    breaks(c, "[\"abcde\"]", expected);
    breaks(c, "[\"\xc3\xa4\"]", expected);
    breaks(c, "[\"a\\u0000b\"]",
           BAD "\"text\" has a NUL character in it. {\"field\":\"text\"}");
}
END_TEST

START_TEST(bounds_on_one_side)
{
    static const mortise_field least[] = {{"a", MORTISE_STRING, .min = 1}};
    static const mortise_field most[] = {{"a", MORTISE_STRING, .max = 3}};
    static const mortise_field exact[] = {
        {"a", MORTISE_STRING, .min = 3, .max = 3}};
    fits(MORTISE_FIELDS(least), "[\"abcdefgh\"]");
    breaks(MORTISE_FIELDS(least), "[\"\"]",
           BAD "\"a\" has to have at least 1 character. "
               "{\"field\":\"a\",\"min\":1}");
    fits(MORTISE_FIELDS(most), "[\"\"]");
    breaks(MORTISE_FIELDS(most), "[\"abcd\"]",
           BAD "\"a\" has to have at most 3 characters. "
               "{\"field\":\"a\",\"min\":0,\"max\":3}");
    breaks(MORTISE_FIELDS(exact), "[\"abcd\"]",
           BAD "\"a\" has to have exactly 3 characters. "
               "{\"field\":\"a\",\"min\":3,\"max\":3}");
}
END_TEST

START_TEST(words)
{
    static const mortise_field hand[] = {
        {"hand", MORTISE_STRING, .one_of = "rock|paper|scissors"}};
    const mortise_contract *c = MORTISE_FIELDS(hand);
    const char *expected = BAD "\"hand\" has to be one of rock, paper, "
                               "scissors. {\"field\":\"hand\"}";
    fits(c, "[\"rock\"]");
    fits(c, "[\"paper\"]");
    fits(c, "[\"scissors\"]");
    breaks(c, "[\"rocks\"]", expected);
    breaks(c, "[\"\"]", expected);
    breaks(c, "[\"rock|paper\"]", expected);
    breaks(c, "[\"scissor\"]", expected);
}
END_TEST

START_TEST(a_long_list_of_words)
{
    static char list[400];
    static mortise_field field[] = {{"a", MORTISE_STRING, .one_of = list}};
    memset(list, 'x', sizeof(list) - 1);
    list[100] = '|';
    breaks(MORTISE_FIELDS(field), "[\"y\"]",
           BAD "\"a\" is none of the words that are allowed. "
               "{\"field\":\"a\"}");
}
END_TEST

START_TEST(numbers)
{
    static const mortise_field any[] = {{"n", MORTISE_NUMBER}};
    static const mortise_field unit[] = {{"n", MORTISE_NUMBER, .max = 1}};
    static const mortise_field around[] = {
        {"n", MORTISE_NUMBER, .min = -1, .max = 1}};
    static const mortise_field one[] = {
        {"n", MORTISE_NUMBER, .min = 1, .max = 1}};
    static const mortise_field above[] = {{"n", MORTISE_NUMBER, .min = 0.5}};
    static const mortise_field below[] = {{"n", MORTISE_NUMBER, .min = -5}};
    fits(MORTISE_FIELDS(any), "[-1e300]");
    fits(MORTISE_FIELDS(any), "[1.5]");
    breaks(MORTISE_FIELDS(any), "[1e999]",
           BAD "\"n\" is too large a number. {\"field\":\"n\"}");
    fits(MORTISE_FIELDS(unit), "[0]");
    fits(MORTISE_FIELDS(unit), "[1.0]");
    breaks(
        MORTISE_FIELDS(unit), "[1.0001]",
        BAD
        "\"n\" has to be from 0 to 1. {\"field\":\"n\",\"min\":0,\"max\":1}");
    fits(MORTISE_FIELDS(above), "[1e300]");
    breaks(MORTISE_FIELDS(around), "[-1.5]",
           BAD "\"n\" has to be from -1 to 1. "
               "{\"field\":\"n\",\"min\":-1,\"max\":1}");
    breaks(MORTISE_FIELDS(one), "[2]",
           BAD "\"n\" has to be exactly 1. "
               "{\"field\":\"n\",\"min\":1,\"max\":1}");
    breaks(MORTISE_FIELDS(above), "[0]",
           BAD "\"n\" has to be at least 0.5. {\"field\":\"n\",\"min\":0.5}");
    fits(MORTISE_FIELDS(below), "[0]");
    ck_assert(!fit(MORTISE_FIELDS(below), "[0.1]"));
    ck_assert(!fit(MORTISE_FIELDS(below), "[-5.1]"));
}
END_TEST

START_TEST(integers)
{
    static const mortise_field any[] = {{"n", MORTISE_INTEGER}};
    static const mortise_field seat[] = {{"n", MORTISE_INTEGER, .max = 3}};
    static const mortise_field vast[] = {
        {"n", MORTISE_INTEGER, .min = 1, .max = 9007199254740991.0}};
    fits(MORTISE_FIELDS(any), "[9223372036854775807]");
    fits(MORTISE_FIELDS(any), "[-9223372036854775808]");
    fits(MORTISE_FIELDS(any), "[3.0]");
    breaks(MORTISE_FIELDS(any), "[9223372036854775808]",
           BAD "\"n\" is too large a number. {\"field\":\"n\"}");
    breaks(MORTISE_FIELDS(any), "[1.5]",
           BAD "\"n\" has to be a whole number. {\"field\":\"n\"}");
    breaks(MORTISE_FIELDS(any), "[\"1\"]",
           BAD "\"n\" has to be a whole number. {\"field\":\"n\"}");
    fits(MORTISE_FIELDS(seat), "[0]");
    fits(MORTISE_FIELDS(seat), "[3]");
    ck_assert(!fit(MORTISE_FIELDS(seat), "[-1]"));
    ck_assert(!fit(MORTISE_FIELDS(seat), "[4]"));
    fits(MORTISE_FIELDS(vast), "[9007199254740991]");
    ck_assert(!fit(MORTISE_FIELDS(vast), "[9007199254740992]"));
    ck_assert(!fit(MORTISE_FIELDS(vast), "[9007199254740993]"));
}
END_TEST

START_TEST(kinds)
{
    static const struct {
        uint32_t type;
        const char *fits, *text;
    } types[] = {
        {MORTISE_BOOL, "[true]", "true or false"},
        {MORTISE_NUMBER, "[1]", "a number"},
        {MORTISE_STRING, "[\"\"]", "a string"},
        {MORTISE_ARRAY, "[[1]]", "an array"},
        {MORTISE_OBJECT, "[{\"a\":1}]", "an object"},
        {MORTISE_BINARY, NULL, "binary"},
        {MORTISE_INTEGER, "[1]", "a whole number"},
    };
    enum { COUNT = sizeof(types) / sizeof(types[0]) };
    for (int i = 0; i < COUNT; i++) {
        mortise_field fields[] = {{"a", types[i].type}};
        char expected[200];
        snprintf(expected, sizeof(expected),
                 BAD "\"a\" has to be %s. {\"field\":\"a\"}", types[i].text);
        breaks(MORTISE_FIELDS(fields), "[null]", expected);
        for (int k = 0; k < COUNT; k++) {
            bool same = i == k || types[i].type + types[k].type ==
                                      MORTISE_NUMBER + MORTISE_INTEGER;
            if (types[k].fits && same)
                fits(MORTISE_FIELDS(fields), types[k].fits);
            else if (types[k].fits)
                breaks(MORTISE_FIELDS(fields), types[k].fits, expected);
        }
    }
    static const mortise_field any[] = {{"a", MORTISE_ANY_VALUE}};
    fits(MORTISE_FIELDS(any), "[null]");
    fits(MORTISE_FIELDS(any), "[{\"a\":[1,\"x\",null]}]");
    breaks(MORTISE_FIELDS(any), "[]",
           MISSING "\"a\" is missing. {\"field\":\"a\"}");
}
END_TEST

START_TEST(binaries)
{
    static const mortise_field image[] = {
        {"image", MORTISE_BINARY, .min = 1, .max = 3}};
    const mortise_contract *c = MORTISE_FIELDS(image);
    struct contract *contract;
    struct buf why;
    buf_init(&why, 100);
    ck_assert_int_eq(
        contract_copy(&arena, c, CONTRACT_EVENT, "e", 0, &contract, &why), 0);
    for (size_t n = 0; n < 6; n++) {
        struct json v = {.type = JSON_BINARY, .text = str_of("abcdef", n)};
        ck_assert_int_eq(breach_none(&contract->terms, &v, 1, &breach),
                         n >= 1 && n <= 3);
    }
    ck_assert(str_eq(buf_str(&breach.message),
                     STR("\"image\" has to have 1 to 3 bytes.")));
}
END_TEST

static const mortise_field three[] = {{"a", MORTISE_STRING},
                                      {"b", MORTISE_BOOL},
                                      {"c", MORTISE_NUMBER, MORTISE_OPTIONAL}};

START_TEST(positions)
{
    const mortise_contract *c = MORTISE_FIELDS(three);
    fits(c, "[\"\",true,1]");
    fits(c, "[\"\",true]");
    fits(c, "[\"\",true,null]"); /* undefined travels as null */
    breaks(c, "[]", MISSING "\"a\" is missing. {\"field\":\"a\"}");
    breaks(c, "[\"\"]", MISSING "\"b\" is missing. {\"field\":\"b\"}");
    breaks(c, "[\"\",true,\"x\"]",
           BAD "\"c\" has to be a number. {\"field\":\"c\"}");
    breaks(c, "[\"\",true,1,2]",
           "too_many_arguments: It takes 3 arguments, not 4. "
           "{\"max\":3,\"count\":4}");
    fits(MORTISE_FIELDS(three, .flags = MORTISE_EXTRA), "[\"\",true,1,2,3]");
    fits(MORTISE_NO_FIELDS(), "[]");
    breaks(MORTISE_NO_FIELDS(), "[null]",
           "too_many_arguments: It takes 0 arguments, not 1. "
           "{\"max\":0,\"count\":1}");
}
END_TEST

START_TEST(members)
{
    const mortise_contract *c = MORTISE_MEMBERS(three);
    fits(c, "[{\"a\":\"\",\"b\":false}]");
    fits(c, "[{\"c\":1,\"b\":false,\"a\":\"\"}]");
    fits(c, "[{\"a\":\"\",\"b\":false,\"c\":null}]");
    breaks(c, "[{\"a\":\"\"}]", MISSING "\"b\" is missing. {\"field\":\"b\"}");
    breaks(c, "[]", MISSING "\"a\" is missing. {\"field\":\"a\"}");
    breaks(c, "[null]", MISSING "\"a\" is missing. {\"field\":\"a\"}");
    breaks(c, "[\"a\"]", BAD "The argument has to be an object. ");
    breaks(c, "[[]]", BAD "The argument has to be an object. ");
    breaks(c, "[{\"a\":\"\",\"b\":false,\"d\":1}]",
           BAD "The object has a member \"d\" that is not asked for. ");
    breaks(c, "[{\"a\":\"\",\"b\":false},1]",
           "too_many_arguments: It takes 1 argument, not 2. "
           "{\"max\":1,\"count\":2}");
    fits(MORTISE_MEMBERS(three, .flags = MORTISE_EXTRA),
         "[{\"a\":\"\",\"b\":false,\"d\":1},2]");
}
END_TEST

START_TEST(members_with_long_names)
{
    const mortise_contract *c = MORTISE_MEMBERS(three);
#define TEN   "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN
    breaks(c, "[{\"" SIXTY "abcd\":1}]",
           BAD "The object has a member \"" SIXTY
               "abcd\" that is not asked for. ");
    breaks(c, "[{\"" SIXTY "abcde\":1}]",
           BAD "The object has a member \"" SIXTY
               "abcd...\" that is not asked for. ");
    /* A character is not cut in two. */
    breaks(c, "[{\"" SIXTY "abc\xc3\xa9\":1}]",
           BAD "The object has a member \"" SIXTY
               "abc...\" that is not asked for. ");
    breaks(c, "[{\"\\n\":1}]",
           BAD "The object has a member \"\n\" that is not asked for. ");
#undef SIXTY
#undef TEN
}
END_TEST

START_TEST(members_that_are_repeated)
{
    const mortise_contract *c = MORTISE_MEMBERS(three);
    fits(c, "[{\"a\":\"\",\"a\":\"\",\"b\":false}]");
    breaks(c, "[{\"a\":1,\"a\":\"\",\"b\":false}]",
           BAD "\"a\" has to be a string. {\"field\":\"a\"}");
    breaks(c, "[{\"a\":\"\",\"a\":1,\"b\":false}]",
           BAD "\"a\" has to be a string. {\"field\":\"a\"}");
}
END_TEST

static const mortise_field point[] = {
    {"x", MORTISE_INTEGER, .max = 7},
    {"y", MORTISE_INTEGER, MORTISE_OPTIONAL, .max = 7}};
static const mortise_field points[] = {
    {NULL, MORTISE_OBJECT, MORTISE_NESTED(point)}};
static const mortise_field move[] = {
    {"path", MORTISE_ARRAY, .min = 1, .max = 3, MORTISE_NESTED(points)},
    {"open", MORTISE_OBJECT, MORTISE_OPTIONAL | MORTISE_EXTRA,
     MORTISE_NESTED(point)}};

START_TEST(nested)
{
    const mortise_contract *c = MORTISE_MEMBERS(move);
    fits(c, "[{\"path\":[{\"x\":1}]}]");
    fits(c, "[{\"path\":[{\"x\":1},{\"x\":2,\"y\":3}],\"open\":{\"x\":1,"
            "\"z\":1}}]");
    breaks(c, "[{\"path\":[]}]",
           BAD "\"path\" has to have 1 to 3 elements. "
               "{\"field\":\"path\",\"min\":1,\"max\":3}");
    breaks(c, "[{\"path\":[1]}]",
           BAD "\"path[0]\" has to be an object. {\"field\":\"path[0]\"}");
    breaks(c, "[{\"path\":[{\"x\":1},null]}]",
           BAD "\"path[1]\" has to be an object. {\"field\":\"path[1]\"}");
    breaks(c, "[{\"path\":[{\"x\":1},{\"x\":8}]}]",
           BAD "\"path[1].x\" has to be from 0 to 7. "
               "{\"field\":\"path[1].x\",\"min\":0,\"max\":7}");
    breaks(c, "[{\"path\":[{\"x\":1,\"z\":1}]}]",
           BAD "\"path[0]\" has a member \"z\" that is not asked for. "
               "{\"field\":\"path[0]\"}");
    breaks(c, "[{\"path\":[{}]}]",
           MISSING "\"path[0].x\" is missing. {\"field\":\"path[0].x\"}");
    breaks(c, "[{\"path\":[{\"x\":1}],\"open\":{}}]",
           MISSING "\"open.x\" is missing. {\"field\":\"open.x\"}");
}
END_TEST

START_TEST(elements_that_may_be_null)
{
    static const mortise_field cell[] = {
        {NULL, MORTISE_STRING, MORTISE_OPTIONAL}};
    static const mortise_field board[] = {
        {"board", MORTISE_ARRAY, .min = 2, .max = 2, MORTISE_NESTED(cell)}};
    fits(MORTISE_FIELDS(board), "[[null,\"x\"]]");
    breaks(MORTISE_FIELDS(board), "[[null,1]]",
           BAD "\"board[1]\" has to be a string. {\"field\":\"board[1]\"}");
    breaks(MORTISE_FIELDS(board), "[[null]]",
           BAD "\"board\" has to have exactly 2 elements. "
               "{\"field\":\"board\",\"min\":2,\"max\":2}");
}
END_TEST

START_TEST(without_memory)
{
    /* The verdict stands, whatever can be said of it. */
    for (long n = 0; n < 6; n++) {
        const mortise_contract *c = MORTISE_FIELDS(text_fields);
        struct contract *contract;
        struct buf why;
        struct json v = {.type = JSON_STRING, .text = STR("a")};
        buf_init(&why, 100);
        ck_assert_int_eq(
            contract_copy(&arena, c, CONTRACT_EVENT, "e", 0, &contract, &why),
            0);
        mem_fail_after(n);
        bool none = breach_none(&contract->terms, &v, 1, &breach);
        mem_fail_after(-1);
        ck_assert(!none);
        ck_assert_int_eq(breach.code, BREACH_BAD_ARGUMENT);
        breach_free(&breach);
        breach_init(&breach);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/breach");
    TCase *tests = tcase_create("breach");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, lengths_of_strings);
    tcase_add_test(tests, bounds_on_one_side);
    tcase_add_test(tests, words);
    tcase_add_test(tests, a_long_list_of_words);
    tcase_add_test(tests, numbers);
    tcase_add_test(tests, integers);
    tcase_add_test(tests, kinds);
    tcase_add_test(tests, binaries);
    tcase_add_test(tests, positions);
    tcase_add_test(tests, members);
    tcase_add_test(tests, members_with_long_names);
    tcase_add_test(tests, members_that_are_repeated);
    tcase_add_test(tests, nested);
    tcase_add_test(tests, elements_that_may_be_null);
    tcase_add_test(tests, without_memory);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
