/* SPDX-License-Identifier: MIT */
/* Files that a test reads, tampers with and writes. */
#ifndef MORTISE_TESTS_HOST_FILES_H
#define MORTISE_TESTS_HOST_FILES_H

#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    char *p;
    size_t n;
};

/* One of plugins/: "good.so". The caller frees p. */
static inline struct file file_read(const char *path)
{
    struct file f = {NULL, 0};
    struct stat st;
    FILE *in = fopen(path, "rb");
    ck_assert_msg(in && fstat(fileno(in), &st) == 0, "%s", path);
    f.n = (size_t)st.st_size;
    f.p = malloc(f.n);
    ck_assert_ptr_nonnull(f.p);
    ck_assert_uint_eq(fread(f.p, 1, f.n, in), f.n);
    fclose(in);
    return f;
}

static inline void file_write(const char *path, const void *p, size_t n)
{
    FILE *out = fopen(path, "wb");
    ck_assert_msg(out != NULL, "%s", path);
    ck_assert_uint_eq(fwrite(p, 1, n, out), n);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_int_eq(chmod(path, 0755), 0);
}

/* A directory of this test's own; removed by file_dir_remove(). */
static inline const char *file_dir(void)
{
    static char dir[64];
    strcpy(dir, "/tmp/test-host-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    return dir;
}

static inline void file_dir_remove(const char *dir)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

/* A path in a directory; good until the second call after this one. */
static inline const char *file_in(const char *dir, const char *name)
{
    static char paths[2][256];
    static int next;
    char *path = paths[next++ % 2];
    ck_assert_int_lt(snprintf(path, sizeof(paths[0]), "%s/%s", dir, name),
                     (int)sizeof(paths[0]));
    return path;
}

/* Where the note of a plugin stands: its owner's name, 12 bytes behind its
 * beginning. */
static inline char *file_note(struct file f)
{
    char *at = memmem(f.p, f.n, "\x01\0\0\0Mortise", 12);
    ck_assert_ptr_nonnull(at);
    return at - 8;
}

#endif
