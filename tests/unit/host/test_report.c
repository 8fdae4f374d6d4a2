/* SPDX-License-Identifier: MIT */
/* What is told of the plugins that run. */
#include "stage.h"

#include <string.h>

#include "host/report.h"

#define BOTH                                                                   \
    "{\"name\":\"guard\"},{\"name\":\"strict\",\"namespace\":\"/strict\"}"

static const char *report(void)
{
    static char text[4096];
    struct json_writer w;
    struct buf out;

    buf_init(&out, sizeof(text) - 1);
    json_writer_init(&w, &out);
    report_plugins(stage.host, &w);
    ck_assert_int_eq(out.error, 0);
    memcpy(text, out.p, out.n);
    text[out.n] = '\0';
    buf_free(&out);
    return text;
}

static void reports(const char *part)
{
    const char *text = report();
    if (!strstr(text, part))
        ck_abort_msg("%s is not in %s", part, text);
}

START_TEST(of_each)
{
    stage_start(BOTH);
    reports("[{\"name\":\"guard\",\"version\":\"1.0.0\",\"generation\":1,"
            "\"since\":");
    reports(",\"namespaces\":[\"/\"],\"sockets\":0,\"events\":0,"
            "\"refusals\":0,\"slowCalls\":0,\"memory\":0,\"retired\":0},"
            "{\"name\":\"strict\",");
    reports(",\"namespaces\":[\"/strict\",\"/other\"],\"sockets\":0,");
    stage_stop();
}
END_TEST

START_TEST(sockets_and_events_are_counted)
{
    stage_start(BOTH);
    struct eio_session *a = stage_join();
    fake_text(a, "0/strict,");
    fake_text(a, "2[\"plain\",\"x\",2]"); /* handled */
    fake_text(a, "2[\"unknown\"]");       /* by nobody */
    fake_text(a, "25[\"veto\"]");         /* refused by middleware */
    fake_text(a, "2/strict,1[\"say\",\"hi\"]");
    fake_text(a, "2/strict,2[\"say\",7]"); /* breaks its contract */
    fake_text(a, "2/strict,3[\"say\",7]");
    stage_forget();
    reports("\"namespaces\":[\"/\"],\"sockets\":1,\"events\":1,"
            "\"refusals\":1,");
    reports(
        "\"namespaces\":[\"/strict\",\"/other\"],\"sockets\":1,\"events\":1,"
        "\"refusals\":2,");
    stage_stop();
}
END_TEST

START_TEST(before_anything_runs)
{
    struct host host = {.lineup = NULL};
    struct json_writer w;
    struct buf out;

    buf_init(&out, 100);
    json_writer_init(&w, &out);
    report_plugins(&host, &w);
    ck_assert(str_eq(buf_str(&out), STR("[]")));
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/report");
    TCase *tests = tcase_create("report");

    tcase_add_test(tests, of_each);
    tcase_add_test(tests, sockets_and_events_are_counted);
    tcase_add_test(tests, before_anything_runs);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
