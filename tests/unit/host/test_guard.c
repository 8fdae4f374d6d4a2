/* SPDX-License-Identifier: MIT */
/* Contracts in front of handlers: what reaches them, what clients are told,
 * and when it is too much. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "host/contract/contract.h"

#define STRICT "{\"name\":\"strict\"}"

/* How often the contract of this event was broken in this way. */
static uint64_t broken(const char *event, enum breach_code code)
{
    const struct generation *g = stage.host->slots[0]->current;
    return contract_of(plugin_rows_find(&g->handlers, event))->broken[code];
}

/* The event was refused; a client sees `packet`, the handler nothing. */
static void refused(struct eio_session *s, const char *event,
                    const char *packet)
{
    stage_forget();
    fake_text(s, event);
    fake_expect(s, packet);
    fake_expect_nothing(s);
    ck_assert_ptr_nonnull(strstr(stage.journal, "refused, "));
    ck_assert_ptr_null(strstr(stage.journal, "argc"));
    stage_forget();
}

static void reached(struct eio_session *s, const char *event,
                    const char *journal)
{
    stage_forget();
    fake_text(s, event);
    stage_expect(journal);
    fake_skip(s);
}

START_TEST(arguments_by_their_names)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    reached(a, "21[\"say\",\"hi\",true]",
            "strict#1: say hi loud 1 argc 2, nobody 0\n");
    reached(a, "22[\"say\",\"hi\"]",
            "strict#1: say hi loud -1 argc 1, nobody 0\n");
    reached(a, "23[\"say\",\"hi\",null]",
            "strict#1: say hi loud -1 argc 2, nobody 0\n");
    reached(a, "2[\"move\",{\"n\":3}]", "strict#1: move 3 3\n");
    /* Of those that are repeated the last is meant; all are checked. */
    reached(a, "2[\"move\",{\"n\":3,\"n\":4}]", "strict#1: move 4 4\n");
    reached(a, "2[\"free\",\"hi\"]", "strict#1: free argc 1, named 0\n");
    stage_stop();
}
END_TEST

START_TEST(what_breaks_a_contract_is_answered)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    refused(a, "21[\"say\",\"\"]",
            "431[{\"error\":{\"code\":\"bad_argument\",\"message\":\"\\\"text\\"
            "\" has to have 1 to 10 characters.\",\"event\":\"say\",\"data\":{"
            "\"field\":\"text\",\"min\":1,\"max\":10}}}]");
    refused(a, "22[\"say\"]",
            "432[{\"error\":{\"code\":\"missing_argument\",\"message\":"
            "\"\\\"text\\\" is missing.\",\"event\":\"say\",\"data\":{\"field\""
            ":\"text\"}}}]");
    refused(a, "2[\"move\",{\"n\":10}]",
            "42[\"error\",{\"code\":\"bad_argument\",\"message\":\"\\\"n\\\" "
            "has to be from 0 to 9.\",\"event\":\"move\",\"data\":{\"field\":"
            "\"n\",\"min\":0,\"max\":9}}]");
    refused(a, "2[\"move\",{\"n\":1},2]",
            "42[\"error\",{\"code\":\"too_many_arguments\",\"message\":\"It "
            "takes 1 argument, not 2.\",\"event\":\"move\",\"data\":{\"max\":1,"
            "\"count\":2}}]");
    refused(a, "2[\"move\",{\"n\":3,\"n\":\"x\"}]",
            "42[\"error\",{\"code\":\"bad_argument\",\"message\":\"\\\"n\\\" "
            "has to be a whole number.\",\"event\":\"move\",\"data\":{\"field\""
            ":\"n\"}}]");
    ck_assert_uint_eq(broken("say", BREACH_BAD_ARGUMENT), 1);
    ck_assert_uint_eq(broken("say", BREACH_MISSING_ARGUMENT), 1);
    ck_assert_uint_eq(broken("move", BREACH_BAD_ARGUMENT), 2);
    ck_assert_uint_eq(broken("move", BREACH_TOO_MANY_ARGUMENTS), 1);
    ck_assert_uint_eq(broken("quiet", BREACH_BAD_ARGUMENT), 0);
    struct buf metrics;
    buf_init(&metrics, BUF_MAX);
    metrics_print(stage.host, &metrics);
    buf_append_char(&metrics, '\0');
    ck_assert_ptr_nonnull(
        strstr(metrics.p, "mortise_events_refused_total{plugin=\"strict\","
                          "event=\"move\",namespace=\"/\",code=\"bad_argument"
                          "\"} 2\n"));
    ck_assert_ptr_null(strstr(metrics.p, "quiet"));
    buf_free(&metrics);
    stage_stop();
}
END_TEST

