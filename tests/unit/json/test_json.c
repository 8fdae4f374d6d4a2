/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"
#include "json/json.h"

#define ARENA_MAX ((size_t)16 << 20)

static const struct json_limits plain = {.depth = 64};
static const struct json_limits commented = {.depth = 64, .comments = true};

static struct arena arena;
static long live_before;

static void setup(void)
{
    live_before = mem_live();
    arena_init(&arena, ARENA_MAX);
}

static void teardown(void)
{
    mem_fail_after(-1);
    arena_free(&arena);
    ck_assert_int_eq(mem_live(), live_before);
}

/* Parses a literal from memory of exactly its size, so that the sanitizer
 * sees every byte read past it. The copy lives in the arena. */
static int parse_with(struct str text, const struct json_limits *limits,
                      struct json **ret, struct json_error *error)
{
    char *copy = arena_alloc(&arena, text.n);
    memcpy(copy, text.p, text.n);
    return json_parse(&arena, str_of(copy, text.n), limits, ret, error);
}

static struct json *parse(const char *text)
{
    struct json *value = NULL;
    struct json_error error = {0};
    int r = parse_with(str_z(text), &plain, &value, &error);
    ck_assert_msg(r == 0, "%s: %s at %zu", text, error.text, error.offset);
    return value;
}

static void ck_str(struct str s, const char *want)
{
    ck_assert_msg(str_eq(s, str_z(want)), "\"%.*s\" is not \"%s\"", STR_ARG(s),
                  want);
}

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

