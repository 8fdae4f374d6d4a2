/* SPDX-License-Identifier: MIT */
/* How clients get into namespaces, and how they are kept out. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

/* Asserts that the next packet is the CONNECT of this socket. */
static void expect_connect(struct eio_session *e, const char *prefix,
                           const struct sio_socket *s)
{
    char packet[100];
    snprintf(packet, sizeof(packet), "%s{\"sid\":\"%.*s\"}", prefix,
             STR_ARG(sio_socket_sid(s)));
    fake_expect(e, packet);
}

START_TEST(nothing_is_implicit)
{
    struct eio_session *e = fake_open(world.sio);
    ck_assert_uint_eq(sio_server_clients(world.sio), 1);
    fake_expect_nothing(e);
    world_expect("");
    fake_end(e, EIO_TRANSPORT_CLOSE);
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
    world_expect("");
}
END_TEST

static void greet(struct sio_socket *s)
{
    ck_assert_int_eq(world_send(s, "hi", "you"), 0);
}

START_TEST(connect_is_answered_before_anything_else)
{
    struct eio_session *e = fake_open(world.sio);
    world.on_connect = greet;
    fake_text(e, "0{\"token\": \"x\"}");
    expect_connect(e, "40", world.socket);
    fake_expect(e, "42[\"hi\",\"you\"]");
    world_expect("connecting / {\"token\": \"x\"}\n"
                 "connect / {\"token\": \"x\"}\n");
    ck_assert_uint_eq(sio_socket_sid(world.socket).n, 20);
    ck_assert_ptr_eq(sio_socket_namespace(world.socket), world.main);
    ck_assert_ptr_nonnull(sio_socket_handshake(world.socket));
}
END_TEST

/* As long as the socket is there, if it is not too large to be kept. */
START_TEST(auth_can_be_read_later)
{
    char large[WORLD_VALUES_MAX + 50];
    struct eio_session *e = fake_open(world.sio);
    fake_text(e, "0{\"token\": \"x\"}");
    struct sio_socket *s = world.socket;
    ck_assert(str_eq(sio_socket_auth(s), STR("{\"token\": \"x\"}")));
    fake_skip(e);
    sio_server_enter(world.sio);
    fake_end(e, EIO_TRANSPORT_CLOSE);
    ck_assert(str_eq(sio_socket_auth(s), STR("{\"token\": \"x\"}")));
    ck_assert(sio_socket_handshake(s)->target.n > 0);
    ck_assert(sio_socket_on_websocket(s));
    sio_server_leave(world.sio);
    e = fake_open(world.sio);
    fake_text(e, "0");
    ck_assert_uint_eq(sio_socket_auth(world.socket).n, 0);
    snprintf(large, sizeof(large), "0{\"token\":\"%0*d\"}", WORLD_VALUES_MAX,
             0);
    e = fake_open(world.sio);
    fake_text(e, large);
    ck_assert_uint_eq(sio_socket_auth(world.socket).n, 0);
}
END_TEST

START_TEST(without_auth_there_is_an_empty_object)
{
    struct eio_session *e = fake_open(world.sio);
    fake_text(e, "0");
    world_expect("connecting / {}\nconnect / {}\n");
    fake_skip(e);
    fake_text(e, "0/game");
    expect_connect(e, "40/game,", world.socket);
    world_expect("connecting /game {}\nconnect /game {}\n");
}
END_TEST

START_TEST(ids_are_per_namespace_and_handles_find_sockets)
{
    struct eio_session *e;
    struct sio_socket *a = world_join(&e);
    struct sio_socket *b = world_join_more(e, "0/game,");
    ck_assert_ptr_ne(a, b);
    ck_assert(!str_eq(sio_socket_sid(a), sio_socket_sid(b)));
    ck_assert_uint_ne(sio_socket_handle(a), sio_socket_handle(b));
    uint64_t handle = sio_socket_handle(b);
    ck_assert_ptr_eq(sio_socket_find(world.sio, handle), b);
    fake_text(e, "1/game,");
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
    ck_assert_ptr_null(sio_socket_find(world.sio, 0));
    ck_assert_ptr_eq(sio_socket_find(world.sio, sio_socket_handle(a)), a);
}
END_TEST

