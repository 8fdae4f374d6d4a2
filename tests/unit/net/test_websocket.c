/* SPDX-License-Identifier: MIT */
#include "websocket_unit.h"

/* ---- The opening handshake ---- */

START_TEST(the_handshake_of_the_specification)
{
    open_connection();
    ck_assert(str_eq(websocket_peer(owner.ws), STR("192.0.2.1")));
    ck_assert_uint_eq(http_server_connections(server), 1);
}
END_TEST

START_TEST(headers_and_subprotocol_go_with_it)
{
    owner.headers = "X-One: 1\r\nX-Two: 2\r\n";
    write_z(REQUEST("/",
                    KEY VERSION "Sec-WebSocket-Protocol:  first , second\r\n"));
    expect_z(ANSWER "Sec-WebSocket-Protocol: first\r\n"
                    "X-One: 1\r\nX-Two: 2\r\n\r\n");
}
END_TEST

static const char *const accepted[] = {
    REQUEST("/", KEY "Sec-WebSocket-Version: 8\r\n"),
    REQUEST("/", "sec-websocket-KEY:dGhlIHNhbXBsZSBub25jZQ==\r\n" VERSION),
    "GET / HTTP/1.1\r\nHost: x\r\nUPGRADE: WebSocket\r\n"
    "connection: upGRADE\r\n" KEY VERSION "\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c, websocket\r\n"
    "Connection: Upgrade\r\n" KEY VERSION "\r\n",
};

START_TEST(handshakes_that_differ_are_accepted)
{
    write_z(accepted[_i]);
    expect_z(ANSWER "\r\n");
}
END_TEST

static const struct {
    int status;
    const char *request;
} refused[] = {
    {400, REQUEST("/", VERSION)},
    {400, REQUEST("/", "Sec-WebSocket-Key: \r\n" VERSION)},
    {400, REQUEST("/", KEY VERSION "Sec-WebSocket-Protocol: a b(), c\r\n")},
    {400, REQUEST("/", "Sec-WebSocket-Key: c2hvcnQ=\r\n" VERSION)},
    {400, REQUEST("/", "Sec-WebSocket-Key: "
                       "dGhlIHNhbXBsZSBub25jZSE=\r\n" VERSION)}, /* 17 */
    {400, REQUEST("/", "Sec-WebSocket-Key: "
                       "dGhlIHNhbXBsZSBub25jZQ\r\n" VERSION)},
    {400, REQUEST("/", "Sec-WebSocket-Key: "
                       "dGhlIHNhbXBsZS=ub25jZQ==\r\n" VERSION)},
    {400, REQUEST("/", "Sec-WebSocket-Key: "
                       "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="
                       "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="
                       "\r\n" VERSION)},
    {400, REQUEST("/", KEY)},
    {426, REQUEST("/", KEY "Sec-WebSocket-Version: 12\r\n")},
    {426, REQUEST("/", KEY "Sec-WebSocket-Version: 131\r\n")},
    {426, REQUEST("/", KEY "Sec-WebSocket-Version: x\r\n")},
    {400, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n"
          "Connection: Upgrade\r\n" KEY VERSION "\r\n"},
    {400,
     "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n" KEY VERSION "\r\n"},
    {400,
     "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n" KEY VERSION "\r\n"},
    {400, "GET / HTTP/1.0\r\nHost: x\r\nUpgrade: websocket\r\n"
          "Connection: Upgrade\r\n" KEY VERSION "\r\n"},
    {405, "PUT / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
          "Connection: Upgrade\r\n" KEY VERSION "\r\n"},
};

START_TEST(handshakes_that_are_wrong_are_refused)
{
    write_z(refused[_i].request);
    TURN_UNTIL(loop, refusal != 0);
    ck_assert_int_eq(refusal, refused[_i].status);
    ck_assert_ptr_null(owner.ws);
}
END_TEST

