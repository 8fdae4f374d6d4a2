/* SPDX-License-Identifier: MIT */
/* Files that are opened, brought up to date or refused; transactions. */
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "database.h"
#include "test_host.h"

#define APPLICATION 0x74657374

static const char *const steps[] = {
    "CREATE TABLE texts(text TEXT NOT NULL UNIQUE)",
    "ALTER TABLE texts ADD COLUMN number INTEGER NOT NULL DEFAULT 7",
};
static const char *const broken_steps[] = {
    steps[0],
    steps[1],
    "CREATE TABLE more(n INTEGER); INSERT INTO more VALUES(1);"
    "INSERT INTO nowhere VALUES(1)",
};
static const struct database_layout first = {APPLICATION, steps, 1};
static const struct database_layout second = {APPLICATION, steps, 2};
static const struct database_layout broken = {APPLICATION, broken_steps, 3};
static const struct database_layout stranger = {APPLICATION + 1, steps, 1};

static const char insert[] = "INSERT INTO texts(text) VALUES(?1)";
static const char count[] = "SELECT count(*) FROM texts";

static char folder[64], file[96];
static struct database *db;

static void start(void)
{
    host_start();
    snprintf(folder, sizeof(folder), "/tmp/mortise-database-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/test.db", folder);
}

static void finish(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

    database_close(db);
    db = NULL;
    for (int i = 0; i < 4; i++) {
        char path[112];
        snprintf(path, sizeof(path), "%s%s", file, ends[i]);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(folder), 0);
    host_finish();
}

static void open_as(const struct database_layout *layout)
{
    ck_assert_int_eq(database_open(&db, file, layout), 0);
}

static void close_it(void)
{
    database_close(db);
    db = NULL;
}

/* One number by another connection, or -1. */
static int beside(const char *sql)
{
    sqlite3_stmt *row = NULL;
    sqlite3 *other = NULL;
    int n = -1;

    ck_assert_int_eq(sqlite3_open(file, &other), SQLITE_OK);
    if (sqlite3_prepare_v2(other, sql, -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW)
        n = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(other);
    return n;
}

static int add(const char *text)
{
    return database_run(db, database_bind(db, insert, "t", text));
}

static int add_alone(const char *text)
{
    int error = database_begin(db);

    return error == 0 ? database_end(db, add(text)) : error;
}

/* --- opening */

START_TEST(files_are_their_owners)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    mode_t mask = umask(0);

    start();
    open_as(&first);
    ck_assert_int_eq(add_alone("a"), 0);
    for (int i = 0; i < 3; i++) {
        struct stat facts;
        char path[112];
        snprintf(path, sizeof(path), "%s%s", file, ends[i]);
        ck_assert_int_eq(stat(path, &facts), 0);
        ck_assert_int_eq(facts.st_mode & 0777, 0600);
    }
    umask(mask);
    finish();
}
END_TEST

START_TEST(older_files_are_brought_up_to_date)
{
    start();
    open_as(&first);
    ck_assert_int_eq(add_alone("a"), 0);
    close_it();
    open_as(&second);
    ck_assert_int_eq(beside("PRAGMA user_version"), 2);
    ck_assert_int_eq(beside("PRAGMA application_id"), APPLICATION);
    ck_assert_int_eq(beside("SELECT number FROM texts"), 7);
    close_it();
    open_as(&second); /* nothing is done twice */
    ck_assert_int_eq(beside(count), 1);
    finish();
}
END_TEST

START_TEST(newer_files_are_refused)
{
    start();
    open_as(&second);
    close_it();
    ck_assert_int_eq(database_open(&db, file, &first), MORTISE_EINVAL);
    host_expect_log("newer layout");
    ck_assert_ptr_null(db);
    ck_assert_int_eq(beside("PRAGMA user_version"), 2);
    finish();
}
END_TEST

