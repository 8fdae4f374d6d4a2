/* SPDX-License-Identifier: MIT */
/* Jobs: on the stage's clock, where there is no loop to be woken, and on
 * threads. */
#include "stage.h"

#include <semaphore.h>

#include "base/error.h"
#include "base/mem.h"

#define WORK "{\"name\":\"work\"}"

static sem_t woken;

static void wake(void *user)
{
    sem_post(user);
}

static struct eio_session *begin(const char *plugins, bool threads)
{
    stage_start(plugins);
    sem_init(&woken, 0, 0);
    if (threads) {
        stage.host->jobs.wake = wake;
        stage.host->jobs.wake_user = &woken;
    }
    return stage_join();
}

static void end(void)
{
    stage_stop();
    ck_assert_ptr_null(strstr(stage.journal, "start 0"));
}

START_TEST(on_the_clock)
{
    struct eio_session *a = begin(WORK, false);
    fake_text(a, "2[\"start\",\"reverse\",\"abc\",7]");
    fake_text(a, "2[\"start\",\"reverse\",\"\",8]");
    fake_text(a, "2[\"start\",\"silent\",\"x\"]");
    stage_expect("work#1: start 1\nwork#1: start 1\nwork#1: start 1\n");
    stage_advance(0);
    stage_expect("work#1: reverse 7, cookie 7: cba, cancel -4\n");
    fake_expect(a, "42[\"done\",\"cba\"]");
    stage_advance(0);
    stage_expect("work#1: reverse 8, cookie 8: , cancel -4\n");
    stage_advance(0);
    stage_expect("");
    ck_assert_uint_eq(stage.host->jobs.ids.count, 0);
    ck_assert_uint_eq(stage.host->slots[0]->current->jobs, 0);
    end();
}
END_TEST

START_TEST(outputs)
{
    struct eio_session *a = begin(WORK, false);
    fake_text(a, "2[\"start\",\"big\",\"\"]");
    stage_advance(0);
    stage_expect("work#1: start 1\nwork#1: big 0: 3 bytes, refused 1\n");
    stage_advance(0);
    ck_assert(
        str_starts(str_z(stage.journal), STR("work#1: reverse 9, cookie 9: ")));
    end();
}
END_TEST

START_TEST(cancelled)
{
    struct eio_session *a = begin(WORK, false);
    fake_text(a, "2[\"start\",\"reverse\",\"abc\"]");
    fake_text(a, "2[\"cancel\"]");
    stage_expect("work#1: start 1\nwork#1: cancel 0 -4\n");
    ck_assert_int_eq(timers_wait(&stage.timers), -1);
    end();
}
END_TEST

START_TEST(refused)
{
    struct eio_session *a = begin(WORK, false);
    fake_text(a, "2[\"start\",\"nobody\",\"abc\"]");
    stage_expect("work#1: mortise_job_start: \"nobody\": not found\n"
                 "work#1: start 0\n");
    stage.host->jobs.queue_max = 1;
    fake_text(a, "2[\"start\",\"reverse\",\"abc\"]");
    fake_text(a, "2[\"start\",\"reverse\",\"abc\"]");
    stage_expect("work#1: start 1\n"
                 "work#1: mortise_job_start: \"reverse\": a limit was "
                 "reached\n"
                 "work#1: start 0\n");
    stage_stop();
}
END_TEST

START_TEST(from_init)
{
    ck_assert_int_eq(
        stage_try("{\"name\":\"work\",\"settings\":{\"start\":true}}"), 0);
    stage_forget();
    stage_advance(0);
    stage_expect("work#1: reverse 5, cookie 5: cba, cancel -4\n");
    stage_stop();
    stage_expect("work#1: fini, start 1\n");

    /* Of one that refuses nothing is left. */
    ck_assert_int_eq(stage_try("{\"name\":\"work\",\"settings\":"
                               "{\"start\":true,\"returns\":-1}}"),
                     ERR_DENIED);
    stage_stop();
}
END_TEST

START_TEST(wrong_rows)
{
    ck_assert_int_eq(
        stage_try("{\"name\":\"work\",\"settings\":{\"wrong\":\"twice\"}}"),
        ERR_DENIED);
    ck_assert(str_ends(buf_str(&stage.why),
                       STR(": plugin \"work\": mortise_jobs: row 1: this name "
                           "is there twice\n")));
    stage_stop();
    ck_assert_int_eq(
        stage_try("{\"name\":\"work\",\"settings\":{\"wrong\":\"empty\"}}"),
        ERR_DENIED);
    ck_assert(
        str_ends(buf_str(&stage.why),
                 STR(": plugin \"work\": mortise_jobs: row 0: there is no "
                     "name or no function\n")));
    stage_stop();
}
END_TEST

START_TEST(on_threads)
{
    struct eio_session *a = begin(WORK, true);
    fake_text(a, "2[\"start\",\"reverse\",\"abc\",7]");
    stage_expect("work#1: start 1\n");
    sem_wait(&woken);
    stage_expect("");
    jobs_collect(stage.host);
    stage_expect("work#1: reverse 7, cookie 7: cba, cancel -4\n");
    fake_expect(a, "42[\"done\",\"cba\"]");
    end();
}
END_TEST

/* One that runs goes on, and nobody is told; one that waits never runs. */
START_TEST(cancelled_on_threads)
{
    struct eio_session *a = begin(WORK, true);
    fake_text(a, "2[\"start\",\"hold\",\"\"]");
    fake_text(a, "2[\"start\",\"hold\",\"\"]");
    fake_text(a, "2[\"wait\",2]");
    fake_text(a, "2[\"cancel\"]");
    fake_text(a, "2[\"start\",\"reverse\",\"abc\",7]");
    fake_text(a, "2[\"cancel\"]");
    fake_text(a, "2[\"open\"]");
    stage_forget();
    sem_wait(&woken);
    sem_wait(&woken);
    jobs_collect(stage.host);
    stage_expect("work#1: hold 0, cookie 0: , cancel -4\n");
    ck_assert_uint_eq(stage.host->jobs.ids.count, 0);
    end();
}
END_TEST

/* The end waits for what runs, and forgets what waits. */
START_TEST(stops)
{
    struct eio_session *a = begin(WORK, true);
    fake_text(a, "2[\"start\",\"hold\",\"\"]");
    fake_text(a, "2[\"start\",\"hold\",\"\"]");
    fake_text(a, "2[\"wait\",2]");
    fake_text(a, "2[\"start\",\"reverse\",\"abc\",7]");
    fake_text(a, "2[\"open\"]");
    stage_forget();
    end();
    stage_expect("work#1: fini, start 1\n");
}
END_TEST

START_TEST(no_memory)
{
    for (long n = 0; n < 30; n++) {
        struct eio_session *a = begin(WORK, n % 2 == 0);
        mem_fail_after(n / 2);
        fake_text(a, "2[\"start\",\"reverse\",\"abc\",7]");
        mem_fail_after(-1);
        while (stage.host->jobs.ids.count > 0) {
            stage_advance(0);
            jobs_collect(stage.host);
        }
        stage_forget();
        stage_stop();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jobs");
    TCase *tcase = tcase_create("jobs");
    tcase_add_test(tcase, on_the_clock);
    tcase_add_test(tcase, outputs);
    tcase_add_test(tcase, cancelled);
    tcase_add_test(tcase, refused);
    tcase_add_test(tcase, from_init);
    tcase_add_test(tcase, wrong_rows);
    tcase_add_test(tcase, on_threads);
    tcase_add_test(tcase, cancelled_on_threads);
    tcase_add_test(tcase, stops);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
