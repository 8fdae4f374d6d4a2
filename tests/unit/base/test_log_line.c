/* SPDX-License-Identifier: MIT */
/* How entries are written down; what is meant to be JSON is read again. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/log_line.h"
#include "base/utf8.h"
#include "json/json.h"

#define NOW  INT64_C(1795379341451)
#define HEAD "{\"time\":\"2026-11-22T20:29:01.451Z\",\"level\":\"info\","

static char line[LOG_LINE_MAX + 1];
static size_t length;

static const char *as_text(const struct log_fields *fields, struct str text)
{
    struct log_entry entry = {LOG_LEVEL_INFO, fields, text};
    length = log_line_text(line, &entry);
    ck_assert_uint_eq(strlen(line), length);
    return line;
}

static const char *as_json(const struct log_fields *fields, struct str text)
{
    struct log_entry entry = {LOG_LEVEL_INFO, fields, text};
    length = log_line_json(line, &entry, NOW);
    line[length] = '\0';
    ck_assert_uint_eq(strlen(line), length);
    return line;
}

/* The members of what was written last: one line, and JSON. */
static const struct json *parse(struct arena *arena)
{
    const struct json_limits limits = {.depth = 40};
    struct json_error error;
    struct json *object;

    size_t fit = 0;
    for (const unsigned char *p = (const void *)line; fit < length; fit++, p++)
        if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0))
            break;
    ck_assert_uint_eq(fit, length);
    int bad = json_parse(arena, str_of(line, length), &limits, &object, &error);
    ck_assert_msg(bad == 0, "%s in %s", error.text, line);
    return object;
}

START_TEST(times)
{
    static const int64_t some[] = {0,
                                   951782399999,
                                   951782400000,
                                   951868799999,
                                   951868800000,
                                   4107542399000,
                                   4107542400000,
                                   NOW};
    char text[LOG_TIME_SIZE], expected[64];

    for (int64_t i = 0; i < 40000; i++) {
        /* Days up to the year 2079, at all times of a day. */
        int64_t ms = i < 8 ? some[i] : i * 86400001 - i % 3;
        time_t seconds = (time_t)(ms / 1000);
        struct tm tm;
        gmtime_r(&seconds, &tm);
        size_t n = strftime(expected, sizeof(expected), "%FT%T", &tm);
        snprintf(expected + n, sizeof(expected) - n, ".%03dZ",
                 (int)(ms % 1000));
        log_line_time(text, ms);
        ck_assert_str_eq(text, expected);
    }
    log_line_time(text, NOW);
    ck_assert_str_eq(text, "2026-11-22T20:29:01.451Z");
}
END_TEST

START_TEST(entries_of_the_server)
{
    struct log_fields none = {0};

    ck_assert_str_eq(as_text(NULL, STR("text")), "text");
    ck_assert_str_eq(as_text(&none, STR("text")), "text");
    ck_assert_str_eq(as_json(NULL, STR("text")), HEAD "\"text\":\"text\"}");
    ck_assert_str_eq(as_json(&none, STR("")), HEAD "\"text\":\"\"}");
}
END_TEST

START_TEST(entries_about_a_plugin)
{
    struct log_fields chat = {"chat", 4294967295u, {NULL, 0}};

    ck_assert_str_eq(as_text(&chat, STR("text")),
                     "plugin chat#4294967295: text");
    chat.generation = 10;
    ck_assert_str_eq(as_text(&chat, STR("")), "plugin chat#10: ");
    ck_assert_str_eq(as_json(&chat, STR("text")),
                     HEAD "\"plugin\":\"chat\",\"generation\":10,"
                          "\"text\":\"text\"}");
}
END_TEST

START_TEST(fields)
{
    struct log_fields chat = {
        "chat", 2,
        STR("\"user\":\"ann\",\"room\":\"the wood\",\"ms\":12,\"ok\":true,"
            "\"none\":null,\"at\":{\"x\":[1,\"}\",{}],\"y\":\"a,b\\\"\"},"
            "\"list\":[1,2],\"empty\":\"\",\"quote\":\"a\\\"b\","
            "\"eq\":\"a=b\",\"line\":\"a\\nb\",\"a key\":-1.5,\"\":1")};

    ck_assert_str_eq(
        as_text(&chat, STR("moved")),
        "plugin chat#2: moved user=ann room=\"the wood\" ms=12 ok=true "
        "none=null at={\"x\":[1,\"}\",{}],\"y\":\"a,b\\\"\"} list=[1,2] "
        "empty=\"\" quote=\"a\\\"b\" eq=\"a=b\" line=\"a\\nb\" "
        "\"a key\"=-1.5 \"\"=1");
    as_json(&chat, STR("moved"));
    ck_assert_msg(strstr(line, "\"text\":\"moved\",\"user\":\"ann\",") != NULL,
                  "%s", line);
    ck_assert_msg(strstr(line, chat.members.p) != NULL, "%s", line);
}
END_TEST

