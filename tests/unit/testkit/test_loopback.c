/* SPDX-License-Identifier: MIT */
/* The loop-back is whole, and is used when it is asked for. That it changes
 * nothing is shown by the other suites, which run with it too. */
#include <stdlib.h>
#include <string.h>

#include <mortise/testkit.h>

#include "loopback.h"

static struct testkit_client *use(struct testkit *kit)
{
    struct testkit_client *ann = testkit_connect(kit, "/");
    testkit_expect_ack(ann, testkit_call(ann, "shout", "1"),
                       "2, 1, {loud:true}");
    testkit_skip_log(kit);
    return ann;
}

START_TEST(it_is_used_when_asked_for)
{
    ck_assert_int_eq(setenv("MORTISE_TESTKIT_LOOPBACK", "0", 1), 0);
    struct testkit *kit = testkit_load(PLUGIN, "");
    use(kit);
    testkit_free(kit);
    ck_assert_int_eq(loopback_crossings(), 0);

    ck_assert_int_eq(setenv("MORTISE_TESTKIT_LOOPBACK", "1", 1), 0);
    kit = testkit_load(PLUGIN, "");
    use(kit);
    testkit_free(kit);
    /* Callbacks: init, CONNECTING, USE, the event, DISCONNECT. Calls: rewrite,
     * ack, emit; the wrong rewrite does not get that far. */
    ck_assert_int_eq(loopback_crossings(), 8);
}
END_TEST

/* Whoever adds a call to the SDK's table adds it here too. */
START_TEST(it_has_every_call)
{
    const char *bytes = (const char *)&loopback_table;
    size_t first = offsetof(struct mortise_host_table, log);

    for (size_t at = first; at < sizeof(loopback_table); at += sizeof(void *)) {
        void *call;
        memcpy(&call, bytes + at, sizeof(call));
        ck_assert_msg(call != NULL, "the loop-back lacks call %zu of the table",
                      (at - first) / sizeof(call) + 1);
    }
}
END_TEST

TESTKIT_MAIN("loopback", it_is_used_when_asked_for, it_has_every_call)