START_TEST(frames_right_behind_the_request_are_read)
{
    buf_append_z(&input, REQUEST("/", KEY VERSION));
    frame_z(&input, FIN | WS_TEXT, "early");
    frame_z(&input, FIN | WS_PING, "p");
    frame_header(&input, FIN | WS_TEXT, 4, -1); /* and one begun */
    write_input();
    server_frame(&output, WS_PONG, "p", 1);
    expect_z(ANSWER "\r\n");
    expect_output();
    ck_assert_int_eq(owner.messages, 1);
}
END_TEST

/* Clients exist that lose a frame which comes in one piece with the 101. */
START_TEST(the_answer_leaves_before_the_first_frame)
{
    int fds[2];
    char got[1000];
    owner.greets = true;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
    http_server_accept(server, fds[0], STR("unix"));
    close(client);
    client = fds[1];
    write_z(REQUEST("/", KEY VERSION));
    TURN_UNTIL(loop, owner.ws);
    ck_assert_int_eq(recv(client, got, sizeof(got), MSG_DONTWAIT),
                     (int)sizeof(ANSWER "\r\n") - 1);
    ck_assert_int_eq(recv(client, got, sizeof(got), MSG_DONTWAIT), 7);
    ck_assert_mem_eq(got, "\x81\x05hello", 7);
}
END_TEST

START_TEST(memory_may_run_out_while_accepting)
{
    int failures = 0;
    close(client);
    settle(loop);
    for (int n = 0; n < 50 && !owner.ws; n++) {
        int fds[2];
        tcp_pair(fds);
        client = fds[1];
        http_server_accept(server, fds[0], STR("x"));
        write_z(REQUEST("/", KEY VERSION));
        mem_fail_after(n);
        settle(loop);
        mem_fail_after(-1);
        if (owner.ws)
            break;
        failures++;
        close(client);
        settle(loop);
        ck_assert_uint_eq(http_server_connections(server), 0);
    }
    ck_assert_ptr_nonnull(owner.ws);
    ck_assert_int_gt(failures, 1);
    expect_z(ANSWER "\r\n");
}
END_TEST

/* ---- Messages ---- */

START_TEST(messages_go_up_and_down)
{
    open_connection();
    owner.on_message = DO_ECHO;
    char *p = calloc(1, 70000);
    for (size_t n = 0; n < 70000; n = n * 2 + 1) {
        frame(&input, FIN | (n % 4 == 1 ? WS_TEXT : WS_BINARY), p, n);
        server_frame(&output, n % 4 == 1 ? WS_TEXT : WS_BINARY, p, n);
    }
    write_input();
    expect_output();
    ck_assert_uint_eq(owner.got.n, output.n);
    ck_assert_mem_eq(owner.got.p, output.p, output.n);
    free(p);
}
END_TEST

START_TEST(messages_arrive_byte_by_byte)
{
    open_connection();
    owner.on_message = DO_ECHO;
    frame_z(&input, WS_TEXT, "in ");
    frame_z(&input, FIN | WS_PING, "p");
    frame_z(&input, FIN | WS_CONTINUATION, "pieces");
    for (size_t i = 0; i < input.n; i++) {
        peer_write(loop, client, input.p + i, 1);
        loop_turn(loop, 10);
    }
    server_frame(&output, WS_PONG, "p", 1);
    server_frame(&output, WS_TEXT, "in pieces", 9);
    expect_output();
}
END_TEST

/* Ten thousand messages in one piece must not keep other connections waiting
 * until the last of them is handled. */
START_TEST(many_messages_take_turns)
{
    const int count = 10000;
    int before = 0, most = 0;
    open_connection();
    for (int i = 0; i < count; i++) {
        char text[2] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26)};
        frame(&input, FIN | WS_TEXT, text, 2);
        server_frame(&output, WS_TEXT, text, 2);
    }
    write_input();
    while (owner.messages < count) {
        loop_turn(loop, 10);
        if (owner.messages - before > most)
            most = owner.messages - before;
        before = owner.messages;
    }
    ck_assert_int_gt(most, 0);
    ck_assert_int_lt(most, 1000);
    ck_assert_uint_eq(owner.got.n, output.n);
    ck_assert_mem_eq(owner.got.p, output.p, output.n);
    ck_assert_int_eq(owner.closed, 0);
}
END_TEST

