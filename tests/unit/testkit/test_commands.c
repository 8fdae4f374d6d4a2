/* SPDX-License-Identifier: MIT */
/* Commands for plugins, as a test gives them. */
#include <mortise/testkit.h>

#define RULER FIXTURES "/ruler.so"

START_TEST(they_are_answered)
{
    struct testkit *kit = testkit_load(RULER, "");
    int given = testkit_command(kit, " ruler  say 'a b' 1", .input = "word");

    testkit_expect_done(kit, given, 0, "a b\n");
    testkit_expect_value(kit, given, "{text:'a b', times:'<number>'}");
    testkit_expect_log(kit, "say of 2: word");
    given = testkit_command(kit, "ruler say ''  1");
    testkit_expect_done(kit, given, 2,
                        "\"text\" has to have 1 to 5 characters.\n"
                        "Usage: mortise ctl ruler say TEXT TIMES [LOUD] [HOW] "
                        "[RATE] [LIST] [ANY]\n");
    given = testkit_command(kit, "ruler fail");
    testkit_expect_done(kit, given, 1, "no, 3 times\n");
    testkit_free(kit);
}
END_TEST

START_TEST(jobs_answer_later)
{
    struct testkit *kit = testkit_load(RULER, "");
    int given = testkit_command(kit, "ruler turn", .input = "abc");

    testkit_expect_not_done(kit, given);
    testkit_advance(kit, 0);
    testkit_expect_value(kit, given, "'cba'");
    testkit_expect_done(kit, given, 0, "");
    testkit_free(kit);
}
END_TEST

START_TEST(time_passes)
{
    struct testkit *kit = testkit_load(RULER, "");
    int slow = testkit_command(kit, "ruler keep", .timeout = 60000);
    int quick = testkit_command(kit, "ruler keep");

    testkit_advance(kit, 500);
    testkit_expect_done(kit, quick, 124,
                        "kept\nit was not answered within 0.5 s\n");
    testkit_expect_log(kit, "was not answered in time");
    testkit_expect_not_done(kit, slow);
    testkit_give_up(kit, slow);
    testkit_advance(kit, 60000);
    testkit_expect_not_done(kit, slow);
    testkit_command(kit, "ruler keep"); /* and nobody answers */
    testkit_free(kit);
}
END_TEST

START_TEST(a_new_build_answers)
{
    struct testkit *kit = testkit_load(RULER, "");
    int given = testkit_command(kit, "ruler keep");

    testkit_reload(kit, RULER, "");
    testkit_expect_not_done(kit, given);
    testkit_command(kit, "ruler release");
    testkit_expect_value(kit, given, "'late'");
    testkit_free(kit);
}
END_TEST

TESTKIT_MAIN("commands", they_are_answered, jobs_answer_later, time_passes,
             a_new_build_answers)
