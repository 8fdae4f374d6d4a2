/* SPDX-License-Identifier: MIT */
#include "http_stage.h"

#define METER "{\"name\":\"meter\"}"
/* The answer of the application behind. */
#define NO_METRICS OK_HEAD "Content-Length: 8\r\n\r\n/metrics"

static const char *print(void)
{
    static char text[65536];
    struct buf out;
    buf_init(&out, sizeof(text) - 1);
    metrics_print(stage.host, &out);
    ck_assert_int_eq(out.error, 0);
    memcpy(text, out.p, out.n);
    text[out.n] = '\0';
    buf_free(&out);
    return text;
}

START_TEST(counts)
{
    stage_start(METER);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"count\",0.1]");
    fake_text(a, "2[\"count\",2.5]");
    fake_text(a, "2[\"count\",50]");
    stage_expect("meter#1: 0 0 0 0, -2 -2 -2 -4 -2\n"
                 "meter#1: 0 0 0 0, -2 -2 -2 -4 -2\n"
                 "meter#1: 0 0 0 0, -2 -2 -2 -4 -2\n");
    fake_text(a, "2[\"count\",-1]");
    stage_expect("meter#1: -2 0 0 0, -2 -2 -2 -4 -2\n");
    const char *text = print();
    ck_assert_ptr_nonnull(
        strstr(text, "# HELP mortise_meter_events_total Two\\nlines \\\\ one\n"
                     "# TYPE mortise_meter_events_total counter\n"
                     "mortise_meter_events_total 52.6\n"
                     "# HELP mortise_meter_level \n"
                     "# TYPE mortise_meter_level gauge\n"
                     "mortise_meter_level -1\n"
                     "# HELP mortise_meter_seconds How long\n"
                     "# TYPE mortise_meter_seconds histogram\n"
                     "mortise_meter_seconds_bucket{le=\"0.1\"} 2\n"
                     "mortise_meter_seconds_bucket{le=\"1\"} 2\n"
                     "mortise_meter_seconds_bucket{le=\"10\"} 3\n"
                     "mortise_meter_seconds_bucket{le=\"+Inf\"} 4\n"
                     "mortise_meter_seconds_sum 51.6\n"
                     "mortise_meter_seconds_count 4\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nmortise_clients 1\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "\nmortise_plugin_generation{plugin=\"meter\"} 1\n"));
    ck_assert_ptr_nonnull(strstr(text,
                                 "\nmortise_events_total{plugin=\"meter\","
                                 "event=\"count\",namespace=\"/\"} 4\n"));
    ck_assert_ptr_nonnull(strstr(
        text, "\nmortise_call_seconds_bucket{plugin=\"meter\",le=\"+Inf\"} "));
    ck_assert_ptr_nonnull(
        strstr(text, "\nmortise_reloads_total{result=\"done\"} 0\n"));
    stage_stop();
}
END_TEST

START_TEST(wrong)
{
    stage_start(METER);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"wrong\"]");
    ck_assert_ptr_nonnull(strstr(stage.journal, "meter#1: same 1\n"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "meter#1: wrong 0\n"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "meter#1: made 197\n"));
    stage_stop();
}
END_TEST

/* A build that is newer counts on. */
START_TEST(by_name)
{
    stage_start(METER);
    struct plugin_slot *slot = stage.host->slots[0];
    struct metrics *m = &stage.host->metrics;
    ck_assert_uint_eq(m->ids.count, 3);
    metrics_drop(stage.host, slot + 1);
    ck_assert_uint_eq(m->ids.count, 3);
    ck_assert_int_eq(generation_start(slot->current, NULL), 0);
    ck_assert_uint_eq(m->ids.count, 3);
    stage_stop();
}
END_TEST

START_TEST(served)
{
    web_start(METER);
    struct answer *a = web_ask(GET("/metrics"));
    ck_assert_str_eq(a->text, NO_METRICS);
    stage.host->requests.metrics_path = STR("/metrics");
    a = web_ask(GET("/metrics?x=1"));
    ck_assert(
        str_starts(str_z(a->text), STR(OK_HEAD "Content-Type: text/plain; "
                                               "version=0.0.4; charset=utf-8"
                                               "\r\n")));
    ck_assert_ptr_nonnull(strstr(a->text, "\nmortise_meter_level 0\n"));
    a = web_ask("HEAD /metrics HTTP/1.1\r\n" HOST "\r\n");
    ck_assert(str_ends(str_of(a->text, a->n), STR("\r\n\r\n")));
    a = web_ask("POST /metrics HTTP/1.1\r\n" HOST "\r\n");
    ck_assert_str_eq(a->text, NO_METRICS);
    web_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tcase = tcase_create("metrics");
    tcase_add_test(tcase, counts);
    tcase_add_test(tcase, wrong);
    tcase_add_test(tcase, by_name);
    tcase_add_test(tcase, served);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
