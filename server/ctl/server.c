/* SPDX-License-Identifier: MIT */
#include "ctl/server.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "config/config.h"
#include "host/plugin/run_dir.h"
#include "json/json.h"
#include "net/unix_socket.h"

#define ANSWER_MAX   ((size_t)64 << 20)
#define CONFIG_DEPTH 64
#define REQUEST_MAX  ((size_t)1 << 20)
/* Where the unit of systemd has it (see config/installed.json.in). */
#define UNIT_SOCKET "/run/mortise/control"
/* For what is answered at once. */
#define SECONDS 5

/* --- asking --- */

void ctl_answer_init(struct ctl_answer *a)
{
    *a = (struct ctl_answer){.status = 0};
    buf_init(&a->raw, ANSWER_MAX);
}

void ctl_answer_free(struct ctl_answer *a)
{
    buf_free(&a->raw);
}

static int fail(struct buf *why, int error, const char *socket,
                const char *text)
{
    buf_printf(why, "%s: %s\n", socket, text);
    return error;
}

/* What there is to be done where nobody can be reached. */
static const char *advise(int number)
{
    switch (number) {
    case ENOENT:
        return "no server has made that socket: none runs, or the \"control\" "
               "of its configuration is another path";
    case ECONNREFUSED:
        return "nobody listens there: the server has ended, or it is starting";
    case EACCES:
    case EPERM:
        return "it is for root and for the user of its server alone: try it as "
               "one of them, with sudo";
    default:
        return NULL;
    }
}

static int not_reached(struct buf *why, const char *socket, int number)
{
    bool nobody = number == ENOENT || number == ECONNREFUSED;
    const char *advice = advise(number);

    int error =
        fail(why, nobody ? ERR_NOENT : ERR_IO, socket, strerror(number));
    if (advice)
        buf_printf(why, "%s\n", advice);
    return error;
}

static bool send_all(int fd, struct str text)
{
    while (text.n > 0) {
        ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text = str_of(text.p + n, text.n - (size_t)n);
    }
    return true;
}

/* Everything up to the end of the connection. */
static bool receive_all(int fd, struct buf *raw)
{
    for (;;) {
        char *to = buf_reserve(raw, 65536);
        ssize_t n = to ? read(fd, to, 65536) : -1;
        if (!to)
            errno = ENOBUFS;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        buf_commit(raw, (size_t)n);
    }
}

static const struct str head_end = {"\r\n\r\n", 4};

/* Cuts the head off. The body is as long as the connection lasted, for we have
 * asked for its end. */
static bool read_head(struct ctl_answer *a)
{
    struct str raw = buf_str(&a->raw);
    uint64_t status;

    if (!str_starts(raw, STR("HTTP/1.1 ")) || raw.n < 12 ||
        str_to_u64(str_of(raw.p + 9, 3), &status) < 0)
        return false;
    const char *end = memmem(raw.p, raw.n, head_end.p, head_end.n);
    if (!end)
        return false;
    a->status = (int)status;
    a->body =
        str_of(end + head_end.n, raw.n - head_end.n - (size_t)(end - raw.p));
    return true;
}

/* What a server means that refuses without a word. */
static const char *refusal(int status)
{
    switch (status) {
    case 413:
    case 414:
    case 431:
        return "that is too long to be asked";
    case 503:
        return "it talks to as many as it may at a time already: try again in "
               "a moment";
    default:
        return "it refuses to answer";
    }
}

static int send_request(int fd, const char *method, const char *target,
                        struct str body)
{
    struct buf request;
    int error = 0;

    buf_init(&request, REQUEST_MAX);
    buf_printf(&request,
               "%s %s HTTP/1.1\r\nHost: mortise\r\nConnection: close\r\n"
               "Content-Length: %zu\r\n\r\n",
               method, target, body.n);
    if (request.error != 0)
        error = E2BIG;
    else if (!send_all(fd, buf_str(&request)) || !send_all(fd, body))
        error = errno;
    buf_free(&request);
    return error;
}

/* `number`: why not all was asked, or 0. A refusal may come before it was. */
static int read_answer(int fd, int number, const char *socket,
                       struct ctl_answer *a, struct buf *why)
{
    if (!receive_all(fd, &a->raw) && number == 0)
        number = errno;
    if (read_head(a) && a->status >= 300 && a->body.n == 0)
        return fail(why, ERR_IO, socket, refusal(a->status));
    if (number != 0)
        return fail(why, ERR_IO, socket,
                    number == EAGAIN ? "it does not answer" : strerror(number));
    if (a->status == 0)
        return fail(why, ERR_SYNTAX, socket,
                    a->raw.n == 0 ? "it has ended"
                                  : "what answers there is no mortise");
    return 0;
}

int ctl_ask(const char *socket, const char *method, const char *target,
            struct str body, bool patient, struct ctl_answer *a,
            struct buf *why)
{
    struct timeval limit = {.tv_sec = SECONDS};
    int error, number;

    int fd = unix_socket_connect(socket);
    if (fd < 0)
        return not_reached(why, socket, errno);
    if (!patient)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    number = send_request(fd, method, target, body);
    error = number == E2BIG ? fail(why, ERR_LIMIT, socket, refusal(414))
                            : read_answer(fd, number, socket, a, why);
    close(fd);
    return error;
}

