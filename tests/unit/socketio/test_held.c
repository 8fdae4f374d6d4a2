/* SPDX-License-Identifier: MIT */
/* Packets with a policy, and clients that are behind. */
#include "world.h"

#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"

static struct eio_session *e;
static struct sio_socket *s;

static void set_up(void)
{
    world_start();
    s = world_join(&e);
}

/* Results of sio_socket_send_with(). */
static int send_to(struct sio_socket *to, const char *key, uint32_t keep,
                   const char *text)
{
    struct sio_policy policy = {str_z(key), keep};
    struct sio_packet *packet =
        world_packet(sio_socket_namespace(to), "x", text);
    ck_assert_ptr_nonnull(packet);
    int result = sio_socket_send_with(to, packet, &policy);
    sio_packet_unref(packet);
    return result;
}

static int latest(const char *key, const char *text)
{
    return send_to(s, key, 1, text);
}

static void fall_behind(void)
{
    fake_fall_behind(e, 0, 1000);
}

/* Once again it takes what it is sent. */
static void catch_up(void)
{
    fake_fall_behind(e, UINT32_MAX, 0);
    fake_drain(e);
}

/* The texts of the packets that have come: "a b c". */
static void expect(const char *texts)
{
    char came[200] = "";
    size_t n = 0;
    for (uint32_t left = fake_unseen(e); left > 0; left--) {
        struct str text = fake_next(e);
        ck_assert(str_starts(text, STR("42[\"x\",\"")));
        n += (size_t)snprintf(came + n, sizeof(came) - n, "%s%.*s",
                              n > 0 ? " " : "", (int)text.n - 10, text.p + 8);
    }
    ck_assert_str_eq(came, texts);
}

START_TEST(a_client_that_keeps_up_gets_everything)
{
    ck_assert_int_eq(latest("a", "1"), 0);
    ck_assert_int_eq(latest("a", "2"), 0);
    ck_assert_int_eq(send_to(s, "a", 3, "3"), 0);
    expect("1 2 3");
    ck_assert_uint_eq(sio_socket_queued(s), 0);
}
END_TEST

START_TEST(only_the_latest_of_each_key)
{
    fall_behind();
    ck_assert_int_eq(latest("a", "a1"), 0);
    ck_assert_int_eq(latest("b", "b1"), 0);
    ck_assert_int_eq(latest("a", "a2"), 1);
    ck_assert_int_eq(latest("a", "a3"), 1);
    ck_assert_int_eq(latest("", "none"), 0);
    expect("");
    catch_up();
    /* Each where its first stood. */
    expect("a3 b1 none");
    ck_assert_int_eq(latest("a", "a4"), 0);
    expect("a4");
}
END_TEST

START_TEST(the_last_few_of_a_key)
{
    char text[4];
    fall_behind();
    for (int i = 0; i < 10; i++) {
        snprintf(text, sizeof(text), "a%d", i);
        ck_assert_int_eq(send_to(s, "a", 3, text), i < 3 ? 0 : 1);
        if (i == 7)
            ck_assert_int_eq(latest("b", "b"), 0);
    }
    catch_up();
    expect("a7 b a8 a9");
}
END_TEST

START_TEST(a_policy_that_gets_stricter)
{
    fall_behind();
    send_to(s, "a", 3, "1");
    send_to(s, "a", 3, "2");
    send_to(s, "a", 3, "3");
    ck_assert_int_eq(latest("a", "4"), 1);
    catch_up();
    expect("4");
}
END_TEST

START_TEST(what_has_no_policy_goes_ahead_in_order)
{
    latest("a", "1");
    world_send(s, "x", "2");
    fall_behind();
    world_send(s, "x", "3");
    latest("a", "late");
    world_send(s, "x", "4");
    world_send(s, "x", "5");
    expect("1 2 3 4 5");
    catch_up();
    expect("late");
}
END_TEST

