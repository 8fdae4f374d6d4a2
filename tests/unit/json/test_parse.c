/* SPDX-License-Identifier: MIT */
#include "json_unit.h"

static const char *const good[] = {
    "0",           "-0",
    " 1 ",         "1e999",
    "-1E-5",       "0.0",
    "1.25e+3",     "123456789012345678901234567890",
    "\"\"",        "\"a\"",
    "\"\\u0000\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\x7f\"",    "\"\xe2\x80\xa8\"",
    "null",        "true",
    "false",       "\t[\n]\r",
    "{}",          "[[[]],{\"a\":{}}]",
    "{\"\":0}",    "[\"\xf4\x8f\xbf\xbf\",\"\xed\x9f\xbf\",\"\xee\x80\x80\"]",
};

START_TEST(accepts)
{
    struct json *v = parse(good[_i]);
    struct str raw = str_z(good[_i]);
    while (raw.n && strchr(" \t\r\n", raw.p[0]))
        raw.p++, raw.n--;
    while (raw.n && strchr(" \t\r\n", raw.p[raw.n - 1]))
        raw.n--;
    ck_assert(str_eq(v->raw, raw));
}
END_TEST

/* What is no JSON, and where that shows. */
static const struct {
    const char *text;
    size_t offset;
} bad[] = {
    {"", 0},
    {"  ", 0},
    {"[", 1},
    {"]", 0},
    {"{", 1},
    {"}", 0},
    {"[1", 2},
    {"[1,", 3},
    {"[1,]", 3},
    {"[,1]", 1},
    {"[1,,2]", 3},
    {"[1 2]", 3},
    {"[1}", 2},
    {"{\"a\"}", 4},
    {"{\"a\":}", 5},
    {"{\"a\":1,}", 7},
    {"{\"a\" 1}", 5},
    {"{\"a\"::1}", 5},
    {"{\"a\",1}", 4},
    {"{a:1}", 1},
    {"{1:1}", 1},
    {"{\"a\":1]", 6},
    {"{\"a\":1", 6},
    {"{,}", 1},
    {"01", 1},
    {"[01]", 2},
    {"-", 0},
    {"-01", 2},
    {"+1", 0},
    {"[+1]", 1},
    {"1.", 0},
    {".5", 0},
    {"[1.e5]", 1},
    {"1e", 0},
    {"1e+", 0},
    {"0x1", 1},
    {"NaN", 0},
    {"Infinity", 0},
    {"nul", 0},
    {"nulll", 4},
    {"True", 0},
    {"[tru", 1},
    {"\"abc", 0},
    {"[\"abc", 1},
    {"[\"a\nb\"]", 1},
    {"\"\\q\"", 0},
    {"\"\\u12g4\"", 0},
    {"\"\\u12", 0},
    {"\"\\", 0},
    {"'a'", 0},
    {"{}}", 2},
    {"[]1", 2},
    {"{}\"abc", 2},
    {"{}tru", 2},
    {"{} -", 3},
    {"{} \"", 3},
    {"1 2", 2},
    {"[]/", 2},
    {"[]//", 2},
    {"[]/**/", 2},
    {"/**/1", 0},
    {"[1/**/]", 2},
    {"\xef\xbb\xbf{}", 0},
    {"\"\xff\"", 1},
    {"\"a\xc0\xaf\"", 2},
    {"\"\xed\xa0\x80\"", 2},
    {"[\"\xf4\x90\x80\x80\"]", 3},
    {"\"\xe2\x82\"", 3},
    {"\"\xe2\x82", 3},
    {"\xc3", 1},
    /* White space of other languages, which yajl skips. */
    {"\v1", 0},
    {"[\v1]", 1},
    {"[1\f]", 2},
    {"[1,\v2]", 3},
    {"[1\v,2]", 2},
    {"[1, \f 2]", 4},
    {"[\v]", 1},
    {"[\v\"a\"]", 1},
    {"[\v\"\\n\"]", 1},
    {"[ \v\v\v \"\\n\"]", 2},
    {"{\v\"a\":1}", 1},
    {"{\"a\"\f:1}", 4},
    {"{\"\\n\":\v1}", 6},
    {"{\"a\":1\v}", 6},
    {"1\v", 1},
    {"[]\f", 2},
};