START_TEST(acknowledgements)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    refused(a, "2[\"say\",\"hi\"]",
            "42[\"error\",{\"code\":\"ack_required\",\"message\":\"It has to "
            "ask for an acknowledgement.\",\"event\":\"say\"}]");
    refused(a, "25[\"quiet\"]",
            "435[{\"error\":{\"code\":\"ack_forbidden\",\"message\":\"It is "
            "never acknowledged.\",\"event\":\"quiet\"}}]");
    reached(a, "2[\"quiet\"]", "strict#1: quiet argc 0, named 0\n");
    stage_stop();
}
END_TEST

START_TEST(size)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    reached(a, "2[\"small\",\"34567890\"]",
            "strict#1: small argc 1, named 0\n");
    refused(a, "2[\"small\",\"3456789012\"]",
            "42[\"error\",{\"code\":\"too_large\",\"message\":\"It may have 20 "
            "bytes.\",\"event\":\"small\",\"data\":{\"max\":20,\"size\":22}}]");
    /* Also when nothing refers to what is attached. */
    stage_forget();
    fake_text(a, "51-[\"small\",1]");
    fake_bytes(a, "0123456789", 10);
    fake_expect(a, "42[\"error\",{\"code\":\"too_large\",\"message\":\"It may "
                   "have 20 bytes.\",\"event\":\"small\",\"data\":{\"max\":20,"
                   "\"size\":21}}]");
    fake_text(a, "51-[\"small\",1]");
    fake_bytes(a, "012345678", 9);
    ck_assert_ptr_nonnull(strstr(stage.journal, "small argc 1"));
    stage_stop();
}
END_TEST

START_TEST(signed_in)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    refused(a, "21[\"members\"]",
            "431[{\"error\":{\"code\":\"login_required\",\"message\":\"You "
            "have to sign in first.\",\"event\":\"members\"}}]");
    refused(a, "22[\"admins\"]",
            "432[{\"error\":{\"code\":\"login_required\",\"message\":\"You "
            "have to sign in first.\",\"event\":\"admins\"}}]");
    fake_text(a, "2[\"sign\",\"ann\"]");
    reached(a, "21[\"members\"]", "strict#1: members argc 0, named 0\n");
    refused(a, "22[\"admins\"]",
            "432[{\"error\":{\"code\":\"role_required\",\"message\":\"You are "
            "not allowed to do that.\",\"event\":\"admins\"}}]");
    fake_text(a, "2[\"sign\",\"ann\",1]");
    reached(a, "22[\"admins\"]", "strict#1: admins argc 0, named 0\n");
    stage_stop();
}
END_TEST

#define TOO_OFTEN(event, retry)                                                \
    "42[\"error\",{\"code\":\"rate_limited\",\"message\":\"Too often; wait a " \
    "moment.\",\"event\":\"" event "\",\"data\":{\"retry\":" retry "}}]"

START_TEST(rates)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join(), *b = stage_join();
    for (int i = 0; i < 3; i++)
        reached(a, "2[\"slow\"]", "strict#1: slow argc 0, named 0\n");
    refused(a, "2[\"slow\"]", TOO_OFTEN("slow", "500"));
    refused(a, "2[\"slow\",1]", TOO_OFTEN("slow", "500"));
    /* Others, and the same name elsewhere, are not meant. */
    reached(b, "2[\"slow\"]", "strict#1: slow argc 0, named 0\n");
    fake_text(a, "0/other,");
    fake_skip(a);
    reached(a, "2/other,[\"slow\"]", "strict#1: slow argc 0, named 0\n");
    stage_advance(499);
    refused(a, "2[\"slow\"]", TOO_OFTEN("slow", "1"));
    stage_advance(1);
    reached(a, "2[\"slow\"]", "strict#1: slow argc 0, named 0\n");
    ck_assert_uint_eq(broken("slow", BREACH_RATE_LIMITED), 3);
    stage_stop();
}
END_TEST

/* Of a socket in each namespace that a pattern stands for; of an address in all
 * of them together, for it is one row. */
