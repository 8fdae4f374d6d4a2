/* SPDX-License-Identifier: MIT */
/* What is said of a database's place before it is opened. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.h"
#include "test_host.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void start(void)
{
    host_start();
    snprintf(folder, sizeof(folder), "/tmp/mortise-place-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void finish(void)
{
    ck_assert_int_eq(rmdir(folder), 0);
    host_finish();
}

static void expect(const char *file, const char *warning)
{
    logged[0] = '\0';
    place_check(file);
    if (warning)
        ck_assert_msg(strstr(logged, warning), "%s", logged);
    else
        ck_assert_str_eq(logged, "");
}

static void make(const char *file, mode_t mode)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL, mode);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

START_TEST(places_that_will_do)
{
    start();
    expect(in_folder("new.db"), NULL);
    ck_assert_int_eq(chdir(folder), 0);
    expect("new.db", NULL);
    ck_assert_int_eq(chdir("/"), 0);
    make(in_folder("old.db"), 0600);
    expect(in_folder("old.db"), NULL);
    ck_assert_int_ne(access(in_folder("new.db"), F_OK), 0);
    unlink(in_folder("old.db"));
    finish();
}
END_TEST

START_TEST(places_that_will_not)
{
    start();

    expect("/nowhere.at.all/new.db", "/nowhere.at.all: No such file");
    make(in_folder("file"), 0600);
    expect(in_folder("file/new.db"), "/file: ");
    unlink(in_folder("file"));
    finish();
}
END_TEST

/* Root may do it all, so it becomes somebody else. */
static void become(uid_t user)
{
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(user), 0);
}

START_TEST(whom_it_belongs_to)
{
    start();
    make(in_folder("old.db"), 0400);
    ck_assert_int_eq(chmod(folder, 0555), 0);
    become(65534);
    expect(in_folder("new.db"), folder);
    ck_assert_ptr_nonnull(strstr(logged, "Permission denied"));
    become(0);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    become(65534);
    expect(in_folder("old.db"), "/old.db: Permission denied");
    expect(in_folder("new.db"), NULL);
    become(0);
    unlink(in_folder("old.db"));
    finish();
}
END_TEST

TESTKIT_MAIN("common/place", places_that_will_do, places_that_will_not,
             whom_it_belongs_to)
