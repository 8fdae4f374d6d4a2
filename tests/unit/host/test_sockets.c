/* SPDX-License-Identifier: MIT */
/* mortise/sockets.h, called by a plugin. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"

#define CROWD "{\"name\":\"crowd\"}"

static struct eio_session *a, *b;

/* Its CONNECT and its greeting are seen. */
static struct eio_session *join(void)
{
    struct eio_session *e = stage_open("0");
    ck_assert_uint_eq(fake_skip(e), 2);
    stage_forget();
    return e;
}

static void set_up(void)
{
    stage_start(CROWD);
    a = join();
    b = join();
}

static void say(struct eio_session *e, const char *event)
{
    char text[400];
    snprintf(text, sizeof(text), "25%s", event);
    fake_text(e, text);
}

static void expect_ack(struct eio_session *e, const char *answer)
{
    char text[400];
    snprintf(text, sizeof(text), "435%s", answer);
    fake_expect(e, text);
}

static void call(struct eio_session *e, const char *event, const char *answer)
{
    say(e, event);
    expect_ack(e, answer);
}

START_TEST(nothing_before_the_start)
{
    ck_assert_int_eq(stage_try(CROWD), 0);
    ck_assert_ptr_nonnull(
        strstr(stage.journal, "crowd#1: staged: survey -9, list -9, set -9\n"));
    stage_stop();
}
END_TEST

/* --- surveys --- */

START_TEST(a_survey)
{
    char text[300];
    say(a, "[\"survey\",\"*\",1000,\"vote\",[1]]");
    fake_expect(a, "420[\"vote\",[1]]");
    expect_ack(a, "[2]");
    fake_expect(b, "420[\"vote\",[1]]");
    fake_text(b, "30[\"yes\",{\"x\":1}]");
    fake_expect_nothing(a);
    fake_text(a, "30[]");
    struct str answers = fake_next(a);
    snprintf(text, sizeof(text), "%.*s", STR_ARG(answers));
    ck_assert_ptr_nonnull(strstr(text, "42[\"answers\",0,[{\"who\":"));
    ck_assert_ptr_nonnull(strstr(text, "\"status\":0,\"args\":[]}"));
    ck_assert_ptr_nonnull(
        strstr(text, "\"status\":0,\"args\":[\"yes\",{\"x\":1}]}"));
    ck_assert_uint_eq(stage.host->awaited.count, 0);
    stage_expect("");
}
END_TEST

START_TEST(a_survey_ends)
{
    call(a, "[\"survey\",\"!\",1000,\"vote\"]", "[1]");
    fake_expect(b, "420[\"vote\",null]");
    stage_advance(1000);
    struct str answers = fake_next(a);
    ck_assert(str_starts(answers, STR("42[\"answers\",-17,[{\"who\":")));
    ck_assert(str_ends(answers, STR(",\"status\":-17,\"args\":null}]]")));
    call(a, "[\"survey\",\"nobody\",1000,\"vote\"]", "[0]");
    fake_expect(a, "42[\"answers\",0,[]]");
    say(a, "[\"survey\",\"me\",1000,\"vote\"]");
    ck_assert_uint_eq(fake_skip(a), 2);
    fake_end(a, EIO_TRANSPORT_CLOSE); /* and nobody to tell it to */
    ck_assert_uint_eq(stage.host->awaited.count, 0);
    fake_expect_nothing(b);
}
END_TEST

START_TEST(one_client_is_asked)
{
    say(a, "[\"ask\",1000,\"?\"]");
    fake_expect(a, "420[\"question\",\"?\"]");
    expect_ack(a, "[0]");
    fake_text(a, "30[1,[2]]");
    fake_expect(a, "42[\"answer\",0,[1,[2]]]");
    say(a, "[\"ask\",1000,\"?\"]");
    ck_assert_uint_eq(fake_skip(a), 2);
    stage_advance(1000);
    fake_expect(a, "42[\"answer\",-17,[]]");
}
END_TEST

/* --- acknowledgements are bounded --- */

