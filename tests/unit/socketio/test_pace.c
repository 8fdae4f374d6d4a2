/* SPDX-License-Identifier: MIT */
/* How much a client may say a second. */
#include "world.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"
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
    options.pace = (struct sio_pace_limit){packets, bytes};
    options.message_size = message_size;
    sio_server_set_options(world.sio, &options);
}

static void say_as(struct eio_session *s, int times)
{
    for (int i = 0; i < times; i++)
        fake_text(s, "2[\"x\"]");
}

static void say(int times)
{
    say_as(e, times);
}

static void expect_too_fast_of(struct eio_session *s)
{
    fake_expect(s, "42[\"mortise:notice\",{\"code\":\"too-fast\",\"reason\":"
                   "\"the client says more than it may in a second\","
                   "\"retry\":5000}]");
    fake_expect_nothing(s);
    ck_assert(fake_is_closing(s));
}

static void expect_too_fast(void)
{
    expect_too_fast_of(e);
}

/* One more client, from there. */
static struct eio_session *come(const char *address)
{
    struct eio_session *s;

    fake_set_peer(address);
    world_join(&s);
    fake_set_peer("");
    return s;
}

/* One more client, signed in. */
static struct eio_session *sign_in(const char *user)
{
    struct eio_session *s;
    struct sio_socket *socket = world_join(&s);

    ck_assert_int_eq(sio_socket_set_value(socket, STR("user"), str_z(user)), 0);
    return s;
}

static void limit_address(int64_t packets, int64_t bytes)
{
    options.pace_of_address = (struct sio_pace_limit){packets, bytes};
    sio_server_set_options(world.sio, &options);
}

static void limit_user(int64_t packets, int64_t bytes)
{
    options.pace_of_user = (struct sio_pace_limit){packets, bytes};
    sio_server_set_options(world.sio, &options);
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

START_TEST(an_address_shares)
{
    struct eio_session *one = come("192.0.2.1");
    struct eio_session *same = come("::ffff:192.0.2.1");
    struct eio_session *other = come("192.0.2.2");

    limit_address(2, 0);
    say_as(one, 2 * SIO_PACE_BURST - 1);
    say_as(same, 1);
    say_as(other, 2 * SIO_PACE_BURST);
    fake_expect_nothing(same);
    fake_expect_nothing(other);
    say_as(same, 1);
    expect_too_fast_of(same);
    /* The others stay, until they say something in the same second. */
    ck_assert(fake_is_open(one));
    world_advance(1000);
    say_as(one, 2);
    fake_expect_nothing(one);
    say_as(one, 1);
    expect_too_fast_of(one);
    /* Who is nobody's address may say anything. */
    struct eio_session *here = come("127.0.0.1");
    say_as(here, 100);
    fake_expect_nothing(here);
}
END_TEST

START_TEST(a_network_of_ipv6_is_one_address)
{
    struct eio_session *one = come("2001:db8::1");
    struct eio_session *same = come("2001:db8::2");
    struct eio_session *other = come("2001:db8:0:1::1");

    limit_address(0, (int64_t)strlen("2[\"x\"]"));
    say_as(one, SIO_PACE_BURST);
    say_as(other, SIO_PACE_BURST);
    fake_expect_nothing(one);
    fake_expect_nothing(other);
    say_as(same, 1);
    expect_too_fast_of(same);
}
END_TEST

START_TEST(who_comes_again_finds_what_was_left)
{
    struct eio_session *one = come("192.0.2.1");

    limit_address(1, 0);
    say_as(one, SIO_PACE_BURST);
    fake_end(one, EIO_TRANSPORT_CLOSE);
    world_advance(1000);
    struct eio_session *again = come("192.0.2.1"); /* its CONNECT counts */
    say_as(again, 1);
    expect_too_fast_of(again);
}
END_TEST

START_TEST(who_is_quiet_finds_what_was_left)
{
    struct eio_session *one = come("192.0.2.1"), *other = come("192.0.2.2");

    limit_address(1, 0);
    say_as(one, 1);
    say_as(other, SIO_PACE_BURST);
    world_advance(2000);
    sio_server_trim(world.sio);
    ck_assert_uint_eq(world.sio->addresses.table.count, 1);
    say_as(other, 2);
    fake_expect_nothing(other);
    say_as(other, 1);
    expect_too_fast_of(other);
}
END_TEST

START_TEST(a_user_shares)
{
    struct eio_session *one = sign_in("ann");
    struct eio_session *same = sign_in("ann");
    struct eio_session *other = sign_in("bob");

    limit_user(1, 0);
    say_as(one, SIO_PACE_BURST);
    say_as(other, SIO_PACE_BURST);
    say(100); /* nobody is signed in there */
    fake_expect_nothing(one);
    fake_expect_nothing(other);
    fake_expect_nothing(e);
    say_as(same, 1);
    expect_too_fast_of(same);
}
END_TEST

START_TEST(attachments_are_a_users_bytes)
{
    static const char head[] = "51-[\"x\",{\"_placeholder\":true,\"num\":0}]";
    struct eio_session *one = sign_in("ann"), *same = sign_in("ann");

    limit_user(0, (int64_t)strlen(head) + 4);
    for (int i = 0; i < SIO_PACE_BURST; i++) {
        fake_text(one, head);
        fake_bytes(one, "1234", 4);
    }
    fake_expect_nothing(one);
    world_advance(1000);
    fake_text(same, head);
    fake_bytes(same, "12345", 5);
    expect_too_fast_of(same);
}
END_TEST

/* What is shared is kept until it is full, and looked at when another comes. */
START_TEST(full_ones_are_forgotten)
{
    struct eio_session *first = come("192.0.2.1");
    struct eio_session *second = come("192.0.2.2");
    struct eio_session *third = come("192.0.2.3");
    struct eio_session *fourth = come("192.0.2.4");

    limit_address(1, 0);
    say_as(first, SIO_PACE_BURST);
    say_as(second, SIO_PACE_BURST);
    say_as(third, 1);
    long before = mem_live();
    world_advance((SIO_PACE_BURST + 1) * 1000);
    say_as(fourth, 1);
    /* Its own and its address's came, the first two addresses' went. */
    ck_assert_int_eq(mem_live(), before);
    limit_address(0, 0);
    ck_assert_int_lt(mem_live(), before - 1);
}
END_TEST

/* Whichever of its own, the address's and the table's is missing. */
START_TEST(shared_without_memory)
{
    struct eio_session *s[3];

    for (int i = 0; i < 3; i++)
        s[i] = come("192.0.2.1");
    limit_address(1, 0);
    for (int i = 0; i < 3; i++) {
        mem_fail_after(i);
        say_as(s[i], 1);
        mem_fail_after(-1);
        ck_assert(!fake_is_open(s[i]));
    }
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
    tcase_add_test(all, an_address_shares);
    tcase_add_test(all, a_network_of_ipv6_is_one_address);
    tcase_add_test(all, who_comes_again_finds_what_was_left);
    tcase_add_test(all, who_is_quiet_finds_what_was_left);
    tcase_add_test(all, a_user_shares);
    tcase_add_test(all, attachments_are_a_users_bytes);
    tcase_add_test(all, full_ones_are_forgotten);
    tcase_add_test(all, shared_without_memory);
    tcase_add_test(all, without_memory);
    suite_add_tcase(suite, all);
    return unit_main(suite);
}
