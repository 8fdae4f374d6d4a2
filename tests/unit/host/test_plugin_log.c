/* SPDX-License-Identifier: MIT */
/* Lines with fields. */
#include "stage.h"

#include <semaphore.h>
#include <stdio.h>

#include "base/error.h"

#define SCRIBE "{\"name\":\"scribe\"}"

START_TEST(kinds)
{
    stage_start(SCRIBE);
    struct eio_session *a = stage_join();
    fake_text(a, "21[\"kinds\",{\"x\": [1 , \"}\"]}]");
    stage_expect("scribe#1: kinds s=ann none=null i=-1 big=9007199254740992 "
                 "d=0.1 b=true v={\"x\":[1,\"}\"]} l=[1,\"two\"] S=part "
                 "o={\"a\":[{\"x\":[1,\"}\"]}]} n=-1.5e3 \"a key\"=true "
                 "quoted=\"it is\"\n");
    fake_expect(a, "431[0]");
    stage_stop();
}
END_TEST

START_TEST(names_of_an_entry)
{
    stage_start(SCRIBE);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"names\"]");
    stage_expect("scribe#1: names _time=1 _level=2 _text=3 _plugin=4 "
                 "_generation=5\n"
                 "scribe#1: none\nscribe#1: empty\nscribe#1: \n");
    log_set_level(LOG_LEVEL_WARN);
    fake_text(a, "2[\"names\"]");
    stage_expect("scribe#1: names _time=1 _level=2 _text=3 _plugin=4 "
                 "_generation=5\n"
                 "scribe#1: none\n");
    stage_stop();
}
END_TEST

START_TEST(wrong_fields)
{
    stage_start(SCRIBE);
    struct eio_session *a = stage_join();
    fake_text(a, "21[\"wrong\",{\"time\":1}]");
#define WRONG "scribe#1: mortise_log_with: "
    stage_expect(WRONG
                 "\"{a:i\", character 5: a comma is missing, or the closing "
                 "brace\nscribe#1: open\n" //
                 WRONG "\"i\", character 1: it has to be one object\n"
                 "scribe#1: no object\n" //
                 WRONG "\"v\", character 1: it has to be one object\n"
                 "scribe#1: given\n" //
                 WRONG "\"{}, 1\", character 1: it has to be one object\n"
                 "scribe#1: two\n" //
                 WRONG "\"{x:x}\", character 4: binary cannot stand here\n"
                 "scribe#1: binary\n" //
                 WRONG "\"{s:s}\", character 4: this text is not UTF-8\n"
                 "scribe#1: bytes\n");
    fake_expect(a, "431[-7,-7,-7,-7,-18,-7]");
    stage_stop();
}
END_TEST

/* A field of n bytes: its key, quotes and colon are 6 more. */
static void expect_room(struct eio_session *a, int n, const char *unit,
                        bool fits)
{
    char packet[64];

    snprintf(packet, sizeof(packet), "21[\"long\",%d,\"%s\"]", n, unit);
    fake_text(a, packet);
    fake_expect(a, fits ? "431[0]" : "431[-3]");
    ck_assert((strstr(stage.journal, "a=") != NULL) == fits);
    ck_assert(fits || strstr(stage.journal,
                             "this is more than fits into a line of the log\n"
                             "scribe#1: long\n") != NULL);
    stage_forget();
}

START_TEST(as_long_as_can_be)
{
    stage_start(SCRIBE);
    struct eio_session *a = stage_join();
    expect_room(a, 1500 - 6, "x", true);
    expect_room(a, 1500 - 5, "x", false);
    expect_room(a, 4000, "x", false);
    /* As many as count when they are escaped, each \u0080 or \u007f. */
    expect_room(a, (1500 - 6) / 6 * 2, "\xc2\x80", true);
    expect_room(a, (1500 - 6) / 6 * 2 + 2, "\xc2\x80", false);
    expect_room(a, (1500 - 6) / 6, "\x7f", true);
    expect_room(a, (1500 - 6) / 6 + 1, "\x7f", false);
    expect_room(a, 1500 - 6, "\xc2\xa0", true);
    stage_stop();
}
END_TEST

START_TEST(control_characters)
{
    stage_start(SCRIBE);
    struct eio_session *a = stage_join();
    fake_text(a, "2[\"say\",\"a\\n\x7f\xc2\x80\xe2\x80\xae\xe2\x80\xaf\"]");
    stage_expect("scribe#1: a\\x0a\\x7f\\xc2\\x80\\xe2\\x80\\xae\xe2\x80\xaf\n"
                 "scribe#1: a\\x0a\\x7f\\xc2\\x80\\xe2\\x80\\xae\xe2\x80\xaf "
                 "said=\"a\\n\\u007f\\u0080\\u202e\xe2\x80\xaf\"\n");
    stage_stop();
}
END_TEST

static sem_t woken;

static void wake(void *user)
{
    sem_post(user);
}

#define WORKED "scribe#1: worked input=abc at=[1,2]\n"
#define KEPT                                                                   \
    "scribe#1: mortise_log_with: \"{v:v}\", character 4: the value was kept "  \
    "beyond its callback\nscribe#1: kept\n"

START_TEST(in_the_work_of_a_job)
{
    stage_start(SCRIBE);
    struct eio_session *a = stage_join();
    fake_text(a, "21[\"job\",\"x\"]");
    stage_advance(0);
    stage_expect(WORKED KEPT);
    fake_expect(a, "431[0,-2]");
    stage_stop();
}
END_TEST

START_TEST(on_another_thread)
{
    stage_start(SCRIBE);
    sem_init(&woken, 0, 0);
    stage.host->jobs.wake = wake;
    stage.host->jobs.wake_user = &woken;
    struct eio_session *a = stage_join();
    fake_text(a, "21[\"job\",\"x\"]");
    while (sem_wait(&woken) != 0)
        continue;
    jobs_collect(stage.host);
    stage_expect(WORKED KEPT);
    fake_expect(a, "431[0,-2]");
    stage_stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/plugin_log");
    TCase *tcase = tcase_create("plugin_log");

    tcase_add_test(tcase, kinds);
    tcase_add_test(tcase, names_of_an_entry);
    tcase_add_test(tcase, wrong_fields);
    tcase_add_test(tcase, as_long_as_can_be);
    tcase_add_test(tcase, control_characters);
    tcase_add_test(tcase, in_the_work_of_a_job);
    tcase_add_test(tcase, on_another_thread);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
