/* SPDX-License-Identifier: MIT */
/* What the host takes from another configuration beside the plugins. */
#include "stage.h"

#include <stdio.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/options.h"

#define TALK "{\"name\":\"talk\"}"
#define WORK "{\"name\":\"work\"}"

#define FULL                                                                   \
    "work#1: mortise_job_start: \"reverse\": a limit was reached\n"            \
    "work#1: start 0\n"

static struct config *now; /* what the host points into */

/* The keys take effect, as those of a reload do. */
static void set(const char *keys)
{
    char text[1000];
    struct config *before = now;
    struct buf errors;

    snprintf(text, sizeof(text), "{%s}", keys);
    buf_init(&errors, 1000);
    int error = config_parse("f", str_z(text), &now, &errors);
    ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&errors)));
    buf_free(&errors);
    host_set_options(stage.host, now);
    config_free(before);
}

static void end(void)
{
    host_set_options(stage.host, stage.config);
    config_free(now);
    now = NULL;
    stage_stop();
}

START_TEST(what_clients_can_use_up)
{
    stage_start(TALK);
    struct eio_session *e = stage_join();
    fake_text(e, "2[\"echo\",[[[[1]]]]]");
    fake_expect(e, "42[\"echo\",[[[[1]]]]]");
    set("\"limits\":{\"jsonDepth\":3}");
    fake_text(e, "2[\"echo\",[[[[1]]]]]");
    ck_assert(!fake_is_open(e));
    ck_assert_uint_eq(stage.host->max_violations, 100);
    set("\"limits\":{\"violations\":7}");
    ck_assert_uint_eq(stage.host->max_violations, 7);
    end();
}
END_TEST

START_TEST(acknowledgements_that_are_owed)
{
    stage_start(TALK);
    struct eio_session *e = stage_join();
    set("\"limits\":{\"acksPerSocket\":1}");
    fake_text(e, "21[\"later\"]");
    stage_expect("talk#1: kept 1, again 0, ack -2\n");
    fake_text(e, "22[\"later\"]");
    stage_expect("talk#1: kept 0, again 0\n");
    set("\"limits\":{\"acksPerSocket\":2}");
    fake_text(e, "23[\"later\"]");
    stage_expect("talk#1: kept 1, again 0, ack -2\n");
    end();
}
END_TEST

/* Reads what was kept, also when it would not be taken now. */
START_TEST(depth_of_what_is_kept)
{
    stage_start(TALK);
    ck_assert_uint_eq(stage.host->json_depth, 64);
    set("\"limits\":{\"jsonDepth\":3}");
    ck_assert_uint_eq(stage.host->json_depth, 64);
    set("\"limits\":{\"jsonDepth\":100}");
    ck_assert_uint_eq(stage.host->json_depth, 100);
    end();
}
END_TEST

START_TEST(the_largest_packet)
{
    static char text[20000];
    stage_start(TALK);
    struct eio_session *e = stage_join();
    size_t n = (size_t)snprintf(text, sizeof(text), "2[\"echo\",\"");
    memset(text + n, 'x', 17000);
    memcpy(text + n + 17000, "\"]", sizeof("\"]"));
    fake_text(e, text);
    ck_assert_uint_eq(fake_skip(e), 1);
    set("\"limits\":{\"sendBuffer\":16384}");
    fake_text(e, text);
    ck_assert_uint_eq(fake_skip(e), 0);
    set("\"limits\":{\"sendBuffer\":65536}");
    fake_text(e, text);
    ck_assert_uint_eq(fake_skip(e), 1);
    ck_assert(fake_is_open(e));
    stage_forget();
    end();
}
END_TEST

START_TEST(metrics)
{
    stage_start(TALK);
    const struct requests *r = &stage.host->requests;
    ck_assert_uint_eq(r->metrics_path.n, 0);
    set("\"metrics\":{\"enabled\":true}");
    ck_assert(str_eq(r->metrics_path, STR("/metrics")));
    set("\"metrics\":{\"enabled\":true,\"path\":\"/m\"}");
    ck_assert(str_eq(r->metrics_path, STR("/m")));
    set("\"metrics\":{\"path\":\"/m\"}");
    ck_assert_uint_eq(r->metrics_path.n, 0);
    end();
}
END_TEST

START_TEST(jobs_that_wait)
{
    stage_start(WORK);
    struct eio_session *e = stage_join();
    static const char start[] = "2[\"start\",\"reverse\",\"abc\",7]";
    set("\"jobs\":{\"queue\":2}");
    fake_text(e, start);
    fake_text(e, start);
    fake_text(e, start);
    stage_expect("work#1: start 1\nwork#1: start 1\n" FULL);
    /* Fewer, and those that wait stay. */
    set("\"jobs\":{\"queue\":1}");
    fake_text(e, start);
    stage_expect(FULL);
    stage_advance(0);
    stage_advance(0);
    stage_expect("work#1: reverse 7, cookie 7: cba, cancel -4\n"
                 "work#1: reverse 7, cookie 7: cba, cancel -4\n");
    end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options");
    TCase *tc = tcase_create("options");
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, what_clients_can_use_up);
    tcase_add_test(tc, acknowledgements_that_are_owed);
    tcase_add_test(tc, depth_of_what_is_kept);
    tcase_add_test(tc, the_largest_packet);
    tcase_add_test(tc, metrics);
    tcase_add_test(tc, jobs_that_wait);
    return unit_main(suite);
}