START_TEST(unknown_namespaces_are_refused_and_the_client_goes_on)
{
    struct eio_session *e = fake_open(world.sio);
    fake_text(e, "0/random,{}");
    fake_expect(e, "44/random,{\"message\":\"Invalid namespace\"}");
    fake_text(e, "0/Game");
    fake_expect(e, "44/Game,{\"message\":\"Invalid namespace\"}");
    fake_text(e, "0/game?a=b,");
    fake_expect(e, "44/game?a=b,{\"message\":\"Invalid namespace\"}");
    fake_text(e, "0/random");
    fake_skip(e);
    world_expect("");
    fake_text(e, "0");
    expect_connect(e, "40", world.socket);
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(a_name_too_long_is_sent_back_only_so_far)
{
    struct eio_session *e = fake_open(world.sio);
    char text[1 + 1024 + 1];
    struct str answer;
    memset(text, 'x', sizeof(text));
    memcpy(text, "0/", 2);
    fake_text_n(e, text, 1 + SIO_NAMESPACE_MAX);
    answer = fake_next(e);
    ck_assert(str_ends(answer, STR(",{\"message\":\"Invalid namespace\"}")));
    fake_text_n(e, text, 1 + SIO_NAMESPACE_MAX + 1);
    answer = fake_next(e);
    ck_assert(str_ends(answer, STR("x,{\"message\":\"Namespace too long\"}")));
    fake_text_n(e, text, sizeof(text) - 1);
    answer = fake_next(e);
    ck_assert(str_ends(answer, STR("x,{\"message\":\"Namespace too long\"}")));
    ck_assert(fake_is_open(e));
    fake_text_n(e, text, sizeof(text));
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
}
END_TEST

/* The client goes while the packet about the namespace cannot be sent, and it
 * has nothing else. */
START_TEST(a_client_may_vanish_while_it_is_refused)
{
    struct eio_session *e = fake_open(world.sio);
    fake_fail_sends(e, 0, ERR_BLOCKED);
    fake_text(e, "0/random");
    ck_assert(fake_is_closed(e));
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
}
END_TEST

/* --- refusal --- */

static void refuse(struct sio_socket *s)
{
    sio_socket_refuse(s, STR("not you"), STR("{\"code\":7}"));
    sio_socket_refuse(s, STR("again"), STR(""));
}

START_TEST(a_refusal_says_why_and_the_client_may_try_again)
{
    struct eio_session *e = fake_open(world.sio);
    world.on_connecting = refuse;
    world.decision = SIO_REFUSE;
    fake_text(e, "0/game,{\"a\":1}");
    fake_expect(e, "44/game,{\"message\":\"not you\",\"data\":{\"code\":7}}");
    fake_expect_nothing(e);
    world_expect("connecting /game {\"a\":1}\n");
    ck_assert(fake_is_open(e));
    ck_assert_uint_eq(sio_room_size(world.game, STR("")), 0);

    world.on_connecting = NULL;
    world.decision = SIO_ACCEPT;
    fake_text(e, "0/game,");
    expect_connect(e, "40/game,", world.socket);
}
END_TEST

/* Whatever it is that `connecting` returns. */
START_TEST(a_refusal_counts_more_than_the_decision)
{
    struct eio_session *e = fake_open(world.sio);
    world.on_connecting = refuse;
    world.decision = _i == 0 ? SIO_ACCEPT : SIO_LATER;
    fake_text(e, "0");
    ck_assert_uint_eq(fake_skip(e), 1);
    world_expect("connecting / {}\n");
    fake_text(e, "2[\"x\"]");
    ck_assert(fake_is_closing(e));
}
END_TEST

static void use_too_early(struct sio_socket *s)
{
    uint64_t id;
    ck_assert_int_eq(world_send(s, "x", "y"), ERR_CLOSED);
    ck_assert_int_eq(sio_socket_join(s, STR("room")), ERR_CLOSED);
    ck_assert_int_eq(sio_socket_ask(s, 1, 1, &id), ERR_CLOSED);
    ck_assert(!sio_socket_in(s, sio_socket_sid(s)));
    ck_assert_int_eq(sio_socket_leave(s, STR("room")), ERR_NOENT);
    sio_socket_disconnect(s, false);
}

START_TEST(a_socket_is_nothing_before_it_has_joined)
{
    struct eio_session *e = fake_open(world.sio);
    world.on_connecting = use_too_early;
    fake_text(e, "0");
    expect_connect(e, "40", world.socket);
    fake_expect_nothing(e);
}
END_TEST

/* --- later --- */

static struct sio_socket *put_off(struct eio_session **ret_session,
                                  const char *packet)
{
    *ret_session = fake_open(world.sio);
    world.decision = SIO_LATER;
    fake_text(*ret_session, packet);
    fake_expect_nothing(*ret_session);
    world_forget();
    return world.socket;
}

START_TEST(a_decision_may_come_later)
{
    struct eio_session *e;
    struct sio_socket *s = put_off(&e, "0{\"a\":[1,2]}");
    ck_assert(!sio_socket_connected(s));
    sio_socket_accept(s);
    expect_connect(e, "40", s);
    world_expect("connect / {\"a\":[1,2]}\n");
    sio_socket_accept(s);
    sio_socket_refuse(s, STR("no"), STR(""));
    fake_expect_nothing(e);
    world_expect("");

    s = put_off(&e, "0/game");
    sio_socket_accept(s);
    world_expect("connect /game {}\n");
}
END_TEST

START_TEST(a_refusal_may_come_later)
{
    struct eio_session *e;
    struct sio_socket *s = put_off(&e, "0");
    uint64_t handle = sio_socket_handle(s);
    sio_socket_refuse(s, STR("no"), STR(""));
    fake_expect(e, "44{\"message\":\"no\"}");
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
    world_expect("");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(a_client_that_has_gone_is_not_accepted)
{
    struct eio_session *e;
    struct sio_socket *s = put_off(&e, "0");
    uint64_t handle = sio_socket_handle(s);
    fake_end(e, EIO_TRANSPORT_CLOSE);
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
    world_expect("");
}
END_TEST

/* Closing, but not gone: its CONNECT would never arrive. */
START_TEST(a_client_that_is_closing_is_not_accepted)
{
    struct eio_session *e;
    struct sio_socket *s = put_off(&e, "0");
    uint64_t handle = sio_socket_handle(s);
    world_advance(WORLD_CONNECT_TIMEOUT);
    ck_assert(fake_is_closing(e));
    sio_socket_accept(s);
    world_expect("");
    fake_expect_nothing(e);
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
}
END_TEST

START_TEST(packets_for_a_pending_socket_break_the_protocol)
{
    static const char *const packets[] = {"2[\"x\"]", "1", "0", "31[]"};
    struct eio_session *e;
    put_off(&e, "0");
    fake_text(e, packets[_i]);
    ck_assert(fake_is_closing(e));
    fake_finish_closing();
    world_expect("");
}
END_TEST

static struct sio_socket *waiting;

static void accept_other(struct sio_socket *s)
{
    sio_socket_accept(waiting);
    ck_assert(!sio_socket_connected(waiting));
}

static void accept_on_event(struct sio_socket *s, const struct sio_event *event)
{
    accept_other(s);
}

START_TEST(accepting_within_a_callback_is_told_after_it)
{
    struct eio_session *e, *f;
    waiting = put_off(&e, "0{\"a\":1}");
    world.decision = SIO_ACCEPT;
    world_join(&f);
    world.on_event = accept_on_event;
    fake_text(f, "2[\"x\"]");
    ck_assert(sio_socket_connected(waiting));
    expect_connect(e, "40", waiting);
    world_expect("event / x [\"x\"]\nconnect / {\"a\":1}\n");
}
END_TEST

static void accept_and_refuse(struct sio_socket *s,
                              const struct sio_event *event)
{
    sio_socket_accept(waiting);
    sio_socket_refuse(waiting, STR("no"), STR(""));
    sio_socket_accept(waiting);
}

START_TEST(who_is_accepted_may_still_be_refused)
{
    struct eio_session *e, *f;
    waiting = put_off(&e, "0");
    world.decision = SIO_ACCEPT;
    world_join(&f);
    world.on_event = accept_and_refuse;
    fake_text(f, "2[\"x\"]");
    fake_expect(e, "44{\"message\":\"no\"}");
    fake_expect_nothing(e);
    world_expect("event / x [\"x\"]\n");
}
END_TEST

static void accept_self(struct sio_socket *s)
{
    sio_socket_accept(s);
}

/* Too early to be asked for, and yet no client must wait for ever. */
START_TEST(accepting_within_connecting_counts)
{
    struct eio_session *e = fake_open(world.sio);
    world.on_connecting = accept_self;
    world.decision = _i == 0 ? SIO_LATER : SIO_ACCEPT;
    fake_text(e, "0{\"a\":1}");
    expect_connect(e, "40", world.socket);
    fake_expect_nothing(e);
    world_expect("connecting / {\"a\":1}\nconnect / {\"a\":1}\n");
}
END_TEST

/* The escape makes the parser allocate each time it reads this. */
#define LONG_AUTH "{\"a\":\"\\n%0*d\"}"

START_TEST(later_fails_as_a_whole_when_memory_is_short)
{
    char packet[5000], journal[sizeof(packet) * 2 + 30];
    bool finished = false;

    snprintf(packet, sizeof(packet), "0" LONG_AUTH, 4900, 1);
    snprintf(journal, sizeof(journal),
             "connecting / " LONG_AUTH "\nconnect / " LONG_AUTH "\n", 4900, 1,
             4900, 1);
    for (long n = 0; !finished; n++) {
        world_stop(); /* with what it keeps from one packet to the next */
        world_start();
        struct eio_session *e = fake_open(world.sio);
        world.decision = SIO_LATER;
        mem_fail_after(n);
        fake_text(e, packet);
        struct sio_socket *s = sio_socket_find(world.sio, world.handle);
        if (s)
            sio_socket_accept(s);
        mem_fail_after(-1);
        finished = fake_is_open(e);
        if (finished) {
            world_expect(journal);
        } else {
            /* Never with an auth that is not the client's. */
            ck_assert_ptr_null(strstr(world.journal, "connect /"));
            fake_expect_nothing(e);
        }
    }
}
END_TEST

/* --- the deadline --- */

START_TEST(who_joins_nothing_is_closed)
{
    struct eio_session *e = fake_open(world.sio);
    fake_text(e, "0/random");
    world_advance(WORLD_CONNECT_TIMEOUT - 1);
    ck_assert(fake_is_open(e));
    world_advance(1);
    ck_assert(fake_is_closing(e));
    fake_text(e, "0");
    fake_finish_closing();
    world_expect("");
}
END_TEST

START_TEST(who_has_joined_once_may_stay)
{
    struct eio_session *e;
    world_join(&e);
    fake_text(e, "1");
    world_advance(10 * WORLD_CONNECT_TIMEOUT);
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(only_joining_stops_the_deadline)
{
    struct eio_session *e = fake_open(world.sio);
    world.decision = SIO_REFUSE;
    world.on_connecting = refuse;
    fake_text(e, "0");
    world_advance(WORLD_CONNECT_TIMEOUT);
    ck_assert(fake_is_closing(e));
}
END_TEST

/* --- namespaces --- */

START_TEST(namespaces_have_names)
{
    struct sio_namespace *n = NULL;
    char longest[SIO_NAMESPACE_MAX + 1];

    ck_assert_int_eq(sio_namespace_open(world.sio, STR("/game"), NULL, &n),
                     ERR_EXIST);
    static const char *const wrong[] = {"", "game", "/a,b", "/\xff"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_int_eq(
            sio_namespace_open(world.sio, str_z(wrong[i]), NULL, &n),
            ERR_INVAL);
    memset(longest, '/', sizeof(longest));
    ck_assert_int_eq(sio_namespace_open(
                         world.sio, str_of(longest, sizeof(longest)), NULL, &n),
                     ERR_INVAL);
    ck_assert_ptr_null(n);
    ck_assert_int_eq(sio_namespace_open(world.sio,
                                        str_of(longest, sizeof(longest) - 1),
                                        NULL, &n),
                     0);
    ck_assert_ptr_eq(
        sio_namespace_find(world.sio, str_of(longest, sizeof(longest) - 1)), n);
    ck_assert_ptr_null(sio_namespace_find(world.sio, STR("/none")));
    ck_assert_ptr_eq(sio_namespace_data(world.main), &world);
    ck_assert(str_eq(sio_namespace_name(world.game), STR("/game")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/connect");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, world_start, world_stop);
    tcase_add_test(tests, nothing_is_implicit);
    tcase_add_test(tests, connect_is_answered_before_anything_else);
    tcase_add_test(tests, auth_can_be_read_later);
    tcase_add_test(tests, without_auth_there_is_an_empty_object);
    tcase_add_test(tests, ids_are_per_namespace_and_handles_find_sockets);
    tcase_add_test(tests,
                   unknown_namespaces_are_refused_and_the_client_goes_on);
    tcase_add_test(tests, a_name_too_long_is_sent_back_only_so_far);
    tcase_add_test(tests, a_client_may_vanish_while_it_is_refused);
    tcase_add_test(tests, a_refusal_says_why_and_the_client_may_try_again);
    tcase_add_loop_test(tests, a_refusal_counts_more_than_the_decision, 0, 2);
    tcase_add_test(tests, a_socket_is_nothing_before_it_has_joined);
    tcase_add_test(tests, a_decision_may_come_later);
    tcase_add_test(tests, a_refusal_may_come_later);
    tcase_add_test(tests, a_client_that_has_gone_is_not_accepted);
    tcase_add_test(tests, a_client_that_is_closing_is_not_accepted);
    tcase_add_loop_test(tests, packets_for_a_pending_socket_break_the_protocol,
                        0, 4);
    tcase_add_test(tests, accepting_within_a_callback_is_told_after_it);
    tcase_add_test(tests, who_is_accepted_may_still_be_refused);
    tcase_add_loop_test(tests, accepting_within_connecting_counts, 0, 2);
    tcase_add_test(tests, later_fails_as_a_whole_when_memory_is_short);
    tcase_add_test(tests, who_joins_nothing_is_closed);
    tcase_add_test(tests, who_has_joined_once_may_stay);
    tcase_add_test(tests, only_joining_stops_the_deadline);
    tcase_add_test(tests, namespaces_have_names);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
