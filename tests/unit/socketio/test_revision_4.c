/* SPDX-License-Identifier: MIT */
/* Clients of Socket.IO 1 and 2: protocol section 4.2. */
#include "world.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* The fake's only id of a session. */
#define SID "the-id-of-a-session!"

/* A client that is in the main namespace; its socket. */
static struct sio_socket *join(struct eio_session **ret_session)
{
    *ret_session = fake_open_3(world.sio);
    fake_expect(*ret_session, "40");
    world_expect("connecting / {}\nconnect / {}\n");
    return world.socket;
}

static void expect_sid(const struct sio_socket *s, const char *sid)
{
    ck_assert(str_eq(sio_socket_sid(s), str_z(sid)));
}

START_TEST(it_is_in_the_main_namespace_without_asking)
{
    struct eio_session *e;
    struct sio_socket *s = join(&e);
    fake_expect_nothing(e);
    expect_sid(s, SID);
    ck_assert_uint_eq(sio_socket_auth(s).n, 0);
    ck_assert_uint_eq(sio_socket_handshake(s)->revision, 3);
    world_advance(WORLD_CONNECT_TIMEOUT + 1); /* that is met */
    ck_assert(fake_is_open(e));
    fake_text(e, "2[\"say\",1]");
    world_expect("event / say [\"say\",1]\n");
    ck_assert_int_eq(world_send(s, "said", "x"), 0);
    fake_expect(e, "42[\"said\",\"x\"]");
}
END_TEST

