/* SPDX-License-Identifier: MIT */
#include "json_unit.h"

#include <math.h>

START_TEST(one_of_each)
{
    struct json *v = parse(" {\"n\":null,\"t\":true,\"f\":false,\"i\":-12,"
                           "\"s\":\"x\",\"a\":[1,[],{}],\"\":\"\"}\n");
    ck_assert_int_eq(v->type, JSON_OBJECT);
    ck_assert_uint_eq(v->count, 7);
    ck_assert(v->compact && !v->binary && !v->next);
    ck_assert_int_eq(json_get(v, STR("n"))->type, JSON_NULL);
    ck_assert(json_get(v, STR("t"))->truth);
    ck_assert(!json_get(v, STR("f"))->truth);
    ck_str(json_get(v, STR("i"))->text, "-12");
    ck_str(json_get(v, STR("s"))->text, "x");
    ck_str(json_get(v, STR("s"))->raw, "\"x\"");
    ck_str(json_get(v, STR(""))->text, "");
    struct json *a = json_get(v, STR("a"));
    ck_str(a->raw, "[1,[],{}]");
    ck_str(a->key, "a");
    ck_assert_uint_eq(a->count, 3);
    ck_assert_int_eq(json_at(a, 0)->type, JSON_NUMBER);
    ck_assert_int_eq(json_at(a, 1)->type, JSON_ARRAY);
    ck_assert_uint_eq(json_at(a, 1)->count, 0);
    ck_assert_ptr_null(json_at(a, 1)->child);
    ck_assert_int_eq(json_at(a, 2)->type, JSON_OBJECT);
    ck_assert_ptr_null(json_at(a, 3));
    ck_assert_ptr_null(json_at(v, 0));
    ck_assert_ptr_null(json_get(a, STR("a")));
    ck_assert_ptr_null(json_get(v, STR("x")));
    ck_assert_ptr_null(json_get(NULL, STR("x")));
    ck_assert_ptr_null(json_at(NULL, 0));
}
END_TEST

START_TEST(last_key_counts)
{
    struct json *v = parse("{\"a\":1,\"b\":2,\"a\":3,\"__proto__\":4}");
    ck_str(json_get(v, STR("a"))->text, "3");
    ck_str(json_get(v, STR("__proto__"))->text, "4");
    ck_assert_uint_eq(v->count, 4);
    ck_str(v->child->text, "1");
}
END_TEST

static const struct {
    const char *text;
    int r;
    int64_t value;
} integers[] = {
    {"0", 0, 0},
    {"-0", 0, 0},
    {"7", 0, 7},
    {"1.0", 0, 1},
    {"-1.000", 0, -1},
    {"1e3", 0, 1000},
    {"1E+3", 0, 1000},
    {"1.5e1", 0, 15},
    {"1500e-2", 0, 15},
    {"0.001e3", 0, 1},
    {"9007199254740993", 0, 9007199254740993},
    {"9223372036854775807", 0, INT64_MAX},
    {"-9223372036854775808", 0, INT64_MIN},
    {"922337203685477580.7e1", 0, INT64_MAX},
    {"0e99999999999999999999999", 0, 0},
    {"0.000e-99999999999999999999999", 0, 0},
    {"1.5", ERR_TYPE, 0},
    {"1e-1", ERR_TYPE, 0},
    {"15e-2", ERR_TYPE, 0},
    {"-0.1", ERR_TYPE, 0},
    {"1e-99999999999999999999999", ERR_TYPE, 0},
    {"9223372036854775808", ERR_LIMIT, 0},
    {"-9223372036854775809", ERR_LIMIT, 0},
    {"1e19", ERR_LIMIT, 0},
    {"1e999", ERR_LIMIT, 0},
    {"-1e99999999999999999999999", ERR_LIMIT, 0},
    {"123456789012345678901234567890", ERR_LIMIT, 0},
    {"\"1\"", ERR_TYPE, 0},
    {"null", ERR_TYPE, 0},
    {"true", ERR_TYPE, 0},
    {"[1]", ERR_TYPE, 0},
};

START_TEST(reads_integers)
{
    int64_t value = 12345;
    ck_assert_int_eq(json_int(parse(integers[_i].text), &value),
                     integers[_i].r);
    ck_assert_int_eq(value, integers[_i].r ? 12345 : integers[_i].value);
    ck_assert_int_eq(json_int(NULL, &value), ERR_TYPE);
}
END_TEST

START_TEST(reads_doubles)
{
    static char zeros[2000];
    double d = 12345;
    ck_assert_int_eq(json_double(parse("1.5"), &d), 0);
    ck_assert_double_eq(d, 1.5);
    ck_assert_int_eq(json_double(parse("-0"), &d), 0);
    ck_assert(d == 0 && signbit(d));
    ck_assert_int_eq(json_double(parse("1e-999"), &d), 0);
    ck_assert_double_eq(d, 0);
    ck_assert_int_eq(json_double(parse("1.7976931348623157e308"), &d), 0);
    ck_assert_double_eq(d, 1.7976931348623157e308);
    ck_assert_int_eq(json_double(parse("1e999"), &d), ERR_LIMIT);
    ck_assert_int_eq(json_double(parse("-1e309"), &d), ERR_LIMIT);
    ck_assert_double_eq(d, 1.7976931348623157e308);
    ck_assert_int_eq(json_double(parse("\"1\""), &d), ERR_TYPE);
    ck_assert_int_eq(json_double(NULL, &d), ERR_TYPE);
    memset(zeros, '1', sizeof(zeros) - 1);
    zeros[1] = '.';
    ck_assert_int_eq(json_double(parse(zeros), &d), ERR_LIMIT);
    zeros[JSON_DOUBLE_TEXT_MAX] = '\0';
    ck_assert_int_eq(json_double(parse(zeros), &d), 0);
    ck_assert_double_eq(d, 10.0 / 9);
}
END_TEST

