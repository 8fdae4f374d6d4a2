/* SPDX-License-Identifier: MIT */
/* Reading a file that is being written to. The program is linked so that
 * read() and write() come here first, where the file is changed at the worst
 * moment. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/plugin/plugin_file.h"

#define SIZE 200000 /* several reads */

ssize_t __real_read(int fd, void *to, size_t n);
ssize_t __wrap_read(int fd, void *to, size_t n);
ssize_t __real_write(int fd, const void *from, size_t n);
ssize_t __wrap_write(int fd, const void *from, size_t n);

static const char *dir;
static char path[128];
static struct buf bytes, why;
static int reads, writes;
static void (*at_second_read)(void);
static int fail_reads, fail_writes; /* errno of the second one */
static size_t write_most = SIZE;

ssize_t __wrap_read(int fd, void *to, size_t n)
{
    if (++reads == 2) {
        if (at_second_read)
            at_second_read();
        if (fail_reads) {
            errno = fail_reads;
            return -1;
        }
    }
    return __real_read(fd, to, n);
}

ssize_t __wrap_write(int fd, const void *from, size_t n)
{
    if (++writes == 2 && fail_writes) {
        errno = fail_writes;
        return -1;
    }
    return __real_write(fd, from, n < write_most ? n : write_most);
}

static void setup(void)
{
    char *text = malloc(SIZE);
    dir = file_dir();
    snprintf(path, sizeof(path), "%s/x.so", dir);
    memset(text, 'x', SIZE);
    file_write(path, text, SIZE);
    free(text);
    buf_init(&bytes, BUF_MAX);
    buf_init(&why, 65536);
    reads = writes = 0;
}

static void teardown(void)
{
    buf_free(&bytes);
    buf_free(&why);
    file_dir_remove(dir);
    ck_assert_int_eq(mem_live(), 0);
}

START_TEST(in_peace)
{
    ck_assert_int_eq(plugin_file_read(path, &bytes, &why), 0);
    ck_assert_uint_eq(bytes.n, SIZE);
    ck_assert_int_gt(reads, 2);
    ck_assert_uint_eq(why.n, 0);
}
END_TEST

static void refused(void)
{
    char line[256];
    ck_assert_int_eq(plugin_file_read(path, &bytes, &why), ERR_IO);
    snprintf(line, sizeof(line), "%s: it is being written to", path);
    ck_assert_msg(str_eq(buf_str(&why), str_z(line)), "%.*s",
                  STR_ARG(buf_str(&why)));
}

static void cut(void)
{
    ck_assert_int_eq(truncate(path, SIZE / 2), 0);
}

static void grow(void)
{
    ck_assert_int_eq(truncate(path, 4 * SIZE), 0);
}

static void overwrite(void)
{
    int fd = open(path, O_WRONLY);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(__real_write(fd, "y", 1), 1);
    close(fd);
    /* As a clock that is not too coarse would have it. */
    struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = 7}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void replace(void)
{
    ck_assert_int_eq(unlink(path), 0);
    file_write(path, "y", 1);
}

START_TEST(cut_meanwhile)
{
    at_second_read = cut;
    refused();
}
END_TEST

START_TEST(grown_meanwhile)
{
    at_second_read = grow;
    refused();
    ck_assert_uint_le(bytes.n, 2 * SIZE); /* it is not read to its new end */
}
END_TEST

START_TEST(overwritten_meanwhile)
{
    at_second_read = overwrite;
    refused();
}
END_TEST

START_TEST(replaced_meanwhile)
{
    /* As one should: the file that was opened is still whole. */
    at_second_read = replace;
    ck_assert_int_eq(plugin_file_read(path, &bytes, &why), 0);
    ck_assert_uint_eq(bytes.n, SIZE);
}
END_TEST

START_TEST(reads_that_fail)
{
    fail_reads = EINTR;
    ck_assert_int_eq(plugin_file_read(path, &bytes, &why), 0);
    ck_assert_uint_eq(bytes.n, SIZE);
    buf_clear(&bytes);
    reads = 0;
    fail_reads = EIO;
    ck_assert_int_eq(plugin_file_read(path, &bytes, &why), ERR_IO);
    ck_assert_ptr_nonnull(memmem(why.p, why.n, strerror(EIO), 8));
}
END_TEST

