/* SPDX-License-Identifier: MIT */
/* Events and acknowledgements that clients send, and what ends a session. */
#include "world.h"

#include <string.h>

#include "base/error.h"

START_TEST(events_are_delivered)
{
    struct eio_session *e;
    world_join(&e);
    fake_text(e, "2[\"say\",\"hello\",{\"a\":[1,null]}]");
    fake_text(e, "2/,[\"say\"]");
    fake_text(e, "2[\"\"]");
    fake_text(e, "2[7,true]");
    world_expect("event / say [\"say\",\"hello\",{\"a\":[1,null]}]\n"
                 "event / say [\"say\"]\n"
                 "event /  [\"\"]\n"
                 "event / 7 [7,true]\n");
    fake_expect_nothing(e);
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(events_go_to_their_namespace)
{
    struct eio_session *e;
    world_join(&e);
    world_join_more(e, "0/game,");
    fake_text(e, "2/game,[\"move\",3]");
    fake_text(e, "2[\"say\"]");
    world_expect("event /game move [\"move\",3]\nevent / say [\"say\"]\n");
}
END_TEST

START_TEST(names_of_no_special_meaning_are_ordinary)
{
    struct eio_session *e;
    world_join(&e);
    fake_text(e, "2[\"error\"]");
    fake_text(e, "2[\"connection\"]");
    fake_text(e, "2[\"__proto__\",{\"__proto__\":1}]");
    world_expect("event / error [\"error\"]\n"
                 "event / connection [\"connection\"]\n"
                 "event / __proto__ [\"__proto__\",{\"__proto__\":1}]\n");
}
END_TEST

/* --- answers to events --- */

static int answer(struct sio_socket *s, uint64_t id, const char *bytes)
{
    struct sio_builder b;
    int error;

    sio_builder_init(&b, 4096, 10);
    sio_builder_ack(&b, sio_namespace_name(sio_socket_namespace(s)), id);
    if (bytes)
        json_put_binary(&b.json, str_z(bytes));
    struct sio_packet *packet = sio_builder_finish(&b, &error);
    ck_assert_ptr_nonnull(packet);
    error = sio_socket_answer(s, packet);
    sio_packet_unref(packet);
    return error;
}

static void answer_it(struct sio_socket *s, const struct sio_event *event)
{
    ck_assert(event->wants_ack);
    ck_assert_int_eq(answer(s, event->ack_id, NULL), 0);
}

START_TEST(events_are_answered)
{
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);
    world.on_event = answer_it;
    fake_text(e, "2456[\"ask\"]");
    fake_expect(e, "43456[]");
    fake_text(e, "2007[\"ask\"]");
    fake_expect(e, "437[]");
    fake_text(e, "20[\"ask\"]");
    fake_expect(e, "430[]");
    world_expect("event / ask 456 [\"ask\"]\nevent / ask 7 [\"ask\"]\n"
                 "event / ask 0 [\"ask\"]\n");
    /* Later, and with bytes. */
    ck_assert_int_eq(answer(s, 789, "\x01\x02"), 0);
    fake_expect(e, "461-789[{\"_placeholder\":true,\"num\":0}]");
    fake_expect(e, "bAQI=");

    world_join_more(e, "0/game,");
    fake_text(e, "2/game,18446744073709551615[\"ask\"]");
    fake_expect(e, "43/game,18446744073709551615[]");
}
END_TEST

START_TEST(who_has_gone_is_not_answered)
{
    struct eio_session *e;
    struct sio_socket *s = world_join(&e);
    sio_server_enter(world.sio);
    fake_end(e, EIO_TRANSPORT_ERROR);
    ck_assert_int_eq(answer(s, 1, NULL), ERR_CLOSED);
    ck_assert(sio_socket_handshake(s)->target.n > 0);
    sio_server_leave(world.sio);
    fake_expect_nothing(e);
}
END_TEST

