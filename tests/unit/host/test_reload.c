/* SPDX-License-Identifier: MIT */
/* What crosses from one build to the next, and what comes and goes with a
 * reload that is good. */
#include "stage.h"

#include <semaphore.h>
#include <string.h>

#include "base/error.h"
#include "host/reload/reload.h"

#define SWAP(v) "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\"}"
#define SWAP_SET(v, settings)                                                  \
    "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\",\"settings\":{" settings   \
    "}}"
#define TALK "{\"name\":\"talk\"}"
#define GOOD "{\"name\":\"good\"}"

/* Says it, which is answered so. */
static void ask(struct eio_session *s, const char *packet, const char *answer)
{
    fake_text(s, packet);
    fake_expect(s, answer);
}

/* Old builds end. */
static void settle(void)
{
    stage_advance(0);
    stage_forget();
}

START_TEST(in_order)
{
    stage_start(SWAP(1));
    ck_assert_int_eq(stage_reload(SWAP(2)), 0);
    stage_expect("swap#2: init\n"
                 "swap#1: release\n"
                 "swap#1: save\n"
                 "swap#2: restore of version 1\n"
                 "swap#2: acquire\n"
                 "swap#2: version 0.new, 18 handlers\n");
    const struct change *c = &stage.last->changes[0];
    ck_assert_uint_eq(stage.last->count, 1);
    ck_assert_int_eq(c->kind, CHANGE_REPLACED);
    ck_assert(c->build && !c->settings && !c->name_space && c->restored);
    ck_assert_int_eq(c->before->state, GENERATION_LEAVING);
    ck_assert_int_eq(c->after->state, GENERATION_LIVE);
    stage_advance(0);
    stage_expect("swap#1: mortise_emit: not while the plugin starts, saves, "
                 "restores or ends\n"
                 "swap#1: fini: emit -9, ask -9, reply -9, join -9, leave -9, "
                 "data -9, kick -9, header -9, answer -9\n"
                 "swap#1: mortise_after: \"tick\": its time is over\n"
                 "swap#1: mortise_job_start: \"work\": it no longer exists\n"
                 "swap#1: fini: timer 0, cancel -4, start 0, stop -4\n"
                 "swap#1: retired\n");
    ck_assert_int_eq(c->before->state, GENERATION_RETIRED);
    ck_assert_uint_eq(stage.host->slots[0]->retired, 1);
    stage_stop();
}
END_TEST

START_TEST(sockets_stay)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join(), *b = stage_join();
    ask(a, "21[\"who\"]", "431[1,\"/\"]");
    ask(a, "22[\"old\"]", "432[\"old\"]");
    fake_text(a, "2[\"note\",{\"k\":[1,\"x\"]}]");
    ask(b, "21[\"count\"]", "431[1]");
    stage_exchange(SWAP(2));
    fake_expect_nothing(a);
    ask(a, "23[\"who\"]", "433[2,\"/\"]");
    ask(b, "24[\"who\"]", "434[2,\"/\"]");
    ask(b, "25[\"count\"]", "435[2]");
    ask(a, "26[\"noted\"]", "436[{\"k\":[1,\"x\"]},true]");
    ask(a, "27[\"new\"]", "437[\"new\"]");
    /* What only the old build has had is nobody's now. */
    fake_text(a, "28[\"old\"]");
    fake_expect_nothing(a);
    settle();
    struct eio_session *c = stage_join();
    ask(c, "21[\"who\"]", "431[2,\"/\"]");
    /* And back. */
    stage_exchange(SWAP(1));
    ask(c, "21[\"count\"]", "431[3]");
    ask(c, "21[\"old\"]", "431[\"old\"]");
    stage_stop();
}
END_TEST

START_TEST(awaited_acknowledgements)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "2[\"await\",\"answered\",5]");
    fake_text(a, "2[\"await\",\"old\",6]");
    fake_text(b, "2[\"await\",\"answered\",7]");
    fake_expect(a, "420[\"question\"]");
    fake_expect(a, "421[\"question\"]");
    stage_exchange(SWAP(2));
    settle();
    fake_text(a, "30[1,2]");
    stage_expect("swap#2: answered 0, cookie 5, argc 2\n");
    fake_text(a, "31[]");
    stage_expect("swap#2: nobody takes the acknowledgement \"old\"\n");
    /* The deadline is the one that it had. */
    stage_advance(59999);
    stage_expect("");
    stage_advance(1);
    stage_expect("swap#2: answered -17, cookie 7, argc 0\n");
    stage_stop();
}
END_TEST

