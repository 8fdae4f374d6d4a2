/* SPDX-License-Identifier: MIT */
/* The directory that copies of plugins are loaded from. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <sys/file.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/plugin/run_dir.h"

static const char *parent;
static struct run_dir d;
static struct buf why;

static void setup(void)
{
    parent = file_dir();
    run_dir_init(&d);
    buf_init(&why, 65536);
}

static void teardown(void)
{
    run_dir_remove(&d);
    buf_free(&why);
    file_dir_remove(parent);
    ck_assert_int_eq(mem_live(), 0);
}

static void refused(const char *path, int expected, const char *text)
{
    char line[512];
    ck_assert_int_eq(run_dir_make(&d, str_z(path), &why), expected);
    snprintf(line, sizeof(line), "the directory for private copies, %s: %s\n",
             path, text);
    ck_assert_msg(str_eq(buf_str(&why), str_z(line)), "%.*s",
                  STR_ARG(buf_str(&why)));
    ck_assert_int_eq(d.lock, -1);
    ck_assert_ptr_null(d.path);
    buf_clear(&why);
}

static unsigned entries(const char *path)
{
    unsigned count = 0;
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

/* What a server that crashed has left: a directory with a copy. */
static void leave_behind(char ret_path[128])
{
    snprintf(ret_path, 128, "%s/mortise-run-abcdef", parent);
    ck_assert_int_eq(mkdir(ret_path, 0700), 0);
    file_write(file_in(ret_path, "echo.1-00000000.so"), "x", 1);
    file_write(file_in(ret_path, RUN_DIR_CONTROL), "x", 1);
}

START_TEST(makes_and_removes)
{
    struct stat st;
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    ck_assert(str_starts(str_z(d.path), str_z(parent)));
    ck_assert_int_eq(stat(d.path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0700);
    file_write(file_in(d.path, "echo.1-00000000.so"), "x", 1);
    run_dir_remove(&d);
    ck_assert_uint_eq(entries(parent), 0);
    run_dir_remove(&d); /* nothing there is fine */
}
END_TEST

START_TEST(makes_the_parent_too)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof(path), "%s/new", parent);
    ck_assert_int_eq(run_dir_make(&d, str_z(path), &why), 0);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0700);
    run_dir_remove(&d);
    ck_assert_uint_eq(entries(path), 0);
    snprintf(path, sizeof(path), "%s/not/there", parent);
    refused(path, ERR_IO, "No such file or directory");
}
END_TEST

START_TEST(sweeps_what_a_crash_left)
{
    char stale[128];
    leave_behind(stale);
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    ck_assert_int_ne(access(stale, F_OK), 0);
    ck_assert_uint_eq(entries(parent), 1);
}
END_TEST

START_TEST(leaves_others_alone)
{
    struct run_dir other;
    char path[128];
    run_dir_init(&other);
    ck_assert_int_eq(run_dir_make(&other, str_z(parent), &why), 0);
    file_write(file_in(other.path, "a.so"), "x", 1);
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    ck_assert_int_eq(access(file_in(other.path, "a.so"), F_OK), 0);
    ck_assert_str_ne(other.path, d.path);
    run_dir_remove(&other);
    ck_assert_int_eq(access(d.path, F_OK), 0);

    /* Neither what has another name, nor what has other files. */
    run_dir_remove(&d);
    snprintf(path, sizeof(path), "%s/other", parent);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    file_write(file_in(path, "a.so"), "x", 1);
    leave_behind(path);
    file_write(file_in(path, "notes.txt"), "x", 1);
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    ck_assert_int_eq(access(file_in(path, "notes.txt"), F_OK), 0);
    ck_assert_int_eq(access(file_in(parent, "other/a.so"), F_OK), 0);
    ck_assert_uint_eq(entries(path), 1);
}
END_TEST

static char seen[2][128];
static unsigned seen_count;

