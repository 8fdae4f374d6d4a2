/* SPDX-License-Identifier: MIT */
#include "net/peers.h"

#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"
#include "unit.h"

#define NOW 1000000

static struct peers peers;
static long live_before;

static void start(void)
{
    live_before = mem_live();
    peers_init(&peers);
}

static void stop(void)
{
    peers_free(&peers);
    ck_assert_int_eq(mem_live(), live_before);
}

static void enter(const char *address)
{
    ck_assert_int_eq(peers_enter(&peers, str_z(address), NOW), 0);
}

static void leave(const char *address)
{
    peers_leave(&peers, str_z(address), NOW);
}

static uint32_t count(const char *address)
{
    return peers_open(&peers, str_z(address));
}

START_TEST(connections_by_address)
{
    enter("192.0.2.1");
    enter("192.0.2.1");
    enter("::ffff:192.0.2.1"); /* the same, written otherwise */
    enter("192.0.2.2");
    ck_assert_uint_eq(count("192.0.2.1"), 3);
    ck_assert_uint_eq(count("192.0.2.2"), 1);
    ck_assert_uint_eq(count("192.0.2.3"), 0);
    leave("192.0.2.1");
    ck_assert_uint_eq(count("192.0.2.1"), 2);
    leave("192.0.2.1");
    leave("192.0.2.1");
    leave("192.0.2.2");
    ck_assert_uint_eq(peers.table.count, 0);
}
END_TEST

START_TEST(the_first_half_of_an_ipv6_address)
{
    enter("2001:db8:0:1::1");
    enter("2001:db8:0:1:ffff::2");
    enter("2001:db8:0:2::1");
    ck_assert_uint_eq(count("2001:db8:0:1::77"), 2);
    ck_assert_uint_eq(count("2001:db8:0:2::77"), 1);
    leave("2001:db8:0:1:ffff::2");
    leave("2001:db8:0:1::1");
    leave("2001:db8:0:2::1");
}
END_TEST

START_TEST(nobodys_addresses)
{
    static const char *const here[] = {"127.0.0.1", "127.9.8.7", "::1",
                                       "unix:",     "unix",      ""};
    for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
        enter(here[i]);
        ck_assert_uint_eq(count(here[i]), 0);
        for (int k = 0; k < 100; k++)
            ck_assert_int_eq(peers_draw(&peers, str_z(here[i]), 1, NOW), 0);
        leave(here[i]);
    }
    ck_assert_uint_eq(peers.table.count, 0);
    /* Next to them is somebody. */
    enter("126.255.255.255");
    enter("128.0.0.0");
    ck_assert_uint_eq(peers.table.count, 2);
    leave("126.255.255.255");
    leave("128.0.0.0");
}
END_TEST

START_TEST(a_bucket)
{
    struct str a = STR("192.0.2.1"), b = STR("192.0.2.2");

    for (int i = 0; i < 2 * PEERS_BURST; i++)
        ck_assert_int_eq(peers_draw(&peers, a, 2, NOW), 0);
    ck_assert_int_eq(peers_draw(&peers, a, 2, NOW), 500);
    ck_assert_int_eq(peers_draw(&peers, a, 2, NOW + 499), 1);
    ck_assert_int_eq(peers_draw(&peers, b, 2, NOW), 0);
    ck_assert_int_eq(peers_draw(&peers, a, 2, NOW + 500), 0);
    ck_assert_int_eq(peers_draw(&peers, a, 2, NOW + 500), 500);
    /* It never holds more than that. */
    for (int i = 0; i < 2 * PEERS_BURST; i++)
        ck_assert_int_eq(peers_draw(&peers, a, 2, NOW + 3600000), 0);
    ck_assert_int_eq(peers_draw(&peers, a, 2, NOW + 3600000), 500);
    ck_assert_int_eq(peers_draw(&peers, a, 0, NOW + 3600000), 0);
}
END_TEST

/* Whoever disconnects is remembered until the bucket is full again. */
START_TEST(a_bucket_outlives_its_connection)
{
    struct str a = STR("192.0.2.1");

    enter("192.0.2.1");
    for (int i = 0; i < PEERS_BURST; i++)
        ck_assert_int_eq(peers_draw(&peers, a, 1, NOW), 0);
    leave("192.0.2.1");
    ck_assert_int_gt(peers_draw(&peers, a, 1, NOW), 0);
    ck_assert_uint_eq(peers.idle_count, 1);
    enter("192.0.2.1");
    ck_assert_uint_eq(peers.idle_count, 0);
    ck_assert_int_gt(peers_draw(&peers, a, 1, NOW), 0);
    peers_leave(&peers, a, NOW + 1000 * PEERS_BURST);
    ck_assert_uint_eq(peers.table.count, 0);
}
END_TEST

static void draw_number(uint32_t i, int64_t now)
{
    char text[32];
    int n = snprintf(text, sizeof(text), "10.%u.%u.%u", i >> 16, i >> 8 & 255,
                     i & 255);
    ck_assert_int_eq(peers_draw(&peers, str_of(text, (size_t)n), 1, now), 0);
}

START_TEST(bounded_and_swept)
{
    for (uint32_t i = 0; i < PEERS_IDLE_MAX + 100; i++)
        draw_number(i, NOW);
    ck_assert_uint_le(peers.idle_count, PEERS_IDLE_MAX);
    ck_assert_uint_eq(peers.table.count, peers.idle_count);
    /* Later each that comes takes two with it. */
    uint32_t before = peers.idle_count;
    for (uint32_t i = 0; i < 1000; i++)
        draw_number(1u << 20 | i, NOW + 1000 * PEERS_BURST);
    ck_assert_uint_eq(peers.idle_count, before - 1000);
}
END_TEST

START_TEST(without_memory)
{
    struct str a = STR("192.0.2.1");

    for (int k = 0; k < 2; k++) {
        mem_fail_after(k);
        ck_assert_int_eq(peers_enter(&peers, a, NOW), ERR_NOMEM);
        mem_fail_after(-1);
        mem_fail_after(k);
        ck_assert_int_gt(peers_draw(&peers, a, 1, NOW), 0);
        mem_fail_after(-1);
        ck_assert_uint_eq(peers.table.count, 0);
    }
}
END_TEST

START_TEST(those_that_are_over_are_forgotten)
{
    char text[32];

    enter("198.51.100.1");
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "192.0.%d.%d", i / 250, i % 250);
        ck_assert_int_eq(peers_draw(&peers, str_z(text), 1, NOW), 0);
    }
    uint32_t cap = peers.table.cap;
    peers_trim(&peers, NOW + 1000 * PEERS_BURST - 1);
    ck_assert_uint_eq(peers.table.count, 1001);
    peers_trim(&peers, NOW + 1000 * PEERS_BURST);
    ck_assert_uint_eq(peers.table.count, 1);
    ck_assert_uint_eq(peers.idle_count, 0);
    ck_assert_uint_lt(peers.table.cap, cap);
    ck_assert_uint_eq(count("198.51.100.1"), 1);
    leave("198.51.100.1");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net/peers");
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, start, stop);
    tcase_add_test(tc, connections_by_address);
    tcase_add_test(tc, the_first_half_of_an_ipv6_address);
    tcase_add_test(tc, nobodys_addresses);
    tcase_add_test(tc, a_bucket);
    tcase_add_test(tc, a_bucket_outlives_its_connection);
    tcase_add_test(tc, bounded_and_swept);
    tcase_add_test(tc, without_memory);
    tcase_add_test(tc, those_that_are_over_are_forgotten);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
