/* SPDX-License-Identifier: MIT */
/* Acknowledgements that the server waits for. */
#include "world.h"

#include "base/error.h"
#include "base/mem.h"

static struct eio_session *e;
static struct sio_socket *s;

static void set_up(void)
{
    world_start();
    s = world_join(&e);
}

static uint64_t ask(struct sio_socket *of, int64_t timeout, uint64_t cookie)
{
    uint64_t id = UINT64_MAX;
    ck_assert_int_eq(sio_socket_ask(of, timeout, cookie, &id), 0);
    return id;
}

START_TEST(ids_count_from_zero_in_each_namespace)
{
    struct eio_session *other;
    struct sio_socket *game = world_join_more(e, "0/game,");
    ck_assert_uint_eq(ask(s, 1000, 1), 0);
    ck_assert_uint_eq(ask(game, 1000, 2), 0);
    ck_assert_uint_eq(ask(s, 1000, 3), 1);
    ck_assert_uint_eq(ask(world_join(&other), 1000, 4), 2);
}
END_TEST

START_TEST(an_answer_comes_once)
{
    ask(s, 1000, 11);
    ask(s, 1000, 12);
    fake_text(e, "31[\"x\",{\"a\":1}]");
    world_expect("answer / 12 [\"x\",{\"a\":1}]\n");
    fake_text(e, "30[]");
    world_expect("answer / 11 []\n");
    fake_text(e, "31[]");
    fake_text(e, "30[]");
    world_advance(5000);
    world_expect("");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(the_time_for_an_answer_is_limited)
{
    ask(s, 100, 11);
    ask(s, 200, 12);
    world_advance(99);
    world_expect("");
    world_advance(1);
    world_expect("answer / 11 TIMEOUT\n");
    fake_text(e, "30[]"); /* too late */
    world_expect("");
    fake_text(e, "31[]");
    world_expect("answer / 12 []\n");
}
END_TEST

START_TEST(somebody_elses_answer_does_not_count)
{
    struct eio_session *other;
    struct sio_socket *game = world_join_more(e, "0/game,");
    world_join(&other);
    ask(s, 1000, 11);
    fake_text(other, "30[]");
    fake_text(e, "3/game,0[]");
    world_expect("");
    ask(game, 1000, 12);
    fake_text(e, "3/game,0[]");
    world_expect("answer /game 12 []\n");
    fake_text(e, "30[]");
    world_expect("answer / 11 []\n");
}
END_TEST

static void look_for_rooms(struct sio_socket *of, int status)
{
    ck_assert_int_eq(status, ERR_GONE);
    ck_assert(!sio_socket_in(of, STR("a")));
}

START_TEST(who_leaves_answers_nothing)
{
    ck_assert_int_eq(sio_socket_join(s, STR("a")), 0);
    ask(s, 1000, 11);
    ask(s, 1000, 12);
    world.on_answer = look_for_rooms;
    fake_text(e, "1");
    world_expect("disconnecting / client namespace disconnect\n"
                 "answer / 11 GONE\n"
                 "answer / 12 GONE\n"
                 "disconnect / client namespace disconnect\n");
    world_advance(5000);
    world_expect("");
}
END_TEST

START_TEST(not_more_than_the_limit_are_awaited)
{
    uint64_t id = 77;
    ask(s, 1000, 1);
    ask(s, 1000, 2);
    ck_assert_int_eq(sio_socket_ask(s, 1000, 3, &id), ERR_LIMIT);
    ck_assert_uint_eq(id, 77);
    fake_text(e, "30[]");
    ask(s, 1000, 3);
    ck_assert_int_eq(sio_socket_ask(s, 1000, 4, &id), ERR_LIMIT);
    world_advance(1000);
    ask(s, 1000, 4);
    ask(s, 1000, 5);
}
END_TEST

START_TEST(what_was_not_sent_is_not_awaited)
{
    uint64_t id = ask(s, 1000, 11);
    ck_assert_uint_eq(sio_socket_unask(s, id), 11);
    ck_assert_uint_eq(sio_socket_unask(s, id), 0);
    ck_assert_uint_eq(sio_socket_unask(s, 99), 0);
    world_advance(5000);
    world_expect("");
}
END_TEST

START_TEST(memory_may_run_out_when_asking)
{
    uint64_t id;
    mem_fail_after(0);
    ck_assert_int_eq(sio_socket_ask(s, 1000, 1, &id), ERR_NOMEM);
    mem_fail_after(-1);
    ck_assert_uint_eq(ask(s, 1000, 1), 0);
}
END_TEST

/* --- from inside the callback --- */

static void ask_again(struct sio_socket *of, int status)
{
    uint64_t id;
    world.on_answer = NULL;
    ck_assert_int_eq(sio_socket_ask(of, 100, 99, &id),
                     status == ERR_GONE ? ERR_CLOSED : 0);
}

START_TEST(asking_again_when_answered)
{
    ask(s, 100, 1);
    world.on_answer = ask_again;
    fake_text(e, "30[]");
    world_expect("answer / 1 []\n");
    fake_text(e, "31[7]");
    world_expect("answer / 99 [7]\n");
}
END_TEST

START_TEST(asking_again_when_it_took_too_long)
{
    ask(s, 100, 1);
    world.on_answer = ask_again;
    world_advance(100);
    world_expect("answer / 1 TIMEOUT\n");
    world_advance(100);
    world_expect("answer / 99 TIMEOUT\n");
}
END_TEST

START_TEST(asking_again_who_has_gone)
{
    ask(s, 100, 1);
    world.on_answer = ask_again;
    fake_end(e, EIO_PING_TIMEOUT);
    world_expect("disconnecting / ping timeout\nanswer / 1 GONE\n"
                 "disconnect / ping timeout\n");
}
END_TEST

static void hang_up(struct sio_socket *of, int status)
{
    sio_socket_disconnect(of, true);
}

/* Both are due at the same time; the first ends the client. */
START_TEST(hanging_up_when_it_took_too_long)
{
    ask(s, 100, 1);
    ask(s, 100, 2);
    world.on_answer = hang_up;
    world_advance(100);
    fake_expect(e, "41");
    world_expect("answer / 1 TIMEOUT\n"
                 "disconnecting / server namespace disconnect\n"
                 "answer / 2 GONE\n"
                 "disconnect / server namespace disconnect\n");
    ck_assert(fake_is_closing(e));
}
END_TEST

static void unask_other(struct sio_socket *of, int status)
{
    ck_assert_uint_eq(sio_socket_unask(of, 0), 0); /* this one */
    ck_assert_uint_eq(sio_socket_unask(of, 1), 2);
}

START_TEST(unasking_from_inside)
{
    ask(s, 100, 1);
    ask(s, 100, 2);
    world.on_answer = unask_other;
    world_advance(100);
    world_expect("answer / 1 TIMEOUT\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/acks");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, ids_count_from_zero_in_each_namespace);
    tcase_add_test(tests, an_answer_comes_once);
    tcase_add_test(tests, the_time_for_an_answer_is_limited);
    tcase_add_test(tests, somebody_elses_answer_does_not_count);
    tcase_add_test(tests, who_leaves_answers_nothing);
    tcase_add_test(tests, not_more_than_the_limit_are_awaited);
    tcase_add_test(tests, what_was_not_sent_is_not_awaited);
    tcase_add_test(tests, memory_may_run_out_when_asking);
    tcase_add_test(tests, asking_again_when_answered);
    tcase_add_test(tests, asking_again_when_it_took_too_long);
    tcase_add_test(tests, asking_again_who_has_gone);
    tcase_add_test(tests, hanging_up_when_it_took_too_long);
    tcase_add_test(tests, unasking_from_inside);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
