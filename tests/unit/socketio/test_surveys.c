/* SPDX-License-Identifier: MIT */
/* One question to many, and what they answer. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define CLIENTS 3

static struct eio_session *e[CLIENTS];
static struct sio_socket *s[CLIENTS];
static unsigned slot[CLIENTS];

static void set_up(void)
{
    world_start();
    for (int i = 0; i < CLIENTS; i++) {
        s[i] = world_join(&e[i]);
        slot[i] = (unsigned)sio_socket_handle(s[i]);
    }
}

static struct sio_target everybody(void)
{
    return (struct sio_target){.name_space = world.main, .all = true};
}

static struct sio_packet *question(uint64_t id)
{
    struct sio_builder b;
    int error;
    sio_builder_init(&b, 4096, 10);
    ck_assert_int_eq(sio_builder_event(&b, STR("/"), true, id, STR("q")), 0);
    struct sio_packet *packet = sio_builder_finish(&b, &error);
    ck_assert_ptr_nonnull(packet);
    return packet;
}

/* Returns what sio_broadcast_ask() says. */
static int ask(const struct sio_target *t, int64_t timeout, uint64_t cookie)
{
    uint64_t id = sio_namespace_next_ack(world.main);
    struct sio_packet *packet = question(id);
    int result = sio_broadcast_ask(t, packet, id, timeout, cookie);
    sio_packet_unref(packet);
    return result;
}

/* The journal is the head line and these lines, in the order of the clients
 * (who joined first stands first in the namespace). */
static void expect(const char *head, const char *first, const char *second,
                   const char *third)
{
    char journal[500];
    snprintf(journal, sizeof(journal), "%s\n  %u %s\n  %u %s\n  %u %s\n", head,
             slot[0], first, slot[1], second, slot[2], third);
    world_expect(journal);
}

START_TEST(all_answer)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(ask(&t, 1000, 7), 3);
    for (int i = 0; i < CLIENTS; i++)
        fake_expect(e[i], "420[\"q\"]"); /* one id for all */
    fake_text(e[1], "30[\"b\"]");
    fake_text(e[0], "30[]");
    world_expect("");
    fake_text(e[2], "30[{\"c\":[1]},2]");
    expect("answers / 7 OK", "[]", "[\"b\"]", "[{\"c\":[1]},2]");
    world_advance(5000);
    fake_text(e[1], "30[\"again\"]");
    world_expect("");
}
END_TEST

START_TEST(the_deadline)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(ask(&t, 1000, 7), 3);
    fake_text(e[1], "30[1]");
    fake_text(e[1], "30[2]"); /* once is enough */
    world_advance(999);
    world_expect("");
    world_advance(1);
    expect("answers / 7 TIMEOUT", "TIMEOUT", "[1]", "TIMEOUT");
    fake_text(e[0], "30[\"late\"]");
    world_expect("");
}
END_TEST

/* The ids are gone from every socket, or none could be asked any more. */
START_TEST(a_survey_that_is_over_leaves_nothing)
{
    struct sio_target t = everybody();
    for (int i = 0; i < 4 * WORLD_ACKS_MAX; i++) {
        ck_assert_int_eq(ask(&t, 100, 1), 3);
        world_advance(100);
        expect("answers / 1 TIMEOUT", "TIMEOUT", "TIMEOUT", "TIMEOUT");
    }
}
END_TEST

START_TEST(who_leaves_is_not_waited_for)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(ask(&t, 1000, 7), 3);
    fake_text(e[0], "30[1]");
    fake_text(e[1], "1");
    world_expect("disconnecting / client namespace disconnect\n"
                 "disconnect / client namespace disconnect\n");
    fake_end(e[2], EIO_PING_TIMEOUT);
    expect("disconnecting / ping timeout\ndisconnect / ping timeout\n"
           "answers / 7 OK",
           "[1]", "GONE", "GONE");
}
END_TEST

START_TEST(nobody_is_there)
{
    static const struct str name = {"nobody", 6};
    struct sio_target t = {
        .name_space = world.main, .rooms = &name, .room_count = 1};
    ck_assert_int_eq(ask(&t, 1000, 7), 0);
    world_expect("answers / 7 OK\n");
}
END_TEST