/* Nobody gives a time: that of the configuration is 30 seconds. */
START_TEST(a_deadline_by_itself)
{
    say(a, "[\"ask\",0,\"?\"]");
    ck_assert_uint_eq(fake_skip(a), 2);
    say(a, "[\"survey\",\"!\",0,\"vote\"]");
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_advance(29999);
    fake_expect_nothing(a);
    ck_assert_uint_eq(stage.host->awaited.count, 2);
    stage_advance(1);
    fake_expect(a, "42[\"answer\",-17,[]]");
    ck_assert(str_starts(fake_next(a), STR("42[\"answers\",-17,")));
    ck_assert_uint_eq(stage.host->awaited.count, 0);
    /* An answer that comes now is nobody's. */
    fake_text(a, "30[1]");
    fake_expect_nothing(a);
}
END_TEST

/* So many of one client; who is asked one too many says so, and the others
 * that are asked with it answer. */
START_TEST(no_more_than_the_limit)
{
    for (int i = 0; i < 2; i++) {
        say(b, "[\"ask\",0,\"?\"]");
        ck_assert_uint_eq(fake_skip(b), 2);
    }
    call(b, "[\"ask\",0,\"?\"]", "[-3]");
    ck_assert_uint_eq(stage.host->awaited.count, 2);
    call(a, "[\"survey\",\"!\",0,\"vote\"]", "[0]");
    struct str answers = fake_next(a);
    ck_assert(str_starts(answers, STR("42[\"answers\",0,[{\"who\":")));
    ck_assert(str_ends(answers, STR(",\"status\":-3,\"args\":null}]]")));
    /* One answer makes room for one. */
    fake_text(b, "30[]");
    ck_assert_uint_eq(fake_skip(b), 1);
    say(b, "[\"ask\",0,\"?\"]");
    ck_assert_uint_eq(fake_skip(b), 2);
    fake_end(b, EIO_TRANSPORT_CLOSE);
    ck_assert_uint_eq(stage.host->awaited.count, 0);
    ck_assert_int_eq(timers_wait(&stage.timers), -1);
}
END_TEST

/* The plugin goes while it waits: stage_stop() asserts that nothing is left. */
START_TEST(retired_while_it_waits)
{
    say(a, "[\"ask\",0,\"?\"]");
    say(a, "[\"survey\",\"*\",0,\"vote\"]");
    ck_assert_uint_eq(stage.host->awaited.count, 2);
}
END_TEST

/* --- many --- */

static void expect_list(struct eio_session *e, const char *target, int count)
{
    char text[200];
    snprintf(text, sizeof(text), "25[\"list\",\"%s\"]", target);
    fake_text(e, text);
    snprintf(text, sizeof(text), "435[%d,[", count);
    ck_assert(str_starts(fake_next(e), str_z(text)));
}

START_TEST(many_are_moved_about)
{
    call(a, "[\"join-all\",\"*\",\"room\"]", "[2]");
    expect_list(a, "room", 2);
    expect_list(a, "!room", 1);
    expect_list(b, "me", 1);
    call(a, "[\"leave-all\",\"me\",\"room\"]", "[1]");
    expect_list(a, "room", 1);
    call(a, "[\"leave-all\",\"*\",\"room\"]", "[1]");
    expect_list(a, "room", 0);
    call(a, "[\"join\",\"own\"]", "[0]");
    fake_text(a, "25[\"rooms\"]");
    struct str rooms = fake_next(a);
    ck_assert(str_starts(rooms, STR("435[[\"")));
    ck_assert(str_ends(rooms, STR(",\"own\"]]")));
}
END_TEST

START_TEST(many_are_put_out)
{
    call(a, "[\"disconnect-all\",\"!\",0]", "[1]");
    fake_expect(b, "41");
    ck_assert(fake_is_open(b));
    call(a, "[\"disconnect-all\",\"!\",1]", "[0]");
    fake_text(a, "25[\"disconnect-all\",\"*\",1]");
    fake_expect(a, "41"); /* who has gone gets no answer */
    ck_assert(fake_is_closing(a));
}
END_TEST

