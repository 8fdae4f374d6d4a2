/* SPDX-License-Identifier: MIT */
/* The fixture of the suites of the parser: input fed in pieces of any size,
 * and what comes out written down as a server's frames. */
#ifndef MORTISE_TESTS_WS_PARSER_UNIT_H
#define MORTISE_TESTS_WS_PARSER_UNIT_H

#include "ws_unit.h"

#include <string.h>

#include "base/mem.h"

#define MAX_MESSAGE   (16 << 20)
#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static struct buf input;    /* what the client sends */
static struct buf expected; /* messages, as frames of a server */
static struct buf seen;     /* the same, of what came out */
static struct ws_parser parser;
static struct ws_rules rules;
static size_t fed; /* bytes given when feed() returned */
static long live;

/* The ways to cut what is sent; 0 is not at all. */
static const size_t cuts[] = {0, 1, 997, 1460};

static inline void setup(void)
{
    live = mem_live();
    buf_init(&input, BUF_MAX);
    buf_init(&expected, BUF_MAX);
    buf_init(&seen, BUF_MAX);
    ws_parser_init(&parser);
    rules = (struct ws_rules){.max_message = MAX_MESSAGE};
}

static inline void teardown(void)
{
    buf_free(&input);
    buf_free(&expected);
    buf_free(&seen);
    ws_parser_free(&parser);
    ck_assert_int_eq(mem_live(), live);
}

/* Parses n bytes at p; *ret_used of them were used up. */
static inline int parse_all(char *p, size_t n, size_t *ret_used)
{
    int result;
    struct ws_message m;
    *ret_used = 0;
    do {
        size_t used = 0;
        result =
            ws_parse(&parser, &rules, p + *ret_used, n - *ret_used, &used, &m);
        *ret_used += used;
        if (result > 0)
            server_frame(&seen, m.opcode, m.p, m.n);
    } while (result > 0);
    return result;
}

/*
 * Gives the input to the parser in pieces, each with what was left over in
 * front of it, in memory of exactly that size, so that ASan sees it when the
 * parser looks further. 0, or the negative close code.
 */
static inline int feed(size_t cut)
{
    char *rest = NULL;
    size_t rest_n = 0, used;
    int result = 0;
    fed = 0;
    buf_clear(&seen);
    ws_parser_free(&parser);
    while (fed < input.n && result == 0) {
        size_t piece = input.n - fed;
        if (cut != 0 && cut < piece)
            piece = cut;
        char *p = malloc(rest_n + piece);
        if (rest_n > 0)
            memcpy(p, rest, rest_n);
        memcpy(p + rest_n, input.p + fed, piece);
        free(rest);
        fed += piece;
        result = parse_all(p, rest_n + piece, &used);
        rest_n = rest_n + piece - used;
        rest = malloc(rest_n);
        if (rest_n > 0)
            memcpy(rest, p + used, rest_n);
        free(p);
    }
    free(rest);
    return result;
}

static inline void expect_seen(void)
{
    ck_assert_uint_eq(seen.n, expected.n);
    if (seen.n > 0)
        ck_assert_mem_eq(seen.p, expected.p, seen.n);
}

/* Everything sent is accepted, however it is cut. */
static inline void expect_accepted(void)
{
    for (size_t i = 0; i < LENGTH(cuts); i++) {
        ck_assert_int_eq(feed(cuts[i]), 0);
        expect_seen();
    }
}

/* What is in `expected` comes out, and then the connection fails. */
static inline void expect_failed(int code)
{
    for (size_t i = 0; i < LENGTH(cuts); i++) {
        ck_assert_int_eq(feed(cuts[i]), -code);
        expect_seen();
    }
}

/* Byte by byte, it fails no later than at this many bytes. */
static inline void expect_failed_at(int code, size_t at)
{
    expect_failed(code);
    ck_assert_int_eq(feed(1), -code);
    ck_assert_uint_eq(fed, at);
}

static inline void start_again(void)
{
    buf_clear(&input);
    buf_clear(&expected);
}

static inline char *ascii(size_t n)
{
    char *p = malloc(n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)('!' + i * 31 % 90);
    return p;
}

#endif
