/* SPDX-License-Identifier: MIT */
#include "ws_parser_unit.h"

#include "net/ws_mask.h"

/* ---- Text (8.1) ---- */

static const char *const good_text[] = {
    "plain",
    "\xc2\x80 \xdf\xbf",                      /* ends of two bytes */
    "\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80", /* around surrogates */
    "\xef\xbf\xbd \xef\xbf\xbe \xef\xbf\xbf", /* end of plane 0 */
    "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf",      /* ends of four bytes */
    "\xf0\x9f\x8e\xae \xf0\xa0\x9c\x8e",      /* planes 1 and 2 */
    "\xf3\xa0\x80\x81 \xf3\xb0\x80\x80",      /* planes 14 and 15 */
    "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5 long enough for words",
};

START_TEST(text_of_every_plane)
{
    const char *text = good_text[_i];
    size_t n = strlen(text);
    frame_z(&input, FIN | WS_TEXT, text);
    server_frame(&expected, WS_TEXT, text, n);
    /* In two fragments, cut everywhere. */
    for (size_t at = 0; at <= n; at++) {
        frame(&input, WS_TEXT, text, at);
        frame(&input, FIN | WS_CONTINUATION, text + at, n - at);
        server_frame(&expected, WS_TEXT, text, n);
    }
    /* A fragment for every byte. */
    for (size_t at = 0; at < n; at++)
        frame(&input,
              (at == 0 ? WS_TEXT : WS_CONTINUATION) | (at + 1 == n ? FIN : 0),
              text + at, 1);
    server_frame(&expected, WS_TEXT, text, n);
    expect_accepted();
}
END_TEST

/* The text, and how many of its bytes it takes to see that it is wrong. */
static const struct {
    const char *text;
    size_t at;
} bad_text[] = {
    {"\x80", 1},                     /* a continuation byte first */
    {"ab\xbf", 3},                   /* the same, later */
    {"\xc0\xaf", 1},                 /* overlong */
    {"\xc1\xbf", 1},                 /* overlong */
    {"\xe0\x80\xaf", 2},             /* overlong */
    {"\xe0\x9f\xbf", 2},             /* overlong */
    {"\xf0\x80\x80\xaf", 2},         /* overlong */
    {"\xf0\x8f\xbf\xbf", 2},         /* overlong */
    {"\xed\xa0\x80", 2},             /* the first surrogate */
    {"\xed\xbf\xbf", 2},             /* the last one */
    {"\xed\xa0\xbd\xed\xb8\x80", 2}, /* a pair of them */
    {"\xf4\x90\x80\x80", 2},         /* above U+10FFFF */
    {"\xf5\x80\x80\x80", 1},         /* far above it */
    {"\xf8\x88\x80\x80\x80", 1},     /* five bytes */
    {"\xfe", 1},                     /* never */
    {"\xff", 1},                     /* never */
    {"\xc2 ", 2},                    /* cut short */
    {"\xe2\x82 ", 3},                /* cut short */
    {"\xf0\x9f\x8e ", 4},            /* cut short */
    {"long enough for words \xc0 and more behind it", 23},
};

START_TEST(bad_text_fails_at_the_byte)
{
    const char *text = bad_text[_i].text;
    frame_z(&input, FIN | WS_TEXT, text);
    expect_failed_at(WS_CODE_BAD_TEXT, 6 + bad_text[_i].at);
    start_again();
    frame_z(&input, WS_TEXT, "ok \xe2\x82\xac");
    size_t before = input.n;
    frame_z(&input, FIN | WS_CONTINUATION, text);
    expect_failed_at(WS_CODE_BAD_TEXT, before + 6 + bad_text[_i].at);
    /* The same bytes are fine where they are not text. */
    start_again();
    frame_z(&input, FIN | WS_BINARY, text);
    server_frame(&expected, WS_BINARY, text, strlen(text));
    expect_accepted();
}
END_TEST

START_TEST(bad_text_fails_within_an_unfinished_frame)
{
    char mask[4] = {0};
    frame_header(&input, WS_TEXT, 100000, -1);
    buf_append(&input, mask, sizeof(mask));
    buf_append(&input, "abc\xff", 4);
    expect_failed_at(WS_CODE_BAD_TEXT, input.n);
}
END_TEST

