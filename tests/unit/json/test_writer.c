/* SPDX-License-Identifier: MIT */
#include "json_unit.h"

#include <float.h>
#include <math.h>

#include "json/writer.h"

static struct buf out;
static struct json_writer w;

static void writer_setup(void)
{
    setup();
    buf_init(&out, 1 << 20);
    json_writer_init(&w, &out);
}

static void writer_teardown(void)
{
    buf_free(&out);
    teardown();
}

/* Checks what was written, and begins anew. */
static void wrote(const char *want)
{
    ck_assert_int_eq(out.error, 0);
    ck_str(buf_str(&out), want);
    buf_clear(&out);
    json_writer_init(&w, &out);
}

static void refused(int error)
{
    ck_assert_int_eq(out.error, error);
    buf_clear(&out);
    json_writer_init(&w, &out);
}

START_TEST(scalars)
{
    json_put_null(&w);
    wrote("null");
    json_put_bool(&w, true);
    wrote("true");
    json_put_bool(&w, false);
    wrote("false");
    json_put_int(&w, 0);
    wrote("0");
    json_put_int(&w, -1);
    wrote("-1");
    json_put_int(&w, INT64_MIN);
    wrote("-9223372036854775808");
    json_put_int(&w, INT64_MAX);
    wrote("9223372036854775807");
    json_put_uint(&w, UINT64_MAX);
    wrote("18446744073709551615");
    json_put_raw(&w, STR("[1]"));
    wrote("[1]");
    json_put_value(&w, NULL);
    wrote("null");
}
END_TEST

START_TEST(commas_and_nesting)
{
    json_open_object(&w);
    json_put_key(&w, STR("a"));
    json_put_int(&w, 1);
    json_put_key(&w, STR("b"));
    json_open_array(&w);
    json_open_array(&w);
    json_close_array(&w);
    json_open_object(&w);
    json_close_object(&w);
    json_put_null(&w);
    json_put_string(&w, STR("x"));
    json_put_raw(&w, STR("7"));
    json_put_double(&w, 0.5);
    json_put_double(&w, NAN);
    json_put_bool(&w, true);
    json_put_uint(&w, 2);
    json_put_value(&w, parse("{}"));
    json_put_value(&w, NULL);
    json_close_array(&w);
    json_put_key(&w, STR("c"));
    json_open_object(&w);
    json_put_key(&w, STR(""));
    json_put_string(&w, STR(""));
    json_close_object(&w);
    json_close_object(&w);
    wrote("{\"a\":1,\"b\":[[],{},null,\"x\",7,0.5,null,true,2,{},null],"
          "\"c\":{\"\":\"\"}}");
}
END_TEST

static const struct {
    double value;
    const char *want;
} doubles[] = {
    {0, "0"},
    {-0.0, "-0"},
    {1, "1"},
    {-1.5, "-1.5"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {100000, "100000"},
    {123456789012345, "123456789012345"},
    {999999999999999, "999999999999999"},
    {9007199254740993.0, "9007199254740992"},
    {1e15, "1e15"},
    {1e21, "1e21"},
    {1.5e300, "1.5e300"},
    {1e-7, "1e-7"},
    {-2.5e-10, "-2.5e-10"},
    {DBL_MAX, "1.7976931348623157e308"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {5e-324, "5e-324"},
    {INFINITY, "null"},
    {-INFINITY, "null"},
    {NAN, "null"},
};

START_TEST(writes_doubles)
{
    json_put_double(&w, doubles[_i].value);
    wrote(doubles[_i].want);
}
END_TEST

START_TEST(doubles_come_back)
{
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        double value, back;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof(value));
        if (i % 2)
            value = (double)(int64_t)bits / (double)(1 << i % 31);
        if (!isfinite(value))
            continue;
        buf_clear(&out);
        json_writer_init(&w, &out);
        json_put_double(&w, value);
        arena_reset(&arena);
        struct json *v;
        ck_assert_int_eq(json_parse(&arena, buf_str(&out), &plain, &v, NULL),
                         0);
        ck_assert_int_eq(json_double(v, &back), 0);
        ck_assert(back == value);
        ck_assert_uint_le(out.n, 24);
    }
}
END_TEST