START_TEST(asking_for_it_again_is_an_error)
{
    struct eio_session *e;
    join(&e);
    fake_text(e, "0");
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(a_query_in_the_name_is_the_auth)
{
    static const struct {
        const char *packet, *auth;
    } cases[] = {
        {"0/game", "{}"},
        {"0/game,", "{}"},
        {"0/game?", "{}"},
        {"0/game?token=abc", "{\"token\":\"abc\"}"},
        {"0/game?token=abc,", "{\"token\":\"abc\"}"},
        {"0/game?a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}"},
        {"0/game?a=%C3%A4+%26%22&=x&&b&%62%3D=c=d",
         "{\"a\":\"\xc3\xa4 &\\\"\",\"b\":\"\",\"b=\":\"c=d\"}"},
        {"0/game?a=%zz&b=?", "{\"a\":\"%zz\",\"b\":\"?\"}"},
        {"0/game,{\"a\":1}", "{}"}, /* that is revision 5 */
        {"0/game?a=1,{\"b\":1}", "{\"a\":\"1\"}"},
        {"0/game?a=1&a=2", "{\"a\":\"1\",\"a\":\"2\"}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct eio_session *e;
        char journal[200];
        join(&e);
        fake_text(e, cases[i].packet);
        fake_expect(e, "40/game,");
        snprintf(journal, sizeof(journal),
                 "connecting /game %s\nconnect /game %s\n", cases[i].auth,
                 cases[i].auth);
        world_expect(journal);
        expect_sid(world.socket, "/game#" SID);
        ck_assert(
            str_eq(sio_socket_room(world.socket, 0), str_z("/game#" SID)));
        fake_end(e, EIO_TRANSPORT_CLOSE);
        world_forget();
    }
}
END_TEST

START_TEST(what_is_no_query)
{
    static const char *const packets[] = {
        "0/game?a=%ff", "0/game?a=%c0%80", "0/game,[]",
        "0/game,{",     "0/game?a=1,b",
    };
    for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
        struct eio_session *e;
        join(&e);
        fake_text(e, packets[i]);
        ck_assert(fake_is_closing(e));
        fake_end(e, EIO_FORCED_CLOSE);
        world_forget();
    }
}
END_TEST

START_TEST(without_memory_it_is_closed)
{
    for (long n = 0;; n++) {
        struct eio_session *e;
        join(&e);
        mem_fail_after(n);
        fake_text(e, "0/game?token=abc");
        mem_fail_after(-1);
        bool open = fake_is_open(e);
        fake_end(e, EIO_TRANSPORT_CLOSE);
        world_forget();
        if (open)
            break;
        ck_assert_int_lt(n, 100);
    }
}
END_TEST

START_TEST(without_memory_it_does_not_begin)
{
    for (long n = 0;; n++) {
        mem_fail_after(n);
        struct eio_session *e = fake_open_3(world.sio);
        mem_fail_after(-1);
        bool open = fake_is_open(e);
        if (open)
            fake_expect(e, "40");
        fake_end(e, EIO_TRANSPORT_CLOSE);
        world_forget();
        if (open)
            break;
        ck_assert_int_lt(n, 100);
    }
}
END_TEST

START_TEST(other_namespaces_come_and_go)
{
    struct eio_session *e;
    join(&e);
    fake_text(e, "0/game");
    fake_expect(e, "40/game,");
    struct sio_socket *s = world.socket;
    world_forget();
    fake_text(e, "2/game,7[\"say\"]");
    world_expect("event /game say 7 [\"say\"]\n");
    sio_socket_disconnect(s, false);
    fake_expect(e, "41/game,");
    world_forget();
    fake_text(e, "0/game"); /* with the same id again */
    fake_expect(e, "40/game,");
    expect_sid(world.socket, "/game#" SID);
    fake_text(e, "1/game");
    fake_text(e, "0/game?x=y");
    fake_expect(e, "40/game,");
    ck_assert(fake_is_open(e));
}
END_TEST

START_TEST(unknown_namespaces_are_refused_as_ever)
{
    struct eio_session *e;
    join(&e);
    fake_text(e, "0/nope?a=b");
    fake_expect(e, "44/nope,{\"message\":\"Invalid namespace\"}");
    ck_assert(fake_is_open(e));
}
END_TEST

static void refuse(struct sio_socket *s)
{
    sio_socket_refuse(s, STR("refused \"so\""), STR(""));
}

static void refuse_with_data(struct sio_socket *s)
{
    sio_socket_refuse(s, STR("refused"), STR("{\"x\":1}"));
}

START_TEST(refusals_have_no_object_around_them)
{
    world.decision = SIO_REFUSE;
    world.on_connecting = refuse;
    struct eio_session *e = fake_open_3(world.sio);
    fake_expect(e, "44\"refused \\\"so\\\"\"");
    ck_assert(fake_is_open(e)); /* it may want another one */
    fake_text(e, "0/game");
    fake_expect(e, "44/game,\"refused \\\"so\\\"\"");
    world.on_connecting = refuse_with_data;
    fake_text(e, "0/game");
    fake_expect(e, "44/game,{\"x\":1}");
    /* One that stays without a namespace is closed in time. */
    world_advance(WORLD_CONNECT_TIMEOUT + 1);
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(a_decision_that_comes_later)
{
    world.decision = SIO_LATER;
    struct eio_session *e = fake_open_3(world.sio);
    fake_expect_nothing(e);
    sio_socket_accept(world.socket);
    fake_expect(e, "40");
    world_expect("connecting / {}\nconnect / {}\n");
}
END_TEST

static void close_it(struct sio_socket *s)
{
    sio_socket_disconnect(s, true);
}

START_TEST(put_out_as_soon_as_it_is_in)
{
    world.on_connect = close_it;
    struct eio_session *e = fake_open_3(world.sio);
    fake_expect(e, "40");
    fake_expect(e, "41");
    ck_assert(fake_is_closing(e));
}
END_TEST

START_TEST(attachments_and_answers_as_in_revision_5)
{
    struct eio_session *e;
    struct sio_socket *s = join(&e);
    fake_text(e, "51-4[\"say\",{\"_placeholder\":true,\"num\":0}]");
    fake_bytes(e, "\x01\x02", 2);
    struct sio_packet *p = world_binary_packet(world.main, "said", "xy");
    ck_assert_int_eq(sio_socket_send(s, p, false), 0);
    fake_expect(e, "451-[\"said\",{\"_placeholder\":true,\"num\":0}]");
    fake_expect(e, "beHk=");
    sio_packet_unref(p);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revision_4");
    TCase *tc = tcase_create("revision_4");
    tcase_add_checked_fixture(tc, world_start, world_stop);
    tcase_add_test(tc, it_is_in_the_main_namespace_without_asking);
    tcase_add_test(tc, asking_for_it_again_is_an_error);
    tcase_add_test(tc, a_query_in_the_name_is_the_auth);
    tcase_add_test(tc, what_is_no_query);
    tcase_add_test(tc, without_memory_it_is_closed);
    tcase_add_test(tc, without_memory_it_does_not_begin);
    tcase_add_test(tc, other_namespaces_come_and_go);
    tcase_add_test(tc, unknown_namespaces_are_refused_as_ever);
    tcase_add_test(tc, refusals_have_no_object_around_them);
    tcase_add_test(tc, a_decision_that_comes_later);
    tcase_add_test(tc, put_out_as_soon_as_it_is_in);
    tcase_add_test(tc, attachments_and_answers_as_in_revision_5);
    suite_add_tcase(suite, tc);
    return unit_main(suite);
}
