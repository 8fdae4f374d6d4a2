/* SPDX-License-Identifier: MIT */
/* Namespaces that come and go: children, and opened ones that are closed. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

static struct eio_session *e;

static void set_up(void)
{
    world_start();
    world.wanted = "/room-";
    world_join(&e);
}

static struct sio_namespace *find(const char *name)
{
    return sio_namespace_find(world.sio, str_z(name));
}

/* Only "/" and "/game" are there. */
static void expect_no_children(void)
{
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 2);
}

/* --- children --- */

START_TEST(a_child_is_made_for_who_asks)
{
    struct sio_socket *s = world_join_more(e, "0/room-1,{\"a\":1}");
    struct sio_namespace *n = sio_socket_namespace(s);
    ck_assert_ptr_eq(find("/room-1"), n);
    ck_assert_ptr_eq(sio_namespace_data(n), &world);
    ck_assert(str_eq(sio_namespace_name(n), STR("/room-1")));
    ck_assert_str_eq(sio_namespace_name(n).p, "/room-1");
    fake_text(e, "2/room-1,[\"hi\"]");
    world_expect("event /room-1 hi [\"hi\"]\n");
    /* The second finds the first. */
    struct eio_session *other;
    world_join(&other);
    ck_assert_ptr_eq(sio_socket_namespace(world_join_more(other, "0/room-1,")),
                     n);
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 3);
}
END_TEST

START_TEST(it_goes_with_the_last_one)
{
    struct eio_session *other;
    world_join_more(e, "0/room-1,");
    world_join(&other);
    struct sio_socket *last = world_join_more(other, "0/room-1,");
    fake_text(e, "1/room-1,");
    ck_assert_ptr_nonnull(find("/room-1"));
    if (_i == 0)
        fake_text(other, "1/room-1,");
    else if (_i == 1)
        fake_end(other, EIO_TRANSPORT_CLOSE);
    else
        sio_socket_disconnect(last, _i == 2);
    expect_no_children();
    /* And may come again, with nothing of what was. */
    world_join_more(e, "0/room-1,");
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 3);
}
END_TEST

/* In the last callback about its last socket it is still whole. */
static void look_around(struct sio_socket *s)
{
    struct sio_namespace *n = sio_socket_namespace(s);
    ck_assert_ptr_eq(sio_namespace_find(world.sio, sio_namespace_name(n)), n);
    ck_assert_uint_eq(sio_room_size(n, STR("lobby")), 0);
}

START_TEST(it_is_there_until_the_last_was_told_of)
{
    struct sio_socket *s = world_join_more(e, "0/room-1,");
    ck_assert_int_eq(sio_socket_join(s, STR("lobby")), 0);
    world.on_disconnect = look_around;
    fake_text(e, "1/room-1,");
    world_expect("disconnecting /room-1 client namespace disconnect\n"
                 "disconnect /room-1 client namespace disconnect\n");
    expect_no_children();
}
END_TEST

static void refuse(struct sio_socket *s)
{
    sio_socket_refuse(s, STR("no"), STR(""));
}

START_TEST(a_refused_one_leaves_nothing)
{
    world.decision = SIO_REFUSE;
    world.on_connecting = refuse;
    for (int i = 0; i < 100; i++) {
        char text[64];
        snprintf(text, sizeof(text), "0/room-%d,", i);
        fake_text(e, text);
        expect_no_children();
    }
    ck_assert_uint_eq(fake_skip(e), 100);
}
END_TEST

START_TEST(a_pending_one_keeps_it)
{
    world.decision = SIO_LATER;
    fake_text(e, "0/room-1,");
    struct sio_socket *s = world.socket;
    ck_assert_ptr_nonnull(find("/room-1"));
    if (_i == 0)
        sio_socket_refuse(s, STR("no"), STR(""));
    else if (_i == 1)
        fake_end(e, EIO_TRANSPORT_CLOSE);
    else
        sio_socket_accept(s);
    if (_i < 2)
        expect_no_children();
    else
        ck_assert_ptr_eq(find("/room-1"), sio_socket_namespace(s));
}
END_TEST

/* Leaves and comes back before anybody was told that it had left. */
static void come_back(struct sio_socket *s)
{
    world.on_disconnect = NULL;
    struct sio_namespace *n;
    ck_assert_int_eq(sio_namespace_want(world.sio, STR("/room-1"), &n), 0);
    ck_assert_ptr_eq(n, sio_socket_namespace(s));
}

