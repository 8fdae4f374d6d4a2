/* SPDX-License-Identifier: MIT */
#include "ws_parser_unit.h"

/* ---- Lengths (5.2) ---- */

static const size_t sizes[] = {0,     1,     125,   126,   127,   128,
                               65535, 65536, 65537, 70000, 200000};

START_TEST(every_size_of_message)
{
    char *p = ascii(sizes[_i]);
    frame(&input, FIN | WS_TEXT, p, sizes[_i]);
    frame(&input, FIN | WS_BINARY, p, sizes[_i]);
    server_frame(&expected, WS_TEXT, p, sizes[_i]);
    server_frame(&expected, WS_BINARY, p, sizes[_i]);
    expect_accepted();
    free(p);
}
END_TEST

START_TEST(a_length_takes_the_fewest_bytes)
{
    static const struct {
        uint64_t n;
        int bytes;
    } bad[] = {{0, 2},
               {125, 2},
               {0, 8},
               {125, 8},
               {126, 8},
               {65535, 8},
               {UINT64_C(1) << 63, 8},
               {UINT64_MAX, 8}};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        start_again();
        frame_header(&input, FIN | WS_BINARY, bad[i].n, bad[i].bytes);
        expect_failed_at(WS_CODE_PROTOCOL, 2 + (size_t)bad[i].bytes);
    }
}
END_TEST

START_TEST(a_message_is_limited)
{
    char p[1001] = {0};
    rules.max_message = 1000;
    frame(&input, FIN | WS_BINARY, p, 1000);
    server_frame(&expected, WS_BINARY, p, 1000);
    expect_accepted();
    /* One more is refused as soon as it is announced. */
    size_t before = input.n;
    frame(&input, FIN | WS_BINARY, p, 1001);
    expect_failed_at(WS_CODE_TOO_BIG, before + 4);
    start_again();
    frame_header(&input, FIN | WS_TEXT, INT64_MAX, -1);
    expect_failed_at(WS_CODE_TOO_BIG, 10);
}
END_TEST

START_TEST(the_fragments_of_a_message_are_limited_together)
{
    char p[1000] = {0};
    rules.max_message = 1000;
    frame(&input, WS_BINARY, p, 600);
    frame(&input, WS_CONTINUATION, p, 400);
    size_t before = input.n;
    frame(&input, FIN | WS_CONTINUATION, p, 1);
    expect_failed_at(WS_CODE_TOO_BIG, before + 2);
}
END_TEST

START_TEST(a_message_may_not_have_fragments_without_end)
{
    frame(&input, WS_TEXT, "", 0);
    for (int i = 2; i < WS_FRAGMENTS_MAX; i++)
        frame(&input, WS_CONTINUATION, "", 0);
    size_t before = input.n;
    frame(&input, FIN | WS_CONTINUATION, "", 0);
    server_frame(&expected, WS_TEXT, "", 0);
    ck_assert_int_eq(feed(0), 0);
    expect_seen();
    input.n = before;
    buf_clear(&expected);
    frame(&input, WS_CONTINUATION, "", 0);
    frame(&input, WS_CONTINUATION, "", 0);
    ck_assert_int_eq(feed(0), -WS_CODE_TOO_BIG);
    expect_seen();
}
END_TEST

START_TEST(fragments_are_counted_for_each_message)
{
    for (int message = 0; message < 3; message++) {
        frame(&input, WS_TEXT, "", 0);
        for (int i = 0; i < WS_FRAGMENTS_MAX / 2; i++)
            frame(&input, WS_CONTINUATION, "", 0);
        frame(&input, FIN | WS_CONTINUATION, "", 0);
        server_frame(&expected, WS_TEXT, "", 0);
    }
    ck_assert_int_eq(feed(0), 0);
    expect_seen();
}
END_TEST

START_TEST(large_messages_in_small_and_large_frames)
{
    static const struct {
        size_t message, piece;
    } cases[] = {{65536, 64},         {1 << 20, 64},        {1 << 20, 65536},
                 {16 << 20, 4 << 20}, {16 << 20, 16 << 20}, {16 << 20, 4096}};
    size_t n = cases[_i].message, piece = cases[_i].piece;
    char *p = ascii(n);
    for (size_t at = 0; at < n; at += piece)
        frame(&input,
              (at == 0 ? WS_TEXT : WS_CONTINUATION) |
                  (at + piece == n ? FIN : 0),
              p + at, piece);
    server_frame(&expected, WS_TEXT, p, n);
    ck_assert_int_eq(feed(0), 0);
    expect_seen();
    ck_assert_int_eq(feed(65536), 0);
    expect_seen();
    free(p);
}
END_TEST