/* Whatever it is, it is left as it was. */
START_TEST(foreign_files_are_refused)
{
    static const char *const made_by[] = {
        "CREATE TABLE others(n)",
        "PRAGMA application_id=5",
        "PRAGMA application_id=-5",
        "CREATE TABLE others(n); PRAGMA user_version=1",
        "CREATE TABLE others(n); PRAGMA user_version=-1",
    };

    for (int i = 0; i < 5; i++) {
        sqlite3 *other = NULL;
        start();
        ck_assert_int_eq(sqlite3_open(file, &other), SQLITE_OK);
        sqlite3_exec(other, made_by[i], NULL, NULL, NULL);
        sqlite3_close(other);
        ck_assert_int_eq(database_open(&db, file, &first), MORTISE_EINVAL);
        host_expect_log("something else");
        ck_assert_int_eq(beside(count), -1);
        finish();
    }
}
END_TEST

START_TEST(other_plugins_files_are_refused)
{
    start();
    open_as(&first);
    close_it();
    ck_assert_int_eq(database_open(&db, file, &stranger), MORTISE_EINVAL);
    host_expect_log("something else");
    finish();
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
    start();
    FILE *text = fopen(file, "w");
    for (int i = 0; i < 1000; i++)
        fputs("no database at all ", text);
    fclose(text);
    ck_assert_int_lt(database_open(&db, file, &first), 0);
    host_expect_log("not a database");
    ck_assert_ptr_null(db);
    ck_assert_int_lt(database_open(&db, folder, &first), 0);
    host_expect_log("database");
    ck_assert_int_eq(database_open(&db, "/nowhere/at/all/test.db", &first),
                     MORTISE_EINVAL);
    host_expect_log("No such file");
    finish();
}
END_TEST

/* All of it, or nothing: the build from before still reads the file. */
START_TEST(a_broken_migration_leaves_the_file)
{
    start();
    open_as(&first);
    ck_assert_int_eq(add_alone("a"), 0);
    close_it();
    ck_assert_int_lt(database_open(&db, file, &broken), 0);
    host_expect_log("nowhere");
    ck_assert_int_eq(beside("PRAGMA user_version"), 1);
    ck_assert_int_eq(beside("SELECT count(*) FROM more"), -1);
    ck_assert_int_eq(beside("SELECT number FROM texts"), -1);
    open_as(&first);
    ck_assert_int_eq(add_alone("b"), 0);
    close_it();
    open_as(&second);
    ck_assert_int_eq(beside(count), 2);
    finish();
}
END_TEST

/* --- transactions */

START_TEST(transactions_are_whole)
{
    start();
    open_as(&first);
    ck_assert_int_eq(database_begin(db), 0);
    ck_assert_int_eq(add("a"), 0);
    ck_assert_int_eq(beside(count), 0);
    ck_assert_int_eq(database_end(db, 42), 42);
    ck_assert_int_eq(beside(count), 0);
    ck_assert_int_eq(add_alone("a"), 0);
    ck_assert_int_eq(beside(count), 1);
    ck_assert_int_eq(add_alone("a"), MORTISE_ELIMIT); /* it is UNIQUE */
    ck_assert_int_eq(add_alone(NULL), MORTISE_ELIMIT);
    ck_assert_int_eq(add_alone("b"), 0);
    finish();
}
END_TEST

START_TEST(parts_are_taken_back_alone)
{
    start();
    open_as(&first);
    ck_assert_int_eq(database_begin(db), 0);
    for (int i = 0; i < 4; i++) {
        char text[] = {(char)('a' + i), '\0'};
        ck_assert_int_eq(database_savepoint(db), 0);
        ck_assert_int_eq(add(text), 0);
        ck_assert_int_eq(database_release(db, i % 2), i % 2);
    }
    /* One part within another goes with it. */
    ck_assert_int_eq(database_savepoint(db), 0);
    ck_assert_int_eq(database_savepoint(db), 0);
    ck_assert_int_eq(add("inner"), 0);
    ck_assert_int_eq(database_release(db, 0), 0);
    ck_assert_int_eq(database_release(db, MORTISE_ENOENT), MORTISE_ENOENT);
    ck_assert_int_eq(database_end(db, 0), 0);
    ck_assert_int_eq(beside(count), 2);
    ck_assert_int_eq(
        beside("SELECT count(*) FROM texts WHERE text IN ('a', 'c')"), 2);
    finish();
}
END_TEST