START_TEST(copies)
{
    char *copy;
    ck_assert_int_eq(
        plugin_file_copy(str_z(dir), STR("x"), 7, STR("abc"), &copy, &why), 0);
    /* With the first bytes of the SHA-256 of "abc". */
    ck_assert(str_ends(str_z(copy), STR("/x.7-ba7816bf.so")));
    struct file f = file_read(copy);
    ck_assert_uint_eq(f.n, 3);
    ck_assert_mem_eq(f.p, "abc", 3);
    free(f.p);
    mem_free(copy);
}
END_TEST

START_TEST(writes_that_fail)
{
    char *copy;
    struct str x = STR("abcdefghijklmnop");
    write_most = 5;
    fail_writes = EINTR;
    ck_assert_int_eq(plugin_file_copy(str_z(dir), STR("x"), 1, x, &copy, &why),
                     0);
    struct file f = file_read(copy);
    ck_assert_uint_eq(f.n, x.n);
    ck_assert_mem_eq(f.p, x.p, x.n);
    free(f.p);
    mem_free(copy);
    writes = 0;
    fail_writes = ENOSPC;
    ck_assert_int_eq(plugin_file_copy(str_z(dir), STR("x"), 2, x, &copy, &why),
                     ERR_IO);
    ck_assert_ptr_nonnull(memmem(why.p, why.n, strerror(ENOSPC), 8));
    /* Half a copy is none. */
    ck_assert_int_eq(access(file_in(dir, "x.2-f39dac6c.so"), F_OK), -1);
    fail_writes = 0;
    ck_assert_int_eq(plugin_file_copy(str_z(dir), STR("x"), 2, x, &copy, &why),
                     0);
    ck_assert_str_eq(copy, file_in(dir, "x.2-f39dac6c.so"));
    mem_free(copy);
}
END_TEST

/* --- whose it is --- */

static void expect_place(int error, const char *text)
{
    buf_clear(&why);
    ck_assert_int_eq(plugin_file_check_place(path, &why), error);
    buf_append_char(&why, '\0');
    ck_assert_msg(strstr(why.p, text), "%s", why.p);
}

START_TEST(a_place_of_ours)
{
    char link[140];
    expect_place(0, "");
    ck_assert_int_eq(chmod(dir, 0757), 0);
    expect_place(ERR_DENIED, "everybody may write to this folder");
    /* Also behind a link. */
    snprintf(link, sizeof(link), "%s-link", dir);
    ck_assert_int_eq(symlink(path, link), 0);
    buf_clear(&why);
    ck_assert_int_eq(plugin_file_check_place(link, &why), ERR_DENIED);
    unlink(link);
    /* As in /tmp, nobody can take the place of what is another's. */
    ck_assert_int_eq(chmod(dir, 01777), 0);
    expect_place(0, "");
    ck_assert_int_eq(chmod(dir, 0700), 0);
    ck_assert_int_eq(unlink(path), 0);
    expect_place(ERR_IO, "No such file");
}
END_TEST

START_TEST(of_somebody_else)
{
    if (geteuid() != 0)
        return; /* who cannot give files away */
    ck_assert_int_eq(chown(path, 12345, 0), 0);
    expect_place(ERR_DENIED, "it belongs to somebody else");
    ck_assert_int_eq(chown(path, 0, 12345), 0);
    expect_place(0, "");
    ck_assert_int_eq(chown(dir, 12345, 0), 0);
    expect_place(ERR_DENIED, "it belongs to somebody else");
    ck_assert_int_eq(chown(dir, 0, 0), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("host/plugin_file");
    TCase *t = tcase_create("plugin_file");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, in_peace);
    tcase_add_test(t, cut_meanwhile);
    tcase_add_test(t, grown_meanwhile);
    tcase_add_test(t, overwritten_meanwhile);
    tcase_add_test(t, replaced_meanwhile);
    tcase_add_test(t, reads_that_fail);
    tcase_add_test(t, copies);
    tcase_add_test(t, writes_that_fail);
    tcase_add_test(t, a_place_of_ours);
    tcase_add_test(t, of_somebody_else);
    suite_add_tcase(s, t);
    return unit_main(s);
}