static void on_found(void *user, const char *path)
{
    ck_assert_ptr_eq(user, &d);
    ck_assert_uint_lt(seen_count, 2);
    snprintf(seen[seen_count++], sizeof(seen[0]), "%s", path);
}

/* There may be others in /tmp. */
static void on_found_here(void *user, const char *path)
{
    if (str_starts(str_z(path), str_z(parent)))
        on_found(user, path);
}

START_TEST(visits_those_in_one_place)
{
    char stale[128], other[128];
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    leave_behind(stale);
    snprintf(other, sizeof(other), "%s/mortise-fun-abcdef", parent);
    ck_assert_int_eq(mkdir(other, 0700), 0);
    snprintf(other, sizeof(other), "%s/mortise-run-file", parent);
    file_write(other, "x", 1);
    seen_count = 0;
    run_dir_visit(str_z(parent), on_found, &d);
    ck_assert_uint_eq(seen_count, 2);
    bool first = strcmp(seen[0], d.path) == 0;
    ck_assert_str_eq(seen[!first], d.path);
    ck_assert_str_eq(seen[first], stale);
    run_dir_visit(STR("/not/there"), on_found, &d);
    ck_assert_uint_eq(seen_count, 2);
}
END_TEST

START_TEST(visits_the_systems_places_once)
{
    char stale[128];
    setenv("XDG_RUNTIME_DIR", parent, 1);
    setenv("TMPDIR", parent, 1);
    leave_behind(stale);
    seen_count = 0;
    run_dir_visit(STR(""), on_found_here, &d);
    ck_assert_uint_eq(seen_count, 1);
    if (geteuid() == 0) { /* what somebody else may have put there */
        ck_assert_int_eq(chown(stale, 1, 1), 0);
        run_dir_visit(STR(""), on_found_here, &d);
        ck_assert_uint_eq(seen_count, 1);
        ck_assert_int_eq(chown(stale, 0, 0), 0);
    }
    unsetenv("XDG_RUNTIME_DIR");
    unsetenv("TMPDIR");
}
END_TEST

START_TEST(follows_no_link)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/other", parent);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    file_write(file_in(path, "a.so"), "x", 1);
    ck_assert_int_eq(symlink(path, file_in(parent, "mortise-run-zzzzzz")), 0);
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    ck_assert_int_eq(access(file_in(path, "a.so"), F_OK), 0);
}
END_TEST

START_TEST(of_somebody_else)
{
    char stale[128];
    if (geteuid() != 0)
        return; /* only root can give it away */
    leave_behind(stale);
    ck_assert_int_eq(chown(stale, 12345, 12345), 0);
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    ck_assert_int_eq(access(file_in(stale, "echo.1-00000000.so"), F_OK), 0);
    run_dir_remove(&d);
    ck_assert_int_eq(chown(parent, 12345, 12345), 0);
    refused(parent, ERR_DENIED, "it belongs to somebody else");
}
END_TEST

START_TEST(everybody_may_write)
{
    ck_assert_int_eq(chmod(parent, 0777), 0);
    refused(parent, ERR_DENIED, "everybody may write to it");
    /* As /tmp is: who may write cannot touch what is ours. */
    ck_assert_int_eq(chmod(parent, 01777), 0);
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
}
END_TEST

START_TEST(no_directory)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/file", parent);
    file_write(path, "x", 1);
    refused(path, ERR_IO, "Not a directory");
}
END_TEST

START_TEST(noexec)
{
    struct statvfs fs;
    ck_assert_int_eq(statvfs("/proc", &fs), 0);
    if (fs.f_flag & ST_NOEXEC)
        refused("/proc", ERR_DENIED,
                "it is mounted noexec, code cannot be loaded from it");
    else
        refused("/proc", ERR_IO, strerror(ENOENT));
}
END_TEST

