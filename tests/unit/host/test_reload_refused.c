/* SPDX-License-Identifier: MIT */
/* Reloads that fail, at each of their steps: everything is as it was. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "host/reload/reload.h"

#define SWAP(v) "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\"}"
#define SWAP_SET(v, settings)                                                  \
    "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\",\"settings\":{" settings   \
    "}}"
#define FRESH(v, settings)                                                     \
    "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\",\"state\":\"fresh\","      \
    "\"settings\":{" settings "}}"
#define LOCKED "{\"name\":\"lock\",\"settings\":{\"acquire\":-5}}"
#define SECOND "{\"name\":\"second\"}"
#define FINI(number)                                                           \
    "swap#" #number                                                            \
    ": mortise_emit: not while the plugin starts, saves, restores or ends\n"   \
    "swap#" #number ": fini: emit -9, ask -9, reply -9, join -9, leave -9, "   \
    "data -9, kick -9, header -9, answer -9\n"

static struct eio_session *a;

/* A first build with one of everything that it could lose. */
static void begin(const char *plugins)
{
    stage_start(plugins);
    a = stage_join();
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[1]");
    fake_text(a, "21[\"who\"]");
    fake_expect(a, "431[1,\"/\"]");
    fake_text(a, "2[\"note\",5]");
    fake_text(a, "2[\"alarm\",\"tick\",100,0,5]");
    fake_text(a, "2[\"await\",\"answered\",6]");
    fake_expect(a, "420[\"question\"]");
    fake_text(a, "22[\"postpone\"]");
    fake_text(a, "2[\"job\"]");
    fake_text(a, "0/side,");
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_forget();
}

/* None of it is lost, and nothing is there twice. */
static void end(void)
{
    const struct generation *g = stage.host->slots[0]->current;
    char expected[256];

    ck_assert_uint_eq(g->number, 1);
    ck_assert_int_eq(g->state, GENERATION_LIVE);
    ck_assert(!stage.host->staging);
    ck_assert_uint_eq(stage.host->plugin_timers.count, 1);
    ck_assert_uint_eq(stage.host->jobs.ids.count, 1);
    stage_forget();
    fake_text(a, "21[\"who\"]");
    fake_expect(a, "431[1,\"/\"]");
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[2]");
    fake_text(a, "21[\"noted\"]");
    fake_expect(a, "431[5,true]");
    fake_text(a, "2/side,1[\"who\"]");
    fake_expect(a, "43/side,1[1,\"/side\"]");
    fake_text(a, "0/new,");
    fake_expect(a, "44/new,{\"message\":\"Invalid namespace\"}");
    fake_text(a, "30[]");
    fake_text(a, "2[\"fulfil\"]");
    fake_expect(a, "432[1]");
    stage_advance(99);
    stage_advance(1);
    snprintf(expected, sizeof(expected),
             "swap#1: answered 0, cookie 6, argc 0\n"
             "swap#1: reply 0\n"
             "swap#1: done 7: work of 1\n"
             "swap#1: tick 5\n");
    stage_expect(expected);
    /* And the next one that is good is taken. */
    stage_exchange(SWAP(2));
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[3]");
    stage_stop();
}

START_TEST(in_init)
{
    begin(SWAP(1));
    stage_refuse(SWAP_SET(2, "\"init\":-3,\"after\":[1,1,1],\"job\":true"),
                 "plugin \"swap\": its init returned -3");
    /* It has not begun, so it does not end. */
    stage_expect("swap#2: init\n");
    end();
}
END_TEST

START_TEST(in_save)
{
    begin(SWAP_SET(1, "\"save\":-3"));
    stage_refuse(SWAP(2), "plugin \"swap\": its save returned -3");
    ck_assert(str_starts(str_z(stage.journal), STR("swap#2: init\n"
                                                   "swap#1: release\n"
                                                   "swap#1: save\n" FINI(2))));
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: acquire\n"));
    /* It cannot be replaced as long as it refuses, only taken away. */
    fake_text(a, "21[\"who\"]");
    fake_expect(a, "431[1,\"/\"]");
    stage_exchange(SECOND);
    stage_stop();
}
END_TEST

START_TEST(in_restore)
{
    begin(SWAP(1));
    stage_refuse(SWAP_SET(2, "\"restore\":-3"),
                 "plugin \"swap\": its restore of a state of version 1 "
                 "returned -3");
    ck_assert(str_starts(str_z(stage.journal),
                         STR("swap#2: init\n"
                             "swap#1: release\n"
                             "swap#1: save\n"
                             "swap#2: restore of version 1\n" FINI(2))));
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: acquire\n"));
    end();
}
END_TEST

