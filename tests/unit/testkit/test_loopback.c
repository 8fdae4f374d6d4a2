/* SPDX-License-Identifier: MIT */
/* The loop-back is whole, and is used when it is asked for. That it changes
 * nothing is shown by the other suites, which run with it too. */
#include <stdlib.h>
#include <string.h>

#include <mortise/testkit.h>

#include "host/calls/extensions.h"
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
    /* Callbacks: init, ALLOW, CONNECTING, USE, the event, DISCONNECT. Calls:
     * routes, kinds of jobs, offers, rewrite, ack, emit; the wrong rewrite does
     * not get that far. */
    ck_assert_int_eq(loopback_crossings(), 12);
}
END_TEST

/* Whoever adds a call to a table of the SDK adds it to the loop-back too. The
 * calls stand behind the size; `ours` may have fewer of them. */
static void check_table(const char *name, const void *ours, size_t first,
                        size_t size)
{
    for (size_t at = first; at < size; at += sizeof(void *)) {
        void *call;
        memcpy(&call, (const char *)ours + at, sizeof(call));
        ck_assert_msg(call != NULL, "the loop-back lacks call %zu of %s",
                      (at - first) / sizeof(call) + 1, name);
    }
}

static uint32_t size_of(const void *table)
{
    uint32_t size;
    memcpy(&size, table, sizeof(size));
    return size;
}

START_TEST(it_has_every_call)
{
    check_table("mortise/plugin.h", &loopback_table,
                offsetof(struct mortise_host_table, log),
                sizeof(loopback_table));
    for (int i = 0; loopback_extensions[i]; i++)
        check_table(loopback_extensions[i]->id, loopback_extensions[i]->table,
                    sizeof(void *), size_of(loopback_extensions[i]->table));
}
END_TEST

/* And whoever adds a header adds a file: CONTRIBUTING.md says how. */
START_TEST(it_has_every_extension)
{
    int count = 0;

    for (const struct extension *e = host_extensions; e->id; e++, count++) {
        const struct loopback_extension *ours = loopback_extension_find(e->id);
        ck_assert_msg(ours != NULL, "the loop-back lacks %s", e->id);
        ck_assert_msg(size_of(ours->table) == size_of(e->table),
                      "the loop-back has another table for %s", e->id);
    }
    for (int i = 0; loopback_extensions[i]; i++)
        ck_assert_msg(i < count, "the host has no %s",
                      loopback_extensions[i]->id);
}
END_TEST

TESTKIT_MAIN("loopback", it_is_used_when_asked_for, it_has_every_call,
             it_has_every_extension)
