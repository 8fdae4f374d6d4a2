/* SPDX-License-Identifier: MIT */
/* Whole conversations: who may join, what the plugins are told, in which
 * order, and how it begins and ends. */
#include "stage.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define TALK   "{\"name\":\"talk\"}"
#define SECOND "{\"name\":\"second\"}"

/* What a plugin may do in init and in fini. */
#define INIT_CALLS                                                             \
    "talk#1: mortise_emit: not while the plugin starts, saves, restores or "   \
    "ends\n"                                                                   \
    "talk#1: emit -9, ask -9, reply -9, join -9, leave -9, disconnect -9, "    \
    "size -9, is in 0, sid 0, list 0\n"

#define REFUSED_IN_VAIN                                                        \
    "talk#1: mortise_refuse: only in MORTISE_CONNECTING and MORTISE_USE\n"

START_TEST(begins_and_ends)
{
    ck_assert_int_eq(stage_try(TALK "," SECOND), 0);
    ck_assert_int_eq(access(stage.host->run_dir.path, F_OK), 0);
    stage_expect("talk#1: init, settings of type 0\n" INIT_CALLS
                 "talk#1: version 1.2.3, 28 handlers\n"
                 "second#1: version 0.0.1, 6 handlers\n");
    char dir[256];
    ck_assert_uint_lt(strlen(stage.host->run_dir.path), sizeof(dir));
    memcpy(dir, stage.host->run_dir.path, strlen(stage.host->run_dir.path) + 1);
    stage_stop();
    stage_expect("second#1: fini\n"
                 "talk#1: fini\n"
                 "talk#1: mortise_emit: not while the plugin starts, saves, "
                 "restores or ends\n"
                 "talk#1: timer 1, emit -9\n");
    ck_assert_int_ne(access(dir, F_OK), 0);
}
END_TEST

START_TEST(settings)
{
    ck_assert_int_eq(stage_try("{\"name\":\"talk\",\"settings\":{\"a\":1}}"),
                     0);
    stage_expect("talk#1: init, settings of type 5\n" INIT_CALLS
                 "talk#1: version 1.2.3, 28 handlers\n");
    stage_stop();
}
END_TEST

START_TEST(init_refuses)
{
    ck_assert_int_eq(
        stage_try(SECOND ", {\"name\":\"talk\",\"settings\":{\"returns\":-7,"
                         "\"timer\":true}}"),
        ERR_DENIED);
    ck_assert_msg(str_ends(buf_str(&stage.why),
                           STR(": plugin \"talk\": its init returned -7\n")) &&
                      str_starts(buf_str(&stage.why), STR("conf.json:1:")),
                  "%.*s", STR_ARG(buf_str(&stage.why)));
    stage_expect("talk#1: init, settings of type 5\n" INIT_CALLS
                 "second#1: fini\n");
    stage_stop();
    stage_expect("");
}
END_TEST

START_TEST(not_there)
{
    ck_assert_int_eq(stage_try(SECOND ", {\"name\":\"nobody\"}"), ERR_NOENT);
    ck_assert(str_ends(buf_str(&stage.why),
                       STR("plugin \"nobody\": there is no readable nobody.so "
                           "in " FIXTURES "\n")));
    stage_stop();
}
END_TEST

START_TEST(disabled)
{
    ck_assert_int_eq(stage_try("{\"name\":\"talk\",\"enabled\":false}," SECOND),
                     0);
    stage_expect("second#1: version 0.0.1, 6 handlers\n");
    stage_stop();
}
END_TEST

START_TEST(conflict)
{
    /* The same file twice is one name twice; so the two halves of a conflict
     * are "talk" and a row of its own in "/other". */
    ck_assert_int_eq(stage_try("{\"name\":\"talk\",\"namespace\":\"/other\"}"),
                     ERR_EXIST);
    ck_assert_msg(
        /* The column depends on where this was built. */
        memmem(stage.why.p, stage.why.n, ".json:1:1", 9) &&
            str_ends(buf_str(&stage.why),
                     STR(": plugin \"talk\" has two handlers for "
                         "\"echo\" in namespace /other\n")),
        "%.*s", STR_ARG(buf_str(&stage.why)));
    stage_stop();
}
END_TEST

