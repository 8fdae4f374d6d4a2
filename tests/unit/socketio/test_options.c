/* SPDX-License-Identifier: MIT */
/* Options that change while clients are there. */
#include "world.h"

#include "base/error.h"

#define DEEP  "[\"d\",[[[[[]]]]]]"
#define PLACE "{\"_placeholder\":true,\"num\":0}"

static struct eio_session *e;
static struct sio_socket *s;
static struct sio_options options;

static void set_up(void)
{
    world_start();
    s = world_join(&e);
    options = (struct sio_options){
        .connect_timeout = WORLD_CONNECT_TIMEOUT,
        .attachments = 10,
        .json_depth = 16,
        .json = true,
        .msgpack = true,
        .rooms_per_socket = WORLD_ROOMS_MAX,
        .acks_per_socket = WORLD_ACKS_MAX,
        .values_size = WORLD_VALUES_MAX,
        .send_buffer = WORLD_SEND_BUFFER,
        .namespaces_per_client = WORLD_NAMESPACES_MAX,
    };
}

static void change(void)
{
    sio_server_set_options(world.sio, &options);
}

static int set_value(const char *key, const char *text)
{
    return sio_socket_set_value(s, str_z(key), str_z(text));
}

START_TEST(depth)
{
    fake_text(e, "2" DEEP);
    world_expect("event / d " DEEP "\n");
    options.json_depth = 3;
    change();
    fake_text(e, "2" DEEP);
    ck_assert(!fake_is_open(e));
}
END_TEST

/* What was good when it came is good when it is complete. */
START_TEST(depth_of_what_is_kept)
{
    fake_text(e, "51-[\"d\",[[[[[]]]]]," PLACE "]");
    options.json_depth = 3;
    change();
    fake_bytes(e, "x", 1);
    world_expect("event / d [\"d\",[[[[[]]]]],<x>]\n");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(depth_of_an_auth_that_is_kept)
{
    world.decision = SIO_LATER;
    fake_text(e, "0/game,{\"a\":[[[[]]]]}");
    world_forget();
    options.json_depth = 2;
    change();
    sio_socket_accept(world.socket);
    world_expect("connect /game {\"a\":[[[[]]]]}\n");
}
END_TEST

START_TEST(attachments)
{
    options.attachments = 0;
    change();
    fake_text(e, "51-[\"d\"," PLACE "]");
    ck_assert(!fake_is_open(e));
}
END_TEST

START_TEST(namespaces_that_are_too_many_stay)
{
    struct sio_socket *other = world_join_more(e, "0/game,");
    options.namespaces_per_client = 1;
    change();
    ck_assert(sio_socket_connected(s) && sio_socket_connected(other));
    fake_text(e, "1/game,");
    world_forget();
    fake_text(e, "0/game,");
    world_expect("");
    ck_assert(str_starts(fake_next(e), STR("44/game,")));
}
END_TEST

START_TEST(rooms_that_are_too_many_stay)
{
    ck_assert_int_eq(sio_socket_join(s, STR("a")), 0);
    ck_assert_int_eq(sio_socket_join(s, STR("b")), 0);
    options.rooms_per_socket = 1;
    change();
    ck_assert_int_eq(sio_socket_join(s, STR("c")), ERR_LIMIT);
    ck_assert_int_eq(sio_socket_join(s, STR("b")), 0);
    options.rooms_per_socket = 3;
    change();
    ck_assert_int_eq(sio_socket_join(s, STR("c")), 0);
}
END_TEST

START_TEST(values_that_are_too_many_stay)
{
    ck_assert_int_eq(set_value("a", "0123456789"), 0);
    options.values_size = 10;
    change();
    ck_assert_int_eq(set_value("b", "1"), ERR_LIMIT);
    ck_assert(str_eq(sio_socket_value(s, STR("a")), STR("0123456789")));
    options.values_size = WORLD_VALUES_MAX;
    change();
    ck_assert_int_eq(set_value("b", "1"), 0);
}
END_TEST

static int send_latest(struct sio_socket *to, const char *key)
{
    struct sio_policy policy = {str_z(key), 1};
    struct sio_packet *packet = world_packet(world.main, "x", "0123456789");
    int result = sio_socket_send_with(to, packet, &policy);
    sio_packet_unref(packet);
    return result;
}

START_TEST(who_is_there_keeps_its_buffer)
{
    struct eio_session *e2;

    options.send_buffer = 100;
    change();
    struct sio_socket *s2 = world_join(&e2);
    fake_fall_behind(e, 0, 200);
    fake_fall_behind(e2, 0, 200);
    ck_assert_int_eq(send_latest(s, "k"), 0);
    ck_assert_int_eq(send_latest(s2, "k"), ERR_BLOCKED);
}
END_TEST

START_TEST(deadlines_that_begin_later)
{
    struct eio_session *old = fake_open(world.sio);
    options.connect_timeout = 10;
    change();
    struct eio_session *young = fake_open(world.sio);
    world_advance(10);
    ck_assert(!fake_is_open(young));
    ck_assert(fake_is_open(old));
    world_advance(WORLD_CONNECT_TIMEOUT - 10);
    ck_assert(!fake_is_open(old));
}
END_TEST

START_TEST(notices)
{
    options.notices = true;
    change();
    fake_text(e, "2{");
    struct str said = fake_next(e);
    ck_assert(str_starts(
        said, STR("42[\"mortise:notice\",{\"code\":\"protocol-error\"")));
}
END_TEST

START_TEST(packets_that_wait)
{
    struct sio_policy policy = {STR("k"), 1000};
    int result = 0, count = 0;

    options.send_packets = 20;
    change();
    fake_end(e, EIO_TRANSPORT_CLOSE);
    s = world_join(&e);
    world_forget();
    fake_fall_behind(e, 0, 100);
    struct sio_packet *packet = world_packet(world.main, "x", "y");
    while ((result = sio_socket_send_with(s, packet, &policy)) == 0) {
        count++;
        ck_assert_uint_eq(sio_socket_waiting(s), (uint32_t)count);
    }
    sio_packet_unref(packet);
    ck_assert_int_eq(result, ERR_BLOCKED);
    ck_assert_int_eq(count, 20);
    ck_assert(fake_is_closed(e));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tc = tcase_create("options");
    tcase_add_test(tc, packets_that_wait);
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, set_up, world_stop);
    tcase_add_test(tc, depth);
    tcase_add_test(tc, depth_of_what_is_kept);
    tcase_add_test(tc, depth_of_an_auth_that_is_kept);
    tcase_add_test(tc, attachments);
    tcase_add_test(tc, namespaces_that_are_too_many_stay);
    tcase_add_test(tc, rooms_that_are_too_many_stay);
    tcase_add_test(tc, values_that_are_too_many_stay);
    tcase_add_test(tc, who_is_there_keeps_its_buffer);
    tcase_add_test(tc, deadlines_that_begin_later);
    tcase_add_test(tc, notices);
    return unit_main(suite);
}
