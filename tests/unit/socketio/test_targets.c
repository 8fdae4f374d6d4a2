/* SPDX-License-Identifier: MIT */
/* What is done to many sockets at once, and the rooms of one. */
#include "world.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define CLIENTS 4

static struct eio_session *e[CLIENTS];
static struct sio_socket *s[CLIENTS];
static const struct str a = {"a", 1}, b = {"b", 1};

static void set_up(void)
{
    world_start();
    for (int i = 0; i < CLIENTS; i++)
        s[i] = world_join(&e[i]);
}

static void join(int i, struct str room)
{
    ck_assert_int_eq(sio_socket_join(s[i], room), 0);
}

static struct sio_target everybody(void)
{
    return (struct sio_target){.name_space = world.main, .all = true};
}

static struct sio_target room(const struct str *name)
{
    return (struct sio_target){
        .name_space = world.main, .rooms = name, .room_count = 1};
}

/* Who is in the room: one letter a client. */
static void expect_in(struct str name, const char *letters)
{
    char in[CLIENTS + 1] = "";
    for (int i = 0; i < CLIENTS; i++)
        in[i] = sio_socket_in(s[i], name) ? 'x' : '.';
    ck_assert_str_eq(in, letters);
}

START_TEST(listing)
{
    uint64_t handles[CLIENTS] = {0, 0, 0, 77};
    struct sio_target t = everybody();
    ck_assert_uint_eq(sio_target_list(&t, handles, 3), CLIENTS);
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(sio_socket_find(world.sio, handles[i]));
    ck_assert_uint_eq(handles[3], 77);
    ck_assert_uint_eq(sio_target_list(&t, NULL, 0), CLIENTS);

    join(2, a);
    t = room(&a);
    ck_assert_uint_eq(sio_target_list(&t, handles, CLIENTS), 1);
    ck_assert_uint_eq(handles[0], sio_socket_handle(s[2]));
    t.skip = s[2];
    ck_assert_uint_eq(sio_target_list(&t, handles, CLIENTS), 0);
}
END_TEST

START_TEST(joining)
{
    struct sio_target t = everybody();
    t.skip = s[1];
    ck_assert_int_eq(sio_target_join(&t, a), 3);
    expect_in(a, "x.xx");
    t = room(&a);
    ck_assert_int_eq(sio_target_join(&t, b), 3);
    expect_in(b, "x.xx");
    /* Into the room that is being looked at. */
    t = everybody();
    ck_assert_int_eq(sio_target_join(&t, a), 4);
    expect_in(a, "xxxx");
}
END_TEST

START_TEST(who_is_in_too_many_rooms_is_not_counted)
{
    struct sio_target t = everybody();
    join(0, STR("1"));
    join(0, STR("2"));
    join(0, STR("3"));
    ck_assert_int_eq(sio_target_join(&t, a), 3);
    expect_in(a, ".xxx");
}
END_TEST

START_TEST(a_name_that_is_too_long)
{
    char name[SIO_ROOM_MAX + 1];
    struct sio_target t = everybody();
    memset(name, 'n', sizeof(name));
    ck_assert_int_eq(sio_target_join(&t, str_of(name, sizeof(name))),
                     ERR_LIMIT);
    ck_assert_int_eq(sio_target_join(&t, str_of(name, sizeof(name) - 1)), 4);
}
END_TEST

START_TEST(leaving)
{
    struct sio_target t = room(&a);
    join(0, a);
    join(1, a);
    join(1, b);
    join(2, b);
    ck_assert_int_eq(sio_target_leave(&t, b), 1);
    expect_in(b, "..x.");
    /* The room that is being looked at. */
    ck_assert_int_eq(sio_target_leave(&t, a), 2);
    expect_in(a, "....");
    ck_assert_int_eq(sio_target_leave(&t, a), 0);
}
END_TEST

START_TEST(disconnecting_from_the_namespace)
{
    struct sio_target t = room(&a);
    world_join_more(e[0], "0/game,");
    join(0, a);
    join(3, a);
    ck_assert_int_eq(sio_target_kick(&t, false, NULL), 2);
    world_expect("disconnecting / server namespace disconnect\n"
                 "disconnect / server namespace disconnect\n"
                 "disconnecting / server namespace disconnect\n"
                 "disconnect / server namespace disconnect\n");
    fake_expect(e[0], "41");
    fake_expect_nothing(e[0]);
    fake_expect(e[3], "41");
    ck_assert(fake_is_open(e[0]));
    ck_assert_uint_eq(sio_room_size(world.main, a), 0);
}
END_TEST

