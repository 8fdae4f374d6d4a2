/* SPDX-License-Identifier: MIT */
/* What plugins emit, held against what they have declared. */
#include "stage.h"

#include <stdio.h>

#define HERALD "{\"name\":\"herald\"}"
#define WARNING(event, what)                                                   \
    "herald#1: it emits \"" event "\" unlike its table of emits says: " what   \
    "; told once)\n"

static struct eio_session *a;

static void set_up(void)
{
    stage_start(HERALD);
    a = stage_join();
}

/* Something is sent in any case. */
static void say(const char *rest, const char *journal)
{
    char text[200];
    snprintf(text, sizeof(text), "2[\"say\",%s]", rest);
    fake_text(a, text);
    ck_assert_uint_ge(fake_skip(a), 1);
    stage_expect(journal);
}

START_TEST(as_declared)
{
    say("\"emit\",\"news\",\"title\"", "");
    say("\"emit\",\"news\",\"title\",7", "");
    say("\"picture\",\"news\"", "");
    say("\"emit\",\"free\",[{}]", "");
    say("\"emit\",\"unheard of\",[{}]", "");
    /* What was declared for another namespace says nothing of this one. */
    say("\"emit\",\"there\",[{}]", "");
}
END_TEST

START_TEST(once_for_each_kind)
{
    say("\"emit\",\"news\",\"too long\"",
        WARNING("news", "\"title\" has to have at most 5 characters. "
                        "(bad_argument"));
    say("\"emit\",\"news\",\"too long\"", "");
    say("\"emit\",\"news\",7", "");
    say("\"emit\",\"news\"",
        WARNING("news", "\"title\" is missing. (missing_argument"));
    say("\"emit\",\"news\"", "");
    say("\"pieces\",\"news\",\"title\"",
        WARNING("news", "It takes 3 arguments, not 5. "
                        "(too_many_arguments"));
    say("\"pieces\",\"news\",\"title\"", "");
}
END_TEST

/* By whatever call it is sent. */
START_TEST(every_call)
{
    static const char *const calls[] = {"emit",   "ask",  "survey",
                                        "latest", "list", "pieces"};
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        char rest[100];
        snprintf(rest, sizeof(rest), "\"%s\",\"news\",[]", calls[i]);
        say(rest, WARNING("news", "\"title\" has to be a string. "
                                  "(bad_argument"));
        stage_stop();
        stage_start(HERALD);
        a = stage_join();
    }
}
END_TEST

START_TEST(not_in_production)
{
    stage.config->mode = CONFIG_PRODUCTION;
    say("\"emit\",\"news\",\"too long\"", "");
    say("\"pieces\",\"news\",[]", "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("declared");
    TCase *t = tcase_create("declared");
    tcase_add_checked_fixture(t, set_up, stage_stop);
    tcase_add_test(t, as_declared);
    tcase_add_test(t, once_for_each_kind);
    tcase_add_test(t, every_call);
    tcase_add_test(t, not_in_production);
    suite_add_tcase(suite, t);
    return unit_main(suite);
}