START_TEST(many_are_told_why)
{
    stage_stop();
    stage_notices = true;
    set_up();
    call(a, "[\"kick\",\"!\",\"full\",\"The table is full\",500]", "[1]");
    fake_expect(b, "42[\"mortise:notice\",{\"code\":\"full\","
                   "\"reason\":\"The table is full\",\"retry\":500}]");
    fake_expect(b, "41");
    ck_assert(fake_is_closing(b));
    fake_text(a, "25[\"kick\",\"me\",\"late\",null,-1]");
    fake_expect(a, "42[\"mortise:notice\",{\"code\":\"late\",\"reason\":\"\","
                   "\"retry\":-1}]");
}
END_TEST

/* --- slow clients --- */

START_TEST(the_latest)
{
    call(a, "[\"last\",\"!\",\"k\",1,\"e\",1]",
         "[1,{\"queued\":1,\"replaced\":0,\"dropped\":0,\"closed\":0}]");
    fake_expect(b, "42[\"e\",1]");
    fake_fall_behind(b, 0, 100);
    call(a, "[\"last\",\"!\",\"k\",1,\"e\",2]",
         "[1,{\"queued\":1,\"replaced\":0,\"dropped\":0,\"closed\":0}]");
    call(a, "[\"last\",\"!\",\"k\",1,\"e\",3]",
         "[1,{\"queued\":1,\"replaced\":1,\"dropped\":0,\"closed\":0}]");
    call(a, "[\"last\",\"!\",\"j\",2,\"e\",4]",
         "[1,{\"queued\":1,\"replaced\":0,\"dropped\":0,\"closed\":0}]");
    call(b, "[\"last\",\"me\",\"j\",2,\"e\",5]",
         "[1,{\"queued\":1,\"replaced\":0,\"dropped\":0,\"closed\":0}]");
    fake_expect_nothing(b);
    fake_text(a, "25[\"queued\",\"!\"]");
    ck_assert(!str_eq(fake_next(a), STR("435[0]")));
    fake_fall_behind(b, UINT32_MAX, 0);
    fake_drain(b);
    fake_expect(b, "42[\"e\",3]");
    fake_expect(b, "42[\"e\",4]");
    fake_expect(b, "42[\"e\",5]");
    fake_expect(b, "42[\"drained\",0]");
    call(a, "[\"queued\",\"!\"]", "[0]");
}
END_TEST

START_TEST(fates)
{
    fake_set_writable(b, false);
    say(a, "[\"last\",\"*\",null,0,\"e\",1]");
    fake_expect(a, "42[\"e\",1]");
    expect_ack(a,
               "[1,{\"queued\":1,\"replaced\":0,\"dropped\":1,\"closed\":0}]");
    call(b, "[\"last\",\"me\",null,0,\"e\",1]",
         "[-19,{\"queued\":0,\"replaced\":0,\"dropped\":1,\"closed\":0}]");
    fake_fail_sends(b, 0, ERR_BLOCKED);
    call(a, "[\"last\",\"!\",null,1,\"e\",1]",
         "[0,{\"queued\":0,\"replaced\":0,\"dropped\":0,\"closed\":1}]");
    /* They are those of this callback. */
    call(a, "[\"fates\"]", "[0,-2]");
}
END_TEST

/* --- what is kept --- */

START_TEST(values)
{
    struct eio_session *c = stage_open("0{\"token\":\"t\",\"n\":[1,2.50]}");
    fake_next(c);
    fake_expect(c, "42[\"auth\",{\"token\":\"t\",\"n\":[1,2.50]}]");
    stage_forget();
    call(c, "[\"get\",\"auth\"]", "[true,{\"token\":\"t\",\"n\":[1,2.50]}]");
    call(a, "[\"get\",\"none\"]", "[false,null]");
    call(a, "[\"set\",\"none\",null]", "[0]");
    call(a, "[\"get\",\"none\"]", "[true,null]");
    call(a, "[\"set\",\"none\"]", "[0]");
    call(a, "[\"get\",\"none\"]", "[false,null]");
    call(b, "[\"get\",\"auth\"]", "[true,{}]");
    call(a, "[\"set\",\"k\",{\"name\":\"\\u00e4\"}]", "[0]");
    call(a, "[\"swap\",\"k\",1]", "[0,\"\xc3\xa4\",{\"name\":\"\\u00e4\"}]");
    call(a, "[\"get\",\"k\"]", "[true,1]");
    /* Those of a refused socket go with it. */
    stage_open("0{\"refuse\":true}");
}
END_TEST

