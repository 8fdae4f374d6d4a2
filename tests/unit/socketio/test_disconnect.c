/* SPDX-License-Identifier: MIT */
/* How sockets go: reasons, order, and from inside which callback. */
#include "world.h"

#include <stdio.h>

#include "base/error.h"

static struct eio_session *e;
static struct sio_socket *s;

static void set_up(void)
{
    world_start();
    s = world_join(&e);
}

/* --- reasons --- */

static const struct {
    enum eio_reason reason;
    const char *text;
} ends[] = {
    {EIO_TRANSPORT_CLOSE, "transport close"},
    {EIO_TRANSPORT_ERROR, "transport error"},
    {EIO_PING_TIMEOUT, "ping timeout"},
    {EIO_PARSE_ERROR, "parse error"},
    {EIO_FORCED_CLOSE, "forced close"},
    {EIO_SHUTTING_DOWN, "server shutting down"},
};

START_TEST(the_session_ends)
{
    char journal[200];
    snprintf(journal, sizeof(journal),
             "disconnecting /game %s\ndisconnect /game %s\n"
             "disconnecting / %s\ndisconnect / %s\n",
             ends[_i].text, ends[_i].text, ends[_i].text, ends[_i].text);
    world_join_more(e, "0/game,");
    fake_end(e, ends[_i].reason);
    world_expect(journal);
    fake_expect_nothing(e);
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
}
END_TEST

START_TEST(reasons_have_the_reference_servers_words)
{
    ck_assert_str_eq(sio_reason_text(SIO_FORCED_SERVER_CLOSE),
                     "forced server close");
    ck_assert_str_eq(sio_reason_text(SIO_SERVER_DISCONNECT),
                     "server namespace disconnect");
}
END_TEST

START_TEST(the_client_leaves_a_namespace)
{
    struct sio_socket *game = world_join_more(e, "0/game,");
    uint64_t handle = sio_socket_handle(game);
    fake_text(e, _i == 0 ? "1/game," : "1/game");
    world_expect("disconnecting /game client namespace disconnect\n"
                 "disconnect /game client namespace disconnect\n");
    fake_expect_nothing(e); /* no answer */
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
    fake_text(e, "2[\"x\"]");
    world_expect("event / x [\"x\"]\n");
    /* And comes again, as somebody new. */
    game = world_join_more(e, "0/game,");
    ck_assert_uint_ne(sio_socket_handle(game), handle);
}
END_TEST