START_TEST(refuses)
{
    struct json *v = NULL;
    struct json_error error = {.offset = 999};
    ck_assert_int_eq(parse_with(str_z(bad[_i].text), &plain, &v, &error),
                     ERR_SYNTAX);
    ck_assert_ptr_null(v);
    ck_assert_msg(error.offset == bad[_i].offset, "%s: %s at %zu", bad[_i].text,
                  error.text, error.offset);
    ck_assert_uint_ge(strlen(error.text), 10);
    ck_assert_ptr_null(strchr(error.text, '\n'));
}
END_TEST

START_TEST(refuses_zero_bytes)
{
    static const struct str texts[] = {
        {"\0", 1}, {"[1]\0", 4}, {"[\0]", 3}, {"\"a\0b\"", 5}, {NULL, 0},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct json *v = NULL;
        ck_assert_int_eq(json_parse(&arena, texts[i], &plain, &v, NULL),
                         ERR_SYNTAX);
    }
}
END_TEST

START_TEST(comments)
{
    static const char *const texts[] = {
        "// \"first\n[1,/* ] \" */2, // \"\n3]",
        "/**/[1,2,3]//",
        "[1,2/***/,\"\\n\"/*,*/,4] // the end",
        "{/*a*/\"\\u0061\"/*b*/:/*c*/\"\\t\"/*d*/,\"b\":2,\"c\":3/**/}/**/ ",
    };
    static const char *const broken[] = {
        "[1]/*", "[1] /* x", "/*", "[1,/*2]", "[1]/", "[1] / ", "[1]/*/",
    };
    struct json *v;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        ck_assert_int_eq(parse_with(str_z(texts[i]), &commented, &v, NULL), 0);
        ck_assert_uint_ge(v->count, 3);
    }
    ck_str(v->child->key, "a");
    ck_str(v->child->raw, "\"\\t\"");
    ck_assert(!v->compact);
    ck_assert(v->child->compact);
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
        ck_assert_msg(parse_with(str_z(broken[i]), &commented, &v, NULL) ==
                          ERR_SYNTAX,
                      "%s", broken[i]);
}
END_TEST

START_TEST(escapes)
{
    static const struct {
        const char *text;
        struct str want;
    } cases[] = {
        {"\"\\u0000\"", {"\0", 1}},
        {"\"a\\u0000b\"", {"a\0b", 3}},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", {"\"\\/\b\f\n\r\t", 8}},
        {"\"\\u0041\\u00e9\\u20AC\"", {"A\xc3\xa9\xe2\x82\xac", 6}},
        {"\"\\uD83D\\uDE00!\"", {"\xf0\x9f\x98\x80!", 5}},
        {"\"\\udbff\\udfff\"", {"\xf4\x8f\xbf\xbf", 4}},
        {"\"\\ud800\"", {"\xef\xbf\xbd", 3}},
        {"\"\\udc00\"", {"\xef\xbf\xbd", 3}},
        {"\"\\ud800x\"", {"\xef\xbf\xbdx", 4}},
        {"\"\\ud800\\u0041\"",
         {"\xef\xbf\xbd"
          "A",
          4}},
        {"\"\\ud800\\n\"", {"\xef\xbf\xbd\n", 4}},
        {"\"\\ud800\\ud83d\\ude00\"", {"\xef\xbf\xbd\xf0\x9f\x98\x80", 7}},
        {"\"\\ude00\\ud83d\"", {"\xef\xbf\xbd\xef\xbf\xbd", 6}},
        {"\"\xc3\xa9\\n\xc3\xa9\"", {"\xc3\xa9\n\xc3\xa9", 5}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct json *v = parse(cases[i].text);
        ck_str(v->raw, cases[i].text);
        ck_assert_msg(str_eq(v->text, cases[i].want), "%s", cases[i].text);
    }
    struct json *v = parse("{ \"\\ud800\\\"\" : [ \"\\u0001\" ] }");
    ck_str(v->child->key, "\xef\xbf\xbd\"");
    ck_str(v->child->raw, "[ \"\\u0001\" ]");
    ck_str(v->child->child->raw, "\"\\u0001\"");
}
END_TEST

START_TEST(long_escaped_strings)
{
    /* Longer than yajl's memory on the stack; the second makes it grow. */
    static const size_t sizes[] = {1000, 3000, 100000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        size_t n = sizes[i];
        char *text = arena_alloc(&arena, 2 * n + 2);
        text[0] = text[2 * n + 1] = '"';
        for (size_t k = 0; k < n; k++)
            memcpy(text + 1 + 2 * k, k % 3 ? "\\n" : "\\\"", 2);
        struct json *v;
        ck_assert_int_eq(
            json_parse(&arena, str_of(text, 2 * n + 2), &plain, &v, NULL), 0);
        ck_assert_uint_eq(v->text.n, n);
        ck_assert_uint_eq(v->raw.n, 2 * n + 2);
        ck_assert_int_eq(v->text.p[0], '"');
        ck_assert_int_eq(v->text.p[n - 1], (n - 1) % 3 ? '\n' : '"');
    }
}
END_TEST

