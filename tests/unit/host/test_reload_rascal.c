/* SPDX-License-Identifier: MIT */
/* Plugins that do what no plugin should, in the moments of a reload. */
#include "stage.h"

#include <string.h>

#include "base/error.h"
#include "host/reload/reload.h"

#define RASCAL(keys) "{\"name\":\"rascal\"" keys "}"
#define GOOD         "{\"name\":\"good\"}"
#define HALLS        "{\"name\":\"halls\",\"namespace\":\"/d-1\"}"

static struct eio_session *join(const char *connect)
{
    struct eio_session *s = stage_open(connect);
    ck_assert_uint_eq(fake_skip(s), 1);
    return s;
}

/* What a namespace is to those who come is nobody's yet who says good-bye. */
START_TEST(farewell_to_a_new_namespace)
{
    const char *journal;

    stage_start(RASCAL(",\"namespace\":\"/old\",\"settings\":{\"farewell\":"
                       "\"/new\"}"));
    join("0/old,");
    stage_forget();
    ck_assert_int_eq(
        stage_reload(GOOD "," HALLS "," RASCAL(",\"namespace\":\"/new\"")), 0);
    journal = stage.journal;
    ck_assert_ptr_nonnull(strstr(journal, "rascal#1: disconnect /old\n"));
    ck_assert_ptr_null(strstr(journal, "outgoing"));
    stage_stop();
}
END_TEST

/* A socket whose namespace somebody else gets leaves it while it is still the
 * old one's. */
START_TEST(farewell_in_a_namespace_that_changes_hands)
{
    struct eio_session *s;

    stage_start(RASCAL(",\"namespace\":\"/old\",\"settings\":{\"farewell\":"
                       "\"/d-1\"}"));
    s = join("0/old,");
    fake_text(s, "0/d-1,");
    stage_forget();
    ck_assert_int_eq(
        stage_reload(GOOD "," HALLS "," RASCAL(",\"namespace\":\"/new\"")), 0);
    ck_assert_ptr_nonnull(strstr(stage.journal, "rascal#1: disconnect /old\n"));
    ck_assert_ptr_nonnull(strstr(stage.journal, "rascal#1: disconnect /d-1\n"));
    stage_stop();
}
END_TEST

/* The same, when nothing comes of it. */
START_TEST(a_namespace_changes_hands_and_back)
{
    struct eio_session *s;

    stage_start(RASCAL(",\"namespace\":\"/old\""));
    s = join("0/d-1,");
    stage_forget();
    ck_assert_int_lt(stage_reload(GOOD "," HALLS "," RASCAL(
                         ",\"namespace\":\"/old\",\"settings\":{\"no\":1}")),
                     0);
    stage_forget();
    fake_text(s, "1/d-1,");
    stage_expect("rascal#1: disconnect /d-1\n");
    ck_assert_uint_eq(sio_server_namespaces(stage.sio), 1);
    stage_stop();
}
END_TEST

/* An old build whose job runs when the server ends, ends with it. */
START_TEST(metrics_of_the_dead)
{
    struct eio_session *s;

    stage_start(RASCAL(""));
    s = stage_join();
    fake_text(s, "2[\"job\"]");
    stage_exchange(RASCAL(",\"settings\":{\"crash\":false}"));
    stage_stop();
    ck_assert_ptr_nonnull(strstr(stage.journal, "rascal#1: metric 0\n"));
}
END_TEST

static bool printed(const char *line)
{
    struct buf out;
    buf_init(&out, BUF_MAX);
    metrics_print(stage.host, &out);
    ck_assert_int_eq(buf_append_char(&out, '\0'), 0);
    bool found = strstr(out.p, line) != NULL;
    buf_free(&out);
    return found;
}

/* What a build did to metrics that never came to be in place. */
START_TEST(metrics_of_the_unborn)
{
    struct eio_session *s;

    stage_start(RASCAL(""));
    ck_assert(printed("\nmortise_rascal_mood -1\n"));
    s = stage_join();
    fake_text(s, "2[\"gauge\",5]");
    stage_refuse(RASCAL(",\"settings\":{\"strange\":1}"),
                 "there is no setting \"strange\"");
    ck_assert(printed("\nmortise_rascal_mood 5\n"));
    fake_text(s, "2[\"gauge\",6]");
    stage_exchange(RASCAL(",\"settings\":{\"crash\":false}"));
    ck_assert(printed("\nmortise_rascal_mood -1\n"));
    fake_text(s, "2[\"gauge\",7]");
    stage_refuse(RASCAL(",\"settings\":{\"strange\":1}"),
                 "there is no setting \"strange\"");
    ck_assert(printed("\nmortise_rascal_mood 7\n"));
    stage_stop();
}
END_TEST

/* The number of a callback comes again after 65,536 of them. */
START_TEST(settings_of_a_callback_long_ago)
{
    struct eio_session *s;
    uint16_t turn;

    stage_start(RASCAL(""));
    s = stage_join();
    turn = stage.host->turn;
    fake_text(s, "2[\"setting\",{\"strange\":1}]");
    ck_assert_uint_ne(stage.host->turn, turn);
    /* Its entry function is the callback in front of init. */
    stage.host->turn = (uint16_t)(turn - 1);
    stage_refuse(RASCAL(",\"settings\":{\"strange\":1}"),
                 "there is no setting \"strange\"");
    stage_stop();
}
END_TEST

/* Whoever asks on and on comes to an end when nobody is left to be asked. */
START_TEST(questions_without_end)
{
    struct eio_session *s;

    stage_start(RASCAL(""));
    s = stage_join();
    fake_text(s, "2[\"poll\"]");
    stage_expect("rascal#1: polled 1\n"
                 "rascal#1: outgoing / still there?\n");
    fake_text(s, "30[]");
    stage_forget();
    fake_text(s, "1");
    stage_expect("rascal#1: disconnect /\n"
                 "rascal#1: polled -4\n");
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/reload_rascal");
    TCase *t = tcase_create("rascal");
    tcase_add_test(t, farewell_to_a_new_namespace);
    tcase_add_test(t, farewell_in_a_namespace_that_changes_hands);
    tcase_add_test(t, a_namespace_changes_hands_and_back);
    tcase_add_test(t, metrics_of_the_dead);
    tcase_add_test(t, metrics_of_the_unborn);
    tcase_add_test(t, settings_of_a_callback_long_ago);
    tcase_add_test(t, questions_without_end);
    suite_add_tcase(s, t);
    return unit_main(s);
}