START_TEST(answers_nobody_waits_for_are_ignored)
{
    struct eio_session *e;
    world_join(&e);
    fake_text(e, "30[]");
    fake_text(e, "399[\"x\"]");
    world_expect("");
    ck_assert(fake_is_open(e));
}
END_TEST

/* --- what ends a session --- */

/* Sent in "/" by a client that is in "/" only: the whole of 3.2. */
static const char *const violations[] = {
    "",
    "7",
    "9[\"x\"]",
    "abc",
    "-1",
    " 2[\"x\"]",
    "x2[\"x\"]",
    /* CONNECT: twice, no object, not JSON */
    "0",
    "0{}",
    "0/,",
    "0/game,[]",
    "0/game,null",
    "0/game,\"x\"",

    "0/game,true",
    "0/game,{",
    "0/game,{}x",
    "0/game,{}{}",
    "0/game,{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}",
    /* DISCONNECT: with a payload, from elsewhere */
    "1{}",
    "1[]",
    "1x",
    "1\"x\"",
    "1/game,",
    "1/random,",
    /* EVENT */
    "2",
    "2/,",
    "2/game",
    "2{}",
    "2null",
    "2\"x\"",
    "2true",
    "21",
    "2[]",
    "2[null]",
    "2[true]",
    "2[{}]",
    "2[[\"x\"]]",
    "2[{\"toString\":\"foo\"}]",
    "2[\"x\"",
    "2[\"x\",]",
    "2[\"x\"]]",
    "2[\"x\"]x",
    "2[\"x\"] [1]",
    "2['x']",
    "2[\"x\"]//c",
    "2[\"x\",01]",
    "2[\"x\",NaN]",
    "2[\"x\xff\"]",
    "2[\"connect\"]",
    "2[\"connect_error\"]",
    "2[\"disconnect\"]",
    "2[\"disconnecting\"]",
    "2[\"newListener\"]",
    "2[\"removeListener\"]",
    "21[\"disconnect\"]",
    "2[\"dis\\u0063onnect\"]",
    "2abc[\"x\"]",
    "2-1[\"x\"]",
    "21.5[\"x\"]",
    "21e5[\"x\"]",
    "2+1[\"x\"]",
    "2/[\"message\",1]",
    "2/game,[\"x\"]",
    "2/random,[\"x\"]",
    "2x/custom,[\"x\"]",
    "299999999999999999999[\"x\"]",
    "2[\"x\",[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]",
    /* ACK */
    "3",
    "31",
    "3[\"x\"]",
    "31{}",
    "31null",
    "31\"x\"",
    "31[",
    "3/game,1[]",
    "318446744073709551616[]",
    /* CONNECT_ERROR */
    "4",
    "4{\"message\":\"x\"}",
    "4/game,{}",
    /* binary */
    "5",
    "5[\"x\"]",
    "5-[\"x\"]",
    "5woooot",
    "51[\"x\"]",
    "50-[\"x\"]",
    "511-[\"x\"]",
    "5-1-[\"x\"]",
    "599999999999-[\"x\"]",
    "51-",
    "51-{}",
    "51-[]",
    "51-[{\"_placeholder\":true,\"num\":0}]",
    "51-[\"disconnect\"]",
    "51-[\"x\"",
    "51-/game,[\"x\"]",
    "60-1[]",
    "61-[]",
    "61-1{}",
    "61-/game,1[]",
    "6",
};

START_TEST(violations_end_the_session)
{
    struct eio_session *e, *other;
    world_join(&other);
    struct sio_socket *s = world_join(&e);
    uint64_t handle = sio_socket_handle(s);

    fake_text(e, violations[_i]);
    ck_assert_msg(fake_is_closing(e), "%s", violations[_i]);
    fake_expect_nothing(e);
    world_expect("");
    /* Nothing more is read, and nothing sent. */
    fake_text(e, "2[\"x\"]");
    ck_assert_int_eq(world_send(s, "x", "y"), ERR_CLOSED);
    fake_finish_closing();
    world_expect("disconnecting / forced close\n"
                 "disconnect / forced close\n");
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
    fake_text(other, "2[\"x\"]");
    world_expect("event / x [\"x\"]\n");
}
END_TEST