START_TEST(the_server_puts_it_out_of_a_namespace)
{
    struct sio_socket *game = world_join_more(e, "0/game,");
    uint64_t handle = sio_socket_handle(game);
    sio_socket_disconnect(game, false);
    world_expect("disconnecting /game server namespace disconnect\n"
                 "disconnect /game server namespace disconnect\n");
    fake_expect(e, "41/game,");
    fake_expect_nothing(e);
    ck_assert_ptr_null(sio_socket_find(world.sio, handle));
    ck_assert(fake_is_open(e));
    ck_assert(sio_socket_connected(s));
    world_join_more(e, "0/game,");
    sio_socket_disconnect(s, false);
    fake_expect(e, "41");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(the_server_puts_it_out_of_all)
{
    world_join_more(e, "0/game,");
    sio_socket_disconnect(s, true);
    world_expect("disconnecting / server namespace disconnect\n"
                 "disconnect / server namespace disconnect\n"
                 "disconnecting /game server namespace disconnect\n"
                 "disconnect /game server namespace disconnect\n");
    fake_expect(e, "41");
    fake_expect(e, "41/game,");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
    fake_finish_closing();
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
    world_expect("");
}
END_TEST

/* What it sent before it knew harms nobody, whatever that was. */
START_TEST(what_a_dismissed_client_still_says_is_ignored)
{
    struct sio_socket *game = world_join_more(e, "0/game,");
    sio_socket_disconnect(game, false);
    fake_skip(e);
    world_forget();
    fake_text(e, "2/game,[\"x\"]");
    fake_text(e, "3/game,0[]");
    fake_text(e, "52-/game,[\"x\",{\"_placeholder\":true,\"num\":0}]");
    fake_bytes(e, "a", 1);
    fake_bytes(e, "b", 1);
    fake_text(e, "1/game,");
    world_expect("");
    ck_assert(fake_is_open(e));
    fake_text(e, "2[\"still\"]");
    world_expect("event / still [\"still\"]\n");
    world_join_more(e, "0/game,");

    /* But rubbish is rubbish. */
    fake_text(e, "52-/game,[\"x\"]");
    fake_text(e, "2[\"x\"]");
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(attachments_that_come_after_the_dismissal)
{
    struct sio_socket *game = world_join_more(e, "0/game,");
    fake_text(e, "51-/game,[\"x\",{\"_placeholder\":true,\"num\":0}]");
    sio_socket_disconnect(game, false);
    world_forget();
    fake_bytes(e, "a", 1);
    world_expect("");
    ck_assert(fake_is_open(e));
    /* Ignored ones are counted, too. */
    fake_text(e, "51-/game,[\"x\",{\"_placeholder\":true,\"num\":0}]");
    fake_text(e, "2[\"x\"]");
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(twice_is_once)
{
    sio_server_enter(world.sio);
    sio_socket_disconnect(s, false);
    sio_socket_disconnect(s, false);
    ck_assert(!sio_socket_connected(s));
    ck_assert_ptr_eq(sio_socket_find(world.sio, sio_socket_handle(s)), s);
    fake_end(e, EIO_TRANSPORT_ERROR); /* the first reason counts */
    world_expect("");
    sio_server_enter(world.sio);
    sio_server_leave(world.sio);
    world_expect("");
    sio_server_leave(world.sio);
    world_expect("disconnecting / server namespace disconnect\n"
                 "disconnect / server namespace disconnect\n");
    fake_expect(e, "41");
    fake_expect_nothing(e);
}
END_TEST

/* --- from inside --- */

static void leave(struct sio_socket *self)
{
    sio_socket_disconnect(self, false);
}

static void leave_and_close(struct sio_socket *self)
{
    sio_socket_disconnect(self, true);
}

static void leave_on_event(struct sio_socket *self,
                           const struct sio_event *event)
{
    leave(self);
    /* The event is still whole. */
    ck_assert(str_eq(event->args->raw, STR("[\"x\"]")));
}

static void end_session(struct sio_socket *self)
{
    fake_end(e, EIO_TRANSPORT_ERROR);
}

static void end_on_event(struct sio_socket *self, const struct sio_event *event)
{
    end_session(self);
    ck_assert(str_eq(event->args->raw, STR("[\"x\"]")));
}

START_TEST(leaving_within_an_event)
{
    world.on_event = leave_on_event;
    fake_text(e, "2[\"x\"]");
    world_expect("event / x [\"x\"]\n"
                 "disconnecting / server namespace disconnect\n"
                 "disconnect / server namespace disconnect\n");
    fake_expect(e, "41");
    /* What was in the same payload. */
    fake_text(e, "2[\"y\"]");
    world_expect("");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(the_session_ends_within_an_event)
{
    world.on_event = end_on_event;
    fake_text(e, "2[\"x\"]");
    world_expect("event / x [\"x\"]\n"
                 "disconnecting / transport error\n"
                 "disconnect / transport error\n");
}
END_TEST

START_TEST(leaving_within_connect)
{
    world.on_connect = _i == 0 ? leave : leave_and_close;
    fake_text(e, "0/game,");
    const char *game = "connecting /game {}\n"
                       "connect /game {}\n"
                       "disconnecting /game server namespace disconnect\n"
                       "disconnect /game server namespace disconnect\n";
    if (_i == 0) {
        world_expect(game);
        ck_assert(fake_is_open(e));
    } else {
        world_expect("connecting /game {}\n"
                     "connect /game {}\n"
                     "disconnecting /game server namespace disconnect\n"
                     "disconnect /game server namespace disconnect\n"
                     "disconnecting / server namespace disconnect\n"
                     "disconnect / server namespace disconnect\n");
        ck_assert(fake_is_closing(e));
    }
}
END_TEST

START_TEST(the_session_ends_within_connecting)
{
    struct eio_session *before = e;
    e = fake_open(world.sio);
    world.on_connecting = _i == 0 ? end_session : leave_and_close;
    fake_text(e, "0");
    world_expect("connecting / {}\n");
    fake_expect_nothing(e);
    ck_assert(!fake_is_open(e));
    fake_finish_closing();
    world_expect("");
    ck_assert(fake_is_open(before));
}
END_TEST

static struct sio_socket *other;

static void end_other(struct sio_socket *self)
{
    world.on_disconnecting = NULL;
    world.on_disconnect = NULL;
    sio_socket_disconnect(other, true);
    ck_assert(!sio_socket_connected(other));
}

START_TEST(one_takes_another_along)
{
    struct eio_session *f;
    other = world_join(&f);
    if (_i == 0)
        world.on_disconnecting = end_other;
    else
        world.on_disconnect = end_other;
    fake_end(e, EIO_TRANSPORT_CLOSE);
    world_expect("disconnecting / transport close\n"
                 "disconnect / transport close\n"
                 "disconnecting / server namespace disconnect\n"
                 "disconnect / server namespace disconnect\n");
    fake_expect(f, "41");
}
END_TEST

static void say_goodbye(struct sio_socket *self)
{
    ck_assert_int_eq(world_send(self, "bye", "x"), ERR_CLOSED);
    leave_and_close(self);
    sio_socket_accept(self);
    sio_socket_refuse(self, STR("no"), STR(""));
}

START_TEST(nothing_can_be_said_while_leaving)
{
    world.on_disconnecting = say_goodbye;
    world.on_disconnect = say_goodbye;
    fake_text(e, "1");
    world_expect("disconnecting / client namespace disconnect\n"
                 "disconnect / client namespace disconnect\n");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e)); /* which leave_and_close() asked for */
}
END_TEST

/* A DISCONNECT that cannot be sent: the reason is the transport's. */
START_TEST(dismissing_a_client_that_does_not_read)
{
    world_join_more(e, "0/game,");
    fake_fail_sends(e, 0, ERR_BLOCKED);
    sio_socket_disconnect(s, true);
    ck_assert(fake_is_closed(e));
    world_expect("disconnecting /game transport error\n"
                 "disconnect /game transport error\n"
                 "disconnecting / transport error\n"
                 "disconnect / transport error\n");
}
END_TEST

START_TEST(who_is_being_closed_is_not_counted)
{
    struct eio_session *second;

    world_join(&second);
    ck_assert_uint_eq(sio_server_clients(world.sio), 2);
    sio_socket_disconnect(s, true);
    ck_assert(fake_is_closing(e));
    ck_assert_uint_eq(sio_server_clients(world.sio), 1);
    fake_finish_closing();
    ck_assert_uint_eq(sio_server_clients(world.sio), 1);
    fake_end(second, EIO_TRANSPORT_CLOSE);
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
}
END_TEST

START_TEST(the_upper_floors_own_pointer)
{
    ck_assert_ptr_null(sio_socket_data(s));
    sio_socket_set_data(s, &world);
    ck_assert_ptr_eq(sio_socket_data(s), &world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/disconnect");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_loop_test(tests, the_session_ends, 0,
                        sizeof(ends) / sizeof(ends[0]));
    tcase_add_test(tests, reasons_have_the_reference_servers_words);
    tcase_add_loop_test(tests, the_client_leaves_a_namespace, 0, 2);
    tcase_add_test(tests, the_server_puts_it_out_of_a_namespace);
    tcase_add_test(tests, the_server_puts_it_out_of_all);
    tcase_add_test(tests, what_a_dismissed_client_still_says_is_ignored);
    tcase_add_test(tests, attachments_that_come_after_the_dismissal);
    tcase_add_test(tests, twice_is_once);
    tcase_add_test(tests, leaving_within_an_event);
    tcase_add_test(tests, the_session_ends_within_an_event);
    tcase_add_loop_test(tests, leaving_within_connect, 0, 2);
    tcase_add_loop_test(tests, the_session_ends_within_connecting, 0, 2);
    tcase_add_loop_test(tests, one_takes_another_along, 0, 2);
    tcase_add_test(tests, nothing_can_be_said_while_leaving);
    tcase_add_test(tests, dismissing_a_client_that_does_not_read);
    tcase_add_test(tests, who_is_being_closed_is_not_counted);
    tcase_add_test(tests, the_upper_floors_own_pointer);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