START_TEST(disconnecting_the_clients)
{
    struct sio_target t = everybody();
    world_join_more(e[0], "0/game,");
    ck_assert_int_eq(sio_target_kick(&t, true, NULL), 4);
    for (int i = 0; i < CLIENTS; i++)
        ck_assert(fake_is_closing(e[i]));
    fake_expect(e[0], "41");
    fake_expect(e[0], "41/game,");
    ck_assert_uint_eq(sio_target_list(&t, NULL, 0), 0);
}
END_TEST

/* A client with two sockets of one namespace there cannot be, but one that is
 * put out by the first may come up again in another. */
static void put_all_out(struct sio_socket *of, const struct sio_event *event)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(sio_target_kick(&t, true, NULL), CLIENTS);
    ck_assert_int_eq(sio_target_kick(&t, true, NULL), 0);
    ck_assert_int_eq(sio_target_join(&t, a), 0);
    ck_assert(!sio_socket_connected(of));
}

START_TEST(disconnecting_all_from_inside)
{
    world.on_event = put_all_out;
    fake_text(e[1], "2[\"x\"]");
    ck_assert_uint_eq(sio_room_size(world.main, STR("")), 0);
    for (int i = 0; i < CLIENTS; i++)
        ck_assert(fake_is_closing(e[i]));
}
END_TEST

START_TEST(without_memory_nothing_is_done)
{
    struct sio_target t = everybody();
    mem_fail_after(0);
    ck_assert_int_eq(sio_target_join(&t, a), ERR_NOMEM);
    mem_fail_after(0);
    ck_assert_int_eq(sio_target_kick(&t, true, NULL), ERR_NOMEM);
    mem_fail_after(-1);
    expect_in(a, "....");
    ck_assert(fake_is_open(e[0]));
}
END_TEST

START_TEST(the_rooms_of_a_socket)
{
    bool seen_a = false, seen_b = false;
    join(0, a);
    join(0, b);
    ck_assert(str_eq(sio_socket_room(s[0], 0), sio_socket_sid(s[0])));
    for (uint32_t i = 1; i < 3; i++) {
        seen_a = seen_a || str_eq(sio_socket_room(s[0], i), a);
        seen_b = seen_b || str_eq(sio_socket_room(s[0], i), b);
    }
    ck_assert(seen_a && seen_b);
    ck_assert_ptr_null(sio_socket_room(s[0], 3).p);
    ck_assert_ptr_null(sio_socket_room(s[1], 1).p);
}
END_TEST

/* --- drain --- */

START_TEST(drain_is_told_to_each_namespace)
{
    world_join_more(e[0], "0/game,");
    fake_drain(e[0]);
    world_expect("drain /game\ndrain /\n");
    fake_text(e[0], "1");
    world_forget();
    fake_drain(e[0]);
    world_expect("drain /game\n");
}
END_TEST

START_TEST(drain_is_not_told_to_who_waits_for_a_decision)
{
    struct eio_session *pending = fake_open(world.sio);
    world.decision = SIO_LATER;
    fake_text(pending, "0");
    world_forget();
    fake_drain(pending);
    world_expect("");
}
END_TEST

static void hang_up(struct sio_socket *of)
{
    sio_socket_disconnect(of, true);
}

START_TEST(hanging_up_when_drained)
{
    world_join_more(e[0], "0/game,");
    world.on_drain = hang_up;
    fake_drain(e[0]);
    world_expect("drain /game\n"
                 "disconnecting /game server namespace disconnect\n"
                 "disconnect /game server namespace disconnect\n"
                 "disconnecting / server namespace disconnect\n"
                 "disconnect / server namespace disconnect\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/targets");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, listing);
    tcase_add_test(tests, joining);
    tcase_add_test(tests, who_is_in_too_many_rooms_is_not_counted);
    tcase_add_test(tests, a_name_that_is_too_long);
    tcase_add_test(tests, leaving);
    tcase_add_test(tests, disconnecting_from_the_namespace);
    tcase_add_test(tests, disconnecting_the_clients);
    tcase_add_test(tests, disconnecting_all_from_inside);
    tcase_add_test(tests, without_memory_nothing_is_done);
    tcase_add_test(tests, the_rooms_of_a_socket);
    tcase_add_test(tests, drain_is_told_to_each_namespace);
    tcase_add_test(tests, drain_is_not_told_to_who_waits_for_a_decision);
    tcase_add_test(tests, hanging_up_when_drained);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