/* --- finding --- */

struct search {
    char config[PATH_MAX]; /* absolute; empty: any */
    char *found;           /* the socket of the one that is meant */
    uint32_t count;        /* that answer, and are meant */
    struct buf others;     /* a line for each that answers */
    struct buf silent;     /* and for each socket where nobody does */
};

/* Asks who it is; false when that is no server of ours. */
static bool identify(const char *socket, struct ctl_answer *a,
                     struct arena *arena, struct str *ret_config,
                     int64_t *ret_pid, struct buf *why)
{
    struct json_limits limits = {.depth = CONFIG_DEPTH};
    struct json *value;

    int error = ctl_ask(socket, "GET", "/", STR(""), false, a, why);
    return error == 0 && a->status == 200 &&
           json_parse(arena, a->body, &limits, &value, NULL) == 0 &&
           json_string(json_get(value, STR("config")), ret_config) == 0 &&
           json_int(json_get(value, STR("pid")), ret_pid) == 0;
}

/* A socket that is there, or whose folder is closed to us. */
static void look_at(struct search *s, const char *path)
{
    struct ctl_answer a;
    struct arena arena;
    struct str config;
    struct buf why;
    int64_t pid;

    ctl_answer_init(&a);
    arena_init(&arena, 1 << 20);
    buf_init(&why, 4096);
    if (identify(path, &a, &arena, &config, &pid, &why)) {
        buf_printf(&s->others, "  --socket %s   pid %" PRId64 ", runs %.*s\n",
                   path, pid, STR_ARG(config));
        if (s->config[0] == '\0' || str_eq(config, str_z(s->config))) {
            mem_free(s->found);
            s->found = mem_dupz(path, strlen(path));
            s->count++;
        }
    } else {
        struct str lines = buf_str(&why);
        while (lines.n > 0) {
            struct str line = str_cut(&lines, '\n');
            buf_printf(&s->silent, "  %.*s\n", STR_ARG(line));
        }
    }
    buf_free(&why);
    arena_free(&arena);
    ctl_answer_free(&a);
}

static void on_found(void *user, const char *dir)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof(path), "%s/" RUN_DIR_CONTROL, dir) <
            (int)sizeof(path) &&
        access(path, F_OK) == 0)
        look_at(user, path);
}

/* What was tried, and what is to be done. */
static void explain(const struct search *s, const char *config,
                    struct str run_dir, struct buf *why)
{
    buf_append_z(why, "looked for the sockets of servers in ");
    run_dir_name_places(run_dir, why);
    buf_append_z(why, ", and for " UNIT_SOCKET "\n");
    buf_append_str(why, buf_str(&s->silent));
    if (config)
        buf_printf(why, "one is started with \"mortise --config %s\"", config);
    else
        buf_append_z(why, "one is started with \"mortise --config FILE\"");
    buf_append_z(why, ", that of the package with \"systemctl start "
                      "mortise\"\n");
}

static int conclude(struct search *s, const char *config, struct str run_dir,
                    char **ret_socket, struct buf *why)
{
    if (s->count == 1 && s->found) {
        *ret_socket = s->found;
        s->found = NULL;
        return 0;
    }
    if (s->count == 1)
        return ERR_NOMEM;
    if (s->count > 1)
        buf_printf(why, "%" PRIu32 " servers run%s%s; which one?\n", s->count,
                   config ? " " : "", config ? config : "");
    else if (config)
        buf_printf(why, "no server of yours runs %s\n", config);
    else
        buf_append_z(why, "no server of yours runs\n");
    if (s->others.n > 0 && s->count == 0)
        buf_append_z(why, "others do:\n");
    buf_append_str(why, buf_str(&s->others));
    if (s->count == 0)
        explain(s, config, run_dir, why);
    if (!config)
        buf_append_z(why, "one whose configuration has runDir or control is "
                          "found with --config FILE\n");
    return ERR_NOENT;
}

int ctl_find(const char *config, char **ret_socket, struct buf *why)
{
    struct config *c = NULL;
    struct search s = {.found = NULL};
    int error = ERR_NOENT;

    /* One that cannot be read now may have been when the server has read it;
     * then it is looked for in the places of those that say nothing. */
    if (config && (error = config_load(config, &c, why)) == ERR_IO)
        return error;
    if (c && c->control.n > 0) {
        *ret_socket = mem_dupz(c->control.p, c->control.n);
        error = *ret_socket ? 0 : ERR_NOMEM;
        config_free(c);
        return error;
    }
    if (config && !realpath(config, s.config))
        s.config[0] = '\0';
    struct str run_dir = c ? c->run_dir : STR("");
    buf_init(&s.others, 65536);
    buf_init(&s.silent, 65536);
    run_dir_visit(run_dir, on_found, &s);
    /* Nobody but root can have made that folder. */
    if (access(UNIT_SOCKET, F_OK) == 0 || errno != ENOENT)
        look_at(&s, UNIT_SOCKET);
    error = conclude(&s, config, run_dir, ret_socket, why);
    if (config && !c && error == ERR_NOENT)
        buf_append_z(why, "where its server is cannot be read; it is found "
                          "with --socket PATH\n");
    mem_free(s.found);
    buf_free(&s.silent);
    buf_free(&s.others);
    config_free(c);
    return error;
}