START_TEST(text_may_not_end_within_a_character)
{
    static const char *const texts[] = {"\xc2", "\xe2\x82", "a\xf0\x9f\x8e"};
    for (size_t i = 0; i < LENGTH(texts); i++) {
        start_again();
        frame_z(&input, FIN | WS_TEXT, texts[i]);
        expect_failed_at(WS_CODE_BAD_TEXT, input.n);
        start_again();
        frame_z(&input, WS_TEXT, texts[i]);
        frame_z(&input, FIN | WS_CONTINUATION, "");
        expect_failed_at(WS_CODE_BAD_TEXT, input.n);
    }
}
END_TEST

START_TEST(text_is_checked_afresh_for_every_message)
{
    frame_z(&input, WS_TEXT, "\xe2\x82");
    frame_z(&input, FIN | WS_PING, "\xff");
    frame_z(&input, FIN | WS_CONTINUATION, "\xac");
    frame_z(&input, WS_TEXT, "a");
    frame_z(&input, FIN | WS_CONTINUATION, "b");
    server_frame(&expected, WS_PING, "\xff", 1);
    server_frame(&expected, WS_TEXT, "\xe2\x82\xac", 3);
    server_frame(&expected, WS_TEXT, "ab", 2);
    expect_accepted();
}
END_TEST

/* ---- Close frames (5.5.1, 7.4) ---- */

static int close_code(unsigned code, const char *reason, size_t n)
{
    char payload[200] = {(char)(code >> 8), (char)code};
    memcpy(payload + 2, reason, n);
    return ws_close_code(payload, n + 2);
}

START_TEST(close_codes_that_may_be_sent)
{
    static const unsigned good[] = {1000, 1001, 1002, 1003, 1007, 1008, 1009,
                                    1010, 1011, 3000, 3999, 4000, 4999};
    for (size_t i = 0; i < LENGTH(good); i++) {
        ck_assert_int_eq(close_code(good[i], "", 0), (int)good[i]);
        ck_assert_int_eq(close_code(good[i], "why", 3), (int)good[i]);
    }
    ck_assert_int_eq(ws_close_code(NULL, 0), WS_CODE_NONE);
}
END_TEST

START_TEST(close_codes_that_may_not_be_sent)
{
    static const unsigned bad[] = {0,    1,    999,  1004, 1005, 1006,
                                   1012, 1013, 1014, 1015, 1016, 1100,
                                   2000, 2999, 5000, 65535};
    for (size_t i = 0; i < LENGTH(bad); i++)
        ck_assert_int_eq(close_code(bad[i], "", 0), -WS_CODE_PROTOCOL);
    ck_assert_int_eq(ws_close_code("\x03", 1), -WS_CODE_PROTOCOL);
}
END_TEST

START_TEST(close_reasons_are_text)
{
    char *p = ascii(123);
    ck_assert_int_eq(close_code(1000, p, 123), 1000);
    ck_assert_int_eq(close_code(1000, "\xe2\x82\xac", 3), 1000);
    ck_assert_int_eq(close_code(1000, "\xe2\x82", 2), -WS_CODE_BAD_TEXT);
    ck_assert_int_eq(close_code(1000, "\xce\xba\xff", 3), -WS_CODE_BAD_TEXT);
    /* With a reason of 124 bytes the frame is no control frame any more. */
    frame(&input, FIN | WS_CLOSE, p, 123);
    server_frame(&expected, WS_CLOSE, p, 123);
    expect_accepted();
    size_t before = input.n;
    char longer[126] = {3, (char)0xe8};
    frame(&input, FIN | WS_CLOSE, longer, 126);
    expect_failed_at(WS_CODE_PROTOCOL, before + 2);
    free(p);
}
END_TEST

/* ---- Writing, unmasking, memory ---- */

START_TEST(headers_are_the_shortest)
{
    static const struct {
        uint64_t n;
        unsigned length;
        const char *bytes;
    } cases[] = {
        {0, 2, "\x82\x00"},
        {125, 2, "\x82\x7d"},
        {126, 4, "\x82\x7e\x00\x7e"},
        {65535, 4, "\x82\x7e\xff\xff"},
        {65536, 10, "\x82\x7f\0\0\0\0\0\x01\0\0"},
        {UINT64_C(0x0102030405060708), 10, "\x82\x7f\1\2\3\4\5\6\7\x08"},
    };
    char bytes[WS_HEADER_MAX];
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char *end = bytes + sizeof(bytes);
        unsigned n = ws_header_before(end, WS_BINARY, cases[i].n);
        ck_assert_uint_eq(n, cases[i].length);
        ck_assert_mem_eq(end - n, cases[i].bytes, n);
    }
}
END_TEST