/* Once for each literal, however many there are. */
START_TEST(statements_are_prepared_once)
{
    static char queries[200][32];
    sqlite3_stmt *made[200];

    start();
    open_as(&first);
    ck_assert_int_eq(database_begin(db), 0);
    for (int i = 0; i < 200; i++) {
        snprintf(queries[i], sizeof(queries[i]), "SELECT ?1 + %d", i);
        made[i] = database_bind(db, queries[i], "i", (int64_t)1);
        ck_assert_ptr_nonnull(made[i]);
        database_done(made[i]);
    }
    int so_far = allocations;
    for (int i = 0; i < 200; i++) {
        sqlite3_stmt *row = database_bind(db, queries[i], "i", (int64_t)1000);
        ck_assert_ptr_eq(row, made[i]);
        ck_assert_int_eq(database_step(db, row), 1);
        ck_assert_int_eq(sqlite3_column_int(row, 0), 1000 + i);
        database_done(row);
    }
    ck_assert_int_eq(allocations, so_far);
    ck_assert_ptr_null(database_bind(db, "SELECT nonsense", ""));
    host_expect_log("nonsense");
    ck_assert_int_eq(database_run(db, NULL), MORTISE_ENOSYS);
    ck_assert_int_eq(database_step(db, NULL), MORTISE_ENOSYS);
    ck_assert_int_eq(database_end(db, 0), 0);
    finish();
}
END_TEST

START_TEST(parameters_are_bound_by_type)
{
    static const char s[] = "SELECT typeof(?1), typeof(?2), typeof(?3),"
                            " typeof(?4), ?5 = 1.5, hex(?6), length(?7)";
    mortise_str bytes = {"a\0'", 3}, none = {NULL, 0};
    char text[8];

    start();
    open_as(&first);
    ck_assert_int_eq(database_begin(db), 0);
    sqlite3_stmt *row = database_bind(db, s, "tntidbb", "", "", NULL,
                                      (int64_t)5, 1.5, bytes, none);
    ck_assert_int_eq(database_step(db, row), 1);
    database_text(row, 0, text, sizeof(text));
    ck_assert_str_eq(text, "text");
    database_text(row, 1, text, sizeof(text));
    ck_assert_str_eq(text, "null");
    database_text(row, 2, text, sizeof(text));
    ck_assert_str_eq(text, "null");
    database_text(row, 3, text, sizeof(text));
    ck_assert_str_eq(text, "integer");
    ck_assert_int_eq(sqlite3_column_int(row, 4), 1);
    database_text(row, 5, text, sizeof(text));
    ck_assert_str_eq(text, "610027");
    database_text(row, 5, text, 3); /* cut to size */
    ck_assert_str_eq(text, "61");
    ck_assert_int_eq(sqlite3_column_int(row, 6), 0);
    ck_assert_int_eq(database_step(db, row), 0);
    ck_assert_int_eq(database_end(db, 0), 0);
    finish();
}
END_TEST

START_TEST(readers_only_read)
{
    struct database *reader = NULL, *both[] = {NULL, NULL};

    start();
    ck_assert_int_lt(database_open_reader(&reader, file), 0);
    host_expect_log("unable to open");
    open_as(&first);
    ck_assert_int_eq(add_alone("a"), 0);
    ck_assert_int_eq(database_open_reader(&reader, file), 0);
    both[0] = db;
    both[1] = reader;
    ck_assert_int_eq(database_begin(reader), 0);
    ck_assert_int_lt(
        database_run(reader, database_bind(reader, insert, "t", "b")), 0);
    host_expect_log("readonly");
    ck_assert_int_eq(database_end(reader, 0), 0);
    /* Beside one that writes, and what is committed only. */
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(database_begin(both[i]), 0);
    ck_assert_int_eq(add("b"), 0);
    sqlite3_stmt *row = database_bind(reader, count, "");
    ck_assert_int_eq(database_step(reader, row), 1);
    ck_assert_int_eq(sqlite3_column_int(row, 0), 1);
    database_done(row);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(database_end(both[i], 0), 0);
    database_close(reader);
    finish();
}
END_TEST

/* Whoever comes while another program writes is told so, and is not the worse
 * for it afterwards. */