START_TEST(replies)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join();
    fake_text(a, "29[\"postpone\"]");
    stage_exchange(SWAP(2));
    fake_text(a, "2[\"fulfil\"]");
    stage_expect("swap#2: reply 0\n");
    fake_expect(a, "439[2]");
    fake_text(a, "2[\"fulfil\"]");
    stage_expect("swap#2: reply -4\n");
    stage_stop();
}
END_TEST

START_TEST(timers_keep_their_time)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"alarm\",\"tick\",100,1000,5]");
    fake_text(a, "2[\"alarm\",\"old\",100,0,6]");
    stage_advance(60);
    ck_assert_int_eq(stage_reload(SWAP(2)), 0);
    ck_assert_ptr_nonnull(
        strstr(stage.journal,
               "swap#2: it has no row for the timer \"old\", which ends\n"));
    ck_assert_uint_eq(stage.last->changes[0].timers, 1);
    ck_assert_uint_eq(stage.last->changes[0].timers_lost, 1);
    settle();
    stage_advance(39);
    stage_expect("");
    stage_advance(1);
    stage_expect("swap#2: tick 5\n");
    stage_advance(1000);
    stage_expect("swap#2: tick 5\n");
    /* A number that was saved is good in the next build. */
    stage_exchange(SWAP(1));
    settle();
    fake_text(a, "2[\"alarm\",\"tick\",10,0,7]");
    stage_exchange(SWAP(2));
    settle();
    fake_text(a, "2[\"cancel\"]");
    stage_expect("swap#4: cancel 0\n");
    stage_advance(999);
    stage_expect("");
    stage_stop();
}
END_TEST

/* Builds that begin their timer in init, as most do. */
START_TEST(timers_of_init)
{
    stage_start(SWAP_SET(1, "\"after\":[100,100,1]"));
    stage_advance(130);
    stage_expect("swap#1: tick 1\n");
    /* The same timer: it goes on as it was, and is there once. */
    stage_exchange(SWAP_SET(2, "\"after\":[100,100,1]"));
    settle();
    ck_assert_uint_eq(stage.host->plugin_timers.count, 1);
    stage_advance(69);
    stage_expect("");
    stage_advance(1);
    stage_expect("swap#2: tick 1\n");
    /* Another period: from the next time on. */
    stage_advance(50);
    stage_exchange(SWAP_SET(1, "\"after\":[30,30,1]"));
    settle();
    stage_advance(49);
    stage_expect("");
    stage_advance(1);
    stage_expect("swap#3: tick 1\n");
    stage_advance(30);
    stage_expect("swap#3: tick 1\n");
    /* Another cookie: a timer of its own. */
    stage_exchange(SWAP_SET(2, "\"after\":[7,0,2]"));
    settle();
    ck_assert_uint_eq(stage.host->plugin_timers.count, 2);
    stage_advance(7);
    stage_expect("swap#4: tick 2\n");
    stage_stop();
}
END_TEST