START_TEST(unmasking_at_every_offset)
{
    const struct ws_mask_way *way = &ws_mask_ways[_i];
    static const uint8_t mask[4] = {0x12, 0x80, 0xff, 0x07};
    char p[160], plain[160];

    if (!way->usable())
        return;
    for (size_t from = 0; from < 4; from++) {
        for (size_t n = 0; n < 150; n++) {
            for (size_t at = 0; at < 5; at++) {
                for (size_t i = 0; i < sizeof(p); i++)
                    p[i] = plain[i] = (char)(i * 7);
                way->unmask(p + from, n, mask, at);
                for (size_t i = 0; i < n; i++)
                    plain[from + i] ^= (char)mask[(at + i) % 4];
                if (memcmp(p, plain, sizeof(p)) != 0)
                    ck_abort_msg("%s: %zu, %zu, %zu", way->name, from, n, at);
            }
        }
    }
}
END_TEST

START_TEST(unmasking_tells_ascii_from_more)
{
    const struct ws_mask_way *way = &ws_mask_ways[_i];
    static const uint8_t mask[4] = {0xff, 0x00, 0x80, 0x55};
    char p[150];

    if (!way->usable())
        return;
    /* All ASCII; then each byte in turn is not. What lies behind never is. */
    for (size_t n = 0; n < sizeof(p); n++) {
        for (size_t high = 0; high <= n; high++) {
            for (size_t i = 0; i < sizeof(p); i++)
                p[i] = (char)((i < n ? 0x7f : 0xff) ^ mask[i % 4]);
            if (high < n)
                p[high] = (char)(0x80 ^ mask[high % 4]);
            if (way->unmask(p, n, mask, 0) != (high < n))
                ck_abort_msg("%s: %zu of %zu", way->name, high, n);
        }
    }
}
END_TEST

START_TEST(only_a_message_in_pieces_takes_memory)
{
    struct ws_message m;
    size_t used;
    buf_reserve(&seen, 1000);
    frame_z(&input, FIN | WS_TEXT, "whole");
    frame_z(&input, WS_TEXT, "in ");
    frame_z(&input, FIN | WS_CONTINUATION, "pieces");
    long before = mem_live();
    ck_assert_int_eq(ws_parse(&parser, &rules, input.p, input.n, &used, &m), 1);
    ck_assert_int_eq(mem_live(), before);
    size_t at = used;
    ck_assert_int_eq(
        ws_parse(&parser, &rules, input.p + at, input.n - at, &used, &m), 1);
    ck_assert_uint_eq(at + used, input.n);
    ck_assert_mem_eq(m.p, "in pieces", 9);
    ck_assert_int_eq(mem_live(), before + 2); /* it, and its bytes */
    ck_assert_int_eq(ws_parse(&parser, &rules, input.p, 0, &used, &m), 0);
    ck_assert_int_eq(mem_live(), before);
}
END_TEST

START_TEST(without_memory_a_message_is_too_big)
{
    struct ws_message m;
    size_t used;
    frame_z(&input, WS_TEXT, "a");
    mem_fail_after(_i);
    ck_assert_int_eq(ws_parse(&parser, &rules, input.p, input.n, &used, &m),
                     -WS_CODE_TOO_BIG);
    mem_fail_after(-1);
}
END_TEST