START_TEST(it_may_be_found_while_it_empties)
{
    world_join_more(e, "0/room-1,");
    world.on_disconnect = come_back;
    fake_text(e, "1/room-1,");
    expect_no_children();
}
END_TEST

START_TEST(names_that_are_not_wanted)
{
    static const char *const names[] = {"/room", "/Room-1", "/other"};
    char answer[64], text[64];
    snprintf(text, sizeof(text), "0%s,", names[_i]);
    snprintf(answer, sizeof(answer), "44%s,{\"message\":\"Invalid namespace\"}",
             names[_i]);
    fake_text(e, text);
    fake_expect(e, answer);
    expect_no_children();
}
END_TEST

/* It would be shown cut short. */
START_TEST(no_child_has_a_nul_in_its_name)
{
    fake_text_n(e, "0/room-1\0002,", 11);
    ck_assert_uint_eq(fake_skip(e), 1);
    world_expect("");
    expect_no_children();
}
END_TEST

/* Pending ones count, and those that are refused do not stay. */
START_TEST(so_many_at_a_time)
{
    char text[64], answer[80];
    for (int i = 1; i < WORLD_NAMESPACES_MAX; i++) {
        world.decision = i % 2 ? SIO_LATER : SIO_ACCEPT;
        snprintf(text, sizeof(text), "0/room-%d,", i);
        fake_text(e, text);
    }
    fake_skip(e);
    world_forget();
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "0/room-x%d,", i);
        snprintf(answer, sizeof(answer),
                 "44/room-x%d,{\"message\":\"Too many namespaces\"}", i);
        fake_text(e, text);
        fake_expect(e, answer);
    }
    world_expect("");
    ck_assert_uint_eq(sio_server_namespaces(world.sio),
                      2 + WORLD_NAMESPACES_MAX - 1);
    fake_text(e, "1/room-2,");
    world.decision = SIO_ACCEPT;
    world_join_more(e, "0/room-2,");
    /* It is about one client. */
    struct eio_session *other;
    world_join(&other);
    world_join_more(other, "0/room-x,");
}
END_TEST

/* --- from above --- */

START_TEST(wanted_from_above_it_lasts_as_long_as_the_callback)
{
    struct sio_target t = {.all = true};
    struct sio_namespace *again;

    sio_server_enter(world.sio);
    ck_assert_int_eq(
        sio_namespace_want(world.sio, STR("/room-1"), &t.name_space), 0);
    ck_assert_int_eq(sio_namespace_want(world.sio, STR("/room-1"), &again), 0);
    ck_assert_ptr_eq(t.name_space, again);
    ck_assert_int_eq(sio_namespace_want(world.sio, STR("/none"), &again),
                     ERR_NOENT);
    ck_assert_int_eq(sio_namespace_want(world.sio, STR("/game"), &again), 0);
    ck_assert_ptr_eq(again, world.game);
    struct sio_packet *packet = world_packet(t.name_space, "a", "b");
    ck_assert_int_eq(sio_broadcast(&t, packet), 0);
    sio_packet_unref(packet);
    ck_assert_uint_eq(sio_target_list(&t, NULL, 0), 0);
    sio_server_leave(world.sio);
    expect_no_children();
}
END_TEST

/* A question to nobody is answered, and by then its namespace is there. */
START_TEST(a_survey_of_nobody)
{
    struct sio_target t = {.all = true};

    sio_server_enter(world.sio);
    ck_assert_int_eq(
        sio_namespace_want(world.sio, STR("/room-1"), &t.name_space), 0);
    struct sio_packet *packet = world_packet(t.name_space, "a", "b");
    ck_assert_int_eq(sio_broadcast_ask(&t, packet, 1, 1000, 7), 0);
    sio_packet_unref(packet);
    sio_server_leave(world.sio);
    world_expect("answers /room-1 7 OK\n");
    expect_no_children();
}
END_TEST

/* Who was asked has left, and with it everybody. */
START_TEST(a_survey_keeps_it)
{
    struct sio_socket *s = world_join_more(e, "0/room-1,");
    struct sio_target t = {.all = true, .name_space = sio_socket_namespace(s)};
    struct sio_packet *packet = world_packet(t.name_space, "a", "b");
    char journal[200];
    snprintf(journal, sizeof(journal),
             "disconnecting /room-1 client namespace disconnect\n"
             "disconnect /room-1 client namespace disconnect\n"
             "answers /room-1 7 OK\n  %u GONE\n",
             (unsigned)sio_socket_handle(s));
    ck_assert_int_eq(sio_broadcast_ask(&t, packet, 1, 1000, 7), 1);
    sio_packet_unref(packet);
    fake_text(e, "1/room-1,");
    world_expect(journal);
    expect_no_children();
}
END_TEST