static const char *const first[] = {
    "2[\"x\"]", "31[]", "1",   "51-[\"x\"]",  "4{}",
    "abc",      "",     "0[]", "0/random,[]",
};

START_TEST(violations_before_any_connect)
{
    struct eio_session *e = fake_open(world.sio);
    fake_text(e, first[_i]);
    ck_assert(fake_is_closing(e));
    fake_expect_nothing(e);
    fake_finish_closing();
    world_expect("");
}
END_TEST

START_TEST(bytes_before_any_connect)
{
    struct eio_session *e = fake_open(world.sio);
    fake_bytes(e, "x", 1);
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(a_namespace_left_is_not_joined)
{
    struct eio_session *e;
    world_join(&e);
    fake_text(e, "1");
    world_expect("disconnecting / client namespace disconnect\n"
                 "disconnect / client namespace disconnect\n");
    fake_text(e, "2[\"x\"]");
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(one_violation_ends_all_namespaces)
{
    struct eio_session *e;
    world_join(&e);
    world_join_more(e, "0/game,");
    fake_text(e, "2[");
    fake_finish_closing();
    world_expect("disconnecting /game forced close\n"
                 "disconnect /game forced close\n"
                 "disconnecting / forced close\n"
                 "disconnect / forced close\n");
}
END_TEST

START_TEST(nesting_is_limited_where_the_options_say)
{
    struct eio_session *e;
    world_join(&e);
    fake_text(e, "2[\"x\",[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]"); /* 16 */
    ck_assert(fake_is_open(e));
    ck_assert_uint_gt(world.journal_length, 0);
}
END_TEST

/* Rubbish made of the right characters: whatever happens, no crash, no leak,
 * and the session ends or lives on. */
START_TEST(any_packets_are_survived)
{
    static const char *const pieces[] = {
        "0",  "1",      "2", "3",     "5",
        "6",  "/game,", "/", ",",     "1-",
        "-",  "[",      "]", "\"x\"", "{\"_placeholder\":true,\"num\":0}",
        "{}", "12",
    };
    const size_t count = sizeof(pieces) / sizeof(pieces[0]);
    struct eio_session *e = NULL;
    unsigned sessions = 0;

    srand(11);
    for (int round = 0; round < 8000; round++) {
        char text[200];
        size_t n = 0;
        if (!e || !fake_is_open(e)) {
            fake_finish_closing();
            if (++sessions % 100 == 0)
                fake_free_all();
            e = fake_open(world.sio);
            fake_text(e, "0");
        }
        for (int i = rand() % 6; i >= 0; i--) {
            const char *piece = pieces[(size_t)rand() % count];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }
        if (rand() % 4 == 0)
            fake_bytes(e, text, n);
        else
            fake_text_n(e, text, n);
        world_forget();
    }
    ck_assert_uint_gt(sessions, 500);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/events");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, world_start, world_stop);
    tcase_add_test(tests, events_are_delivered);
    tcase_add_test(tests, events_go_to_their_namespace);
    tcase_add_test(tests, names_of_no_special_meaning_are_ordinary);
    tcase_add_test(tests, events_are_answered);
    tcase_add_test(tests, who_has_gone_is_not_answered);
    tcase_add_test(tests, answers_nobody_waits_for_are_ignored);
    tcase_add_loop_test(tests, violations_end_the_session, 0,
                        sizeof(violations) / sizeof(violations[0]));
    tcase_add_loop_test(tests, violations_before_any_connect, 0,
                        sizeof(first) / sizeof(first[0]));
    tcase_add_test(tests, bytes_before_any_connect);
    tcase_add_test(tests, a_namespace_left_is_not_joined);
    tcase_add_test(tests, one_violation_ends_all_namespaces);
    tcase_add_test(tests, nesting_is_limited_where_the_options_say);
    tcase_add_test(tests, any_packets_are_survived);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