START_TEST(fields_that_are_named_like_ours)
{
    struct log_fields chat = {
        "chat", 2,
        STR("\"time\":1,\"level\":2,\"text\":3,\"plugin\":4,"
            "\"generation\":5,\"times\":6")};

    ck_assert_str_eq(as_text(&chat, STR("x")),
                     "plugin chat#2: x _time=1 _level=2 _text=3 _plugin=4 "
                     "_generation=5 times=6");
    as_json(&chat, STR("x"));
    ck_assert_msg(strstr(line, "\"text\":\"x\",\"_time\":1,\"_level\":2,"
                               "\"_text\":3,\"_plugin\":4,\"_generation\":5,"
                               "\"times\":6}") != NULL,
                  "%s", line);
}
END_TEST

START_TEST(escapes_of_json)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);

    as_json(NULL, STR("a\nb\t\"c\\ \x1b[2J\x7f \xc2\x9b \xff \xe4\xb8 \u4e16"));
    ck_assert_str_eq(line, HEAD "\"text\":\"a\\nb\\u0009\\\"c\\\\ \\u001b[2J"
                                "\\u007f \\u009b \\\\xff \\\\xe4\\\\xb8 "
                                "\u4e16\"}");
    parse(&arena);
    as_json(NULL, STR("\u202e\u2069\u061c\ufeff\u2028\u202f"));
    ck_assert_str_eq(line, HEAD "\"text\":\"\\u202e\\u2069\\u061c\\ufeff"
                                "\\u2028\u202f\"}");
    parse(&arena);
    as_json(NULL, str_of("a\0b\xc2", 4));
    ck_assert_str_eq(line, HEAD "\"text\":\"a\\u0000b\\\\xc2\"}");
    parse(&arena);
    arena_free(&arena);
}
END_TEST

/* Every length of every kind of piece at the cut. */
START_TEST(cut_and_still_json)
{
    static const char *const units[] = {"x",      "\n",       "\"",
                                        "\\",     "\xff",     "\x1b",
                                        "\u4e16", "\xc2\x80", "\U0001f600"};
    char text[LOG_TEXT_MAX + 100];
    struct arena arena;
    struct str got;

    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t size = strlen(units[i]), n = 0;
        for (size_t lead = 0; lead < 12; lead++) {
            memset(text, 'x', lead);
            for (n = lead; n + size <= sizeof(text); n += size)
                memcpy(text + n, units[i], size);
            as_json(NULL, str_of(text, n));
            ck_assert_uint_le(length,
                              sizeof(HEAD "\"text\":\"\"}") - 1 + LOG_TEXT_MAX);
            ck_assert_uint_gt(length, LOG_TEXT_MAX - 12);
            const struct json *object = parse(&arena);
            ck_assert_int_eq(json_string(json_get(object, STR("text")), &got),
                             0);
            ck_assert(str_ends(got, STR("...")));
            arena_reset(&arena);
        }
    }
    arena_free(&arena);
}
END_TEST

START_TEST(the_longest)
{
    char text[LOG_TEXT_MAX + 1], members[LOG_MEMBERS_MAX], name[64] = "";
    struct log_fields all = {name, UINT32_MAX, {members, 0}};
    struct arena arena;

    memset(text, 'x', sizeof(text));
    memset(name, 'p', sizeof(name) - 1);
    while (all.members.n + 9 <= sizeof(members)) {
        memcpy(members + all.members.n, "\"text\":1,", 9);
        all.members.n += 9;
    }
    all.members.n--;
    as_text(&all, str_of(text, sizeof(text)));
    ck_assert_uint_lt(length, LOG_LINE_MAX);
    arena_init(&arena, 1 << 20);
    as_json(&all, str_of(text, sizeof(text)));
    ck_assert_uint_lt(length, LOG_LINE_MAX - 4);
    parse(&arena);
    arena_free(&arena);
}
END_TEST

/* Any bytes; the seed stands still. */
START_TEST(whatever_the_bytes)
{
    uint32_t seed = 42;
    char text[64];
    struct arena arena;
    struct str got;

    arena_init(&arena, 1 << 20);
    for (int i = 0; i < 2000; i++) {
        size_t n = (size_t)i % sizeof(text);
        for (size_t at = 0; at < n; at++) {
            seed = seed * 1664525 + 1013904223;
            text[at] = (char)(seed >> 24);
        }
        as_text(NULL, str_of(text, n));
        ck_assert(utf8_valid(line, length));
        as_json(NULL, str_of(text, n));
        const struct json *object = parse(&arena);
        ck_assert_int_eq(json_string(json_get(object, STR("text")), &got), 0);
        if (utf8_valid(text, n))
            ck_assert(str_eq(got, str_of(text, n)));
        arena_reset(&arena);
    }
    arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base/log_line");
    TCase *tests = tcase_create("log_line");

    tcase_add_test(tests, times);
    tcase_add_test(tests, entries_of_the_server);
    tcase_add_test(tests, entries_about_a_plugin);
    tcase_add_test(tests, fields);
    tcase_add_test(tests, fields_that_are_named_like_ours);
    tcase_add_test(tests, escapes_of_json);
    tcase_add_test(tests, cut_and_still_json);
    tcase_add_test(tests, the_longest);
    tcase_add_test(tests, whatever_the_bytes);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
