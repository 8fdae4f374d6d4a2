/* SPDX-License-Identifier: MIT */
/* The grouped writer, in the plugin of probe.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mortise/testkit.h>
#include <sqlite3.h>

enum { ADD = 1, REFUSE, FAIL };

static struct testkit *kit;
static struct testkit_client *ann;
static char folder[64], database[96];

static void start(int pages)
{
    snprintf(folder, sizeof(folder), "/tmp/mortise-writer-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(database, sizeof(database), "%s/probe.db", folder);
    kit = testkit_load(PLUGIN, "{database:s, pages:i}", database, pages);
    ann = testkit_connect(kit, "/");
}

static void finish(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};

    testkit_free(kit);
    for (int i = 0; i < 3; i++) {
        char path[112];
        snprintf(path, sizeof(path), "%s%s", database, ends[i]);
        unlink(path);
    }
    rmdir(folder);
}

static sqlite3 *open_beside(void)
{
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(database, &db), SQLITE_OK);
    return db;
}

static int count_rows(void)
{
    sqlite3 *db = open_beside();
    sqlite3_stmt *row = NULL;
    sqlite3_prepare_v2(db, "SELECT count(*) FROM texts", -1, &row, NULL);
    ck_assert_int_eq(sqlite3_step(row), SQLITE_ROW);
    int n = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return n;
}

static int add(const char *text, int kind)
{
    return testkit_call(ann, "add", "s, i", text, kind);
}

/* Answers come after the commit, in the order of the questions; one that fails
 * takes nothing of the others with it. */
START_TEST(keeps_order)
{
    start(0);
    int a = add("a", ADD), b = add("b", REFUSE), c = add("c", ADD);
    int again = add("a", ADD), d = add("d", FAIL), e = add("e", ADD);
    static const char *const order[] = {"a", "b", "c", "a", "d", "e"};

    testkit_expect_no_ack(ann, a);
    testkit_expect_nothing(ann);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, a, "{status:0, number:1}");
    testkit_expect_ack(ann, b, "{status:42, number:2}");
    testkit_expect_ack(ann, c, "{status:0, number:2}");
    testkit_expect_ack(ann, again, "{status:'<number>', number:0}");
    testkit_expect_ack(ann, d, "{status:-2, number:3}");
    testkit_expect_ack(ann, e, "{status:0, number:3}");
    for (size_t i = 0; i < 6; i++)
        testkit_expect(ann, "told", "{text:s, status:'<number>'}", order[i]);
    ck_assert_int_eq(count_rows(), 3);
    testkit_expect_log(kit, "UNIQUE");
    finish();
}
END_TEST

START_TEST(has_bounds)
{
    char big[4097];
    start(0);
    memset(big, 'x', sizeof(big));
    big[sizeof(big) - 1] = '\0';
    testkit_expect_ack(ann, add(big, ADD), "{status:'busy'}");
    for (int i = 0; i < 8; i++) {
        char text[8];
        snprintf(text, sizeof(text), "%d", i);
        testkit_expect_no_ack(ann, add(text, ADD));
    }
    testkit_expect_ack(ann, add("one too many", ADD), "{status:'busy'}");
    testkit_advance(kit, 0);
    ck_assert_int_eq(count_rows(), 8);
    /* Larger than a transaction should be, but alone in it. */
    big[3000] = '\0';
    int alone = add(big, ADD);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, alone, "{status:0, number:9}");
    finish();
}
END_TEST

START_TEST(fails_while_locked)
{
    start(0);
    sqlite3 *other = open_beside();
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    int a = add("a", ADD), b = add("b", ADD);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, a, "{status:-8, number:0}");
    testkit_expect_ack(ann, b, "{status:-8, number:0}");
    testkit_expect_log(kit, "locked");
    testkit_skip_log(kit);
    sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(other);
    a = add("a", ADD);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, a, "{status:0, number:1}");
    finish();
}
END_TEST

/* Each is told the truth: what was acknowledged is there, and no more. */
START_TEST(fails_when_full)
{
    char text[1800];
    int kept = 0, full = 0;

    start(8);
    for (int i = 0; i < 20; i++) {
        memset(text, 'a' + i, sizeof(text));
        text[sizeof(text) - 1] = '\0';
        int asked = add(text, ADD);
        testkit_advance(kit, 0);
        testkit_expect_ack(ann, asked, "{status:'<number>', '<more>':true}");
        *(testkit_got_int(ann, "0.status") == 0 ? &kept : &full) += 1;
    }
    ck_assert_int_gt(kept, 0);
    ck_assert_int_gt(full, 0);
    ck_assert_int_eq(count_rows(), kept);
    testkit_expect_log(kit, "full");
    testkit_skip_log(kit);
    finish();
}
END_TEST

/* What waits and what is under way goes over to the next build, once. */
START_TEST(crosses_a_reload)
{
    int asked[7];

    start(0);
    for (int i = 0; i < 7; i++) {
        char text[8];
        snprintf(text, sizeof(text), "%d", i);
        asked[i] = add(text, ADD);
    }
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    for (int i = 0; i < 7; i++)
        testkit_expect_ack(ann, asked[i], "{status:0, number:i}", i + 1);
    ck_assert_int_eq(count_rows(), 7);
    int more = add("more", ADD);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, more, "{status:0, number:8}");
    finish();
}
END_TEST

/* A build that got no state is told of nothing, and works. */
START_TEST(begins_without_a_state)
{
    start(0);
    int lost = add("lost", ADD);
    testkit_hand_over_bad_state(kit, TESTKIT_STATE_EMPTY);
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    testkit_expect_no_ack(ann, lost);
    int more = add("more", ADD);
    testkit_advance(kit, 0);
    testkit_expect_ack(ann, more, "{status:0, '<more>':true}");
    finish();
}
END_TEST

TESTKIT_MAIN("common/writer", keeps_order, has_bounds, fails_while_locked,
             fails_when_full, crosses_a_reload, begins_without_a_state)
