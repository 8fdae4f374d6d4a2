/* SPDX-License-Identifier: MIT */
/* Every allocation of a reload fails once: it happened whole, or not at all,
 * and nothing is left of it. */
#include "stage.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/reload/reload.h"

#define SWAP(v) "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\"}"
#define SWAP_SET(v, settings)                                                  \
    "{\"name\":\"swap\",\"path\":\"swap-" #v ".so\",\"settings\":{" settings   \
    "}}"
#define BEFORE SWAP(1) ",{\"name\":\"second\"}"
#define AFTER                                                                  \
    "{\"name\":\"meter\",\"namespace\":\"/m\"}," SWAP_SET(                     \
        2, "\"after\":[50,0,9],\"job\":true")

static struct eio_session *a;

static void begin(void)
{
    stage_start(BEFORE);
    a = stage_join();
    fake_text(a, "0/side,");
    fake_text(a, "0/d-x,");
    ck_assert_uint_eq(fake_skip(a), 2);
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[1]");
    fake_text(a, "2[\"alarm\",\"tick\",100,0,5]");
    fake_text(a, "2[\"await\",\"answered\",6]");
    fake_expect(a, "420[\"question\"]");
    fake_text(a, "22[\"postpone\"]");
    stage_forget();
}

static bool said(const char *line)
{
    return strstr(stage.journal, line) != NULL;
}

static void expect_after(void)
{
    ck_assert_uint_eq(stage.host->lineup->count, 2);
    fake_text(a, "21[\"who\"]");
    fake_expect(a, "431[2,\"/\"]");
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[2]");
    fake_text(a, "2/d-x,1[\"who\"]");
    fake_expect(a, "43/d-x,1[2,\"/d-x\"]");
    fake_text(a, "0/new,");
    ck_assert_uint_eq(fake_skip(a), 1);
    fake_text(a, "30[]");
    ck_assert(said("swap#2: answered 0, cookie 6, argc 0\n"));
    stage_advance(0);
    ck_assert(said("swap#2: done 8: work of 2\n"));
    ck_assert(said("swap#1: retired\n") && said("second#1: retired\n"));
    stage_advance(50);
    ck_assert_msg(said("swap#2: tick 9\n"), "%s", stage.journal);
    stage_advance(50);
    ck_assert(said("swap#2: tick 5\n"));
}

static void expect_before(void)
{
    ck_assert_uint_eq(stage.host->lineup->count, 2);
    ck_assert(!stage.host->staging);
    ck_assert_uint_eq(stage.host->plugin_timers.count, 1);
    ck_assert_uint_eq(stage.host->jobs.ids.count, 0);
    ck_assert_uint_eq(stage.host->metrics.ids.count, 1);
    fake_text(a, "21[\"who\"]");
    fake_expect(a, "431[1,\"/\"]");
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[2]");
    fake_text(a, "2/d-x,1[\"who\"]");
    fake_expect(a, "43/d-x,1[1,\"/d-x\"]");
    fake_text(a, "0/new,");
    fake_expect(a, "44/new,{\"message\":\"Invalid namespace\"}");
    fake_text(a, "30[]");
    ck_assert(said("swap#1: answered 0, cookie 6, argc 0\n"));
    stage_advance(100);
    ck_assert(said("swap#1: tick 5\n") && !said("done"));
}

/* Whether memory was asked for that was not there. */
static bool reload(long n)
{
    begin();
    mem_fail_after(n);
    int error = stage_reload(AFTER);
    bool failed = mem_fail_left() < 0;
    mem_fail_after(-1);
    fake_expect_nothing(a);
    if (error == 0)
        expect_after();
    else
        expect_before();
    ck_assert_msg(failed || error == 0, "%.*s", STR_ARG(buf_str(&stage.why)));
    stage_stop(); /* asserts that nothing is left */
    return failed;
}

START_TEST(reloading)
{
    uint32_t n = 0;
    while (reload(n))
        ck_assert_uint_lt(++n, 5000);
    ck_assert_uint_gt(n, 50);
}
END_TEST

/* The second one finds what the first one has left. */
START_TEST(after_one_that_failed)
{
    begin();
    for (long n = 0;; n += 7) {
        ck_assert_int_lt(n, 5000);
        stage.host->slots[0]->retired = 0; /* the limit is not the point */
        mem_fail_after(n);
        int error = stage_reload(AFTER);
        mem_fail_after(-1);
        stage_forget();
        if (error == 0)
            break;
        fake_text(a, "21[\"who\"]");
        fake_expect(a, "431[1,\"/\"]");
    }
    fake_text(a, "21[\"count\"]");
    fake_expect(a, "431[2]");
    stage_advance(0);
    stage_forget();
    stage_advance(100);
    ck_assert(said(": tick 5\n") && said(": tick 9\n"));
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/reload_nomem");
    TCase *t = tcase_create("nomem");
    tcase_add_test(t, reloading);
    tcase_add_test(t, after_one_that_failed);
    suite_add_tcase(s, t);
    return unit_main(s);
}