static void ask_nobody(struct sio_socket *of, const struct sio_event *event)
{
    static const struct str name = {"nobody", 6};
    struct sio_target t = {
        .name_space = world.main, .rooms = &name, .room_count = 1};
    ck_assert_int_eq(ask(&t, 1000, 8), 0);
}

/* At once, but not within the callback. */
START_TEST(nobody_is_there_from_inside)
{
    world.on_event = ask_nobody;
    fake_text(e[0], "2[\"x\"]");
    world_expect("event / x [\"x\"]\nanswers / 8 OK\n");
}
END_TEST

START_TEST(attachments_are_kept)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(ask(&t, 1000, 7), 3);
    fake_text(e[0], "62-0[{\"_placeholder\":true,\"num\":1},"
                    "[{\"_placeholder\":true,\"num\":0}]]");
    fake_bytes(e[0], "one", 3);
    fake_bytes(e[0], "two", 3);
    /* In a packet without attachments that is an object like any other. */
    fake_text(e[1], "30[{\"_placeholder\":true,\"num\":0}]");
    fake_text(e[2], "30[\"\\ud800\"]");
    expect("answers / 7 OK", "[<two>,[<one>]]",
           "[{\"_placeholder\":true,\"num\":0}]", "[\"\\ud800\"]");
}
END_TEST

START_TEST(who_is_asked_too_much)
{
    struct sio_target t = everybody();
    uint64_t id;
    ck_assert_int_eq(sio_socket_ask(s[1], 9000, 1, &id), 0);
    ck_assert_int_eq(sio_socket_ask(s[1], 9000, 2, &id), 0);
    ck_assert_int_eq(ask(&t, 1000, 7), 2);
    fake_expect_nothing(e[1]);
    world_advance(1000);
    expect("answers / 7 TIMEOUT", "TIMEOUT", "LIMIT", "TIMEOUT");
}
END_TEST

START_TEST(nobody_can_be_asked)
{
    struct sio_target t = everybody();
    for (int i = 0; i < CLIENTS; i++)
        fake_set_writable(e[i], false);
    t.is_volatile = true;
    ck_assert_int_eq(ask(&t, 1000, 7), 0);
    expect("answers / 7 OK", "DROPPED", "DROPPED", "DROPPED");
}
END_TEST

START_TEST(who_does_not_read_is_closed)
{
    struct sio_target t = everybody();
    fake_fail_sends(e[1], 0, ERR_BLOCKED);
    ck_assert_int_eq(ask(&t, 1000, 7), 2);
    ck_assert(fake_is_closed(e[1]));
    world_forget();
    fake_text(e[0], "30[]");
    fake_text(e[2], "30[]");
    expect("answers / 7 OK", "[]", "BLOCKED", "[]");
}
END_TEST

/* Nobody but those who were asked. */
START_TEST(somebody_elses_answer_does_not_count)
{
    static const struct str name = {"a", 1};
    struct sio_target t = {
        .name_space = world.main, .rooms = &name, .room_count = 1};
    char journal[100];
    ck_assert_int_eq(sio_socket_join(s[0], name), 0);
    ck_assert_int_eq(ask(&t, 1000, 7), 1);
    fake_text(e[1], "30[\"me too\"]");
    world_join_more(e[0], "0/game,");
    fake_text(e[0], "3/game,0[\"wrong place\"]");
    world_expect("");
    fake_text(e[0], "30[]");
    snprintf(journal, sizeof(journal), "answers / 7 OK\n  %u []\n", slot[0]);
    world_expect(journal);
}
END_TEST

START_TEST(two_at_a_time)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(ask(&t, 1000, 7), 3);
    ck_assert_int_eq(ask(&t, 1000, 8), 3);
    for (int i = 0; i < CLIENTS; i++)
        fake_text(e[i], "31[8]");
    expect("answers / 8 OK", "[8]", "[8]", "[8]");
    for (int i = 0; i < CLIENTS; i++)
        fake_text(e[i], "30[7]");
    expect("answers / 7 OK", "[7]", "[7]", "[7]");
}
END_TEST

static void ask_again(struct sio_namespace *n, int status)
{
    struct sio_target t = everybody();
    world.on_answers = NULL;
    ck_assert_int_eq(ask(&t, 100, 9), 3);
}