START_TEST(joins)
{
    stage_start(TALK "," SECOND);
    struct eio_session *a = stage_open("0{\"greet\":true,\"x\":[1,\"2\"]}");
    stage_expect("talk#1: connecting / argc 1 sid 1\n"
                 "second#1: connecting\n"
                 "talk#1: connect / argc 1\n" REFUSED_IN_VAIN
                 "talk#1: refuse -2\n"
                 "second#1: connect\n");
    struct str connect = fake_next(a);
    ck_assert(str_starts(connect, STR("40{\"sid\":\"")));
    struct str sid = str_of(connect.p + 10, connect.n - 12);
    char expected[256];
    snprintf(expected, sizeof(expected),
             "42[\"welcome\",{\"id\":\"%.*s\",\"auth\":{\"greet\":true,"
             "\"x\":[1,\"2\"]}}]",
             STR_ARG(sid));
    fake_expect(a, expected);
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

static const struct refusal {
    const char *auth, *journal, *packet;
} refusals[] = {
    {"{\"refuse\":\"data\",\"why\":[1,{\"a\":null}]}",
     "talk#1: refuse 0, again -2\n",
     "44{\"message\":\"No entry\",\"data\":{\"code\":42,\"why\":[1,"
     "{\"a\":null}]}}"},
    {"{\"refuse\":\"plain\"}", "talk#1: refuse 0\n",
     "44{\"message\":\"refused\"}"},
    /* Two values would make no JSON. */
    {"{\"refuse\":\"two\"}",
     "talk#1: mortise_refuse: \"s, s\", character 1: only one value can be the "
     "data\n"
     "talk#1: refuse -7\n",
     "44{\"message\":\"Two\"}"},
    {"{\"refuse\":\"latin\"}",
     "talk#1: mortise_refuse: malformed input\n"
     "talk#1: refuse -7\n",
     "44{\"message\":\"refused\"}"},
    {"{\"refuse\":\"binary\"}",
     "talk#1: mortise_refuse: \"x\", character 1: binary cannot stand here\n"
     "talk#1: refuse -18\n",
     "44{\"message\":\"Binary\"}"},
};

START_TEST(refuses)
{
    const struct refusal *r = &refusals[_i];
    char connect[256], journal[512];

    stage_start(TALK "," SECOND);
    snprintf(connect, sizeof(connect), "0%s", r->auth);
    snprintf(journal, sizeof(journal), "talk#1: connecting / argc 1 sid 1\n%s",
             r->journal);
    struct eio_session *a = stage_open(connect);
    if (stage_looped_back() && strstr(journal, "character"))
        stage_forget();
    else
        stage_expect(journal); /* and "second" is not even asked */
    fake_expect(a, r->packet);
    fake_expect_nothing(a);
    ck_assert(fake_is_open(a));
    fake_end(a, EIO_TRANSPORT_CLOSE);
    stage_expect(""); /* nobody had joined */
    stage_stop();
}
END_TEST

START_TEST(the_second_refuses)
{
    stage_start(TALK "," SECOND);
    struct eio_session *a = stage_open("0{\"second\":true}");
    stage_expect("talk#1: connecting / argc 1 sid 1\n"
                 "second#1: connecting\n");
    fake_expect(a, "44{\"message\":\"Not by me\"}");
    fake_expect_nothing(a);
    stage_stop();
}
END_TEST

START_TEST(too_early)
{
    stage_start(TALK);
    struct eio_session *a = stage_open("0{\"refuse\":\"early\"}");
    stage_expect("talk#1: connecting / argc 1 sid 1\n"
                 "talk#1: emit -11, ask -11, join -11, disconnect -2, keep 0\n"
                 "talk#1: connect / argc 1\n" REFUSED_IN_VAIN
                 "talk#1: refuse -2\n");
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_stop();
}
END_TEST

START_TEST(closes_while_connecting)
{
    stage_start(TALK "," SECOND);
    struct eio_session *a = stage_open("0{\"refuse\":\"close\"}");
    stage_expect("talk#1: connecting / argc 1 sid 1\n"
                 "talk#1: close 0\n"
                 "second#1: connecting\n");
    ck_assert(!fake_is_open(a));
    fake_expect_nothing(a);
    fake_finish_closing();
    stage_expect("");
    stage_stop();
}
END_TEST

#define GONE(reason)                                                           \
    "talk#1: disconnecting / " reason ", in the room 1, sid 1\n"               \
    "talk#1: emit -11, join -11, reply -4\n"                                   \
    "second#1: disconnecting\n"                                                \
    "talk#1: disconnect / " reason ", in the room 0, sid 1\n"                  \
    "talk#1: emit -11, join -11, reply -4\n"                                   \
    "second#1: disconnect\n"

static struct eio_session *join_room(void)
{
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"join\",\"room\"]");
    stage_expect("talk#1: join 0, no name -2, inside 1\n");
    return a;
}