START_TEST(jobs)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"job\"]");
    stage_exchange(SWAP(2));
    const struct generation *old = stage.last->changes[0].before;
    ck_assert_uint_eq(old->jobs, 1);
    ck_assert_int_eq(old->state, GENERATION_LEAVING);
    /* Its end waits for its job, whose end is the new build's. */
    stage_advance(0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#2: done 7: work of 1\n"));
    ck_assert_ptr_null(strstr(stage.journal, "fini"));
    stage_forget();
    stage_advance(0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: fini"));
    ck_assert_int_eq(old->state, GENERATION_RETIRED);
    stage_stop();
}
END_TEST

static sem_t woken;

static void wake(void *user)
{
    sem_post(&woken);
}

START_TEST(jobs_on_threads)
{
    stage_start(SWAP(1));
    sem_init(&woken, 0, 0);
    stage.host->jobs.wake = wake;
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"job\"]");
    fake_text(a, "2[\"job\"]");
    stage_exchange(SWAP(2));
    const struct generation *old = stage.last->changes[0].before;
    stage_advance(0);
    stage_expect(""); /* it works, or its work was not told of */
    ck_assert_uint_eq(old->jobs, 2);
    while (old->jobs > 0) {
        sem_wait(&woken);
        jobs_collect(stage.host);
    }
    stage_expect("swap#2: done 7: work of 1\n"
                 "swap#2: done 7: work of 1\n");
    stage_advance(0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: fini"));
    stage_stop();
    sem_destroy(&woken);
}
END_TEST

START_TEST(jobs_of_init)
{
    stage_start(SWAP(1));
    ck_assert_int_eq(stage_reload(SWAP_SET(2, "\"job\":true")), 0);
    stage_forget();
    ck_assert_uint_eq(stage.last->changes[0].after->jobs, 1);
    stage_advance(0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#2: done 8: work of 2\n"));
    /* Of one that is refused nothing begins. */
    stage_forget();
    stage_refuse(SWAP_SET(1, "\"job\":true,\"init\":-1"),
                 "plugin \"swap\": its init returned -1");
    stage_advance(0);
    stage_expect("swap#3: init\n");
    ck_assert_uint_eq(stage.host->jobs.ids.count, 0);
    stage_stop();
}
END_TEST

/* An old build in its end has numbers that are its successor's now. */
START_TEST(the_end_of_the_old)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"alarm\",\"tick\",10,0,5]");
    stage_exchange(SWAP(2));
    fake_text(a, "2[\"job\"]");
    fake_text(a, "2[\"alarm\",\"tick\",20,0,6]");
    stage_advance(0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: fini: timer 0, "
                                                "cancel -4, start 0, stop "
                                                "-4\n"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#2: done 7: work of 2\n"));
    stage_forget();
    stage_advance(20);
    stage_expect("swap#2: tick 5\nswap#2: tick 6\n");
    stage_stop();
}
END_TEST

START_TEST(settings_only)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join();
    ask(a, "21[\"count\"]", "431[1]");
    ck_assert_int_eq(stage_reload(SWAP_SET(1, "\"x\":1")), 0);
    const struct change *c = &stage.last->changes[0];
    ck_assert(!c->build && c->settings && c->restored);
    ck_assert_uint_eq(c->after->number, 2);
    ask(a, "21[\"count\"]", "431[2]");
    settle();
    /* The same once more, written otherwise. */
    ck_assert_int_eq(stage_reload(SWAP_SET(1, " \"x\" : 1 ")), 0);
    ck_assert(!reload_changes_anything(stage.last));
    ck_assert_uint_eq(stage.host->slots[0]->current->number, 2);
    stage_expect("");
    ask(a, "21[\"count\"]", "431[3]");
    stage_stop();
}
END_TEST

START_TEST(order_only)
{
    stage_start(TALK ",{\"name\":\"second\"}");
    struct eio_session *a = stage_open("0");
    ck_assert(str_starts(str_z(stage.journal), STR("talk#1: connecting / ")));
    ck_assert_uint_eq(fake_skip(a), 1);
    stage_exchange("{\"name\":\"second\"}," TALK);
    ck_assert(stage.last->reordered && reload_changes_anything(stage.last));
    ck_assert_uint_eq(stage.host->slots[0]->current->number, 1);
    stage_open("0");
    ck_assert(str_starts(str_z(stage.journal), STR("second#1: connecting\n")));
    fake_text(a, "2[\"echo\",1]");
    fake_expect(a, "42[\"echo\",1]");
    stage_stop();
}
END_TEST

START_TEST(added)
{
    stage_start(TALK);
    struct eio_session *a = stage_join();
    fake_text(a, "0/side,");
    fake_expect(a, "44/side,{\"message\":\"Invalid namespace\"}");
    stage_exchange(TALK "," SWAP(1));
    ck_assert_int_eq(stage.last->changes[1].kind, CHANGE_ADDED);
    ck_assert(!stage.last->reordered);
    /* Whoever is connected has it as well, and can join what is new. */
    ask(a, "21[\"who\"]", "431[1,\"/\"]");
    fake_text(a, "0/side,");
    ck_assert(str_starts(fake_next(a), STR("40/side,{\"sid\":")));
    ask(a, "2/side,1[\"who\"]", "43/side,1[1,\"/side\"]");
    stage_stop();
}
END_TEST

