/* SPDX-License-Identifier: MIT */
/*
 * A whole server without plugins, on real sockets and with real folders, that
 * goes from one configuration to the next; and its clients.
 */
#ifndef MORTISE_TESTS_UNIT_APP_H
#define MORTISE_TESTS_UNIT_APP_H

#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app_change.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"

static struct loop *loop;
static struct app *app;
static struct config *started, *config; /* of the app */
static struct buf why;
static char top[64];     /* a folder of the test's */
static char shown[4096]; /* what was printed on stdout */
static char logged[8192];
static long live;

/* --- the server --- */

static inline void sink(void *user, enum log_level level, const char *text)
{
    size_t n = strlen(logged);
    snprintf(logged + n, sizeof(logged) - n, "%s\n", text);
}

static inline struct config *parse(const char *text)
{
    char file[100];
    struct config *parsed = NULL;

    snprintf(file, sizeof(file), "%s/config.json", top);
    int error = config_parse(file, str_z(text), &parsed, &why);
    ck_assert_msg(error == 0, "%s: %.*s", text, STR_ARG(buf_str(&why)));
    return parsed;
}

static inline void set_up(void)
{
    live = mem_live();
    snprintf(top, sizeof(top), "/tmp/mortise-app-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    buf_init(&why, 65536);
    log_set_sink(sink, NULL);
    loop = loop_new();
    ck_assert_ptr_nonnull(loop);
}

static inline void start(const char *text)
{
    struct buf url;

    started = config = parse(text);
    app = app_new(loop, config, &why);
    ck_assert_msg(app != NULL, "%.*s", STR_ARG(buf_str(&why)));
    buf_init(&url, 4096);
    for (uint32_t i = 0; i < config->listen.count; i++)
        ck_assert_int_eq(app_listen(app, config->listen.items[i], &url, &why),
                         0);
    buf_free(&url);
}

static inline void tear_down(void)
{
    char command[100];

    app_free(app);
    if (config != started)
        config_free(config);
    config_free(started);
    loop_free(loop);
    buf_free(&why);
    log_set_sink(NULL, NULL);
    ck_assert_int_eq(mem_live(), live);
    snprintf(command, sizeof(command), "rm -r %s", top);
    ck_assert_int_eq(system(command), 0);
}

/* Results of app_change_prepare(). */
static inline int prepare(const char *text, struct config **ret_after,
                          struct app_change **ret_change)
{
    *ret_after = parse(text);
    config_keep(*ret_after, started);
    return app_change_prepare(app, *ret_after, false, ret_change, &why);
}

/* Where stdout goes to a file, and what was in it. */
static int shown_fd = -1, real_stdout;

static inline void begin_to_look(void)
{
    char path[100];
    snprintf(path, sizeof(path), "%s/stdout", top);
    fflush(stdout);
    shown_fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(shown_fd, 0);
    real_stdout = dup(STDOUT_FILENO);
    dup2(shown_fd, STDOUT_FILENO);
}

static inline void end_to_look(void)
{
    fflush(stdout);
    dup2(real_stdout, STDOUT_FILENO);
    close(real_stdout);
    ssize_t n = pread(shown_fd, shown, sizeof(shown) - 1, 0);
    close(shown_fd);
    shown[n > 0 ? n : 0] = '\0';
}

static inline void change(const char *text)
{
    struct app_change *c;
    struct config *after, *before = config;

    int error = prepare(text, &after, &c);
    ck_assert_msg(error == 0, "%.*s", STR_ARG(buf_str(&why)));
    begin_to_look();
    app_change_commit(c);
    end_to_look();
    config = after;
    if (before != started)
        config_free(before); /* nothing points there any more */
}

/* Must fail, and say this. */
static inline void refuse(const char *text, const char *want)
{
    struct app_change *c;
    struct config *after;

    buf_clear(&why);
    ck_assert_int_lt(prepare(text, &after, &c), 0);
    config_free(after);
    buf_append_char(&why, '\0');
    ck_assert_msg(strstr(why.p, want), "%s is not in %s", want, why.p);
    buf_clear(&why);
}

/* --- its clients --- */

static inline unsigned shown_port(void)
{
    const char *colon = strrchr(shown, ':');
    ck_assert_ptr_nonnull(colon);
    return (unsigned)strtoul(colon + 1, NULL, 10);
}

/* A free port, for a moment. */
static inline unsigned free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    close(fd);
    return ntohs(a.sin_port);
}

/* -1: nobody listens there. */
static inline int dial(unsigned port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        return fd;
    }
    ck_assert_int_eq(errno, ECONNREFUSED);
    close(fd);
    return -1;
}

static char answer[65536];

/* The whole answer to a GET on a connection that goes on. */
static inline const char *get(int fd, const char *target, const char *headers)
{
    char request[1000];
    size_t n = 0;
    const char *body, *length;

    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: h\r\n%s\r\n",
             target, headers);
    ck_assert_int_gt(send(fd, request, strlen(request), MSG_NOSIGNAL), 0);
    do {
        loop_turn(loop, 10);
        ssize_t got = recv(fd, answer + n, sizeof(answer) - 1 - n, 0);
        ck_assert_msg(got > 0 || errno == EAGAIN, "the connection is gone");
        n += got > 0 ? (size_t)got : 0;
        answer[n] = '\0';
        body = strstr(answer, "\r\n\r\n");
        length = strstr(answer, "Content-Length: ");
    } while (!body || !length ||
             strlen(body + 4) < strtoul(length + 16, NULL, 10));
    return answer;
}

static inline void ck_get(int fd, const char *target, const char *headers,
                          const char *want)
{
    const char *got = get(fd, target, headers);
    ck_assert_msg(strstr(got, want), "%s is not in\n%s", want, got);
}

#define HANDSHAKE "/socket.io/?EIO=4&transport=polling"

static inline void make_dir(const char *name)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", top, name);
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

static inline void make_file(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", top, name);
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static char text_1[1000] __attribute__((unused));
static char text_2[1000] __attribute__((unused));

#define with_port(to, format, port) (snprintf(to, sizeof(to), format, port), to)

#endif
