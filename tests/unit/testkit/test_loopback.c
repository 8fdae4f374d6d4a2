/* SPDX-License-Identifier: MIT */
/* The loop-back is whole, and is used when it is asked for. That it changes
 * nothing is shown by the other suites, which run with it too. */
#include <stdlib.h>
#include <string.h>

#include <mortise/identity.h>
#include <mortise/jobs.h>
#include <mortise/services.h>
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
    /* Callbacks: init, CONNECTING, USE, the event, DISCONNECT. Calls: routes,
     * kinds of jobs, offers, rewrite, ack, emit; the wrong rewrite does not
     * get that far. */
    ck_assert_int_eq(loopback_crossings(), 11);
}
END_TEST

/* Whoever adds a call to a table of the SDK adds it to the loop-back too. */
static void check_table(const char *name, const void *table, size_t first,
                        size_t size)
{
    for (size_t at = first; at < size; at += sizeof(void *)) {
        void *call;
        memcpy(&call, (const char *)table + at, sizeof(call));
        ck_assert_msg(call != NULL, "the loop-back lacks call %zu of %s",
                      (at - first) / sizeof(call) + 1, name);
    }
}

START_TEST(it_has_every_call)
{
    check_table("the host", &loopback_table,
                offsetof(struct mortise_host_table, log),
                sizeof(loopback_table));
    check_table("http", &loopback_http_table,
                offsetof(struct mortise_http_table, routes),
                sizeof(loopback_http_table));
    check_table("identity", &loopback_identity_table,
                offsetof(struct mortise_identity_table, identify),
                sizeof(loopback_identity_table));
    check_table("services", &loopback_services_table,
                offsetof(struct mortise_services_table, offer),
                sizeof(loopback_services_table));
    check_table("jobs", &loopback_jobs_table,
                offsetof(struct mortise_jobs_table, kinds),
                sizeof(loopback_jobs_table));
}
END_TEST

TESTKIT_MAIN("loopback", it_is_used_when_asked_for, it_has_every_call)
