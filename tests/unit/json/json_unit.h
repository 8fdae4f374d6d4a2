/* SPDX-License-Identifier: MIT */
/* What the suites of json/ share: an arena for each test, and a parse that
 * must succeed. */
#ifndef MORTISE_TESTS_UNIT_JSON_H
#define MORTISE_TESTS_UNIT_JSON_H

#include "unit.h"

#include "base/error.h"
#include "base/mem.h"
#include "json/json.h"

#define ARENA_MAX ((size_t)16 << 20)

static const struct json_limits plain = {.depth = 64};
static const struct json_limits commented = {.depth = 64, .comments = true};

static struct arena arena;
static long live_before;

static inline void setup(void)
{
    live_before = mem_live();
    arena_init(&arena, ARENA_MAX);
}

static inline void teardown(void)
{
    mem_fail_after(-1);
    arena_free(&arena);
    ck_assert_int_eq(mem_live(), live_before);
}

/* Parses a literal from memory of exactly its size, so that the sanitizer
 * sees every byte read past it. The copy lives in the arena. */
static inline int parse_with(struct str text, const struct json_limits *limits,
                             struct json **ret, struct json_error *error)
{
    char *copy = arena_alloc(&arena, text.n);
    memcpy(copy, text.p, text.n);
    return json_parse(&arena, str_of(copy, text.n), limits, ret, error);
}

static inline struct json *parse(const char *text)
{
    struct json *value = NULL;
    struct json_error error = {0};
    int r = parse_with(str_z(text), &plain, &value, &error);
    ck_assert_msg(r == 0, "%s: %s at %zu", text, error.text, error.offset);
    return value;
}

static inline void ck_str(struct str s, const char *want)
{
    ck_assert_msg(str_eq(s, str_z(want)), "\"%.*s\" is not \"%s\"", STR_ARG(s),
                  want);
}

#define COUNT(array) ((int)(sizeof(array) / sizeof(*(array))))

#endif
