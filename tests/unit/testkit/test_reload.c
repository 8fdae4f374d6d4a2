/* SPDX-License-Identifier: MIT */
/* Reloads in the testkit: what crosses, what is refused, and states that are
 * not what was saved. */
#include <string.h>

#include <mortise/testkit.h>

static struct testkit *kit;
static struct testkit_client *ann;

/* The first build, with this count and word. */
static void start(int count, const char *word)
{
    kit = testkit_load(KEEPER_1, "{word:s}", word);
    ann = testkit_connect(kit, "/");
    for (int i = 0; i < count; i++)
        testkit_expect_ack(ann, testkit_call(ann, "add", ""),
                           "{build:1, word:s, '<more>':true}", word);
}

static void add(int build, int count, const char *word, int here)
{
    testkit_expect_ack(ann, testkit_call(ann, "add", ""),
                       "{build:i, count:i, word:s, here:i}", build, count, word,
                       here);
}

START_TEST(a_state_crosses)
{
    start(2, "hello");
    testkit_reload(kit, KEEPER_2, "");
    add(2, 3, "hello", 1);
    ck_assert_ptr_null(strstr(testkit_log(kit), "goes with"));
    testkit_advance(kit, 0);
    testkit_expect_log(kit, "keeper#1: goes with 2");
    testkit_reload(kit, KEEPER_1, "");
    add(1, 4, "hello", 1);
    testkit_free(kit);
}
END_TEST

START_TEST(to_itself)
{
    start(2, "hello");
    for (int i = 1; i <= 20; i++) {
        testkit_reload(kit, KEEPER_1, "");
        add(1, 2 + i, "hello", 1);
        testkit_advance(kit, 0);
    }
    testkit_free(kit);
}
END_TEST

START_TEST(timers_go_on)
{
    start(1, "hello");
    testkit_emit(ann, "soon", "");
    testkit_advance(kit, 999);
    testkit_reload(kit, KEEPER_2, "");
    testkit_expect_nothing(ann);
    testkit_advance(kit, 1);
    testkit_expect(ann, "later", "2, 1");
    testkit_free(kit);
}
END_TEST

START_TEST(some_are_refused)
{
    start(1, "hello");
    testkit_expect_no_reload(kit, KEEPER_2, "its init returned -3",
                             "{refuse:true}");
    testkit_expect_no_reload(kit, KEEPER_2, "there is no setting \"wrod\"",
                             "{wrod:'x'}");
    testkit_expect_no_reload(kit, NO_PLUGIN, "not an ELF file", "");
    add(1, 2, "hello", 2);
    testkit_emit(ann, "add", "'secret'");
    testkit_expect_no_reload(kit, KEEPER_2, "its save returned -5", "");
    add(1, 4, "secret", 4);
    testkit_free(kit);
}
END_TEST

START_TEST(bad_states)
{
    start(1, "hello");
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_CUT);
    testkit_expect_no_reload(kit, KEEPER_2, "state", "");
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_DAMAGED);
    testkit_expect_no_reload(kit, KEEPER_2, "state", "");
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_NEWER);
    testkit_expect_no_reload(kit, KEEPER_2, "of version 2 returned -4", "");
    testkit_expect_log(kit, "version 2 is not known yet");
    add(1, 2, "hello", 2);
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_EMPTY);
    testkit_reload(kit, KEEPER_2, "");
    add(2, 101, "?", 1);
    /* Once: what is saved next is good. */
    testkit_reload(kit, KEEPER_1, "");
    add(1, 102, "?", 1);
    testkit_free(kit);
}
END_TEST

START_TEST(states_that_were_kept)
{
    start(3, "hello");
    mortise_str kept = testkit_state(kit);
    ck_assert_uint_gt(kept.n, 0);
    add(1, 4, "hello", 4);
    testkit_hand_over(kit, kept);
    testkit_reload(kit, KEEPER_2, "");
    add(2, 4, "hello", 1);
    testkit_hand_over(kit, (mortise_str){kept.p, kept.n - 1});
    testkit_expect_no_reload(kit, KEEPER_1, "state", "");
    testkit_free(kit);
}
END_TEST

START_TEST(whole_configurations)
{
    start(1, "hello");
    testkit_reconfigure(kit,
                        "{plugins:[{name:'keeper', path:s, settings:{word:"
                        "'hello'}}, {name:'sample', path:s}]}",
                        KEEPER_1, PLUGIN);
    add(1, 2, "hello", 2); /* it was not disturbed */
    testkit_emit(ann, "ask", "1");
    testkit_expect(ann, "question", "1");
    testkit_reload(kit, KEEPER_2, "{word:'other'}");
    add(2, 3, "hello", 1);
    testkit_expect_no_reconfigure(kit, "unknown key \"plugin\"", "{plugin:[]}");
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_DAMAGED);
    testkit_reconfigure(kit,
                        "{plugins:[{name:'keeper', path:s, state:'fresh'}], "
                        "limits:{roomsPerSocket:7}}",
                        KEEPER_1);
    testkit_expect_log(kit, "begins afresh");
    add(1, 1, "none", 1);
    testkit_emit(ann, "ask", "2");
    testkit_expect_nothing(ann);
    testkit_free(kit);
}
END_TEST

START_TEST(short_memory)
{
    start(1, "hello");
    for (int n = 1; n < 20; n++) {
        testkit_fail_allocation(kit, n);
        testkit_expect_no_reload(kit, KEEPER_2, "", "");
        ck_assert(testkit_allocation_failed(kit));
        add(1, n + 1, "hello", n + 1);
    }
    testkit_reload(kit, KEEPER_2, "");
    add(2, 21, "hello", 1);
    testkit_free(kit);
}
END_TEST

TESTKIT_MAIN("reload", a_state_crosses, to_itself, timers_go_on,
             some_are_refused, bad_states, states_that_were_kept,
             whole_configurations, short_memory)