START_TEST(rates_in_namespaces_by_pattern)
{
    stage_start("{\"name\":\"strict\",\"namespace\":\"/s-*\"}");
    struct eio_session *a = stage_open("0/s-1,");
    fake_text(a, "0/s-2,");
    ck_assert_uint_eq(fake_skip(a), 2);
    stage_forget();
    for (int i = 0; i < 3; i++)
        reached(a, "2/s-1,[\"slow\"]", "strict#1: slow argc 0, named 0\n");
    fake_text(a, "2/s-1,[\"slow\"]");
    ck_assert(str_starts(fake_next(a), STR("42/s-1,[\"error\",")));
    stage_forget();
    reached(a, "2/s-2,[\"slow\"]", "strict#1: slow argc 0, named 0\n");
    reached(a, "2/s-1,[\"shared\"]", "strict#1: shared argc 0, named 0\n");
    reached(a, "2/s-2,[\"shared\"]", "strict#1: shared argc 0, named 0\n");
    fake_text(a, "2/s-1,[\"shared\"]");
    ck_assert(str_starts(fake_next(a), STR("42/s-1,[\"error\",")));
    ck_assert_uint_eq(broken("slow", BREACH_RATE_LIMITED), 1);
    stage_stop();
}
END_TEST

START_TEST(rates_of_an_address)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join(), *b = stage_join();
    reached(a, "2[\"shared\"]", "strict#1: shared argc 0, named 0\n");
    reached(b, "2[\"shared\"]", "strict#1: shared argc 0, named 0\n");
    refused(a, "2[\"shared\"]", TOO_OFTEN("shared", "1000"));
    refused(b, "2[\"shared\"]", TOO_OFTEN("shared", "1000"));
    stage_stop();
}
END_TEST

START_TEST(rates_of_a_user)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join(), *b = stage_join(), *c = stage_join();
    fake_text(a, "2[\"sign\",\"ann\"]");
    fake_text(b, "2[\"sign\",\"ann\"]");
    reached(a, "2[\"personal\"]", "strict#1: personal argc 0, named 0\n");
    reached(b, "2[\"personal\"]", "strict#1: personal argc 0, named 0\n");
    refused(a, "2[\"personal\"]", TOO_OFTEN("personal", "1000"));
    /* Nobody is not the same user as somebody else who is nobody. */
    fake_text(b, "2[\"sign\",\"bob\"]");
    for (int i = 0; i < 2; i++) {
        reached(b, "2[\"personal\"]", "strict#1: personal argc 0, named 0\n");
        reached(c, "2[\"personal\"]", "strict#1: personal argc 0, named 0\n");
    }
    refused(b, "2[\"personal\"]", TOO_OFTEN("personal", "1000"));
    refused(c, "2[\"personal\"]", TOO_OFTEN("personal", "1000"));
    stage_stop();
}
END_TEST

START_TEST(too_many_violations)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join(), *b = stage_join();
    fake_text(a, "0/other,");
    fake_skip(a);
    for (int i = 0; i < 50; i++) { /* in all namespaces together */
        fake_text(a, "2[\"move\"]");
        fake_text(a, "2/other,[\"slow\",1]");
    }
    ck_assert_uint_eq(fake_skip(a), 100);
    ck_assert(!fake_is_closing(a));
    stage_advance(600); /* a hundredth of a minute */
    fake_text(a, "2[\"move\"]");
    ck_assert(!fake_is_closing(a));
    fake_text(a, "2[\"move\"]");
    /* What is wrong is said, always; then both namespaces are over. */
    ck_assert_uint_eq(fake_skip(a), 4);
    ck_assert(fake_is_closing(a));
    ck_assert_ptr_nonnull(strstr(stage.journal,
                                 "strict#1: a client was disconnected: it has "
                                 "broken contracts more than 100 times in a "
                                 "minute\n"));
    reached(b, "2[\"quiet\"]", "strict#1: quiet argc 0, named 0\n");
    ck_assert(!fake_is_closing(b));
    stage_stop();
}
END_TEST

START_TEST(any_number_of_violations)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    stage.host->max_violations = 0;
    for (int i = 0; i < 1000; i++) {
        fake_text(a, "2[\"move\"]");
        stage_forget();
    }
    ck_assert_uint_eq(fake_skip(a), 1000);
    ck_assert(!fake_is_closing(a));
    stage_stop();
}
END_TEST

