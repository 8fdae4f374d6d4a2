/* SPDX-License-Identifier: MIT */
#include "net_unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "net/file_watch.h"

static struct loop *loop;
static struct file_watch *watch;
static long live;
static char top[64], folder[80], file[96], other[96];
static unsigned changes;
static char last[128];

static void on_changed(void *user, const char *path)
{
    ck_assert_ptr_eq(user, &changes);
    changes++;
    snprintf(last, sizeof(last), "%s", path);
}

static void put(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "x", 1), 1);
    ck_assert_int_eq(close(fd), 0);
}

static void setup(void)
{
    live = mem_live();
    changes = 0;
    snprintf(top, sizeof(top), "/tmp/test-watch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    snprintf(folder, sizeof(folder), "%s/build", top);
    snprintf(file, sizeof(file), "%s/a.so", folder);
    snprintf(other, sizeof(other), "%s/b.so", folder);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    put(file);
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
    ck_assert_int_eq(file_watch_new(loop, on_changed, &changes, &watch), 0);
    char *paths[] = {file};
    ck_assert_int_eq(file_watch_set(watch, paths, 1), 0);
}

static void teardown(void)
{
    char command[100];

    file_watch_free(watch);
    loop_free(loop);
    ck_assert_int_eq(mem_live(), live);
    snprintf(command, sizeof(command), "rm -r %s", top);
    ck_assert_int_eq(system(command), 0);
}

static void expect_change(const char *path)
{
    TURN_UNTIL(loop, changes > 0);
    ck_assert_str_eq(last, path);
    settle(loop);
    changes = 0;
}

static void expect_nothing(void)
{
    settle(loop);
    ck_assert_uint_eq(changes, 0);
}

START_TEST(what_is_written_has_changed)
{
    put(file);
    expect_change(file);
    put(other);
    expect_nothing();
    ck_assert_int_eq(unlink(file), 0);
    expect_nothing();
}
END_TEST

START_TEST(not_before_it_is_closed)
{
    ck_assert_int_eq(unlink(file), 0);
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_eq(write(fd, "x", 1), 1);
    expect_nothing();
    close(fd);
    expect_change(file);
}
END_TEST

START_TEST(what_takes_its_place_has_changed)
{
    put(other);
    ck_assert_int_eq(rename(other, file), 0);
    expect_change(file);
}
END_TEST

START_TEST(links_are_there_when_they_are_made)
{
    put(other);
    ck_assert_int_eq(unlink(file), 0);
    ck_assert_int_eq(symlink(other, file), 0);
    expect_change(file);
    ck_assert_int_eq(unlink(file), 0);
    ck_assert_int_eq(link(other, file), 0);
    expect_change(file);
}
END_TEST

START_TEST(what_a_link_leads_to_is_watched)
{
    char link_path[96];
    char *paths[] = {link_path};

    snprintf(link_path, sizeof(link_path), "%s/link.so", top);
    ck_assert_int_eq(symlink(file, link_path), 0);
    ck_assert_int_eq(file_watch_set(watch, paths, 1), 0);
    put(file);
    expect_change(link_path);
}
END_TEST

START_TEST(a_folder_may_come_back)
{
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(unlink(file), 0);
        ck_assert_int_eq(rmdir(folder), 0);
        expect_nothing();
        ck_assert_int_eq(mkdir(folder, 0700), 0);
        put(file);
        expect_change(file);
        put(file);
        expect_change(file);
    }
}
END_TEST

START_TEST(another_folder_takes_its_place)
{
    char aside[80];

    snprintf(aside, sizeof(aside), "%s/aside", top);
    ck_assert_int_eq(rename(folder, aside), 0);
    ck_assert_int_eq(mkdir(folder, 0700), 0);
    put(file);
    expect_change(file);
    snprintf(last, sizeof(last), "%s/a.so", aside);
    put(last);
    expect_nothing();
}
END_TEST

START_TEST(others_are_watched_from_then_on)
{
    char *paths[] = {other};

    ck_assert_int_eq(file_watch_set(watch, paths, 1), 0);
    put(file);
    expect_nothing();
    put(other);
    expect_change(other);
    ck_assert_int_eq(file_watch_set(watch, NULL, 0), 0);
    put(other);
    expect_nothing();
}
END_TEST

START_TEST(without_memory_those_before_stay)
{
    char *paths[] = {other, file};

    for (long n = 0;; n++) {
        mem_fail_after(n);
        int result = file_watch_set(watch, paths, 2);
        mem_fail_after(-1);
        if (result == 0)
            break;
        ck_assert_int_eq(result, ERR_NOMEM);
        put(other);
        expect_nothing();
        put(file);
        expect_change(file);
    }
    put(other);
    expect_change(other);
}
END_TEST

START_TEST(without_memory_there_is_none)
{
    struct file_watch *second;

    for (long n = 0;; n++) {
        mem_fail_after(n);
        int result = file_watch_new(loop, on_changed, &changes, &second);
        mem_fail_after(-1);
        if (result == 0)
            break;
        ck_assert_int_eq(result, ERR_NOMEM);
    }
    file_watch_free(second);
    file_watch_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net/file_watch");
    TCase *tests = tcase_create("file_watch");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_is_written_has_changed);
    tcase_add_test(tests, not_before_it_is_closed);
    tcase_add_test(tests, what_takes_its_place_has_changed);
    tcase_add_test(tests, links_are_there_when_they_are_made);
    tcase_add_test(tests, what_a_link_leads_to_is_watched);
    tcase_add_test(tests, a_folder_may_come_back);
    tcase_add_test(tests, another_folder_takes_its_place);
    tcase_add_test(tests, others_are_watched_from_then_on);
    tcase_add_test(tests, without_memory_those_before_stay);
    tcase_add_test(tests, without_memory_there_is_none);
    suite_add_tcase(suite, tests);
    return unit_main(suite);
}