START_TEST(strings)
{
    static const struct {
        struct str s;
        const char *want;
    } cases[] = {
        {{NULL, 0}, "\"\""},
        {{"plain /", 7}, "\"plain /\""},
        {{"\"\\", 2}, "\"\\\"\\\\\""},
        {{"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
        {{"a\0b\x1f\x7f", 5}, "\"a\\u0000b\\u001f\x7f\""},
        {{"\x0b\x01\x10", 3}, "\"\\u000b\\u0001\\u0010\""},
        {{"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80", 9},
         "\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\""},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        json_put_string(&w, cases[i].s);
        wrote(cases[i].want);
        json_put_key(&w, cases[i].s);
        ck_assert_int_eq(out.p[out.n - 1], ':');
        out.n--;
        wrote(cases[i].want);
    }
    json_put_string(&w, str_of("\xff", 1));
    refused(ERR_SYNTAX);
    json_put_string(&w, str_of("a\xed\xa0\x80", 4));
    refused(ERR_SYNTAX);
    json_put_key(&w, str_of("\xc3", 1));
    refused(ERR_SYNTAX);
}
END_TEST

START_TEST(every_string_comes_back)
{
    char bytes[256];
    struct str s = {bytes, 0};
    for (char c = 0; c >= 0 && s.n < 128; c++)
        bytes[s.n++] = c;
    json_put_string(&w, s);
    struct json *v;
    ck_assert_int_eq(json_parse(&arena, buf_str(&out), &plain, &v, NULL), 0);
    ck_assert(str_eq(v->text, s));
}
END_TEST

START_TEST(values_pass_byte_for_byte)
{
    static const char *const texts[][2] = {
        {"[1,\"\\u0041\\/\",-0,1e999,1.50]", NULL},
        {"{\"\\ud800\":\"\\udc00\",\"a\":1,\"a\":2}", NULL},
        {"  7  ", "7"},
        {"[ ]", "[]"},
        {" { } ", "{}"},
        {"[ 1 , \" a , b \" ,\n{ \"k \\\" \" :\t[ ] } ]",
         "[1,\" a , b \",{\"k \\\" \":[]}]"},
        {"[\"\\\\\" , \"\\\\\\\" \"]", "[\"\\\\\",\"\\\\\\\" \"]"},
        {"[true ,false , null]", "[true,false,null]"},
    };
    for (int i = 0; i < COUNT(texts); i++) {
        json_put_value(&w, parse(texts[i][0]));
        wrote(texts[i][1] ? texts[i][1] : texts[i][0]);
    }
    struct json *v = parse("{ \"a\" : [1,2], \"b\":\" \" }");
    json_open_array(&w);
    json_put_value(&w, json_get(v, STR("a")));
    json_put_value(&w, json_get(v, STR("b")));
    json_close_array(&w);
    wrote("[[1,2],\" \"]");
}
END_TEST

START_TEST(comments_do_not_pass)
{
    struct json *v;
    ck_assert_int_eq(parse_with(STR("[1,// \"one\n2/* ] */,\"//\",\"/*\"/**/]"),
                                &commented, &v, NULL),
                     0);
    json_put_value(&w, v);
    wrote("[1,2,\"//\",\"/*\"]");
}
END_TEST

/* Collects attachments; the third is refused. */
struct attachments {
    char bytes[64];
    size_t n;
    int count;
};

static int attach(void *user, struct str bytes)
{
    struct attachments *a = user;
    if (a->count == 3)
        return ERR_LIMIT;
    memcpy(a->bytes + a->n, bytes.p, bytes.n);
    a->n += bytes.n;
    a->bytes[a->n++] = '|';
    return a->count++;
}

START_TEST(binary)
{
    struct attachments a = {.n = 0};
    w.attach = attach;
    w.user = &a;
    json_open_array(&w);
    json_put_binary(&w, STR("one"));
    json_put_binary(&w, STR(""));
    json_close_array(&w);
    wrote("[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,"
          "\"num\":1}]");
    ck_str(str_of(a.bytes, a.n), "one||");

    json_put_binary(&w, STR("x"));
    refused(ERR_TYPE);
    ck_assert_int_eq(a.count, 2);

    w.attach = attach;
    w.user = &a;
    json_put_binary(&w, STR("x"));
    json_put_binary(&w, STR("x"));
    refused(ERR_LIMIT);
}
END_TEST

/* What socketio/ does with a placeholder. */
static void make_binary(struct json *v, struct str bytes)
{
    v->type = JSON_BINARY;
    v->binary = true;
    v->text = bytes;
}

START_TEST(binary_inside_values)
{
    struct attachments a = {.n = 0};
    struct json *v =
        parse("[ \"x\",{ \"\\u0041 \" : {\"_placeholder\":true, \"num\":5}, "
              "\"b\":[1, 2]},{\"_placeholder\":true,\"num\":0} , 3 ]");
    struct json *object = json_at(v, 1);
    make_binary(object->child, STR("five"));
    object->binary = true;
    make_binary(json_at(v, 2), STR("zero"));
    v->binary = true;
    w.attach = attach;
    w.user = &a;
    json_put_value(&w, v);
    ck_str(str_of(a.bytes, a.n), "five|zero|");
    wrote("[\"x\",{\"\\u0041 \":{\"_placeholder\":true,\"num\":0},"
          "\"b\":[1,2]},{\"_placeholder\":true,\"num\":1},3]");

    json_put_value(&w, v);
    refused(ERR_TYPE);
}
END_TEST

/* A text with attachments goes into others, where they have other numbers. */
START_TEST(marked_texts)
{
    struct attachments a = {.n = 0};
    const char *text = "1,{\"_placeholder\":true,\"num\":0},[{\"b\":"
                       "{\"_placeholder\":true,\"num\":17}}]";
    size_t second = (size_t)(strstr(text, "[{\"b\":") - text) + 6;
    const struct json_mark marks[] = {{2, STR("one")}, {second, STR("two")}};

    w.attach = attach;
    w.user = &a;
    json_put_binary(&w, STR("zero"));
    json_open_array(&w);
    json_put_marked(&w, str_z(text), marks, 2);
    json_close_array(&w);
    json_put_marked(&w, STR("[]"), NULL, 0);
    ck_str(str_of(a.bytes, a.n), "zero|one|two|");
    wrote("{\"_placeholder\":true,\"num\":0},[1,{\"_placeholder\":true,"
          "\"num\":1},[{\"b\":{\"_placeholder\":true,\"num\":2}}]],[]");
    json_put_marked(&w, str_z(text), marks, 2);
    refused(ERR_TYPE);
}
END_TEST

/* What looks like a placeholder and has no mark stays what it is. */
START_TEST(marks_in_values)
{
    struct attachments a = {.n = 0};
    const char *text = "[{\"_placeholder\":true,\"num\":0},[2],"
                       "{\"k\":{\"_placeholder\":true,\"num\":0}},"
                       "{\"_placeholder\":true,\"num\":1}]";
    struct json *v = parse(text);
    size_t last = strlen(text) - strlen("{\"_placeholder\":true,\"num\":1}]");
    const struct json_mark marks[] = {
        {(size_t)(strstr(text, "\"k\":") - text) + 4, STR("one")},
        {last, STR("two")}};

    json_set_marked(v, v->raw, marks, 2);
    ck_assert_int_eq(json_at(v, 0)->type, JSON_OBJECT);
    ck_assert(!json_at(v, 1)->binary);
    ck_assert(v->binary && json_at(v, 2)->binary);
    ck_assert_int_eq(json_at(v, 2)->child->type, JSON_BINARY);
    ck_str(json_at(v, 2)->child->text, "one");
    ck_str(json_at(v, 3)->text, "two");
    w.attach = attach;
    w.user = &a;
    json_put_value(&w, v);
    ck_str(str_of(a.bytes, a.n), "one|two|");
    wrote(text);
}
END_TEST

START_TEST(failures_stick)
{
    buf_free(&out);
    buf_init(&out, 10);
    json_put_string(&w, STR("0123456789"));
    ck_assert_int_eq(out.error, ERR_LIMIT);
    json_put_string(&w, str_of("\xff", 1));
    json_put_binary(&w, STR("x"));
    json_put_value(&w, parse("[1, 2]"));
    json_put_double(&w, 1.5);
    refused(ERR_LIMIT);

    struct attachments a = {.n = 0};
    w.attach = attach;
    w.user = &a;
    json_put_string(&w, STR("0123456789"));
    json_put_binary(&w, STR("x"));
    ck_assert_int_eq(a.count, 0); /* nobody is called for a lost packet */
    refused(ERR_LIMIT);

    buf_free(&out);
    mem_fail_after(0);
    json_put_string(&w, STR("x"));
    mem_fail_after(-1);
    refused(ERR_NOMEM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("writer");
    TCase *tc = tcase_create("writer");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, writer_setup, writer_teardown);
    tcase_add_test(tc, scalars);
    tcase_add_test(tc, commas_and_nesting);
    tcase_add_loop_test(tc, writes_doubles, 0, COUNT(doubles));
    tcase_add_test(tc, doubles_come_back);
    tcase_add_test(tc, strings);
    tcase_add_test(tc, every_string_comes_back);
    tcase_add_test(tc, values_pass_byte_for_byte);
    tcase_add_test(tc, comments_do_not_pass);
    tcase_add_test(tc, binary);
    tcase_add_test(tc, binary_inside_values);
    tcase_add_test(tc, marked_texts);
    tcase_add_test(tc, marks_in_values);
    tcase_add_test(tc, failures_stick);
    return unit_main(suite);
}