START_TEST(in_acquire)
{
    begin(SWAP(1));
    stage_refuse(SWAP_SET(2, "\"acquire\":-3"),
                 "plugin \"swap\": its acquire returned -3");
    ck_assert(
        str_starts(str_z(stage.journal), STR("swap#2: init\n"
                                             "swap#1: release\n"
                                             "swap#1: save\n"
                                             "swap#2: restore of version 1\n"
                                             "swap#2: acquire\n" FINI(2))));
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: acquire\n"));
    ck_assert(stage.host->slots[0]->current->holds);
    end();
}
END_TEST

/* The new one has acquired, and another plugin fails: it lets go first. */
START_TEST(after_acquire)
{
    begin(SWAP(1));
    stage_refuse(SWAP(2) "," LOCKED,
                 "plugin \"lock\": its acquire returned -5");
    ck_assert_ptr_nonnull(
        strstr(stage.journal,
               "swap#2: acquire\nlock#1: acquire\nswap#2: release\n" FINI(2)));
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: acquire\n"));
    end();
}
END_TEST

/* What it was about to do to what is there is forgotten. */
START_TEST(plans_are_forgotten)
{
    begin(SWAP(1));
    stage_refuse(SWAP_SET(2, "\"meddle\":\"restore\",\"restore\":-3"),
                 "plugin \"swap\": its restore of a state of version 1 "
                 "returned -3");
    ck_assert_ptr_nonnull(
        strstr(stage.journal,
               "swap#2: restore: emit -9, ask -9, reply -9, join -9, leave -9, "
               "data -9, kick -9, header -9, answer -9\n"
               "swap#2: restore: timer 1, cancel 0, start 1, stop -9\n"));
    end();
}
END_TEST

START_TEST(nothing_while_saving)
{
    begin(SWAP_SET(1, "\"meddle\":\"save\""));
    stage_refuse(SWAP_SET(2, "\"restore\":-3"),
                 "plugin \"swap\": its restore of a state of version 1 "
                 "returned -3");
    ck_assert_ptr_nonnull(
        strstr(stage.journal,
               "swap#1: save: emit -9, ask -9, reply -9, join -9, leave -9, "
               "data -9, kick -9, header -9, answer -9\n"
               "swap#1: mortise_after: \"tick\": it is being replaced, and "
               "changes nothing now\n"));
    ck_assert_ptr_nonnull(strstr(
        stage.journal, "swap#1: save: timer 0, cancel -9, start 0, stop -9\n"));
    end();
}
END_TEST

START_TEST(plans_are_carried_out)
{
    begin(SWAP(1));
    stage_exchange(SWAP_SET(2, "\"meddle\":\"restore\""));
    /* Cancelled the one, started the other. */
    stage_advance(0);
    stage_advance(0);
    stage_forget();
    stage_advance(1);
    stage_expect("swap#2: tick 99\n");
    stage_advance(100);
    stage_expect("");
    stage_stop();
}
END_TEST

START_TEST(the_same_event)
{
    begin(SWAP(1));
    stage_refuse(SWAP(5) ",{\"name\":\"good\"}",
                 "plugins \"swap\" and \"good\" both handle \"event\" in "
                 "namespace /; give one of them another namespace");
    ck_assert(str_starts(str_z(stage.journal), STR("swap#2: init\n" FINI(2))));
    /* Nobody was asked to let go of anything. */
    ck_assert_ptr_null(strstr(stage.journal, "release"));
    end();
}
END_TEST

/* All or none. */
START_TEST(one_is_bad)
{
    begin(SWAP(1) "," SECOND);
    stage_refuse(SWAP(2) ",{\"name\":\"second\",\"path\":\"swap-2.so\"}",
                 "plugin \"second\": it calls itself \"swap\", not \"second\"");
    end();
}
END_TEST

START_TEST(both_are_told)
{
    begin(SWAP(1));
    ck_assert_int_eq(
        stage_reload("{\"name\":\"swap\",\"path\":\"swap-2.so\",\"settings\":"
                     "{\"init\":-1}},{\"name\":\"work\",\"settings\":"
                     "{\"returns\":-2}},{\"name\":\"none\"}"),
        ERR_NOENT);
    ck_assert_ptr_nonnull(memmem(stage.why.p, stage.why.n, "\"none\"", 6));
    ck_assert_int_eq(
        stage_reload("{\"name\":\"swap\",\"path\":\"swap-2.so\",\"settings\":"
                     "{\"init\":-1}},{\"name\":\"work\",\"settings\":"
                     "{\"returns\":-2}}"),
        ERR_DENIED);
    struct str why = buf_str(&stage.why);
    ck_assert_ptr_nonnull(
        memmem(why.p, why.n, "plugin \"swap\": its init returned -1\n", 36));
    ck_assert_ptr_nonnull(
        memmem(why.p, why.n, "plugin \"work\": its init returned -2\n", 36));
    end();
}
END_TEST