START_TEST(leaves)
{
    stage_start(TALK "," SECOND);
    struct eio_session *a = join_room();
    fake_text(a, "1");
    stage_expect(GONE("client namespace disconnect"));
    a = join_room();
    fake_end(a, EIO_PING_TIMEOUT);
    stage_expect(GONE("ping timeout"));
    a = join_room();
    fake_end(a, EIO_SHUTTING_DOWN);
    stage_expect(GONE("server shutting down"));
    stage_stop();
}
END_TEST

START_TEST(is_put_out)
{
    stage_start(TALK "," SECOND);
    struct eio_session *a = join_room();
    fake_text(a, "21[\"kick\",0]");
    /* The handler goes on with a socket that is closing, then it is told. */
    stage_expect(
        "talk#1: disconnect 0, again 0, join -11, emit -11, ack -11\n" GONE(
            "server namespace disconnect"));
    fake_expect(a, "41");
    fake_expect_nothing(a);
    ck_assert(fake_is_open(a));

    a = join_room();
    fake_text(a, "2[\"kick\",1]");
    stage_expect(
        "talk#1: disconnect 0, again 0, join -11, emit -11, ack -2\n" GONE(
            "server namespace disconnect"));
    fake_expect(a, "41");
    ck_assert(!fake_is_open(a));
    stage_stop();
}
END_TEST

START_TEST(nobody_handles)
{
    stage_start(TALK "," SECOND);
    struct eio_session *a = stage_join();
    fake_text(a, "25[\"what\",1,{\"a\":[]}]");
    stage_expect("second#1: any what argc 2, ack 0\n"
                 "second#1: any again what, ack -2\n");
    fake_expect(a, "435[\"what\",1,{\"a\":[]}]");
    /* A name that would be cut short is nobody's. */
    fake_text(a, "26[\"echo\\u0000x\"]");
    fake_text(a, "27[\"wh\\u0000\"]");
    stage_expect("");
    fake_expect_nothing(a);
    /* Names that are numbers are names. */
    fake_text(a, "2[12]");
    stage_expect("second#1: any 12 argc 0, ack -2\n"
                 "second#1: any again 12, ack -2\n");
    stage_stop();
}
END_TEST

START_TEST(unhandled)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "25[\"what\",1]");
    stage_expect("nobody handles \"what\" in namespace /\n");
    fake_expect_nothing(a);
    ck_assert(fake_is_open(a));
    stage_stop();
}
END_TEST

START_TEST(name_spaces)
{
    stage_start(TALK "," SECOND);
    struct eio_session *a = stage_open("0/other,");
    fake_skip(a);
    stage_expect(""); /* nobody has a row for moments there */
    fake_text(a, "2/other,[\"echo\",1]");
    fake_expect(a, "42/other,[\"echo\",1]");
    fake_text(a, "2/other,[\"ack\",1]"); /* only in "/" */
    stage_expect("nobody handles \"ack\" in namespace /other\n");
    fake_text(a, "0/none,");
    fake_expect(a, "44/none,{\"message\":\"Invalid namespace\"}");
    stage_stop();
}
END_TEST

START_TEST(name_space_of_the_configuration)
{
    stage_start("{\"name\":\"second\",\"namespace\":\"/here\"}");
    struct eio_session *a = stage_open("0");
    fake_expect(a, "44{\"message\":\"Invalid namespace\"}");
    fake_text(a, "0/here,");
    stage_expect("second#1: connecting\nsecond#1: connect\n");
    stage_stop();
    stage_expect("second#1: disconnecting\nsecond#1: disconnect\n"
                 "second#1: fini\n");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/host");
    TCase *t = tcase_create("host");
    tcase_add_test(t, begins_and_ends);
    tcase_add_test(t, settings);
    tcase_add_test(t, init_refuses);
    tcase_add_test(t, not_there);
    tcase_add_test(t, disabled);
    tcase_add_test(t, conflict);
    tcase_add_test(t, joins);
    tcase_add_loop_test(t, refuses, 0,
                        (int)(sizeof(refusals) / sizeof(refusals[0])));
    tcase_add_test(t, the_second_refuses);
    tcase_add_test(t, too_early);
    tcase_add_test(t, closes_while_connecting);
    tcase_add_test(t, leaves);
    tcase_add_test(t, is_put_out);
    tcase_add_test(t, nobody_handles);
    tcase_add_test(t, unhandled);
    tcase_add_test(t, name_spaces);
    tcase_add_test(t, name_space_of_the_configuration);
    suite_add_tcase(s, t);
    return unit_main(s);
}