START_TEST(as_much_at_a_time_as_it_takes)
{
    fall_behind();
    latest("a", "a");
    latest("b", "b");
    latest("c", "c");
    fake_fall_behind(e, 2, 1000);
    fake_drain(e);
    expect("a b");
    world_expect(""); /* not everything has left */
    /* Behind the one that waits, though the client is there again. */
    fake_fall_behind(e, UINT32_MAX, 0);
    ck_assert_int_eq(latest("d", "d"), 0);
    ck_assert_int_eq(latest("c", "c2"), 1);
    expect("");
    fake_drain(e);
    expect("c2 d");
    world_expect("drain /\n");
}
END_TEST

START_TEST(each_namespace_has_its_own_keys)
{
    struct sio_socket *game = world_join_more(e, "0/game,");
    fall_behind();
    latest("a", "main");
    send_to(game, "a", 1, "game");
    catch_up();
    fake_expect(e, "42[\"x\",\"main\"]");
    fake_expect(e, "42/game,[\"x\",\"game\"]");
}
END_TEST

START_TEST(who_leaves_a_namespace_gets_nothing_of_it)
{
    struct sio_socket *game = world_join_more(e, "0/game,");
    fall_behind();
    latest("a", "main");
    send_to(game, "a", 1, "game");
    latest("b", "main");
    fake_text(e, "1");
    catch_up();
    fake_expect(e, "42/game,[\"x\",\"game\"]");
    fake_expect_nothing(e);
}
END_TEST

/* world_stop() sees to it that nothing stays. */
START_TEST(a_client_that_goes_while_it_is_behind)
{
    fall_behind();
    latest("a", "1");
    latest("b", "1");
    if (_i == 0)
        fake_end(e, EIO_TRANSPORT_CLOSE);
    else
        sio_socket_disconnect(s, true);
}
END_TEST

START_TEST(attachments_come_along)
{
    struct sio_policy policy = {STR("a"), 1};
    struct sio_packet *packet = world_binary_packet(world.main, "x", "\x01");
    fall_behind();
    latest("a", "old");
    ck_assert_int_eq(sio_socket_send_with(s, packet, &policy), 1);
    sio_packet_unref(packet);
    catch_up();
    fake_expect(e, "451-[\"x\",{\"_placeholder\":true,\"num\":0}]");
    fake_expect(e, "bAQ==");
    fake_expect_nothing(e);
}
END_TEST

/* --- broadcasts --- */

START_TEST(what_became_of_a_broadcast)
{
    struct eio_session *others[4];
    struct sio_fates fates;
    struct sio_policy policy = {STR("a"), 1};
    struct sio_target t = {.name_space = world.main,
                           .all = true,
                           .policy = &policy,
                           .ret_fates = &fates};
    struct sio_packet *packet = world_packet(world.main, "x", "y");

    for (int i = 0; i < 4; i++)
        world_join(&others[i]);
    fake_fall_behind(others[0], 0, 0);
    fake_fall_behind(others[1], 0, 0);
    fake_fall_behind(others[2], 0, WORLD_SEND_BUFFER);
    fake_fail_sends(others[3], 0, ERR_BLOCKED);
    ck_assert_int_eq(sio_broadcast(&t, packet), 3);
    ck_assert_uint_eq(fates.queued, 3);
    ck_assert_uint_eq(fates.replaced, 0);
    ck_assert_uint_eq(fates.closed, 2);
    ck_assert_int_eq(sio_broadcast(&t, packet), 3);
    ck_assert_uint_eq(fates.replaced, 2);
    ck_assert_uint_eq(fates.closed, 0);

    t.policy = NULL;
    t.is_volatile = true;
    fake_set_writable(others[0], false);
    ck_assert_int_eq(sio_broadcast(&t, packet), 2);
    ck_assert_uint_eq(fates.dropped, 1);
    sio_packet_unref(packet);
}
END_TEST

/* A reader that is slow for ten thousand broadcasts costs as much as for
 * one: memory and packets are those of the keys. */
START_TEST(ten_thousand_broadcasts_to_a_slow_reader)
{
    struct sio_policy policies[2] = {{STR("position"), 1}, {STR("chat"), 10}};
    struct sio_target t = {.name_space = world.main, .all = true};
    long live = 0;
    size_t queued = 0;

    fall_behind();
    for (int i = 0; i < 10000; i++) {
        struct sio_packet *packet = world_packet(world.main, "x", "y");
        t.policy = &policies[i % 2];
        ck_assert_int_eq(sio_broadcast(&t, packet), 1);
        sio_packet_unref(packet);
        if (i == 30) {
            live = mem_live();
            queued = sio_socket_queued(s);
        }
    }
    ck_assert_int_eq(mem_live(), live);
    ck_assert_uint_eq(sio_socket_queued(s), queued);
    ck_assert(fake_is_open(e));
    catch_up();
    ck_assert_uint_eq(fake_skip(e), 11);
    ck_assert_uint_eq(sio_socket_queued(s), 0);
}
END_TEST

