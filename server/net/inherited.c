/* SPDX-License-Identifier: MIT */
#include "net/inherited.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST     3 /* SD_LISTEN_FDS_START */
#define COUNT_MAX 64
#define NAMES_MAX 2048

static int fds[COUNT_MAX]; /* -1: taken */
static struct str names[COUNT_MAX];
static char names_text[NAMES_MAX];
static size_t count;

/* A number of the environment; 0: it is not there, or none. */
static uint64_t number(const char *name)
{
    const char *text = getenv(name);
    uint64_t value;

    return text && str_to_u64(str_z(text), &value) == 0 ? value : 0;
}

static void read_names(void)
{
    const char *text = getenv("LISTEN_FDNAMES");
    struct str rest;

    if (!text || strlen(text) >= sizeof(names_text))
        return;
    memcpy(names_text, text, strlen(text) + 1);
    rest = str_z(names_text);
    for (size_t i = 0; i < count && rest.p; i++)
        names[i] = str_cut(&rest, ':');
}

static bool listens(int fd)
{
    int on = 0;
    socklen_t size = sizeof(on);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size) == 0 && on;
}

void inherited_find(void)
{
    uint64_t given = number("LISTEN_FDS");

    if (given > 0 && given <= COUNT_MAX &&
        number("LISTEN_PID") == (uint64_t)getpid()) {
        count = (size_t)given;
        read_names();
    }
    for (size_t i = 0; i < count; i++) {
        int fd = FIRST + (int)i;
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        fds[i] = listens(fd) ? fd : -1;
    }
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
}

size_t inherited_take(struct str name, int *ret_fds, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < count && n < max; i++) {
        if (fds[i] < 0 || (name.n > 0 && !str_eq(names[i], name)))
            continue;
        (void)fcntl(fds[i], F_SETFL, fcntl(fds[i], F_GETFL) | O_NONBLOCK);
        ret_fds[n++] = fds[i];
        fds[i] = -1;
    }
    return n;
}

bool inherited_left(size_t *at, struct str *ret_name)
{
    while (*at < count) {
        size_t i = (*at)++;
        if (fds[i] >= 0) {
            *ret_name = names[i];
            return true;
        }
    }
    return false;
}

void inherited_place(int fd, char host[INHERITED_HOST_SIZE], unsigned *ret_port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage all;
    } at;
    socklen_t size = sizeof(at);

    host[0] = '\0';
    *ret_port = 0;
    if (getsockname(fd, &at.any, &size) < 0)
        return;
    if (at.any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &at.v4.sin_addr, host, INHERITED_HOST_SIZE);
        *ret_port = ntohs(at.v4.sin_port);
    } else if (at.any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &at.v6.sin6_addr, host, INHERITED_HOST_SIZE);
        *ret_port = ntohs(at.v6.sin6_port);
    }
}
