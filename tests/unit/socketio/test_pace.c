/* SPDX-License-Identifier: MIT */
/* How much a client may say a second. */
#include "world.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/pace.h"

static struct eio_session *e;
static struct sio_options options;

static void set_up(void)
{
    world_start();
    world_join(&e);
    options = (struct sio_options){
        .connect_timeout = WORLD_CONNECT_TIMEOUT,
        .attachments = 10,
        .json_depth = 16,
        .json = true,
        .msgpack = true,
        .notices = true,
        .rooms_per_socket = WORLD_ROOMS_MAX,
        .acks_per_socket = WORLD_ACKS_MAX,
        .send_buffer = WORLD_SEND_BUFFER,
        .namespaces_per_client = WORLD_NAMESPACES_MAX,
    };
}

static void limit(int64_t packets, int64_t bytes, size_t message_size)
{
    options.packets_per_second = packets;
    options.bytes_per_second = bytes;
    options.message_size = message_size;
    sio_server_set_options(world.sio, &options);
}

static void say(int times)
{
    for (int i = 0; i < times; i++)
        fake_text(e, "2[\"x\"]");
}

static void expect_too_fast(void)
{
    fake_expect(e, "42[\"mortise:notice\",{\"code\":\"too-fast\",\"reason\":"
                   "\"the client says more than it may in a second\","
                   "\"retry\":5000}]");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
}

START_TEST(packets)
{
    limit(2, 0, 1000);
    say(2 * SIO_PACE_BURST);
    fake_expect_nothing(e);
    world_advance(999);
    say(1);
    fake_expect_nothing(e);
    say(1);
    expect_too_fast();
}
END_TEST

START_TEST(a_rest_is_worth_a_burst_and_no_more)
{
    limit(2, 0, 1000);
    say(2 * SIO_PACE_BURST);
    world_advance(1000000);
    say(2 * SIO_PACE_BURST);
    fake_expect_nothing(e);
    say(1);
    expect_too_fast();
}
END_TEST

START_TEST(bytes)
{
    static const char text[] = "2[\"x\",\"0123456789\"]";
    limit(0, (int64_t)strlen(text), 1);
    for (int i = 0; i < SIO_PACE_BURST; i++)
        fake_text(e, text);
    fake_expect_nothing(e);
    fake_text(e, "2[\"x\"]");
    expect_too_fast();
}
END_TEST

/* However small the limit is, a message may have the size that it may have. */
START_TEST(the_largest_message_fits)
{
    static const char text[] = "2[\"x\",\"0123456789\"]";
    limit(0, 1, strlen(text));
    fake_text(e, text);
    fake_expect_nothing(e);
    fake_text(e, "2[\"x\"]");
    expect_too_fast();
}
END_TEST

START_TEST(attachments_are_bytes)
{
    static const char head[] = "51-[\"x\",{\"_placeholder\":true,\"num\":0}]";
    limit(1, (int64_t)strlen(head) + 4, 1);
    for (int i = 0; i < SIO_PACE_BURST; i++) {
        fake_text(e, head);
        fake_bytes(e, "1234", 4);
    }
    fake_expect_nothing(e);
    world_advance(1000);
    fake_text(e, head);
    fake_bytes(e, "12345", 5);
    expect_too_fast();
}
END_TEST

/* Nobody chooses how many acknowledgements are asked of it. */
START_TEST(acknowledgements_do_not_count)
{
    limit(1, 0, 1000);
    for (int i = 0; i < 10 * SIO_PACE_BURST; i++)
        fake_text(e, "31[]");
    fake_expect_nothing(e);
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(no_limit)
{
    long before = mem_live();
    limit(0, 0, 1000);
    say(100);
    fake_expect_nothing(e);
    ck_assert(fake_is_open(e));
    ck_assert_int_le(mem_live(), before + 1);
    /* One that comes counts from then on, one that goes is forgotten. */
    limit(1, 0, 1000);
    say(SIO_PACE_BURST);
    limit(0, 0, 1000);
    say(50);
    fake_expect_nothing(e);
    limit(1, 0, 1000);
    say(1);
    expect_too_fast();
}
END_TEST

START_TEST(without_memory)
{
    limit(1, 0, 1000);
    fake_expect_nothing(e);
    mem_fail_after(0);
    fake_text(e, "2[\"x\"]");
    mem_fail_after(-1);
    ck_assert(!fake_is_open(e));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/pace");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, world_stop);
    tcase_add_test(all, packets);
    tcase_add_test(all, a_rest_is_worth_a_burst_and_no_more);
    tcase_add_test(all, bytes);
    tcase_add_test(all, the_largest_message_fits);
    tcase_add_test(all, attachments_are_bytes);
    tcase_add_test(all, acknowledgements_do_not_count);
    tcase_add_test(all, no_limit);
    tcase_add_test(all, without_memory);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