/* --- limits --- */

START_TEST(more_keys_than_there_is_room_for)
{
    char key[20];
    int result = 0;
    fake_fall_behind(e, 0, WORLD_SEND_BUFFER / 2);
    for (int i = 0; result == 0 && i < WORLD_SEND_BUFFER; i++) {
        snprintf(key, sizeof(key), "%d", i);
        ck_assert_uint_le(sio_socket_queued(s), WORLD_SEND_BUFFER);
        result = latest(key, "y");
    }
    ck_assert_int_eq(result, ERR_BLOCKED);
    ck_assert(fake_is_closed(e));
    world_expect("disconnecting / transport error\n"
                 "disconnect / transport error\n");
}
END_TEST

START_TEST(policies_that_are_none)
{
    char key[SIO_KEY_MAX + 2];
    struct sio_policy policy = {STR("a"), 0};
    struct sio_target t = {
        .name_space = world.main, .all = true, .policy = &policy};
    memset(key, 'k', sizeof(key));
    key[SIO_KEY_MAX + 1] = '\0';
    ck_assert_int_eq(latest(key, "y"), ERR_INVAL);
    ck_assert_int_eq(send_to(s, "a", 0, "y"), ERR_INVAL);
    ck_assert_int_eq(sio_broadcast(&t, NULL), ERR_INVAL);
    fall_behind();
    key[SIO_KEY_MAX] = '\0';
    ck_assert_int_eq(latest(key, "y"), 0);
}
END_TEST

START_TEST(who_cannot_be_written_to_when_caught_up)
{
    fall_behind();
    latest("a", "1");
    latest("b", "1");
    fake_fail_sends(e, 1, ERR_BLOCKED);
    catch_up();
    ck_assert(fake_is_closed(e));
    world_expect("disconnecting / transport error\n"
                 "disconnect / transport error\n");
}
END_TEST

START_TEST(memory_may_run_out)
{
    struct sio_policy policy = {STR("a"), 1};
    int result = ERR_NOMEM;

    for (long n = 0; result == ERR_NOMEM; n++) {
        struct sio_packet *packet = world_packet(world.main, "x", "y");
        if (!fake_is_open(e))
            s = world_join(&e);
        fall_behind();
        mem_fail_after(n);
        result = sio_socket_send_with(s, packet, &policy);
        mem_fail_after(-1);
        /* A gap where the latest should be is worse than a new beginning. */
        ck_assert(fake_is_open(e) == (result == 0));
        sio_packet_unref(packet);
    }
    ck_assert_int_eq(result, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/held");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, a_client_that_keeps_up_gets_everything);
    tcase_add_test(tests, only_the_latest_of_each_key);
    tcase_add_test(tests, the_last_few_of_a_key);
    tcase_add_test(tests, a_policy_that_gets_stricter);
    tcase_add_test(tests, what_has_no_policy_goes_ahead_in_order);
    tcase_add_test(tests, as_much_at_a_time_as_it_takes);
    tcase_add_test(tests, each_namespace_has_its_own_keys);
    tcase_add_test(tests, who_leaves_a_namespace_gets_nothing_of_it);
    tcase_add_loop_test(tests, a_client_that_goes_while_it_is_behind, 0, 2);
    tcase_add_test(tests, attachments_come_along);
    tcase_add_test(tests, what_became_of_a_broadcast);
    tcase_add_test(tests, ten_thousand_broadcasts_to_a_slow_reader);
    tcase_add_test(tests, more_keys_than_there_is_room_for);
    tcase_add_test(tests, policies_that_are_none);
    tcase_add_test(tests, who_cannot_be_written_to_when_caught_up);
    tcase_add_test(tests, memory_may_run_out);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
