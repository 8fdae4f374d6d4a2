/* SPDX-License-Identifier: MIT */
/* What differs between configurations, and what of it waits for a restart. */
#include "config_unit.h"

#include "config/schema.h"

static struct buf changes;

static void setup_changes(void)
{
    setup();
    buf_init(&changes, 10000);
}

static void teardown_changes(void)
{
    buf_free(&changes);
    teardown();
}

static void note_change(void *user, const char *key, enum config_effect effect)
{
    buf_printf(user, "%s %s\n", key, config_effect_text(effect));
}

static void ck_changes(const struct config *started,
                       const struct config *before, const struct config *after,
                       const char *want)
{
    buf_clear(&changes);
    ck_assert_int_eq(
        config_compare(started, before, after, note_change, &changes), 0);
    ck_str(buf_str(&changes), want);
}

START_TEST(compares)
{
    struct config *before = good("{\"pingInterval\":25000,\"cors\":{\"origin\""
                                 ":\"*\"},\"plugins\":[ {\"name\":\"a\"} ]}");
    struct config *same =
        good("{\"plugins\":[{\"name\" : \"a\"}],\"log\":{},\"cors\":{ /**/ "
             "\"origin\":\"*\"}, \"path\":\"/socket.io\"}");
    struct config *other =
        good("{\"listen\":\":1\",\"pingInterval\":1,\"limits\":{\"jsonDepth\":"
             "9},\"plugins\":[{\"name\":\"a\",\"settings\":{\"k\":1}}]}");

    ck_changes(before, before, same, "");
    ck_changes(before, same, before, "");
    ck_changes(before, before, other,
               "listen with a reload\n"
               "pingInterval for new connections\n"
               "cors with a reload\n"
               "limits.jsonDepth with a reload\n"
               "plugins with a reload\n");
    config_free(before);
    config_free(same);
    config_free(other);
}
END_TEST

START_TEST(compares_values_not_texts)
{
    static const char *const texts[] = {
        "{}",
        "{\"listen\":[\"localhost:3000\"],\"pingInterval\":2.5e4}",
        "{\"log\":{\"level\":\"${MORTISE_X}\"},\"drainTimeout\":10000.0}",
        "{\"transports\":[\"polling\",\"websocket\"],\"path\":\"\\/"
        "socket.io\"}",
    };
    setenv("MORTISE_X", "info", 1);
    for (int i = 0; i < COUNT(texts); i++) {
        for (int k = 0; k < COUNT(texts); k++) {
            struct config *before = good(texts[i]), *after = good(texts[k]);
            ck_changes(before, before, after, "");
            config_free(before);
            config_free(after);
        }
    }
}
END_TEST

START_TEST(variables_count_with_their_values)
{
    static const char text[] = "{\"plugins\":[{\"name\":\"a\",\"settings\":{"
                               "\"k\":\"${MORTISE_X}\"}}]}";
    setenv("MORTISE_X", "1", 1);
    struct config *before = good(text), *same = good(text);
    setenv("MORTISE_X", "2", 1);
    struct config *after = good(text);

    ck_changes(before, before, same, "");
    ck_changes(before, before, after, "plugins with a reload\n");
    ck_assert(
        json_equal(before->plugins[0].settings, same->plugins[0].settings));
    ck_assert(
        !json_equal(before->plugins[0].settings, after->plugins[0].settings));
    config_free(before);
    config_free(same);
    config_free(after);
}
END_TEST

START_TEST(a_restart_stays_pending)
{
    struct config *started = good("{\"path\":\"/a\"}");
    struct config *second = good("{\"path\":\"/b\",\"pingTimeout\":1}");
    struct config *third = good("{\"path\":\"/b\",\"pingTimeout\":1}");
    struct config *back = good("{\"path\":\"/a\",\"pingTimeout\":1}");

    ck_changes(started, started, second,
               "path after a restart\npingTimeout for new connections\n");
    ck_changes(started, second, third, "path after a restart\n");
    ck_changes(started, third, back, "");
    config_free(started);
    config_free(second);
    config_free(third);
    config_free(back);
}
END_TEST

/* Every key that waits for a restart, changed, with one of the others. */
static const char started_text[] = "{\"drainTimeout\":1}";
static const char changed_text[] =
    "{\"runDir\":\"/r\",\"control\":\"/c\",\"path\":\"/"
    "p\",\"jobs\":{\"threads\":1,\"queue\":2},"
    "\"seccomp\":{\"enabled\":false,\"programs\":true},"
    "\"why\":{\"notes\":0,\"connections\":0},"
    "\"drainTimeout\":2}";

START_TEST(keeps_what_waits)
{
    struct config *started = good(started_text);
    struct config *after = good(changed_text);

    ck_changes(started, started, after,
               "runDir after a restart\ncontrol after a restart\n"
               "drainTimeout with a reload\n"
               "path after a restart\njobs.threads after a restart\n"
               "jobs.queue with a reload\n"
               "seccomp.enabled after a restart\n"
               "seccomp.programs after a restart\n"
               "why.notes after a restart\n"
               "why.connections after a restart\n");
    config_keep(after, started);
    ck_assert_ptr_eq(after->run_dir.p, started->run_dir.p);
    ck_str(after->path, "/socket.io");
    ck_assert_int_eq(after->jobs.threads, started->jobs.threads);
    ck_assert_int_eq(after->jobs.queue, 2);
    ck_assert_int_eq(after->drain_timeout, 2);
    /* What was read is still what is compared. */
    ck_changes(started, after, after,
               "runDir after a restart\ncontrol after a restart\n"
               "path after a restart\n"
               "jobs.threads after a restart\n"
               "seccomp.enabled after a restart\n"
               "seccomp.programs after a restart\n"
               "why.notes after a restart\n"
               "why.connections after a restart\n");
    config_free(after);
    config_free(started);
}
END_TEST

static unsigned count_waiting(const struct schema_key *keys)
{
    unsigned n = 0;
    for (; keys->name; keys++) {
        if (keys->kind == SCHEMA_SECTION)
            n += count_waiting(keys->keys);
        else
            n += keys->effect == CONFIG_RESTART;
    }
    return n;
}

START_TEST(no_other_key_waits)
{
    /* One that is added here belongs into the texts above. */
    ck_assert_uint_eq(count_waiting(schema_root), 9);
}
END_TEST

START_TEST(out_of_memory)
{
    struct config *a = good("{}"), *b = good("{\"pingTimeout\":20000}");

    mem_fail_after(0);
    ck_assert_int_eq(config_compare(a, a, b, note_change, &changes), ERR_NOMEM);
    mem_fail_after(-1);
    ck_assert_uint_eq(changes.n, 0);
    config_free(a);
    config_free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("changes");
    TCase *tc = tcase_create("changes");
    suite_add_tcase(suite, tc);
    tcase_add_checked_fixture(tc, setup_changes, teardown_changes);
    tcase_add_test(tc, compares);
    tcase_add_test(tc, compares_values_not_texts);
    tcase_add_test(tc, variables_count_with_their_values);
    tcase_add_test(tc, a_restart_stays_pending);
    tcase_add_test(tc, keeps_what_waits);
    tcase_add_test(tc, no_other_key_waits);
    tcase_add_test(tc, out_of_memory);
    return unit_main(suite);
}
