/* SPDX-License-Identifier: MIT */
/* Clients that speak MessagePack: the bytes, both ways. */
#include "world.h"

#include <string.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/mem.h"

/* { type, nsp }, and what else a packet has. */
#define PACKET(members, type, nsp, more)                                       \
    members "\xa4type" type "\xa3nsp" nsp more
#define MAIN "\xa1/"
#define GAME "\xa5/game"
#define DATA                                                                   \
    "\xa4"                                                                     \
    "data"
#define ID          "\xa2id"
#define CONNECT     PACKET("\x82", "\0", MAIN, "")
#define EVENT(data) PACKET("\x83", "\x02", MAIN, DATA data)

static struct eio_session *e;
static struct sio_socket *s;

static void says(struct str message)
{
    fake_bytes(e, message.p, message.n);
}
#define SAYS(literal) says(STR(literal))

/* The next packet that was sent, which is binary, is this one. */
static void expect(struct str packed)
{
    struct str item = fake_next(e);
    char bytes[1000];
    ck_assert_uint_gt(item.n, 0);
    ck_assert_int_eq(item.p[0], 'b');
    ck_assert_uint_lt(item.n, sizeof(bytes));
    size_t n;
    ck_assert_int_eq(base64_decode(bytes, item.p + 1, item.n - 1, &n), 0);
    ck_assert_uint_eq(n, packed.n);
    ck_assert_mem_eq(bytes, packed.p, packed.n);
}
#define EXPECT(literal) expect(STR(literal))

/* A client that has joined "/"; journal and packets are seen. */
static void set_up(void)
{
    world_start();
    e = fake_open(world.sio);
    SAYS(CONNECT);
    s = world.socket;
    ck_assert_ptr_nonnull(s);
    world_forget();
    ck_assert_uint_eq(fake_skip(e), 1);
}

static void expect_broken(void)
{
    ck_assert(fake_is_closing(e));
    fake_expect_nothing(e);
}

START_TEST(connecting)
{
    struct eio_session *other = fake_open(world.sio);
    e = other;
    SAYS(PACKET("\x83", "\0", MAIN, DATA "\x81\xa1k\x01"));
    world_expect("connecting / {\"k\":1}\nconnect / {\"k\":1}\n");
    struct str sid = sio_socket_sid(world.socket);
    struct buf b;
    buf_init(&b, 1000);
    buf_append(&b,
               "\x83\xa4type\0\xa4"
               "data\x81\xa3sid\xb4",
               18);
    buf_append_str(&b, sid);
    buf_append(&b, "\xa3nsp\xa1/", 6);
    ck_assert_uint_eq(sid.n, 20);
    expect(buf_str(&b));
    buf_free(&b);
}
END_TEST

/* As socket.io-client sends it: undefined, and options. */
START_TEST(what_means_nothing_is_ignored)
{
    e = fake_open(world.sio);
    SAYS(PACKET("\x84", "\0", MAIN, DATA "\xd4\0\0\xa1x\x92\x01\xff"));
    world_expect("connecting / {}\nconnect / {}\n");
    SAYS(PACKET("\x85", "\x02", MAIN,
                DATA "\x91\xa1"
                     "a"
                     "\xa7options\x81\xa8"
                     "compress\xc3" ID "\xd4\0\0"));
    world_expect("event / a [\"a\"]\n");
}
END_TEST

START_TEST(nil_is_nothing)
{
    SAYS(PACKET("\x84", "\x01", MAIN, DATA "\xc0" ID "\xc0"));
    world_expect("disconnecting / client namespace disconnect\n"
                 "disconnect / client namespace disconnect\n");
}
END_TEST

START_TEST(the_last_of_a_member_counts)
{
    SAYS(PACKET("\x84", "\x01", MAIN,
                "\xa4type\x02" DATA "\x91\xa1"
                "a"));
    world_expect("event / a [\"a\"]\n");
}
END_TEST