START_TEST(values_without_memory)
{
    bool finished = false;
    for (long n = 0; !finished; n++) {
        mem_fail_after(n);
        fake_text(a, "2[\"set\",\"k\",\"v\"]");
        fake_text(a, "2[\"get\",\"k\"]");
        finished = mem_fail_left() >= 0;
        mem_fail_after(-1);
        if (!fake_is_open(a)) {
            fake_finish_closing();
            a = join();
        }
    }
}
END_TEST

/* --- the rest --- */

START_TEST(a_handshake)
{
    call(a, "[\"handshake\"]",
         "[{\"secure\":0,\"crossOrigin\":0,\"websocket\":1,\"protocol\":4,"
         "\"recent\":false,\"headers\":[],\"query\":[]}]");
}
END_TEST

START_TEST(wrongly)
{
    call(a, "[\"wrong\"]",
         "[[-6,-14,-2,-2,-2,-2,-2,-2,-2,-2,-3,-2,-7,-18,-3,-2]]");
    if (stage_looped_back())
        return;
    stage_expect(
        "crowd#1: mortise_survey: its table of acks has no row \"none\"\n"
        "crowd#1: mortise_survey: the event's name \"connect\": the name is "
        "reserved\n"
        "crowd#1: mortise_emit_last: no key, one that is too long, none to "
        "keep, or a volatile target\n"
        "crowd#1: mortise_emit_last: no key, one that is too long, none to "
        "keep, or a volatile target\n"
        "crowd#1: mortise_emit_last: no key, one that is too long, none to "
        "keep, or a volatile target\n"
        "crowd#1: mortise_kick: \"Not a code\" is no code, the reason no text, "
        "or the retry less than -1\n"
        "crowd#1: mortise_kick: \"a\" is no code, the reason no text, or the "
        "retry less than -1\n"
        "crowd#1: mortise_kick: \"a\" is no code, the reason no text, or the "
        "retry less than -1\n"
        "crowd#1: mortise_set_data: \"i, i\", character 1: only one value can "
        "be kept under a key\n"
        "crowd#1: mortise_set_data: \"x\", character 1: binary cannot stand "
        "here\n");
}
END_TEST

START_TEST(of_those_who_have_gone)
{
    fake_end(a, EIO_TRANSPORT_CLOSE);
    stage_expect("crowd#1: gone: survey -4, list -4, kick -4, queued -4, set "
                 "-4, connection -4, header -4, query -4, room 0, data 0\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/sockets");
    TCase *alone = tcase_create("alone");
    TCase *tests = tcase_create("sockets");

    tcase_add_test(alone, nothing_before_the_start);
    suite_add_tcase(suite, alone);
    tcase_add_checked_fixture(tests, set_up, stage_stop);
    tcase_add_test(tests, a_survey);
    tcase_add_test(tests, a_survey_ends);
    tcase_add_test(tests, one_client_is_asked);
    tcase_add_test(tests, a_deadline_by_itself);
    tcase_add_test(tests, no_more_than_the_limit);
    tcase_add_test(tests, retired_while_it_waits);
    tcase_add_test(tests, many_are_moved_about);
    tcase_add_test(tests, many_are_put_out);
    tcase_add_test(tests, many_are_told_why);
    tcase_add_test(tests, the_latest);
    tcase_add_test(tests, fates);
    tcase_add_test(tests, values);
    tcase_add_test(tests, values_without_memory);
    tcase_add_test(tests, a_handshake);
    tcase_add_test(tests, wrongly);
    tcase_add_test(tests, of_those_who_have_gone);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
