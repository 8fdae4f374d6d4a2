/* SPDX-License-Identifier: MIT */
/* What clients are told before their connection is ended. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/intake.h"
#include "base/mem.h"

static struct eio_session *e;
static struct sio_socket *s;

static void set_up(void)
{
    world_start_with_notices();
    s = world_join(&e);
}

/* The next packet is a notice in this namespace, "/game," or "". */
static void expect_notice(const char *name_space, const char *code)
{
    struct str text = fake_next(e);
    char begin[100];
    snprintf(begin, sizeof(begin), "42%s[\"mortise:notice\",{\"code\":\"%s\",",
             name_space, code);
    ck_assert_msg(str_starts(text, str_z(begin)), "sent %.*s", STR_ARG(text));
    ck_assert(str_ends(text, STR("}]")));
}

START_TEST(to_the_byte)
{
    static const struct sio_notice why = {
        {"signed-in-elsewhere", 19}, {"\"you\" \xc3\xbc", 8}, 5000};
    sio_socket_kick(s, false, &why);
    fake_expect(e, "42[\"mortise:notice\",{\"code\":\"signed-in-elsewhere\","
                   "\"reason\":\"\\\"you\\\" \xc3\xbc\",\"retry\":5000}]");
    fake_expect(e, "41");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(in_front_of_each_disconnect)
{
    world_join_more(e, "0/game,");
    sio_socket_disconnect(s, true);
    expect_notice("", "disconnected");
    fake_expect(e, "41");
    expect_notice("/game,", "disconnected");
    fake_expect(e, "41/game,");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(breaking_the_protocol)
{
    world_join_more(e, "0/game,");
    fake_text(e, "2{}");
    expect_notice("/game,", "protocol-error");
    expect_notice("", "protocol-error");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(who_has_joined_nothing_is_told_nothing)
{
    e = fake_open(world.sio);
    fake_text(e, "2[\"x\"]");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));

    e = fake_open(world.sio);
    world.decision = SIO_LATER;
    fake_text(e, "0");
    fake_text(e, "2[\"x\"]");
    fake_expect_nothing(e);

    e = fake_open(world.sio);
    world_advance(WORLD_CONNECT_TIMEOUT);
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(attachments_that_come_too_late)
{
    fake_text(e, "51-[\"x\",{\"_placeholder\":true,\"num\":0}]");
    world_advance(WORLD_CONNECT_TIMEOUT);
    expect_notice("", "too-late");
    ck_assert(fake_is_closing(e));
}
END_TEST

static int crowded;

static void on_crowded(void *user, struct str peer)
{
    crowded++;
}

/* What there is of a packet takes up the room that a newer one needs. */
START_TEST(attachments_that_others_have_no_room_for)
{
    static const char head[] = "52-[\"x\",{\"_placeholder\":true,\"num\":0}]";
    static char bytes[20000];
    struct intake in;
    struct eio_session *other;

    intake_init(&in, &world.timers, on_crowded, NULL);
    intake_set_max(&in, 30000);
    sio_server_set_intake(world.sio, &in);
    world_join(&other);
    fake_text(e, head);
    fake_bytes(e, bytes, sizeof(bytes));
    world_advance(1);
    ck_assert_uint_ge(in.bytes, sizeof(bytes));
    fake_text(other, head);
    fake_bytes(other, bytes, sizeof(bytes));
    world_advance(1);
    expect_notice("", "out-of-memory");
    ck_assert(fake_is_closing(e));
    ck_assert_int_eq(crowded, 1);
    /* The newer one comes to its end, and is as nothing then. */
    ck_assert(!fake_is_closing(other));
    fake_bytes(other, bytes, 1);
    ck_assert(!fake_is_closing(other));
    ck_assert_uint_eq(in.bytes, 0);
    sio_server_set_intake(world.sio, NULL);
    intake_stop(&in);
}
END_TEST

static const struct {
    enum eio_reason reason;
    const char *code;
} reasons[] = {
    {EIO_SHUTTING_DOWN, "shutting-down"},
    {EIO_PING_TIMEOUT, "ping-timeout"},
    {EIO_PARSE_ERROR, "protocol-error"},
    {EIO_TRANSPORT_ERROR, "transport-error"},
};

/* Not everybody is to come back at the same moment. */
START_TEST(when_to_come_back_is_spread)
{
    bool seen[2] = {false, false};

    for (int i = 0; i < 64; i++) {
        world_join(&e);
        fake_say_why(e, EIO_SHUTTING_DOWN);
        struct str sent = fake_next(e), ms = sent;
        uint64_t retry;
        while (str_find(ms, ':') < ms.n)
            str_cut(&ms, ':');
        ck_assert_int_eq(str_to_u64(str_of(ms.p, ms.n - 2), &retry), 0);
        ck_assert_uint_ge(retry, 1000);
        ck_assert_uint_le(retry, 1000 + SIO_NOTICE_SPREAD);
        seen[retry > 1000 + SIO_NOTICE_SPREAD / 2] = true;
    }
    ck_assert(seen[0] && seen[1]);
}
END_TEST

START_TEST(reasons_of_the_engine)
{
    fake_say_why(e, reasons[_i].reason);
    expect_notice("", reasons[_i].code);
    fake_expect_nothing(e);
}
END_TEST

/* --- too slow --- */

START_TEST(too_slow)
{
    world_join_more(e, "0/game,");
    fake_fail_sends(e, 0, _i == 0 ? ERR_BLOCKED : ERR_NOMEM);
    ck_assert_int_eq(world_send(s, "x", "y"),
                     _i == 0 ? ERR_BLOCKED : ERR_NOMEM);
    /* The application knows at once, the client when it reads on. */
    world_expect("disconnecting /game transport error\n"
                 "disconnect /game transport error\n"
                 "disconnecting / transport error\n"
                 "disconnect / transport error\n");
    ck_assert(fake_was_cut(e));
    ck_assert(fake_is_closing(e));
    expect_notice("/game,", _i == 0 ? "too-slow" : "out-of-memory");
    expect_notice("", _i == 0 ? "too-slow" : "out-of-memory");
    fake_expect_nothing(e);
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
    fake_finish_closing();
    ck_assert_uint_eq(sio_server_clients(world.sio), 0);
    world_expect("");
}
END_TEST

START_TEST(too_slow_for_what_is_held_back)
{
    struct sio_policy policy = {STR("a"), 1};
    struct sio_packet *packet = world_packet(world.main, "x", "y");
    fake_fall_behind(e, 0, 0);
    ck_assert_int_eq(sio_socket_send_with(s, packet, &policy), 0);
    fake_fall_behind(e, 0, WORLD_SEND_BUFFER);
    ck_assert_int_eq(sio_socket_send_with(s, packet, &policy), ERR_BLOCKED);
    sio_packet_unref(packet);
    expect_notice("", "too-slow");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
}
END_TEST

/* Between the parts of a packet there can be nothing else. */
START_TEST(half_a_packet_is_no_place_for_a_notice)
{
    struct sio_packet *packet = world_binary_packet(world.main, "x", "\x01");
    fake_fail_sends(e, 1, ERR_BLOCKED);
    ck_assert_int_eq(sio_socket_send(s, packet, false), ERR_BLOCKED);
    sio_packet_unref(packet);
    ck_assert_uint_eq(fake_skip(e), 1);
    ck_assert(fake_is_closed(e));
}
END_TEST

static void send_on(struct sio_socket *self, const struct sio_event *event)
{
    fake_fail_sends(e, 0, ERR_BLOCKED);
    ck_assert_int_eq(world_send(self, "x", "y"), ERR_BLOCKED);
    ck_assert_int_eq(world_send(self, "x", "y"), ERR_CLOSED);
    ck_assert(!sio_socket_connected(self));
    sio_socket_disconnect(self, true);
}

START_TEST(too_slow_within_its_own_event)
{
    world.on_event = send_on;
    fake_text(e, "2[\"x\"]");
    expect_notice("", "too-slow");
    fake_expect_nothing(e);
    world_expect("event / x [\"x\"]\n"
                 "disconnecting / transport error\n"
                 "disconnect / transport error\n");
}
END_TEST

/* --- none --- */

START_TEST(no_memory_for_a_notice)
{
    bool finished = false;
    for (long n = 0; !finished; n++) {
        mem_fail_after(n);
        fake_say_why(e, EIO_SHUTTING_DOWN);
        mem_fail_after(-1);
        finished = fake_skip(e) == 1;
        ck_assert(fake_is_closed(e));
        s = world_join(&e);
    }
}
END_TEST

START_TEST(no_room_for_a_notice)
{
    fake_fail_sends(e, 0, ERR_BLOCKED);
    fake_text(e, "2{}");
    fake_expect_nothing(e);
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(turned_off)
{
    world_stop();
    world_start();
    s = world_join(&e);
    sio_socket_disconnect(s, false);
    fake_expect(e, "41");
    s = world_join(&e);
    fake_text(e, "2{}");
    fake_expect_nothing(e);
}
END_TEST

START_TEST(plain_events_cannot_look_like_it)
{
    struct sio_builder b;
    sio_builder_init(&b, 1000, 10);
    ck_assert_int_eq(
        sio_builder_event(&b, STR("/"), false, 0, STR(SIO_NOTICE_EVENT)),
        ERR_RESERVED);
    /* Clients may send what they like. */
    fake_text(e, "2[\"mortise:notice\"]");
    world_expect("event / mortise:notice [\"mortise:notice\"]\n");
}
END_TEST

START_TEST(notices_that_are_none)
{
    static const struct {
        const char *code, *reason;
        int64_t retry;
        bool valid;
    } all[] = {
        {"a-1", "", -1, true},  {"", "x", 0, false},     {"A", "x", 0, false},
        {"a b", "x", 0, false}, {"a", "\xff", 0, false}, {"a", "x", -2, false},
        {"a", "x", 1, true},
    };
    char text[1002];
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        struct sio_notice n = {str_z(all[i].code), str_z(all[i].reason),
                               all[i].retry};
        ck_assert_msg(sio_notice_valid(&n) == all[i].valid, "%s", all[i].code);
    }
    memset(text, 'a', sizeof(text));
    struct sio_notice n = {str_of(text, 64), str_of(text, 1000), 0};
    ck_assert(sio_notice_valid(&n));
    n.code.n++;
    ck_assert(!sio_notice_valid(&n));
    n.code.n--;
    n.reason.n++;
    ck_assert(!sio_notice_valid(&n));
}
END_TEST

START_TEST(all_of_the_table_are_valid_and_described)
{
    struct buf out;
    buf_init(&out, 10000);
    sio_notices_describe(&out);
#define DESCRIBED(name, code_text, ms, text)                                   \
    {                                                                          \
        struct sio_notice n = sio_notice_of(SIO_NOTICE_##name);                \
        ck_assert(sio_notice_valid(&n));                                       \
        ck_assert(str_eq(n.code, STR(code_text)));                             \
        ck_assert_int_eq(n.retry, ms);                                         \
        ck_assert_ptr_nonnull(memmem(                                          \
            out.p, out.n, "\n| `" code_text "` | " #ms " | " text " |\n",      \
            sizeof("\n| `" code_text "` | " #ms " | " text " |\n") - 1));      \
    }
    SIO_NOTICE_MAP(DESCRIBED)
#undef DESCRIBED
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/notices");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, to_the_byte);
    tcase_add_test(tests, in_front_of_each_disconnect);
    tcase_add_test(tests, breaking_the_protocol);
    tcase_add_test(tests, who_has_joined_nothing_is_told_nothing);
    tcase_add_test(tests, attachments_that_come_too_late);
    tcase_add_test(tests, attachments_that_others_have_no_room_for);
    tcase_add_test(tests, when_to_come_back_is_spread);
    tcase_add_loop_test(tests, reasons_of_the_engine, 0,
                        sizeof(reasons) / sizeof(reasons[0]));
    tcase_add_loop_test(tests, too_slow, 0, 2);
    tcase_add_test(tests, too_slow_for_what_is_held_back);
    tcase_add_test(tests, half_a_packet_is_no_place_for_a_notice);
    tcase_add_test(tests, too_slow_within_its_own_event);
    tcase_add_test(tests, no_memory_for_a_notice);
    tcase_add_test(tests, no_room_for_a_notice);
    tcase_add_test(tests, turned_off);
    tcase_add_test(tests, plain_events_cannot_look_like_it);
    tcase_add_test(tests, notices_that_are_none);
    tcase_add_test(tests, all_of_the_table_are_valid_and_described);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