START_TEST(asking_again_when_answered)
{
    struct sio_target t = everybody();
    world.on_answers = ask_again;
    ck_assert_int_eq(ask(&t, 100, 7), 3);
    world_advance(100);
    world_forget();
    for (int i = 0; i < CLIENTS; i++)
        fake_text(e[i], "31[9]");
    expect("answers / 9 OK", "[9]", "[9]", "[9]");
}
END_TEST

static void put_out(struct sio_namespace *n, int status)
{
    struct sio_target t = everybody();
    ck_assert_int_eq(sio_target_kick(&t, true, NULL), 3);
}

START_TEST(putting_out_who_did_not_answer)
{
    struct sio_target t = everybody();
    world.on_answers = put_out;
    ck_assert_int_eq(ask(&t, 100, 7), 3);
    world_advance(100);
    ck_assert(fake_is_closing(e[0]));
    ck_assert_uint_eq(sio_room_size(world.main, STR("")), 0);
}
END_TEST

/* In sum there is room for two of them; and for two again when those have
 * been told. */
START_TEST(answers_that_are_too_large)
{
    enum { SIZE = 24 << 20 };
    char *text = malloc(SIZE);
    struct sio_target t = everybody();

    ck_assert_ptr_nonnull(text);
    world.brief = true;
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(ask(&t, 1000, 7), 3);
        int n = snprintf(text, SIZE, "3%d[\"%0*d\"]", round, SIZE - 10, 1);
        for (int i = 0; i < CLIENTS; i++)
            fake_text_n(e[i], text, (size_t)n);
        expect("answers / 7 OK", "OK", "OK", "LIMIT");
    }
    free(text);
}
END_TEST

START_TEST(memory_may_run_out_when_asking)
{
    struct sio_target t = everybody();
    uint64_t id = sio_namespace_next_ack(world.main);
    struct sio_packet *packet = question(id);
    int result = ERR_NOMEM;

    for (long n = 0; result == ERR_NOMEM; n++) {
        mem_fail_after(n);
        result = sio_broadcast_ask(&t, packet, id, 1000, 7);
        mem_fail_after(-1);
        if (result == ERR_NOMEM) {
            for (int i = 0; i < CLIENTS; i++)
                fake_expect_nothing(e[i]);
        }
    }
    sio_packet_unref(packet);
    /* The first failure that did not stop it was that of one receiver. */
    ck_assert_int_eq(result, 2);
    world_advance(1000);
    expect("answers / 7 TIMEOUT", "NOMEM", "TIMEOUT", "TIMEOUT");
}
END_TEST

START_TEST(memory_may_run_out_when_answered)
{
    struct sio_target t = everybody();
    bool finished = false;

    for (long n = 0; !finished; n++) {
        ck_assert_int_eq(ask(&t, 1000, 7), 3);
        char answer[40];
        snprintf(answer, sizeof(answer), "3%ld[\"\\n\"]", n);
        fake_text(e[0], answer);
        fake_text(e[1], answer);
        mem_fail_after(n);
        fake_text(e[2], answer);
        mem_fail_after(-1);
        finished = fake_is_open(e[2]) && !strstr(world.journal, "NOMEM");
        if (!fake_is_open(e[2])) {
            fake_finish_closing();
            s[2] = world_join(&e[2]);
        }
        world_advance(1000);
        world_forget();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socketio/surveys");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, world_stop);
    tcase_add_test(tests, all_answer);
    tcase_add_test(tests, the_deadline);
    tcase_add_test(tests, a_survey_that_is_over_leaves_nothing);
    tcase_add_test(tests, who_leaves_is_not_waited_for);
    tcase_add_test(tests, nobody_is_there);
    tcase_add_test(tests, nobody_is_there_from_inside);
    tcase_add_test(tests, attachments_are_kept);
    tcase_add_test(tests, who_is_asked_too_much);
    tcase_add_test(tests, nobody_can_be_asked);
    tcase_add_test(tests, who_does_not_read_is_closed);
    tcase_add_test(tests, somebody_elses_answer_does_not_count);
    tcase_add_test(tests, two_at_a_time);
    tcase_add_test(tests, asking_again_when_answered);
    tcase_add_test(tests, putting_out_who_did_not_answer);
    tcase_add_test(tests, answers_that_are_too_large);
    tcase_add_test(tests, memory_may_run_out_when_asking);
    tcase_add_test(tests, memory_may_run_out_when_answered);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