START_TEST(reads_others)
{
    bool b = false;
    struct str s = STR("before");
    ck_assert_int_eq(json_bool(parse("true"), &b), 0);
    ck_assert(b);
    ck_assert_int_eq(json_bool(parse("0"), &b), ERR_TYPE);
    ck_assert_int_eq(json_bool(NULL, &b), ERR_TYPE);
    ck_assert_int_eq(json_string(parse("1"), &s), ERR_TYPE);
    ck_assert_int_eq(json_string(NULL, &s), ERR_TYPE);
    ck_str(s, "before");
    ck_assert_int_eq(json_string(parse("\"x\""), &s), 0);
    ck_str(s, "x");
    ck_assert_str_eq(json_type_name(JSON_NULL), "null");
    ck_assert_str_eq(json_type_name(JSON_BOOL), "boolean");
    ck_assert_str_eq(json_type_name(JSON_OBJECT), "object");
    ck_assert_str_eq(json_type_name(JSON_BINARY), "binary");
}
END_TEST

START_TEST(places)
{
    struct str text = STR("ab\n\ncd");
    static const unsigned want[][2] = {{1, 1}, {1, 2}, {1, 3}, {2, 1},
                                       {3, 1}, {3, 2}, {3, 3}, {3, 3}};
    for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
        unsigned line, column;
        json_place(text, i, &line, &column);
        ck_assert_uint_eq(line, want[i][0]);
        ck_assert_uint_eq(column, want[i][1]);
    }
    unsigned line, column;
    json_place((struct str){NULL, 0}, 5, &line, &column);
    ck_assert_uint_eq(line, 1);
    ck_assert_uint_eq(column, 1);
}
END_TEST

static const struct {
    const char *a, *b;
    bool equal;
} pairs[] = {
    {"null", " null", true},
    {"null", "false", false},
    {"true", "true ", true},
    {"true", "false", false},
    {"\"a\"", "\"\\u0061\"", true},
    {"\"a\"", "\"b\"", false},
    {"\"1\"", "1", false},
    {"1", "1.0", true},
    {"1", "10e-1", true},
    {"100", "1e2", true},
    {"0.012", "12E-3", true},
    {"1.50", "1.5", true},
    {"0", "-0.00e5", true},
    {"1", "-1", false},
    {"1", "10", false},
    {"1", "1.01", false},
    {"12", "13", false},
    {"1e400", "10e399", true},
    {"1e400", "1e401", false},
    {"9007199254740993", "9007199254740992", false},
    {"1e9999999999999999999999999", "1", false},
    {"[]", "[ ]", true},
    {"[]", "{}", false},
    {"[1,[2]]", "[1, [2.0]]", true},
    {"[1,2]", "[2,1]", false},
    {"[1]", "[1,1]", false},
    {"[1,1]", "[1]", false},
    {"{\"a\":1,\"b\":{\"c\":[]}}", "{\"b\":{ \"c\":[] },\"a\":1}", true},
    {"{\"a\":1}", "{\"a\":2}", false},
    {"{\"a\":1}", "{\"b\":1}", false},
    {"{\"a\":1}", "{\"a\":1,\"b\":1}", false},
    {"{\"a\":1}", "{}", false},
    {"{\"a\":2,\"a\":1}", "{\"a\":1}", true},
    {"{\"a\":1,\"a\":2}", "{\"a\":1}", false},
};

START_TEST(equal)
{
    struct json *a = parse(pairs[_i].a), *b = parse(pairs[_i].b);
    bool want = pairs[_i].equal;
    ck_assert_msg(json_equal(a, b) == want, "%s, %s", pairs[_i].a, pairs[_i].b);
    ck_assert_msg(json_equal(b, a) == want, "%s, %s", pairs[_i].b, pairs[_i].a);
    ck_assert(json_equal(a, a) && json_equal(b, b));
    ck_assert(!json_equal(a, NULL) && !json_equal(NULL, a));
    ck_assert(json_equal(NULL, NULL));
}
END_TEST

/* Where the raw text is not the whole truth, the decoded one is. */
START_TEST(equal_beside_the_raw_text)
{
    struct json *a = parse("[\"x\"]"), *b = parse("[\"x\"]");
    a->child->text = STR("y");
    a->binary = a->child->binary = true;
    ck_assert(!json_equal(a, b) && !json_equal(b, a));
    b->child->text = STR("y");
    b->binary = b->child->binary = true;
    ck_assert(json_equal(a, b));
    b->child->type = JSON_BINARY;
    ck_assert(!json_equal(a, b));
    a->child->type = JSON_BINARY;
    ck_assert(json_equal(a, b));
    b->child->text = STR("z");
    ck_assert(!json_equal(a, b));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *tc = tcase_create("json");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, one_of_each);
    tcase_add_test(tc, last_key_counts);
    tcase_add_loop_test(tc, reads_integers, 0, COUNT(integers));
    tcase_add_test(tc, reads_doubles);
    tcase_add_test(tc, reads_others);
    tcase_add_test(tc, places);
    tcase_add_loop_test(tc, equal, 0, COUNT(pairs));
    tcase_add_test(tc, equal_beside_the_raw_text);
    return unit_main(suite);
}