START_TEST(a_lock_is_an_error)
{
    sqlite3 *other = NULL;

    start();
    open_as(&first);
    ck_assert_int_eq(database_limit(db, 60, 0), 0);
    ck_assert_int_eq(sqlite3_open(file, &other), SQLITE_OK);
    sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(database_begin(db), MORTISE_ENOSYS);
        ck_assert(database_is_stuck(db));
        host_expect_log("locked");
    }
    sqlite3_exec(other, "COMMIT", NULL, NULL, NULL);
    ck_assert_int_eq(add_alone("a"), 0);
    ck_assert(!database_is_stuck(db));
    sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
    ck_assert_int_eq(add_alone("b"), MORTISE_ENOSYS);
    sqlite3_close(other);
    ck_assert_int_eq(add_alone("b"), 0);
    finish();
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    static char text[4096];
    int kept = 0;

    start();
    open_as(&first);
    ck_assert_int_eq(database_limit(db, 60, 16), 0);
    memset(text, 'x', sizeof(text) - 1);
    for (int i = 0; i < 40; i++) {
        text[0] = (char)('0' + i);
        kept += add_alone(text) == 0;
    }
    host_expect_log("full");
    ck_assert_int_gt(kept, 0);
    ck_assert_int_lt(kept, 40);
    ck_assert_int_eq(beside(count), kept);
    ck_assert_int_eq(database_limit(db, 60, 1000), 0);
    ck_assert_int_eq(add_alone("more"), 0);
    ck_assert_int_eq(beside("SELECT integrity_check = 'ok'"
                            " FROM pragma_integrity_check"),
                     1);
    finish();
}
END_TEST

enum { THREADS = 4, ROUNDS = 50 };

static void *count_up(void *none)
{
    static const char get[] = "SELECT number FROM texts";
    static const char set[] = "UPDATE texts SET number = ?1";

    for (int i = 0; i < ROUNDS; i++) {
        ck_assert_int_eq(database_begin(db), 0);
        sqlite3_stmt *row = database_bind(db, get, "");
        ck_assert_int_eq(database_step(db, row), 1);
        int64_t n = sqlite3_column_int64(row, 0);
        database_done(row);
        ck_assert_int_eq(
            database_end(db,
                         database_run(db, database_bind(db, set, "i", n + 1))),
            0);
    }
    return none;
}

START_TEST(threads_take_turns)
{
    pthread_t threads[THREADS];

    start();
    open_as(&second);
    ck_assert_int_eq(add_alone("a"), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, count_up, NULL);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(beside("SELECT number FROM texts"), 7 + THREADS * ROUNDS);
    finish();
}
END_TEST

/* Once for each allocation that opening and one write make. */
START_TEST(survives_short_memory)
{
    for (int n = 1, failed = 1; failed; n++) {
        start();
        fails_at = n;
        int error = database_open(&db, file, &second);
        if (error == 0)
            error = add_alone("a");
        failed = allocations >= n;
        ck_assert_int_eq(error != 0, failed);
        fails_at = 0;
        close_it();
        open_as(&second);
        ck_assert_int_eq(beside(count), failed ? 0 : 1);
        finish();
        ck_assert_int_lt(n, 100);
    }
}
END_TEST

/* SQLite has no memory to end one, and none to take it back. */
START_TEST(no_end_is_no_trap)
{
    start();
    open_as(&second);
    ck_assert_int_eq(database_begin(db), 0);
    sqlite3_hard_heap_limit64(1);
    ck_assert_int_ne(database_end(db, 0), 0);
    sqlite3_hard_heap_limit64(0);
    ck_assert_int_eq(add_alone("a"), 0);
    finish();
}
END_TEST

TESTKIT_MAIN("common/database", files_are_their_owners,
             older_files_are_brought_up_to_date, newer_files_are_refused,
             foreign_files_are_refused, other_plugins_files_are_refused,
             what_is_no_database_is_refused, a_broken_migration_leaves_the_file,
             transactions_are_whole, parts_are_taken_back_alone,
             statements_are_prepared_once, parameters_are_bound_by_type,
             readers_only_read, a_lock_is_an_error, a_full_disk_is_an_error,
             threads_take_turns, survives_short_memory, no_end_is_no_trap)