/* --- to another configuration --- */

START_TEST(all_of_them_are_shown)
{
    struct sio_namespace *n;
    uint32_t cursor = 0, count = 0, children = 0;
    int other;

    world_join_more(e, "0/room-1,");
    world_join_more(e, "0/room-2,");
    while ((n = sio_namespace_next(world.sio, &cursor))) {
        count++;
        children += str_starts(sio_namespace_name(n), STR("/room-"));
        sio_namespace_set_data(n, &other);
    }
    ck_assert_uint_eq(count, 4);
    ck_assert_uint_eq(children, 2);
    ck_assert_ptr_eq(sio_namespace_data(world.main), &other);
    ck_assert_ptr_eq(sio_namespace_data(find("/room-2")), &other);
}
END_TEST

START_TEST(a_child_may_be_opened)
{
    struct sio_socket *s = world_join_more(e, "0/room-1,");
    struct sio_namespace *n;
    ck_assert_int_eq(
        sio_namespace_open(world.sio, STR("/room-1"), world.main, &n), 0);
    ck_assert_ptr_eq(n, sio_socket_namespace(s));
    ck_assert_ptr_eq(sio_namespace_data(n), world.main);
    ck_assert_int_eq(sio_namespace_open(world.sio, STR("/room-1"), NULL, &n),
                     ERR_EXIST);
    fake_text(e, "1/room-1,");
    ck_assert_ptr_eq(find("/room-1"), n);
}
END_TEST

START_TEST(an_opened_one_may_be_released)
{
    world_join_more(e, "0/game,");
    sio_namespace_release(world.game);
    ck_assert_ptr_eq(find("/game"), world.game);
    fake_text(e, "1/game,");
    ck_assert_ptr_null(find("/game"));
    sio_namespace_release(world.main);
    ck_assert_ptr_nonnull(find("/"));
    fake_text(e, "1");
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 0);
}
END_TEST

START_TEST(released_with_nobody_in_it)
{
    sio_namespace_release(world.game);
    ck_assert_ptr_null(find("/game"));
}
END_TEST

/* --- closing --- */

START_TEST(closing_puts_everybody_out_and_no_connection_ends)
{
    struct eio_session *other;
    world_join_more(e, "0/game,");
    world_join(&other);
    world_join_more(other, "0/game,");
    sio_namespace_close(world.game, NULL);
    world_expect("disconnecting /game server namespace disconnect\n"
                 "disconnect /game server namespace disconnect\n"
                 "disconnecting /game server namespace disconnect\n"
                 "disconnect /game server namespace disconnect\n");
    fake_expect(e, "41/game,");
    fake_expect(other, "41/game,");
    ck_assert(fake_is_open(e) && fake_is_open(other));
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 1);
    /* What it sent before it knew is ignored; and it cannot come back. */
    fake_text(e, "2/game,[\"late\"]");
    fake_text(e, "0/game,");
    fake_expect(e, "44/game,{\"message\":\"Invalid namespace\"}");
    fake_text(e, "2[\"x\"]");
    world_expect("event / x [\"x\"]\n");
}
END_TEST

START_TEST(closing_refuses_who_asks)
{
    world.decision = SIO_LATER;
    fake_text(e, "0/game,");
    struct sio_socket *s = world.socket;
    if (_i == 1) { /* accepted, and not yet told */
        sio_server_enter(world.sio);
        sio_socket_accept(s);
        sio_namespace_close(world.game, NULL);
        sio_server_leave(world.sio);
    } else {
        sio_namespace_close(world.game, NULL);
    }
    world_expect("connecting /game {}\n");
    fake_expect(e, "44/game,{\"message\":\"Invalid namespace\"}");
    fake_expect_nothing(e);
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 1);
}
END_TEST

/* One of the same name is another one, though the first has not ended. */
START_TEST(a_closed_one_may_be_opened_anew)
{
    struct sio_socket *s = world_join_more(e, "0/game,");
    struct sio_namespace *n, *old = world.game;

    sio_server_enter(world.sio);
    sio_namespace_close(old, NULL);
    ck_assert_ptr_eq(sio_socket_namespace(s), old);
    ck_assert_int_eq(sio_namespace_open(world.sio, STR("/game"), &world, &n),
                     0);
    ck_assert_ptr_ne(n, old);
    sio_server_leave(world.sio);
    fake_skip(e);
    s = world_join_more(e, "0/game,");
    ck_assert_ptr_eq(sio_socket_namespace(s), n);
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 2);
}
END_TEST