START_TEST(depth_limit)
{
    static char text[200001];
    struct json *v = NULL;
    struct json_error error;
    struct json_limits limits = {.depth = 0};

    ck_assert_int_eq(parse_with(STR("1"), &limits, &v, NULL), 0);
    ck_assert_int_eq(parse_with(STR("[]"), &limits, &v, NULL), ERR_LIMIT);
    limits.depth = 2;
    ck_assert_int_eq(parse_with(STR("[{},{}]"), &limits, &v, NULL), 0);
    ck_assert_int_eq(parse_with(STR("[{},[[]]]"), &limits, &v, &error),
                     ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.text, "more than 2 "));

    memset(text, '[', 100000);
    memset(text + 100000, ']', 100000);
    struct str whole = {text, 200000};
    ck_assert_int_eq(json_parse(&arena, whole, &plain, &v, NULL), ERR_LIMIT);
    limits.depth = 99999;
    ck_assert_int_eq(json_parse(&arena, whole, &limits, &v, NULL), ERR_LIMIT);
    arena_reset(&arena);
    limits.depth = 100000;
    ck_assert_int_eq(json_parse(&arena, whole, &limits, &v, NULL), 0);
    ck_assert_uint_eq(v->raw.n, 200000);
}
END_TEST

START_TEST(arena_limit)
{
    struct json_error error;
    struct json *v = NULL;

    arena_free(&arena);
    arena_init(&arena, 1000);
    ck_assert_int_eq(json_parse(&arena, STR("[1,2,3,4,5,6,7,8,9,10,11,12,13]"),
                                &plain, &v, &error),
                     ERR_LIMIT);
    ck_assert_str_eq(error.text, error_text(ERR_LIMIT));
    ck_assert_ptr_null(v);
    arena_reset(&arena);
    ck_assert_int_eq(json_parse(&arena, STR("[1,2,3]"), &plain, &v, &error), 0);
}
END_TEST

START_TEST(out_of_memory)
{
    static char text[20100];
    struct json *v = NULL;
    struct json_error error;
    int r;

    memset(text, '[', 50);
    text[50] = '"';
    for (size_t i = 51; i < 20000; i += 2)
        memcpy(text + i, "\\n", 2);
    text[20001] = '"';
    memset(text + 20002, ']', 50);
    struct str whole = {text, 20052};
    long n = 0;
    do {
        arena_free(&arena);
        arena_init(&arena, ARENA_MAX);
        mem_fail_after(n++);
        r = json_parse(&arena, whole, &plain, &v, &error);
        mem_fail_after(-1);
        ck_assert(r == 0 || r == ERR_NOMEM);
        ck_assert(r == 0 || strcmp(error.text, error_text(r)) == 0);
        ck_assert(r == 0 || !v);
    } while (r != 0);
    ck_assert_int_ge(n, 3); /* the chunks of the arena */
}
END_TEST

START_TEST(short_texts_allocate_nothing)
{
    struct json *v;
    arena_free(&arena);
    arena_init(&arena, ARENA_MAX);
    arena_alloc(&arena, 1); /* so that the arena has its first chunk */
    mem_fail_after(0);
    ck_assert_int_eq(json_parse(&arena,
                                STR(" [\"message\",{\"who\":\"\\u00e9va\","
                                    "\"n\":[1,2.5,true,null]},\"text\"] "),
                                &plain, &v, NULL),
                     0);
    ck_assert_int_eq(json_parse(&arena, STR("12"), &plain, &v, NULL), 0);
    mem_fail_after(-1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parse");
    TCase *tc = tcase_create("parse");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, accepts, 0, COUNT(good));
    tcase_add_loop_test(tc, refuses, 0, COUNT(bad));
    tcase_add_test(tc, refuses_zero_bytes);
    tcase_add_test(tc, comments);
    tcase_add_test(tc, escapes);
    tcase_add_test(tc, long_escaped_strings);
    tcase_add_test(tc, depth_limit);
    tcase_add_test(tc, arena_limit);
    tcase_add_test(tc, out_of_memory);
    tcase_add_test(tc, short_texts_allocate_nothing);
    return unit_main(suite);
}
