/* SPDX-License-Identifier: MIT */
#include "json_unit.h"

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

int main(void)
{
    Suite *suite = suite_create("spans");
    TCase *tc = tcase_create("spans");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, compactness);
    tcase_add_loop_test(tc, random_documents, 0, 3);
    tcase_add_test(tc, any_damage_is_survived);
    return unit_main(suite);
}