/* The end, or the close frame, that comes in one piece with many messages
 * does not overtake them. */
START_TEST(many_messages_come_before_the_end)
{
    const int count = 2000 + _i % 4; /* also a multiple of a turn's */
    open_connection();
    for (int i = 0; i < count + 48 * (_i / 4 % 2); i++)
        frame_z(&input, FIN | WS_TEXT, "x");
    if (_i >= 8)
        close_frame(&input, false, WS_CODE_GOING_AWAY);
    write_input();
    shutdown(client, SHUT_WR);
    TURN_UNTIL(loop, owner.closed == 1);
    ck_assert_int_eq(owner.messages, count + 48 * (_i / 4 % 2));
    ck_assert_int_eq(owner.code,
                     _i >= 8 ? WS_CODE_GOING_AWAY : WS_CODE_ABNORMAL);
    TURN_UNTIL(loop, loop->streams == 0);
}
END_TEST

START_TEST(an_owner_may_abort_while_messages_wait)
{
    open_connection();
    for (int i = 0; i < 2000; i++)
        frame_z(&input, FIN | WS_TEXT, "x");
    write_input();
    TURN_UNTIL(loop, owner.messages > 0);
    ck_assert_int_lt(owner.messages, 2000);
    websocket_abort(owner.ws);
    owner.over = true;
    settle(loop);
    ck_assert_int_lt(owner.messages, 2000);
}
END_TEST

START_TEST(a_new_owner_gets_what_follows)
{
    open_connection();
    owner.on_message = DO_HAND_OVER;
    frame_z(&input, FIN | WS_TEXT, "one");
    frame_z(&input, FIN | WS_TEXT, "two");
    write_input();
    TURN_UNTIL(loop, heir.messages == 1);
    ck_assert_int_eq(owner.messages, 1);
    ck_assert_mem_eq(heir.got.p, "\x81\x03two", 5);
}
END_TEST

START_TEST(an_owner_may_abort_within_a_message)
{
    open_connection();
    owner.on_message = DO_ABORT;
    frame_z(&input, WS_TEXT, "o");
    frame_z(&input, FIN | WS_CONTINUATION, "ne"); /* in memory of its own */
    frame_z(&input, FIN | WS_TEXT, "two");
    write_input();
    TURN_UNTIL(loop, owner.over);
    settle(loop);
    ck_assert_int_eq(owner.messages, 1);
    ck_assert_int_eq(owner.closed, 0);
}
END_TEST

START_TEST(an_owner_may_close_within_a_message)
{
    open_connection();
    owner.on_message = DO_CLOSE;
    frame_z(&input, FIN | WS_TEXT, "one");
    frame_z(&input, FIN | WS_TEXT, "two");
    frame_z(&input, FIN | WS_PING, "three");
    close_frame(&input, false, WS_CODE_NORMAL);
    write_input();
    close_frame(&output, true, WS_CODE_GOING_AWAY);
    expect_closed(WS_CODE_NORMAL);
    ck_assert_int_eq(owner.messages, 1);
}
END_TEST

START_TEST(a_slow_peer_is_reported)
{
    char *p = calloc(1, 100000);
    size_t n = 0;
    open_connection();
    ck_assert(!websocket_behind(owner.ws));
    while (!websocket_behind(owner.ws)) {
        send_frame(owner.ws, WS_BINARY, p, 100000, 0);
        n += 100010;
        loop_turn(loop, 0);
    }
    ck_assert_uint_gt(websocket_queued(owner.ws), 0);
    ck_assert_uint_le(websocket_queued(owner.ws), n);
    char *got = malloc(n);
    peer_read(loop, client, got, n);
    TURN_UNTIL(loop, owner.drained == 1);
    ck_assert_uint_eq(websocket_queued(owner.ws), 0);
    free(got);
    free(p);
}
END_TEST