/* A new build has forgotten a namespace in which somebody is. */
START_TEST(namespaces_lost)
{
    begin(SWAP(1));
    stage_refuse(SWAP(4), "plugin \"swap\": it has no handler in namespace "
                          "/side any more, where sockets are connected");
    fake_text(a, "1/side,");
    fake_text(a, "0/d-x,");
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_refuse(SWAP(4), "plugin \"swap\": it has no handler in namespace "
                          "/d-x any more, where sockets are connected");
    fake_text(a, "2/d-x,1[\"who\"]");
    fake_expect(a, "43/d-x,1[1,\"/d-x\"]");
    /* When nobody is there it is as the author wants it. */
    fake_text(a, "1/d-x,");
    ck_assert_int_eq(stage_reload(FRESH(4, "")), 0);
    fake_text(a, "0/side,");
    fake_expect(a, "44/side,{\"message\":\"Invalid namespace\"}");
    stage_stop();
}
END_TEST

START_TEST(missing_restore)
{
    begin(SWAP(1));
    stage_refuse(SWAP(3), "plugin \"swap\": the old build has saved its state, "
                          "and the new one has no restore");
    stage_exchange(FRESH(3, ""));
    ck_assert(!stage.last->changes[0].restored);
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[1]");
    stage_stop();
}
END_TEST

START_TEST(afresh)
{
    begin(SWAP(1));
    ck_assert_int_eq(stage_reload(FRESH(2, "\"restore\":-3")), 0);
    ck_assert_ptr_nonnull(
        strstr(stage.journal, "swap#2: begins afresh: its restore of a state "
                              "of version 1 returned -3\n"));
    ck_assert(!stage.last->changes[0].restored);
    stage_stop();
}
END_TEST

/* Forwards and backwards; and from a build that has none. */
START_TEST(versions)
{
    begin(SWAP(1));
    ck_assert_int_eq(stage_reload(SWAP(2)), 0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "restore of version 1\n"));
    stage_forget();
    ck_assert_int_eq(stage_reload(SWAP(1)), 0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "restore of version 2\n"));
    stage_forget();
    fake_text(a, "1/side,");
    stage_refuse(SWAP(4), "plugin \"swap\": the old build has saved its state, "
                          "and the new one has no restore");
    ck_assert_int_eq(stage_reload(FRESH(4, "")), 0);
    stage_forget();
    ck_assert_int_eq(stage_reload(SWAP(1)), 0);
    ck_assert_ptr_null(strstr(stage.journal, "restore"));
    ck_assert_uint_eq(stage.last->changes[0].state.n, 0);
    stage_stop();
}
END_TEST

/* Builds stay in memory, also those that were refused. */
START_TEST(too_many)
{
    begin(SWAP(1));
    uint32_t most = (uint32_t)stage.config->reload.generations;
    ck_assert_uint_gt(most, 1);
    stage.host->slots[0]->retired = most - 1;
    stage_refuse(SWAP_SET(2, "\"init\":-1"),
                 "plugin \"swap\": its init returned -1");
    char reason[256];
    snprintf(reason, sizeof(reason),
             "plugin \"swap\": %u builds of it are in memory already; restart "
             "the server, or raise reload.generations",
             most);
    stage_refuse(SWAP(2), reason);
    stage.host->slots[0]->retired = 1;
    end();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/reload_refused");
    TCase *t = tcase_create("refused");
    tcase_add_test(t, in_init);
    tcase_add_test(t, in_save);
    tcase_add_test(t, in_restore);
    tcase_add_test(t, in_acquire);
    tcase_add_test(t, after_acquire);
    tcase_add_test(t, plans_are_forgotten);
    tcase_add_test(t, nothing_while_saving);
    tcase_add_test(t, plans_are_carried_out);
    tcase_add_test(t, the_same_event);
    tcase_add_test(t, one_is_bad);
    tcase_add_test(t, both_are_told);
    tcase_add_test(t, namespaces_lost);
    tcase_add_test(t, missing_restore);
    tcase_add_test(t, afresh);
    tcase_add_test(t, versions);
    tcase_add_test(t, too_many);
    suite_add_tcase(s, t);
    return unit_main(s);
}