START_TEST(events_and_answers)
{
    uint64_t id;
    SAYS(PACKET("\x84", "\x02", MAIN,
                DATA "\x92\xa1"
                     "a\x90" ID "\x07"));
    world_expect("event / a 7 [\"a\",[]]\n");
    ck_assert_int_eq(sio_socket_ask(s, 100, 5, &id), 0);
    SAYS(PACKET("\x84", "\x03", MAIN, DATA "\x91\x01" ID "\0"));
    world_expect("answer / 5 [1]\n");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(bytes_are_where_they_belong)
{
    SAYS(EVENT("\x93\xa1"
               "b\xc4\x03one\x81\xa1k\x92\x01\xc7\0\0"));
    world_expect("event / b [\"b\",<one>,{\"k\":[1,<>]}]\n");
    /* What only looks like a placeholder. */
    SAYS(EVENT("\x92\xa1"
               "b\x82\xac_placeholder\xc3\xa3num\x05"));
    world_expect("event / b [\"b\",{\"_placeholder\":true,\"num\":5}]\n");
}
END_TEST

START_TEST(what_is_sent)
{
    ck_assert_int_eq(world_send(s, "said", "hi"), 0);
    EXPECT("\x83\xa4type\x02\xa4"
           "data\x92\xa4said\xa2hi\xa3nsp\xa1/");
    struct sio_packet *p = world_binary_packet(world.main, "said", "xy");
    ck_assert_int_eq(sio_socket_send(s, p, false), 0);
    EXPECT("\x83\xa4type\x02\xa4"
           "data\x92\xa4said\xc4\x02xy\xa3nsp\xa1/");
    /* Made once. */
    struct eio_packet *packed = p->packed;
    ck_assert_ptr_nonnull(packed);
    ck_assert_int_eq(sio_socket_send(s, p, false), 0);
    ck_assert_ptr_eq(p->packed, packed);
    fake_skip(e);
    sio_packet_unref(p);
}
END_TEST

START_TEST(a_room_of_both)
{
    struct eio_session *other;
    struct sio_socket *plain = world_join(&other);
    struct sio_target target = {.name_space = world.main, .all = true};
    struct sio_packet *p = world_packet(world.main, "said", "hi");
    ck_assert_int_eq(sio_broadcast(&target, p), 2);
    EXPECT("\x83\xa4type\x02\xa4"
           "data\x92\xa4said\xa2hi\xa3nsp\xa1/");
    fake_expect(other, "42[\"said\",\"hi\"]");
    sio_packet_unref(p);
    ck_assert(sio_socket_connected(plain));
}
END_TEST

START_TEST(other_namespaces)
{
    SAYS(PACKET("\x82", "\0", GAME, ""));
    world_expect("connecting /game {}\nconnect /game {}\n");
    fake_skip(e);
    SAYS(PACKET("\x83", "\x02", GAME,
                DATA "\x91\xa1"
                     "a"));
    world_expect("event /game a [\"a\"]\n");
    SAYS(PACKET("\x82", "\x01", GAME, ""));
    world_expect("disconnecting /game client namespace disconnect\n"
                 "disconnect /game client namespace disconnect\n");
    SAYS(PACKET("\x82", "\0", "\xa2/x", ""));
    EXPECT("\x83\xa4type\x04\xa4"
           "data\x81\xa7message\xb1Invalid namespace"
           "\xa3nsp\xa2/x");
    sio_socket_disconnect(s, false);
    EXPECT("\x82\xa4type\x01\xa3nsp\xa1/");
}
END_TEST

/* All that no client says. */
static const struct str wrong[] = {
    STR(""),
    STR("\x80"),
    STR("\xc0"),
    STR("\x91\x01"),
    STR("40"),
    STR(EVENT("\x91\xa1"
              "a") "\0"), /* something behind it */
    STR("\x82\xa4type\x02\xa4"
        "data\x91\xa1"
        "a"), /* no namespace */
    STR("\x82\xa3nsp\xa1/\xa4"
        "data\x91\xa1"
        "a"), /* no type */
    STR(PACKET("\x83", "\x05", MAIN,
               DATA "\x91\xa1"
                    "a")),
    STR(PACKET("\x83", "\xff", MAIN,
               DATA "\x91\xa1"
                    "a")),
    STR(PACKET("\x83",
               "\xa1"
               "2",
               MAIN,
               DATA "\x91\xa1"
                    "a")),
    STR(PACKET("\x83", "\x04", MAIN,
               DATA "\xa1"
                    "a")), /* an error */
    STR(PACKET("\x83", "\x02", "\0",
               DATA "\x91\xa1"
                    "a")),
    STR(PACKET("\x83", "\x02", "\xa0",
               DATA "\x91\xa1"
                    "a")),
    STR(PACKET("\x83", "\x02", "\xa1x",
               DATA "\x91\xa1"
                    "a")),
    STR(PACKET("\x83", "\0", "\xa4/a,b", DATA "\x80")),
    STR(PACKET("\x83", "\0", "\xa2/\xff", DATA "\x80")),
    STR(PACKET("\x82", "\0", MAIN, "")), /* twice */
    STR(PACKET("\x83", "\0", GAME, DATA "\x90")),
    STR(PACKET("\x83", "\0", GAME, DATA "\x81\xa1k\xc4\0")),
    STR(PACKET("\x83", "\x01", GAME, DATA "\x80")),
    STR(PACKET("\x82", "\x02", MAIN, "")),
    STR(EVENT("\x80")),
    STR(EVENT("\x90")),
    STR(EVENT("\x91\xc0")),
    STR(EVENT("\x91\xa7"
              "connect")),
    STR(EVENT("\x92\xa1"
              "a\xa1\xff")),
    STR(PACKET("\x84", "\x02", MAIN,
               DATA "\x91\xa1"
                    "a" ID "\xff")),
    STR(PACKET("\x84", "\x02", MAIN,
               DATA "\x91\xa1"
                    "a" ID "\xa1"
                    "1")),
    STR(PACKET("\x83", "\x03", MAIN, DATA "\x90")), /* without its id */
    /* Eleven times bytes. */
    STR(EVENT("\x9c\xa1"
              "a\xc4\0\xc4\0\xc4\0\xc4\0\xc4\0\xc4\0\xc4\0\xc4\0"
              "\xc4\0\xc4\0\xc4\0")),
    /* Seventeen deep. */
    STR(EVENT("\x92\xa1"
              "a\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91"
              "\x91\x91\x91\x90")),
};

START_TEST(what_is_wrong_ends_it)
{
    says(wrong[_i]);
    world_expect("");
    expect_broken();
}
END_TEST

START_TEST(as_deep_as_may_be)
{
    SAYS(EVENT("\x92\xa1"
               "a\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91"
               "\x91\x91\x90"));
    world_expect("event / a [\"a\",[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]\n");
}
END_TEST

START_TEST(text_in_between_ends_it)
{
    fake_text(e, "2[\"a\"]");
    world_expect("");
    expect_broken();
}
END_TEST

START_TEST(binary_first_is_no_attachment)
{
    e = fake_open_3(world.sio); /* which has no such parser */
    world_forget();
    fake_skip(e);
    SAYS(CONNECT);
    world_expect("");
    expect_broken();
}
END_TEST

static void allow(bool json, bool msgpack)
{
    struct sio_options options = {
        .connect_timeout = WORLD_CONNECT_TIMEOUT,
        .json_depth = 16,
        .json = json,
        .msgpack = msgpack,
        .rooms_per_socket = WORLD_ROOMS_MAX,
        .namespaces_per_client = WORLD_NAMESPACES_MAX,
        .send_buffer = WORLD_SEND_BUFFER,
    };
    sio_server_set_options(world.sio, &options);
}

START_TEST(who_may_not_is_refused)
{
    struct eio_session *packed = e;
    allow(true, false);
    e = fake_open(world.sio);
    SAYS(CONNECT);
    expect_broken();
    allow(false, true);
    e = fake_open(world.sio);
    fake_text(e, "0");
    expect_broken();
    /* Who is there, stays; and old clients are another matter. */
    allow(false, false);
    e = packed;
    world_forget();
    SAYS(EVENT("\x91\xa1"
               "a"));
    world_expect("event / a [\"a\"]\n");
    e = fake_open_3(world.sio);
    world_forget();
    fake_text(e, "2[\"a\"]");
    world_expect("event / a [\"a\"]\n");
}
END_TEST

/* Memory runs out at every place of a message and of what is sent for it. */
START_TEST(short_memory_ends_one_client)
{
    bool told = false;
    for (int n = 0; !told && n < 200; n++) {
        e = fake_open(world.sio);
        SAYS(CONNECT);
        s = world.socket;
        world_forget();
        fake_skip(e);
        mem_fail_after(n);
        SAYS(EVENT("\x93\xa1"
                   "b\xc4\x03one\x81\xa1k\x92\x01\xc4\0"));
        if (fake_is_open(e))
            world_send(s, "said", "hi");
        mem_fail_after(-1);
        told = fake_is_open(e) && fake_unseen(e) == 1;
        fake_skip(e);
        fake_finish_closing();
        world_forget();
    }
    ck_assert(told);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("packed");
    TCase *tc = tcase_create("packed");
    tcase_add_checked_fixture(tc, set_up, world_stop);
    tcase_add_test(tc, connecting);
    tcase_add_test(tc, what_means_nothing_is_ignored);
    tcase_add_test(tc, nil_is_nothing);
    tcase_add_test(tc, the_last_of_a_member_counts);
    tcase_add_test(tc, events_and_answers);
    tcase_add_test(tc, bytes_are_where_they_belong);
    tcase_add_test(tc, what_is_sent);
    tcase_add_test(tc, a_room_of_both);
    tcase_add_test(tc, other_namespaces);
    tcase_add_loop_test(tc, what_is_wrong_ends_it, 0,
                        sizeof(wrong) / sizeof(*wrong));
    tcase_add_test(tc, as_deep_as_may_be);
    tcase_add_test(tc, text_in_between_ends_it);
    tcase_add_test(tc, binary_first_is_no_attachment);
    tcase_add_test(tc, who_may_not_is_refused);
    tcase_add_test(tc, short_memory_ends_one_client);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