/* ---- The first two bytes (5.2) ---- */

static const enum ws_opcode opcodes[] = {WS_TEXT, WS_BINARY, WS_CLOSE, WS_PING,
                                         WS_PONG};

START_TEST(reserved_bits_are_refused)
{
    for (size_t i = 0; i < LENGTH(opcodes); i++) {
        for (unsigned bits = 1; bits <= 7; bits++) {
            start_again();
            frame_z(&input, FIN | WS_TEXT, "before");
            server_frame(&expected, WS_TEXT, "before", 6);
            size_t before = input.n;
            frame(&input, FIN | bits << 4 | opcodes[i], "x", 1);
            expect_failed_at(WS_CODE_PROTOCOL, before + 2);
        }
    }
}
END_TEST

START_TEST(reserved_bits_are_refused_on_a_continuation)
{
    frame_z(&input, WS_TEXT, "a");
    size_t before = input.n;
    frame_z(&input, FIN | 0x40 | WS_CONTINUATION, "b");
    expect_failed_at(WS_CODE_PROTOCOL, before + 2);
}
END_TEST

START_TEST(reserved_opcodes_are_refused)
{
    for (unsigned opcode = 3; opcode <= 15; opcode++) {
        if (opcode >= WS_CLOSE && opcode <= WS_PONG)
            continue;
        for (unsigned fin = 0; fin <= FIN; fin += FIN) {
            start_again();
            frame(&input, fin | opcode, "", 0);
            expect_failed_at(WS_CODE_PROTOCOL, 2);
        }
    }
}
END_TEST

START_TEST(a_frame_must_be_masked)
{
    for (size_t i = 0; i < LENGTH(opcodes); i++) {
        start_again();
        server_frame(&input, opcodes[i], "abc", 3);
        expect_failed_at(WS_CODE_PROTOCOL, 2);
    }
}
END_TEST

START_TEST(a_mask_of_zero_is_a_mask)
{
    frame_header(&input, FIN | WS_TEXT, 3, -1);
    buf_append(&input, "\0\0\0\0abc", 7);
    server_frame(&expected, WS_TEXT, "abc", 3);
    expect_accepted();
}
END_TEST

/* ---- Control frames (5.5) ---- */

START_TEST(control_frames_of_every_size)
{
    static const size_t n[] = {0, 1, 124, 125};
    char *p = ascii(125);
    for (size_t i = 0; i < LENGTH(n); i++) {
        frame(&input, FIN | WS_PING, p, n[i]);
        frame(&input, FIN | WS_PONG, p, n[i]);
        server_frame(&expected, WS_PING, p, n[i]);
        server_frame(&expected, WS_PONG, p, n[i]);
    }
    expect_accepted();
    free(p);
}
END_TEST

START_TEST(a_control_frame_is_short_and_whole)
{
    char p[126] = {0};
    for (size_t i = 2; i < LENGTH(opcodes); i++) {
        start_again();
        frame(&input, FIN | opcodes[i], p, 126);
        expect_failed_at(WS_CODE_PROTOCOL, 2);
        start_again();
        frame(&input, opcodes[i], "", 0);
        expect_failed_at(WS_CODE_PROTOCOL, 2);
    }
}
END_TEST

START_TEST(ten_pings_in_a_row)
{
    for (char c = '0'; c <= '9'; c++) {
        frame(&input, FIN | WS_PING, &c, 1);
        server_frame(&expected, WS_PING, &c, 1);
    }
    expect_accepted();
}
END_TEST

/* ---- Fragments (5.4) ---- */

START_TEST(fragments_make_one_message)
{
    frame_z(&input, WS_TEXT, "one ");
    frame_z(&input, WS_CONTINUATION, "two ");
    frame_z(&input, WS_CONTINUATION, "");
    frame_z(&input, FIN | WS_CONTINUATION, "three");
    frame_z(&input, WS_BINARY, "");
    frame_z(&input, FIN | WS_CONTINUATION, "");
    frame_z(&input, FIN | WS_TEXT, "whole");
    server_frame(&expected, WS_TEXT, "one two three", 13);
    server_frame(&expected, WS_BINARY, "", 0);
    server_frame(&expected, WS_TEXT, "whole", 5);
    expect_accepted();
}
END_TEST