START_TEST(closing_an_empty_one_and_a_child)
{
    sio_namespace_close(world.game, NULL);
    ck_assert_ptr_null(find("/game"));
    struct sio_socket *s = world_join_more(e, "0/room-1,");
    world.wanted = NULL;
    sio_namespace_close(sio_socket_namespace(s), NULL);
    fake_expect(e, "41/room-1,");
    ck_assert_uint_eq(sio_server_namespaces(world.sio), 1);
    fake_text(e, "0/room-1,");
    fake_expect(e, "44/room-1,{\"message\":\"Invalid namespace\"}");
}
END_TEST

static void close_it(struct sio_socket *s)
{
    world.on_connecting = world.on_connect = world.on_disconnecting = NULL;
    sio_namespace_close(sio_socket_namespace(s), NULL);
}

START_TEST(closing_from_inside)
{
    if (_i == 0)
        world.on_connecting = close_it;
    else if (_i == 1)
        world.on_connect = close_it;
    else
        world.on_disconnecting = close_it;
    fake_text(e, "0/room-1,");
    if (_i == 2)
        fake_text(e, "1/room-1,");
    ck_assert(fake_is_open(e));
    expect_no_children();
    fake_skip(e);
}
END_TEST

static void with_notices(void)
{
    world_start_with_notices();
    world_join(&e);
}

START_TEST(closing_says_why)
{
    struct sio_notice why = {STR("gone"), STR("it is over"), 500};
    world_join_more(e, "0/game,");
    sio_namespace_close(world.game, &why);
    fake_expect(e, "42/game,[\"mortise:notice\",{\"code\":\"gone\","
                   "\"reason\":\"it is over\",\"retry\":500}]");
    fake_expect(e, "41/game,");
    fake_expect_nothing(e);
}
END_TEST

/* --- short memory --- */

START_TEST(nothing_stays_when_memory_is_short)
{
    bool joined = false;
    for (long n = 0; !joined; n++) {
        struct eio_session *one = fake_open(world.sio);
        world.handle = 0;
        mem_fail_after(n);
        fake_text(one, "0/room-1,");
        mem_fail_after(-1);
        joined = sio_socket_find(world.sio, world.handle) != NULL;
        ck_assert(joined || !fake_is_open(one));
        if (!joined)
            expect_no_children();
        ck_assert_int_lt(n, 100);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/namespaces");
    TCase *tests = tcase_create("all"), *notices = tcase_create("notices");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, a_child_is_made_for_who_asks);
    tcase_add_loop_test(tests, it_goes_with_the_last_one, 0, 4);
    tcase_add_test(tests, it_is_there_until_the_last_was_told_of);
    tcase_add_test(tests, a_refused_one_leaves_nothing);
    tcase_add_loop_test(tests, a_pending_one_keeps_it, 0, 3);
    tcase_add_test(tests, it_may_be_found_while_it_empties);
    tcase_add_loop_test(tests, names_that_are_not_wanted, 0, 3);
    tcase_add_test(tests, no_child_has_a_nul_in_its_name);
    tcase_add_test(tests, so_many_at_a_time);
    tcase_add_test(tests, wanted_from_above_it_lasts_as_long_as_the_callback);
    tcase_add_test(tests, a_survey_of_nobody);
    tcase_add_test(tests, a_survey_keeps_it);
    tcase_add_test(tests, all_of_them_are_shown);
    tcase_add_test(tests, a_child_may_be_opened);
    tcase_add_test(tests, an_opened_one_may_be_released);
    tcase_add_test(tests, released_with_nobody_in_it);
    tcase_add_test(tests, closing_puts_everybody_out_and_no_connection_ends);
    tcase_add_loop_test(tests, closing_refuses_who_asks, 0, 2);
    tcase_add_test(tests, a_closed_one_may_be_opened_anew);
    tcase_add_test(tests, closing_an_empty_one_and_a_child);
    tcase_add_loop_test(tests, closing_from_inside, 0, 3);
    tcase_add_test(tests, nothing_stays_when_memory_is_short);
    tcase_add_checked_fixture(notices, with_notices, world_stop);
    tcase_add_test(notices, closing_says_why);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, notices);
    return unit_main(suite);
}