START_TEST(middleware_that_changes_arguments)
{
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    reached(a, "2[\"changed\",\"good\"]",
            "strict#1: use good\n"
            "strict#1: say better loud 1 argc 2, nobody 0\n");
    reached(a, "2[\"changed\",\"same\"]",
            "strict#1: use same\n"
            "strict#1: say same loud -1 argc 1, nobody 0\n");
    fake_text(a, "21[\"changed\",\"bad\"]");
    stage_expect("strict#1: use bad\n"
                 "strict#1: it gave \"changed\" arguments that break its "
                 "contract: \"text\" has to be a string.\n");
    fake_expect(a, "431[{\"error\":{\"code\":\"bad_argument\",\"message\":"
                   "\"\\\"text\\\" has to be a string.\",\"event\":\"changed\","
                   "\"data\":{\"field\":\"text\"}}}]");
    fake_text(a, "22[\"changed\",\"none\"]");
    stage_expect("strict#1: use none\n"
                 "strict#1: it gave \"changed\" arguments that break its "
                 "contract: \"text\" is missing.\n");
    ck_assert_uint_eq(fake_skip(a), 1);
    ck_assert_uint_eq(broken("changed", BREACH_BAD_ARGUMENT), 0);
    stage_stop();
}
END_TEST

START_TEST(answers)
{
    static const struct {
        const char *packet, *journal;
    } cases[] = {
        {"30[5]", "strict#1: answered: status 0 argc 1 n 5\n"},
        {"31[10]", "strict#1: answer \"answered\" refused, bad_argument: "
                   "\"n\" has to be from 0 to 9.\n"
                   "strict#1: answered: status -18 argc 0 n -1\n"},
        {"32[]", "strict#1: answer \"answered\" refused, missing_argument: "
                 "\"n\" is missing.\n"
                 "strict#1: answered: status -18 argc 0 n -1\n"},
    };
    stage_start(STRICT);
    struct eio_session *a = stage_join();
    for (int i = 0; i < 3; i++) {
        fake_text(a, "2[\"ask\"]");
        ck_assert_uint_eq(fake_skip(a), 1);
        stage_forget();
        fake_text(a, cases[i].packet);
        stage_expect(cases[i].journal);
        fake_expect_nothing(a);
    }
    fake_text(a, "2[\"ask\"]");
    stage_advance(1000);
    stage_expect("strict#1: answered: status -17 argc 0 n -1\n");
    stage_stop();
}
END_TEST

START_TEST(contracts_that_refuse_a_plugin)
{
    static const char *const reasons[] = {
        "the moment \"connect\" takes no contract",
        "the timer \"tick\" takes no contract",
        "event \"event\", field \"x\": its max is below its min",
        "event \"done\", field \"x\": its max is below its min",
        "event \"news\", field \"x\": its max is below its min",
    };
    for (int i = 0; i < 5; i++) {
        char entry[100], expected[200];
        snprintf(entry, sizeof(entry),
                 "{\"name\":\"unfair\",\"path\":\"unfair-%d.so\"}", i);
        snprintf(expected, sizeof(expected), "plugin \"unfair\": %s\n",
                 reasons[i]);
        ck_assert_int_eq(stage_try(entry), ERR_SYNTAX);
        ck_assert_msg(str_ends(buf_str(&stage.why), str_z(expected)), "%.*s",
                      STR_ARG(buf_str(&stage.why)));
        stage_stop();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host/guard");
    TCase *tests = tcase_create("guard");
    tcase_add_test(tests, arguments_by_their_names);
    tcase_add_test(tests, what_breaks_a_contract_is_answered);
    tcase_add_test(tests, acknowledgements);
    tcase_add_test(tests, size);
    tcase_add_test(tests, signed_in);
    tcase_add_test(tests, rates);
    tcase_add_test(tests, rates_in_namespaces_by_pattern);
    tcase_add_test(tests, rates_of_an_address);
    tcase_add_test(tests, rates_of_a_user);
    tcase_add_test(tests, too_many_violations);
    tcase_add_test(tests, any_number_of_violations);
    tcase_add_test(tests, middleware_that_changes_arguments);
    tcase_add_test(tests, answers);
    tcase_add_test(tests, contracts_that_refuse_a_plugin);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
