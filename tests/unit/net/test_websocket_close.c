/* SPDX-License-Identifier: MIT */
#include "websocket_unit.h"

static const int echoed[] = {1000, 1001, 1003, 1011, 3000, 4999, WS_CODE_NONE};

START_TEST(a_close_is_answered_with_its_code)
{
    open_connection();
    close_frame(&input, false, echoed[_i]);
    frame_z(&input, FIN | WS_TEXT, "behind"); /* both without effect */
    close_frame(&input, false, 1002);
    write_input();
    close_frame(&output, true, echoed[_i]);
    expect_closed(echoed[_i]);
    ck_assert_int_eq(owner.messages, 0);
    shutdown(client, SHUT_WR);
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(what_was_sent_leaves_before_the_close)
{
    open_connection();
    owner.on_message = DO_ECHO;
    frame_z(&input, FIN | WS_TEXT, "last");
    close_frame(&input, false, WS_CODE_NORMAL);
    write_input();
    server_frame(&output, WS_TEXT, "last", 4);
    close_frame(&output, true, WS_CODE_NORMAL);
    expect_closed(WS_CODE_NORMAL);
}
END_TEST

/* Everything a peer may do wrong, and the code that it is told. */
static void write_violation(int i)
{
    char p[126] = {0};
    switch (i) {
    case 0:
        server_frame(&input, WS_TEXT, "not masked", 10);
        break;
    case 1:
        frame_z(&input, FIN | 0x40 | WS_TEXT, "reserved bit");
        break;
    case 2:
        frame_z(&input, FIN | 3, "reserved opcode");
        break;
    case 3:
        frame_z(&input, FIN | WS_CONTINUATION, "no start");
        break;
    case 4:
        frame(&input, FIN | WS_PING, p, 126);
        break;
    case 5:
        frame(&input, FIN | WS_CLOSE, p, 1);
        break;
    case 6:
        close_frame(&input, false, 1006);
        break;
    case 7:
        frame(&input, FIN | WS_CLOSE, "\x03\xe8\xff", 3);
        break;
    case 8:
        frame_z(&input, FIN | WS_TEXT, "\xff");
        break;
    default:
        frame_header(&input, FIN | WS_TEXT, MAX_MESSAGE + 1, -1);
        break;
    }
}

static const int codes[] = {1002, 1002, 1002, 1002, 1002,
                            1002, 1002, 1007, 1007, 1009};

START_TEST(a_violation_is_answered_with_its_code)
{
    open_connection();
    frame_z(&input, FIN | WS_TEXT, "good");
    write_violation(_i);
    frame_z(&input, FIN | WS_TEXT, "too late");
    write_input();
    close_frame(&output, true, codes[_i]);
    expect_closed(codes[_i]);
    ck_assert_int_eq(owner.messages, 1);
}
END_TEST

static void no_end(void *user)
{
    ck_abort_msg("it was begun last");
}

/* Half of a message, whether in a frame or in frames, takes up the room that
 * something newer needs. */
START_TEST(half_a_message_makes_room)
{
    static char text[20000];
    struct intake *in = http_server_intake(server);
    struct intake_part other = {.end = no_end};

    open_connection();
    intake_set_max(in, 25000);
    memset(text, 'x', sizeof(text));
    frame(&input, _i ? WS_TEXT : FIN | WS_TEXT, text, sizeof(text));
    if (_i == 0)
        input.n -= 5000;
    write_input();
    TURN_UNTIL(loop, in->bytes >= 15000);
    intake_hold(in, &other, 15000);
    close_frame(&output, true, WS_CODE_TRY_LATER);
    expect_closed(WS_CODE_TRY_LATER);
    ck_assert_int_eq(owner.messages, 0);
    ck_assert_uint_eq(in->bytes, 15000);
    intake_release(&other);
}
END_TEST

START_TEST(what_is_complete_takes_up_no_room)
{
    static char text[20000];
    struct intake *in = http_server_intake(server);

    open_connection();
    memset(text, 'x', sizeof(text));
    frame(&input, WS_TEXT, text, sizeof(text));
    write_input();
    TURN_UNTIL(loop, in->bytes > 0);
    buf_clear(&input);
    frame_z(&input, FIN, "end");
    frame_z(&input, WS_TEXT, "another");
    write_input();
    TURN_UNTIL(loop, owner.messages == 1);
    ck_assert_uint_eq(in->bytes, 0);
}
END_TEST

START_TEST(we_close_and_the_peer_answers)
{
    int code = _i ? WS_CODE_GOING_AWAY : WS_CODE_NONE;
    open_connection();
    websocket_close(owner.ws, code);
    websocket_close(owner.ws, WS_CODE_NORMAL); /* once is enough */
    send_frame(owner.ws, WS_TEXT, "x", 1, ERR_CLOSED);
    close_frame(&output, true, code);
    expect_output();
    /* What was on its way is neither shown nor answered. */
    frame_z(&input, FIN | WS_TEXT, "late");
    frame_z(&input, FIN | WS_PING, "late");
    write_input();
    settle(loop);
    ck_assert_int_eq(owner.messages + owner.closed, 0);
    ck_assert(peer_is_quiet(client));
    buf_clear(&input);
    buf_clear(&output);
    close_frame(&input, false, code);
    write_input();
    expect_closed(code);
}
END_TEST

START_TEST(we_close_and_the_peer_does_not_answer)
{
    open_connection();
    websocket_close(owner.ws, WS_CODE_NORMAL);
    settle(loop);
    ck_assert_int_eq(owner.closed, 0);
    timers_set_now(&loop->timers, loop_now(loop) + WEBSOCKET_CLOSE_GRACE);
    loop_turn(loop, 0);
    ck_assert_int_eq(owner.closed, 1);
    ck_assert_int_eq(owner.code, WS_CODE_ABNORMAL);
    ck_assert_uint_eq(loop->streams, 0);
}
END_TEST

START_TEST(we_close_and_the_peer_breaks_the_protocol)
{
    open_connection();
    websocket_close(owner.ws, WS_CODE_NORMAL);
    frame_z(&input, FIN | 0x70 | WS_TEXT, "x");
    write_input();
    close_frame(&output, true, WS_CODE_NORMAL); /* and no second one */
    expect_closed(WS_CODE_PROTOCOL);
}
END_TEST

START_TEST(we_close_and_the_peer_goes_away)
{
    open_connection();
    websocket_close(owner.ws, WS_CODE_NORMAL);
    close_frame(&output, true, WS_CODE_NORMAL);
    expect_output();
    close(client);
    client = -1;
    TURN_UNTIL(loop, owner.closed == 1);
    ck_assert_int_eq(owner.code, WS_CODE_ABNORMAL);
}
END_TEST

START_TEST(a_connection_that_ends_or_breaks)
{
    open_connection();
    if (_i == 0)
        shutdown(client, SHUT_WR);
    else if (_i == 1)
        close(client);
    else
        peer_reset(client);
    if (_i != 0)
        client = -1;
    TURN_UNTIL(loop, owner.closed == 1);
    ck_assert_int_eq(owner.code, WS_CODE_ABNORMAL);
    TURN_UNTIL(loop, loop->streams == 0);
    ck_assert_int_eq(owner.closed, 1);
}
END_TEST

START_TEST(a_connection_that_breaks_within_a_message)
{
    open_connection();
    frame_header(&input, WS_TEXT, 50000, -1);
    buf_append_z(&input, "mask and a part");
    write_input();
    settle(loop);
    peer_reset(client);
    client = -1;
    TURN_UNTIL(loop, owner.closed == 1);
    ck_assert_int_eq(owner.code, WS_CODE_ABNORMAL);
}
END_TEST

START_TEST(abort_is_silent)
{
    open_connection();
    owner.over = true;
    websocket_abort(owner.ws);
    ck_assert_int_eq(peer_read_to_end(loop, client), 0);
    websocket_abort(NULL);
}
END_TEST

START_TEST(abort_after_close)
{
    open_connection();
    websocket_close(owner.ws, WS_CODE_NORMAL);
    owner.over = true;
    websocket_abort(owner.ws);
    settle(loop);
}
END_TEST

START_TEST(abort_within_closed_is_too_late_but_harmless)
{
    open_connection();
    owner.abort_in_closed = true;
    close_frame(&input, false, WS_CODE_NORMAL);
    write_input();
    close_frame(&output, true, WS_CODE_NORMAL);
    expect_closed(WS_CODE_NORMAL);
}
END_TEST

START_TEST(a_close_without_memory_is_told_later)
{
    open_connection();
    mem_fail_after(_i);
    websocket_close(owner.ws, WS_CODE_NORMAL);
    mem_fail_after(-1);
    ck_assert_int_eq(owner.closed, 0);
    TURN_UNTIL(loop, owner.closed == 1);
    ck_assert_int_eq(owner.code, WS_CODE_ABNORMAL);
    peer_read_to_end(loop, client);
}
END_TEST

START_TEST(abort_after_a_close_without_memory)
{
    open_connection();
    mem_fail_after(0);
    websocket_close(owner.ws, WS_CODE_NORMAL);
    mem_fail_after(-1);
    owner.over = true;
    ck_assert_uint_eq(websocket_queued(owner.ws), 0);
    ck_assert(!websocket_behind(owner.ws));
    ck_assert_uint_eq(websocket_peer(owner.ws).n, 0);
    send_frame(owner.ws, WS_TEXT, "x", 1, ERR_CLOSED);
    websocket_abort(owner.ws);
    settle(loop);
}
END_TEST

START_TEST(a_close_with_a_full_queue_is_an_end)
{
    char *p = calloc(1, 100000);
    int result = 0;
    struct slice *slice = slice_new(p, 100000);
    open_connection();
    while (result == 0)
        result = websocket_send(owner.ws, slice, 0, slice->n);
    ck_assert_int_eq(result, ERR_BLOCKED);
    size_t n = websocket_queued(owner.ws);
    while ((result = websocket_send(owner.ws, slice, 0, 1)) == 0)
        n++;
    websocket_close(owner.ws, WS_CODE_NORMAL);
    ck_assert_int_eq(owner.closed, 0);
    TURN_UNTIL(loop, owner.closed == 1);
    ck_assert_int_eq(owner.code, WS_CODE_ABNORMAL);
    ck_assert_int_eq(peer_read_to_end(loop, client), (ssize_t)n);
    slice_unref(slice);
    free(p);
}
END_TEST

static void add_closing(Suite *suite)
{
    TCase *tc = section(suite, "RFC 6455 5.5.1", setup, teardown);
    tcase_add_loop_test(tc, a_close_is_answered_with_its_code, 0,
                        LENGTH(echoed));
    tcase_add_test(tc, what_was_sent_leaves_before_the_close);
    tcase_add_loop_test(tc, half_a_message_makes_room, 0, 2);
    tcase_add_test(tc, what_is_complete_takes_up_no_room);
    tcase_add_loop_test(tc, we_close_and_the_peer_answers, 0, 2);
    tcase_add_test(tc, we_close_and_the_peer_does_not_answer);
    tc = section(suite, "RFC 6455 7.1.7", setup, teardown);
    tcase_add_loop_test(tc, a_violation_is_answered_with_its_code, 0,
                        LENGTH(codes));
    tcase_add_test(tc, we_close_and_the_peer_breaks_the_protocol);
    tc = section(suite, "RFC 6455 7.1.5", setup, teardown);
    tcase_add_test(tc, we_close_and_the_peer_goes_away);
    tcase_add_loop_test(tc, a_connection_that_ends_or_breaks, 0, 3);
    tcase_add_test(tc, a_connection_that_breaks_within_a_message);
    tc = section(suite, "websocket_close", setup, teardown);
    tcase_add_test(tc, abort_is_silent);
    tcase_add_test(tc, abort_after_close);
    tcase_add_test(tc, abort_within_closed_is_too_late_but_harmless);
    tcase_add_loop_test(tc, a_close_without_memory_is_told_later, 0, 1);
    tcase_add_test(tc, abort_after_a_close_without_memory);
    tcase_add_test(tc, a_close_with_a_full_queue_is_an_end);
}

int main(void)
{
    Suite *suite = suite_create("websocket_close");
    add_closing(suite);
    return unit_main(suite);
}