START_TEST(control_frames_come_between_fragments)
{
    frame_z(&input, WS_TEXT, "one ");
    frame_z(&input, FIN | WS_PING, "p");
    frame_z(&input, WS_CONTINUATION, "two ");
    frame_z(&input, FIN | WS_PONG, "q");
    frame_z(&input, FIN | WS_PING, "");
    frame_z(&input, FIN | WS_CONTINUATION, "three");
    server_frame(&expected, WS_PING, "p", 1);
    server_frame(&expected, WS_PONG, "q", 1);
    server_frame(&expected, WS_PING, "", 0);
    server_frame(&expected, WS_TEXT, "one two three", 13);
    expect_accepted();
}
END_TEST

START_TEST(a_continuation_needs_a_start)
{
    for (unsigned fin = 0; fin <= FIN; fin += FIN) {
        start_again();
        frame_z(&input, fin | WS_CONTINUATION, "x");
        expect_failed_at(WS_CODE_PROTOCOL, 2);
    }
    /* Also when there was one, whose message is complete. */
    start_again();
    frame_z(&input, WS_TEXT, "a");
    frame_z(&input, FIN | WS_CONTINUATION, "b");
    server_frame(&expected, WS_TEXT, "ab", 2);
    size_t before = input.n;
    frame_z(&input, FIN | WS_CONTINUATION, "x");
    expect_failed_at(WS_CODE_PROTOCOL, before + 2);
}
END_TEST

START_TEST(no_message_within_a_message)
{
    static const unsigned starts[] = {WS_TEXT, WS_BINARY, FIN | WS_TEXT,
                                      FIN | WS_BINARY};
    for (size_t i = 0; i < LENGTH(starts); i++) {
        start_again();
        frame_z(&input, WS_TEXT, "a");
        size_t before = input.n;
        frame_z(&input, starts[i], "b");
        expect_failed_at(WS_CODE_PROTOCOL, before + 2);
    }
}
END_TEST

static void add_framing(Suite *suite)
{
    TCase *tc = section(suite, "RFC 6455 5.2", setup, teardown);
    tcase_add_loop_test(tc, every_size_of_message, 0, LENGTH(sizes));
    tcase_add_test(tc, a_length_takes_the_fewest_bytes);
    tcase_add_test(tc, reserved_bits_are_refused);
    tcase_add_test(tc, reserved_bits_are_refused_on_a_continuation);
    tcase_add_test(tc, reserved_opcodes_are_refused);
    tc = section(suite, "RFC 6455 10.4", setup, teardown);
    tcase_add_test(tc, a_message_is_limited);
    tcase_add_test(tc, the_fragments_of_a_message_are_limited_together);
    tcase_add_test(tc, a_message_may_not_have_fragments_without_end);
    tcase_add_test(tc, fragments_are_counted_for_each_message);
    tc = section(suite, "RFC 6455 5.1", setup, teardown);
    tcase_add_test(tc, a_frame_must_be_masked);
    tc = section(suite, "RFC 6455 5.3", setup, teardown);
    tcase_add_test(tc, a_mask_of_zero_is_a_mask);
    tc = section(suite, "RFC 6455 5.5", setup, teardown);
    tcase_add_test(tc, control_frames_of_every_size);
    tcase_add_test(tc, a_control_frame_is_short_and_whole);
    tc = section(suite, "RFC 6455 5.5.2", setup, teardown);
    tcase_add_test(tc, ten_pings_in_a_row);
    tc = section(suite, "RFC 6455 5.4", setup, teardown);
    tcase_add_loop_test(tc, large_messages_in_small_and_large_frames, 0, 6);
    tcase_add_test(tc, fragments_make_one_message);
    tcase_add_test(tc, control_frames_come_between_fragments);
    tcase_add_test(tc, a_continuation_needs_a_start);
    tcase_add_test(tc, no_message_within_a_message);
}

int main(void)
{
    Suite *suite = suite_create("ws_parser");
    add_framing(suite);
    return unit_main(suite);
}
