/* SPDX-License-Identifier: MIT */
#include "operation/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/slots.h"
#include "net/unix_socket.h"

#define TEXT_MAX 1000

struct notify {
    struct loop *loop;
    struct reloader *reloader;
    const struct host *host;
    struct reload_watch watch;
    bool watching;
    struct timer alive;
    int64_t interval; /* ms between two signs of life; 0: none are wanted */
    int fd;           /* -1: nobody is told */
    struct sockaddr_un address;
    socklen_t size;
};

/* A datagram. Where the manager has no room it is waited for, but not long: it
 * may be the one thing that it waits for itself. */
static void send_text(struct notify *n, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void send_text(struct notify *n, const char *format, ...)
{
    struct buf text;
    va_list args;

    if (n->fd < 0)
        return;
    buf_init(&text, TEXT_MAX);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    if (text.error < 0 ||
        sendto(n->fd, text.p, text.n, MSG_NOSIGNAL,
               (const struct sockaddr *)&n->address, n->size) < 0)
        log_warn("the service manager could not be told: %s",
                 text.error < 0 ? "too much" : strerror(errno));
    buf_free(&text);
}

static void send_ready(struct notify *n)
{
    const struct reload_outcome *last = reloader_last(n->reloader);
    uint32_t count = 0, cursor = 0, left_out = 0;
    struct str summary = reload_outcome_summary(last);
    struct buf status;

    for (uint32_t i = 0; n->host->lineup && i < n->host->lineup->count; i++)
        count += n->host->lineup->members[i].generation != NULL;
    while (host_next_left_out(n->host, &cursor))
        left_out++;
    buf_init(&status, TEXT_MAX);
    buf_printf(&status, "%" PRIu32 " plugin%s", count, count == 1 ? "" : "s");
    if (left_out > 0)
        buf_printf(&status, ", %" PRIu32 " left out", left_out);
    if (last->number > 0)
        buf_printf(&status, "; reload %" PRIu32 ": %.*s", last->number,
                   STR_ARG(summary));
    send_text(n, "READY=1\nSTATUS=%.*s", STR_ARG(buf_str(&status)));
    buf_free(&status);
}

/* --- reloads --- */

static void on_begun(struct reload_watch *watch)
{
    struct notify *n = CONTAINER_OF(watch, struct notify, watch);
    send_text(n, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_mono_us());
}

static void on_ended(struct reload_watch *watch,
                     const struct reload_outcome *outcome)
{
    struct notify *n = CONTAINER_OF(watch, struct notify, watch);
    send_ready(n);
    reloader_watch(n->reloader, &n->watch);
}

/* --- signs of life --- */

static void on_alive(struct timer *timer)
{
    struct notify *n = CONTAINER_OF(timer, struct notify, alive);
    send_text(n, "WATCHDOG=1");
    timer_start(&n->loop->timers, timer, n->interval);
}

/* Twice in the time that the manager allows; 0 when it does not ask us. */
static int64_t watchdog_interval(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    uint64_t time, asked;

    if (!usec || str_to_u64(str_z(usec), &time) < 0 || time < 2000 ||
        time > INT64_MAX)
        return 0;
    if (pid &&
        (str_to_u64(str_z(pid), &asked) < 0 || asked != (uint64_t)getpid()))
        return 0;
    return (int64_t)(time / 2000);
}

/* --- around it --- */

static void open_socket(struct notify *n)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct timeval patience = {.tv_sec = 1};

    if (!path || (path[0] != '/' && path[0] != '@'))
        return;
    if (unix_socket_address(path, &n->address, &n->size) == 0)
        n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (n->fd < 0)
        log_warn("NOTIFY_SOCKET %s cannot be used", path);
    else
        setsockopt(n->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

struct notify *notify_new(struct loop *loop, struct reloader *reloader,
                          const struct host *host)
{
    struct notify *n = mem_zalloc(sizeof(*n));

    if (!n)
        return NULL;
    n->loop = loop;
    n->reloader = reloader;
    n->host = host;
    n->fd = -1;
    n->watch.begun = on_begun;
    n->watch.ended = on_ended;
    timer_init(&n->alive, on_alive);
    open_socket(n);
    n->interval = n->fd < 0 ? 0 : watchdog_interval();
    if (n->interval > 0 &&
        timer_start(&loop->timers, &n->alive, n->interval) < 0) {
        notify_free(n);
        return NULL;
    }
    return n;
}

void notify_ready(struct notify *n)
{
    send_ready(n);
    reloader_watch(n->reloader, &n->watch);
    n->watching = true;
}

void notify_stopping(struct notify *n)
{
    send_text(n, "STOPPING=1\nSTATUS=clients are told");
}

void notify_free(struct notify *n)
{
    if (!n)
        return;
    if (n->watching)
        reloader_unwatch(n->reloader, &n->watch);
    timer_stop(&n->loop->timers, &n->alive);
    if (n->fd >= 0)
        close(n->fd);
    mem_free(n);
}
