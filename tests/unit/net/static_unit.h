/* SPDX-License-Identifier: MIT */
/* A small tree of files, served by the server of http_unit.h: for the suites
 * about files. */
#ifndef MORTISE_TESTS_STATIC_UNIT_H
#define MORTISE_TESTS_STATIC_UNIT_H

#include "http_unit.h"

#include <sys/stat.h>

#include "net/static_files.h"

static char top[64];  /* of the tree that the tests make */
static char root[80]; /* what is served of it */
static struct static_files *files;

static inline void copy_text(char *to, size_t n, const char *text)
{
    snprintf(to, n, "%s", text);
}

/* ---- The tree ---- */

static inline void path_of(char *to, size_t n, const char *name)
{
    snprintf(to, n, "%s/%s", root, name);
}

/* Files have a time long past, as if they had been installed. */
static inline void age(const char *name, time_t seconds)
{
    char path[200];
    struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    path_of(path, sizeof(path), name);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

#define LONG_AGO 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */

static inline void make_file_n(const char *name, const char *p, size_t n)
{
    char path[200];
    path_of(path, sizeof(path), name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
    close(fd);
    age(name, LONG_AGO);
}

static inline void make_file(const char *name, const char *text)
{
    make_file_n(name, text, strlen(text));
}

static inline void make_dir(const char *name)
{
    char path[200];
    path_of(path, sizeof(path), name);
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

static inline void make_link(const char *to, const char *name)
{
    char path[200];
    path_of(path, sizeof(path), name);
    ck_assert_int_eq(symlink(to, path), 0);
}

static char text_1000[1001];

static inline void start_files(void)
{
    start();
    copy_text(top, sizeof(top), "/tmp/mortise-static-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    snprintf(root, sizeof(root), "%s/site", top);
    ck_assert_int_eq(mkdir(root, 0755), 0);
    make_file("index.html", "<p>home");
    make_file("a b.txt", "spaced");
    make_file("app.js", "0123456789");
    make_file("empty.txt", "");
    make_file(".hidden", "hidden");
    make_file("../outside.txt", "outside");
    make_dir("sub");
    make_file("sub/index.html", "<p>sub");
    make_file("sub/x.css", "x{}");
    make_dir(".git");
    make_file(".git/config", "hidden");
    make_dir("bare");
    make_link("../outside.txt", "out.txt");
    make_link("..", "up");
    make_link("/etc", "etc");
    make_link("sub/x.css", "in.css");
    char fifo[200];
    path_of(fifo, sizeof(fifo), "fifo");
    ck_assert_int_eq(mkfifo(fifo, 0644), 0);
    for (int i = 0; i < 1000; i++)
        text_1000[i] = (char)('a' + i % 10);
    make_file("long.txt", text_1000);

    http_server_unmount(server, STR("/"));
    struct static_files_options o = {
        .root = str_z(root), .prefix = STR("/"), .max_age = 60};
    files = static_files_new(&o);
    ck_assert_ptr_nonnull(files);
    ck_assert_int_eq(
        http_server_mount(server, STR("/"), &static_files_handler, files), 0);
}

static inline void stop_files(void)
{
    char command[100];
    http_server_free(server);
    server = NULL;
    static_files_free(files);
    snprintf(command, sizeof(command), "rm -rf %s", top);
    ck_assert_int_eq(system(command), 0);
    stop();
}

#endif