START_TEST(the_systems_places)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/run", parent);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    setenv("XDG_RUNTIME_DIR", "/proc/none", 1); /* the next will do */
    setenv("TMPDIR", path, 1);
    ck_assert_int_eq(run_dir_make(&d, STR(""), &why), 0);
    ck_assert(str_starts(str_z(d.path), str_z(path)));
    ck_assert_uint_eq(why.n, 0);
    run_dir_remove(&d);
    setenv("XDG_RUNTIME_DIR", path, 1);
    setenv("TMPDIR", "relative", 1);
    ck_assert_int_eq(run_dir_make(&d, STR(""), &why), 0);
    ck_assert(str_starts(str_z(d.path), str_z(path)));
    run_dir_remove(&d);
    unsetenv("XDG_RUNTIME_DIR");
    ck_assert_int_eq(run_dir_make(&d, STR(""), &why), 0);
    ck_assert(str_starts(str_z(d.path), STR("/tmp/mortise-run-")));
}
END_TEST

START_TEST(is_locked)
{
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    int fd = open(d.path, O_RDONLY | O_DIRECTORY);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(flock(fd, LOCK_EX | LOCK_NB), -1);
    ck_assert_int_eq(errno, EWOULDBLOCK);
    close(fd);
    ck_assert(fcntl(d.lock, F_GETFD) & FD_CLOEXEC);
}
END_TEST

START_TEST(says_whose_it_is)
{
    const char *mine = file_in(parent, "mine.json");
    const char *other = file_in(parent, "other.json");

    file_write(mine, "{}", 2);
    file_write(other, "{}", 2);
    ck_assert(!run_dir_in_use(str_z(parent), mine));
    ck_assert_int_eq(run_dir_make(&d, str_z(parent), &why), 0);
    ck_assert(!run_dir_in_use(str_z(parent), mine)); /* it has no mark */
    ck_assert_int_eq(run_dir_mark(&d, str_z("/not/there")), ERR_IO);
    ck_assert_int_eq(run_dir_mark(&d, str_z(mine)), 0);
    ck_assert(run_dir_in_use(str_z(parent), mine));
    ck_assert(!run_dir_in_use(str_z(parent), other));
    ck_assert(!run_dir_in_use(str_z(parent), "/not/there"));
    /* What a crash leaves is not in use. */
    int lock = d.lock;
    d.lock = -1;
    close(lock);
    ck_assert(!run_dir_in_use(str_z(parent), mine));
    struct run_dir next;
    run_dir_init(&next);
    ck_assert_int_eq(run_dir_make(&next, str_z(parent), &why), 0);
    ck_assert_int_eq(access(d.path, F_OK), -1); /* and is swept */
    run_dir_remove(&next);
}
END_TEST

START_TEST(no_memory)
{
    for (long n = 0;; n++) {
        mem_fail_after(n);
        int error = run_dir_make(&d, str_z(parent), &why);
        mem_fail_after(-1);
        buf_free(&why);
        if (error == 0)
            break;
        ck_assert_uint_eq(entries(parent), 0);
        ck_assert_ptr_null(d.path);
        ck_assert_int_eq(mem_live(), 0);
        ck_assert_int_lt(n, 100);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/run_dir");
    TCase *t = tcase_create("run_dir");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, makes_and_removes);
    tcase_add_test(t, makes_the_parent_too);
    tcase_add_test(t, sweeps_what_a_crash_left);
    tcase_add_test(t, leaves_others_alone);
    tcase_add_test(t, visits_those_in_one_place);
    tcase_add_test(t, visits_the_systems_places_once);
    tcase_add_test(t, follows_no_link);
    tcase_add_test(t, of_somebody_else);
    tcase_add_test(t, everybody_may_write);
    tcase_add_test(t, no_directory);
    tcase_add_test(t, noexec);
    tcase_add_test(t, the_systems_places);
    tcase_add_test(t, is_locked);
    tcase_add_test(t, says_whose_it_is);
    tcase_add_test(t, no_memory);
    suite_add_tcase(s, t);
    return unit_main(s);
}