START_TEST(removed)
{
    stage_notices = true;
    stage_start(TALK "," SWAP_SET(1, "\"after\":[100,100,1]"));
    struct eio_session *a = stage_join();
    fake_text(a, "0/side,");
    fake_text(a, "0/d-x,");
    ck_assert_uint_eq(fake_skip(a), 2);
    fake_text(a, "2[\"await\",\"answered\",5]");
    fake_text(a, "2[\"job\"]");
    fake_expect(a, "420[\"question\"]");
    ck_assert_int_eq(stage_reload(TALK), 0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: release\n"));
    ck_assert_uint_eq(stage.host->awaited.count, 0);
    ck_assert_int_eq(stage.last->changes[1].kind, CHANGE_REMOVED);
    ck_assert_uint_eq(stage.last->disconnected, 2);
    ck_assert_ptr_null(stage.last->changes[1].slot->current);
    /* Its namespaces are left, with a word; the transport stays. */
    ck_assert_uint_eq(fake_unseen(a), 4);
    for (int i = 0; i < 2; i++) {
        struct str notice = fake_next(a), end;
        ck_assert(str_starts(notice, STR("42/side,[\"mortise:notice\"")) ||
                  str_starts(notice, STR("42/d-x,[\"mortise:notice\"")));
        end = fake_next(a);
        ck_assert(str_eq(end, STR("41/side,")) || str_eq(end, STR("41/d-x,")));
    }
    ck_assert(fake_is_open(a));
    fake_text(a, "2[\"echo\",1]");
    fake_expect(a, "42[\"echo\",1]");
    /* Nothing of it comes any more. */
    fake_text(a, "21[\"who\"]");
    fake_text(a, "30[]");
    fake_expect_nothing(a);
    ck_assert_uint_eq(stage.host->plugin_timers.count, 0);
    ck_assert_uint_eq(stage.host->jobs.ids.count, 0);
    fake_text(a, "0/side,");
    fake_expect(a, "44/side,{\"message\":\"Invalid namespace\"}");
    stage_advance(0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "swap#1: fini"));
    /* And it can come back, as if for the first time. */
    stage_exchange(TALK "," SWAP(2));
    ask(a, "21[\"count\"]", "431[1]");
    ck_assert_uint_eq(stage.host->slots[1]->current->number, 2);
    stage_stop();
    stage_notices = false;
}
END_TEST

/* The old build hears of those who go with a namespace. */
START_TEST(another_namespace)
{
    stage_start("{\"name\":\"swap\",\"path\":\"swap-1.so\",\"namespace\":"
                "\"/a\"}");
    struct eio_session *a = stage_open("0/a,");
    ck_assert_uint_eq(fake_skip(a), 1);
    ask(a, "2/a,1[\"count\"]", "43/a,1[1]");
    stage_forget();
    ck_assert_int_eq(stage_reload("{\"name\":\"swap\",\"path\":\"swap-1.so\","
                                  "\"namespace\":\"/b\"}"),
                     0);
    ck_assert(stage.last->changes[0].name_space &&
              !stage.last->changes[0].build);
    ck_assert_ptr_nonnull(
        strstr(stage.journal, "swap#1: server namespace disconnect in /a\n"));
    fake_expect(a, "41/a,");
    fake_text(a, "0/b,");
    ck_assert_uint_eq(fake_skip(a), 1);
    ask(a, "2/b,1[\"count\"]", "43/b,1[2]");
    stage_stop();
}
END_TEST

START_TEST(patterns)
{
    stage_start(SWAP(1));
    struct eio_session *a = stage_join();
    fake_text(a, "0/d-x,");
    fake_text(a, "0/side,");
    ck_assert_uint_eq(fake_skip(a), 2);
    stage_exchange(SWAP(2));
    ask(a, "2/d-x,1[\"who\"]", "43/d-x,1[2,\"/d-x\"]");
    ask(a, "2/side,1[\"who\"]", "43/side,1[2,\"/side\"]");
    fake_text(a, "0/d-y,");
    ck_assert_uint_eq(fake_skip(a), 1);
    /* The last one who leaves takes it along, as before. */
    fake_text(a, "1/d-x,");
    ck_assert_ptr_null(sio_namespace_find(stage.sio, STR("/d-x")));
    fake_text(a, "1/side,");
    ck_assert_ptr_nonnull(sio_namespace_find(stage.sio, STR("/side")));
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/reload");
    TCase *t = tcase_create("reload");
    tcase_add_test(t, in_order);
    tcase_add_test(t, sockets_stay);
    tcase_add_test(t, awaited_acknowledgements);
    tcase_add_test(t, replies);
    tcase_add_test(t, timers_keep_their_time);
    tcase_add_test(t, timers_of_init);
    tcase_add_test(t, jobs);
    tcase_add_test(t, jobs_on_threads);
    tcase_add_test(t, jobs_of_init);
    tcase_add_test(t, the_end_of_the_old);
    tcase_add_test(t, settings_only);
    tcase_add_test(t, order_only);
    tcase_add_test(t, added);
    tcase_add_test(t, removed);
    tcase_add_test(t, another_namespace);
    tcase_add_test(t, patterns);
    suite_add_tcase(s, t);
    return unit_main(s);
}