START_TEST(compactness)
{
    static const struct {
        const char *text;
        bool compact;
    } cases[] = {
        {"[1,2]", true},
        {"[ 1,2]", false},
        {"[1 ,2]", false},
        {"[1, 2]", false},
        {"[1,2 ]", false},
        {"[ ]", false},
        {"{\"a\":1}", true},
        {"{ \"a\":1}", false},
        {"{\"a\" :1}", false},
        {"{\"a\": 1}", false},
        {"{\"a\":1 }", false},
        {"{\"a\":1, \"b\":2}", false},
        {"[[[ ]]]", false},
        {"[\" a b \"]", true},
        {" [1] ", true},
        {" \" \" ", true},
        {"[{\"a\":\"\\n\"}]", true},
        {"[{\"a\": \"\\n\"}]", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        ck_assert_msg(parse(cases[i].text)->compact == cases[i].compact, "%s",
                      cases[i].text);
    /* Each node speaks for itself. */
    struct json *v = parse("[[1,2], [3, 4],{\"a\":[ ],\"b\":[]}]");
    ck_assert(!v->compact);
    ck_assert(json_at(v, 0)->compact);
    ck_assert(!json_at(v, 1)->compact);
    ck_assert(!json_at(v, 2)->compact);
    ck_assert(!json_get(json_at(v, 2), STR("a"))->compact);
    ck_assert(json_get(json_at(v, 2), STR("b"))->compact);
}
END_TEST

/* A random document, with what the parser should say about each value in the
 * order in which the values begin. */
struct expected {
    enum json_type type;
    size_t start, end;
    bool compact;
    uint32_t count;
};

struct document {
    char text[60000];
    size_t n;
    struct expected values[4000];
    uint32_t count;
    unsigned seed;
    unsigned space; /* percent of places with white space */
    bool comments;
};

static unsigned draw(struct document *d, unsigned n)
{
    d->seed = d->seed * 1664525u + 1013904223u;
    return (d->seed >> 8) % n;
}

static void put(struct document *d, const char *text)
{
    size_t n = strlen(text);
    ck_assert_uint_lt(d->n + n, sizeof(d->text));
    memcpy(d->text + d->n, text, n);
    d->n += n;
}

/* Whether it put any. */
static bool put_space(struct document *d)
{
    static const char *const spaces[] = {
        " ", "\n", "\t ", "  \r\n ", "/* \" */", "//,\"\\\n", "/**/ /**/"};
    if (draw(d, 100) >= d->space)
        return false;
    put(d, spaces[draw(d, d->comments ? 7 : 4)]);
    return true;
}

static void put_string(struct document *d)
{
    static const char *const pieces[] = {
        "a",       " ",
        "\\\"",    "\\\\",
        "\\u0000", "\\ud83d\\ude00",
        "\\ud800", "\xc3\xa9",
        ",",       ":",
        "]",       "/*",
        "//",      "\xf0\x9f\x98\x80",
        "\\/",     "{",
    };
    put(d, "\"");
    for (unsigned i = draw(d, 5); i > 0; i--)
        put(d, pieces[draw(d, sizeof(pieces) / sizeof(*pieces))]);
    put(d, "\"");
}

/* Returns whether it is compact. */
static bool put_any(struct document *d, unsigned depth)
{
    static const char *const numbers[] = {"0", "-1", "1.5", "1e9", "-0.0E-1"};
    struct expected *e = &d->values[d->count++];
    ck_assert_uint_lt(d->count, sizeof(d->values) / sizeof(*d->values));
    *e = (struct expected){.start = d->n, .compact = true};
    e->type = (enum json_type)draw(d, depth > 0 ? 6 : 4);
    switch (e->type) {
    case JSON_NULL:
        put(d, "null");
        break;
    case JSON_BOOL:
        put(d, draw(d, 2) ? "true" : "false");
        break;
    case JSON_NUMBER:
        put(d, numbers[draw(d, 5)]);
        break;
    case JSON_STRING:
        put_string(d);
        break;
    default:
        put(d, e->type == JSON_ARRAY ? "[" : "{");
        e->count = draw(d, 6);
        for (uint32_t i = 0; i < e->count; i++) {
            if (i > 0)
                put(d, ",");
            e->compact &= !put_space(d);
            if (e->type == JSON_OBJECT) {
                put_string(d);
                e->compact &= !put_space(d);
                put(d, ":");
                e->compact &= !put_space(d);
            }
            e->compact &= put_any(d, depth - 1);
            e->compact &= !put_space(d);
        }
        if (e->count == 0)
            e->compact = !put_space(d);
        put(d, e->type == JSON_ARRAY ? "]" : "}");
    }
    e->end = d->n;
    return e->compact;
}

static const struct expected *compare(const struct document *d,
                                      const char *text, const struct json *v,
                                      const struct expected *e)
{
    ck_assert_int_eq(v->type, e->type);
    ck_assert_uint_eq((size_t)(v->raw.p - text), e->start);
    ck_assert_uint_eq(v->raw.n, e->end - e->start);
    ck_assert_int_eq(v->compact, e->compact);
    ck_assert_uint_eq(v->count, e->count);
    uint32_t count = 0;
    e++;
    for (const struct json *c = v->child; c; c = c->next, count++)
        e = compare(d, text, c, e);
    ck_assert_uint_eq(count, v->count);
    return e;
}

START_TEST(random_documents)
{
    static struct document d;
    for (unsigned i = 0; i < 300; i++) {
        d.seed = 1000u * (unsigned)_i + i;
        d.n = d.count = 0;
        d.comments = _i == 2;
        d.space = _i == 0 ? 0 : i % 3 ? 3 : 40;
        put_space(&d);
        put_any(&d, 5);
        put_space(&d);
        char *text = mem_dup(d.text, d.n);
        struct json *v;
        struct json_error error = {0};
        int r = json_parse(&arena, str_of(text, d.n),
                           d.comments ? &commented : &plain, &v, &error);
        ck_assert_msg(r == 0, "%.*s: %s at %zu", (int)d.n, d.text, error.text,
                      error.offset);
        ck_assert(compare(&d, text, v, d.values) == d.values + d.count);
        mem_free(text);
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(any_damage_is_survived)
{
    /* Every prefix, and every byte replaced: no crash, and spans in bounds. */
    static const char text[] =
        "{ \"a\\n\":[1,-2.5e3,true,null],\"\\ud800\" : {\"b\":\"\\u0041\"} }";
    static const char bytes[] = "\"\\{}[]:,/*0e. \xc3\x80n\n";
    struct json *v;
    for (size_t n = 0; n < sizeof(text) - 1; n++)
        ck_assert_int_eq(parse_with(str_of(text, n), &plain, &v, NULL),
                         ERR_SYNTAX);
    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        for (size_t k = 0; k < sizeof(bytes); k++) {
            char changed[sizeof(text)];
            memcpy(changed, text, sizeof(text));
            changed[i] = bytes[k];
            int r = parse_with(str_of(changed, sizeof(text) - 1),
                               k % 2 ? &plain : &commented, &v, NULL);
            ck_assert(r == 0 || r == ERR_SYNTAX);
        }
        arena_reset(&arena);
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
    ck_assert_int_ge(n, 5); /* the arena's and yajl's own */
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

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *tc = tcase_create("json");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, one_of_each);
    tcase_add_test(tc, last_key_counts);
    tcase_add_loop_test(tc, accepts, 0, COUNT(good));
    tcase_add_loop_test(tc, refuses, 0, COUNT(bad));
    tcase_add_test(tc, refuses_zero_bytes);
    tcase_add_test(tc, comments);
    tcase_add_test(tc, escapes);
    tcase_add_test(tc, long_escaped_strings);
    tcase_add_test(tc, compactness);
    tcase_add_loop_test(tc, random_documents, 0, 3);
    tcase_add_test(tc, any_damage_is_survived);
    tcase_add_test(tc, depth_limit);
    tcase_add_test(tc, arena_limit);
    tcase_add_test(tc, out_of_memory);
    tcase_add_test(tc, short_texts_allocate_nothing);
    tcase_add_loop_test(tc, reads_integers, 0, COUNT(integers));
    tcase_add_test(tc, reads_doubles);
    tcase_add_test(tc, reads_others);
    tcase_add_test(tc, places);
    return unit_main(suite);
}