/* ---- Pings ---- */

START_TEST(pings_are_answered_in_order)
{
    open_connection();
    for (int i = 0; i < 1000; i++) {
        frame(&input, FIN | WS_PING, &i, sizeof(i));
        server_frame(&output, WS_PONG, &i, sizeof(i));
    }
    frame_z(&input, FIN | WS_PONG, "unasked");
    write_input();
    expect_output();
    settle(loop);
    ck_assert(peer_is_quiet(client));
}
END_TEST

START_TEST(a_ping_of_every_size_is_answered)
{
    char p[125] = "payload";
    open_connection();
    for (size_t n = 0; n <= sizeof(p); n++) {
        frame(&input, FIN | WS_PING, p, n);
        server_frame(&output, WS_PONG, p, n);
    }
    write_input();
    expect_output();
}
END_TEST

START_TEST(pings_of_a_peer_that_does_not_read_are_dropped)
{
    char p[125] = {0};
    open_connection();
    for (int i = 0; i < 500; i++)
        frame(&input, FIN | WS_PING, p, sizeof(p));
    /* What is not read fills the sockets' buffers first. */
    for (int i = 0; i < 20000 && !websocket_behind(owner.ws); i++) {
        write_input();
        loop_turn(loop, 0);
    }
    ck_assert(websocket_behind(owner.ws));
    for (int i = 0; i < 20; i++) {
        write_input();
        loop_turn(loop, 0);
        ck_assert_uint_le(websocket_queued(owner.ws), 61 * (125 + 2));
    }
    ck_assert_int_eq(owner.closed, 0);
}
END_TEST

static void add_opening(Suite *suite)
{
    TCase *tc = section(suite, "RFC 6455 4.2", setup, teardown);
    tcase_add_test(tc, the_handshake_of_the_specification);
    tcase_add_test(tc, headers_and_subprotocol_go_with_it);
    tcase_add_loop_test(tc, handshakes_that_differ_are_accepted, 0,
                        LENGTH(accepted));
    tcase_add_loop_test(tc, handshakes_that_are_wrong_are_refused, 0,
                        LENGTH(refused));
    tcase_add_test(tc, frames_right_behind_the_request_are_read);
    tcase_add_test(tc, the_answer_leaves_before_the_first_frame);
    tcase_add_test(tc, memory_may_run_out_while_accepting);
}

static void add_messages(Suite *suite)
{
    TCase *tc = section(suite, "RFC 6455 6", setup, teardown);
    tcase_add_test(tc, messages_go_up_and_down);
    tcase_add_test(tc, messages_arrive_byte_by_byte);
    tcase_add_test(tc, many_messages_take_turns);
    tcase_add_loop_test(tc, many_messages_come_before_the_end, 0, 16);
    tcase_add_test(tc, an_owner_may_abort_while_messages_wait);
    tcase_add_test(tc, a_new_owner_gets_what_follows);
    tcase_add_test(tc, an_owner_may_abort_within_a_message);
    tcase_add_test(tc, an_owner_may_close_within_a_message);
    tcase_add_test(tc, a_slow_peer_is_reported);
    tc = section(suite, "RFC 6455 5.5.2", setup, teardown);
    tcase_add_test(tc, pings_are_answered_in_order);
    tcase_add_test(tc, a_ping_of_every_size_is_answered);
    tcase_add_test(tc, pings_of_a_peer_that_does_not_read_are_dropped);
}

int main(void)
{
    Suite *suite = suite_create("websocket");
    add_opening(suite);
    add_messages(suite);
    return unit_main(suite);
}