/* A conversation at random: what comes out is what went in. */
static void random_conversation(unsigned *seed)
{
    static const char pool[] = "caf\xc3\xa9 \xf0\x9f\x8e\xae ";
    bool open = false;
    struct buf message;
    unsigned opcode = 0;
    buf_init(&message, BUF_MAX);
    for (int i = 0; i < 60; i++) {
        char p[400];
        size_t n = (size_t)rand_r(seed) % (rand_r(seed) % 2 ? 10 : 400);
        for (size_t j = 0; j < n; j++)
            p[j] = pool[(message.n + j) % (sizeof(pool) - 1)];
        if (rand_r(seed) % 3 == 0) {
            enum ws_opcode control = rand_r(seed) % 2 ? WS_PING : WS_PONG;
            n = n < 125 ? n : 125;
            frame(&input, FIN | control, p, n);
            server_frame(&expected, control, p, n);
            continue;
        }
        bool first = !open;
        if (first)
            opcode = rand_r(seed) % 2 ? WS_TEXT : WS_BINARY;
        open = rand_r(seed) % 2;
        if (!open) {
            /* To the end of the pool, which is the end of a character. */
            n = 0;
            while (n == 0 || (message.n + n) % (sizeof(pool) - 1) != 0) {
                p[n] = pool[(message.n + n) % (sizeof(pool) - 1)];
                n++;
            }
        }
        frame(&input, (first ? opcode : WS_CONTINUATION) | (open ? 0 : FIN), p,
              n);
        buf_append(&message, p, n);
        if (open)
            continue;
        server_frame(&expected, opcode, message.p, message.n);
        buf_clear(&message);
    }
    buf_free(&message);
}

START_TEST(random_conversations)
{
    unsigned seed = (unsigned)_i + 1;
    for (int i = 0; i < 20; i++) {
        start_again();
        random_conversation(&seed);
        expect_accepted();
        ck_assert_int_eq(feed((size_t)rand_r(&seed) % 50 + 1), 0);
        expect_seen();
    }
}
END_TEST

/* Whatever comes, the parser ends, and stays within its input. */
START_TEST(random_bytes_do_no_harm)
{
    unsigned seed = (unsigned)_i + 1;
    rules.max_message = 100;
    for (int i = 0; i < 2000; i++) {
        start_again();
        random_conversation(&seed);
        buf_consume(&input, (size_t)rand_r(&seed) % 50 % input.n);
        for (int j = rand_r(&seed) % 4; j > 0; j--)
            input.p[(size_t)rand_r(&seed) % input.n] = (char)rand_r(&seed);
        int result = feed((size_t)rand_r(&seed) % 60);
        ck_assert(result == 0 || result == -WS_CODE_PROTOCOL ||
                  result == -WS_CODE_BAD_TEXT || result == -WS_CODE_TOO_BIG);
        if (parser.partial)
            ck_assert_uint_le(parser.partial->message.n, 100);
    }
}
END_TEST

static void add_contents(Suite *suite)
{
    TCase *tc = section(suite, "RFC 6455 8.1", setup, teardown);
    tcase_add_loop_test(tc, text_of_every_plane, 0, LENGTH(good_text));
    tcase_add_loop_test(tc, bad_text_fails_at_the_byte, 0, LENGTH(bad_text));
    tcase_add_test(tc, bad_text_fails_within_an_unfinished_frame);
    tcase_add_test(tc, text_may_not_end_within_a_character);
    tcase_add_test(tc, text_is_checked_afresh_for_every_message);
    tc = section(suite, "RFC 6455 7.4", setup, teardown);
    tcase_add_test(tc, close_codes_that_may_be_sent);
    tcase_add_test(tc, close_codes_that_may_not_be_sent);
    tc = section(suite, "RFC 6455 5.5.1", setup, teardown);
    tcase_add_test(tc, close_reasons_are_text);
    tc = section(suite, "RFC 6455 5.2", setup, teardown);
    tcase_add_test(tc, headers_are_the_shortest);
    tc = section(suite, "RFC 6455 5.3", setup, teardown);
    int ways = 0;
    while (ws_mask_ways[ways].name)
        ways++;
    tcase_add_loop_test(tc, unmasking_at_every_offset, 0, ways);
    tcase_add_loop_test(tc, unmasking_tells_ascii_from_more, 0, ways);
    tc = section(suite, "ws_contents", setup, teardown);
    tcase_add_test(tc, only_a_message_in_pieces_takes_memory);
    tcase_add_loop_test(tc, without_memory_a_message_is_too_big, 0, 2);
    tcase_add_loop_test(tc, random_conversations, 0, 5);
    tcase_add_loop_test(tc, random_bytes_do_no_harm, 0, 4);
}

int main(void)
{
    Suite *suite = suite_create("ws_contents");
    add_contents(suite);
    return unit_main(suite);
}
