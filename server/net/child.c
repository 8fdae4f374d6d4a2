/* SPDX-License-Identifier: MIT */
#include "net/child.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/loop.h"

enum { END_READ, END_WRITE };

struct child {
    struct loop *loop;
    pid_t pid;           /* 0: it has ended */
    int to, from, pidfd; /* -1: closed */
    struct event *writable, *readable, *exited;
    struct timer deadline;
    struct buf input, output;
    size_t written;
    bool timed_out;
    void (*ended)(void *user, const struct child_end *end);
    void *user;
};

static void close_fd(struct event **event, int *fd)
{
    if (*event)
        event_free(*event);
    *event = NULL;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* --- events --- */

static void on_writable(evutil_socket_t fd, short what, void *user)
{
    struct child *child = user;

    while (child->written < child->input.n) {
        ssize_t n = write(child->to, child->input.p + child->written,
                          child->input.n - child->written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            break; /* it does not want to know more */
        child->written += (size_t)n;
    }
    close_fd(&child->writable, &child->to);
}

static void read_output(struct child *child)
{
    char bytes[4096];

    for (;;) {
        ssize_t n = read(child->from, bytes, sizeof(bytes));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            break;
        (void)buf_append(&child->output, bytes, (size_t)n);
    }
    close_fd(&child->readable, &child->from);
}

static void on_readable(evutil_socket_t fd, short what, void *user)
{
    read_output(user);
}

static void on_exited(evutil_socket_t fd, short what, void *user)
{
    struct child *child = user;
    struct child_end end = {.timed_out = child->timed_out};

    loop_update_now(child->loop);
    pid_t pid = waitpid(child->pid, &end.status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return;
    if (pid < 0) /* whoever is in this process, too, has waited for it */
        end.status = 0;
    child->pid = 0;
    timer_stop(&child->loop->timers, &child->deadline);
    close_fd(&child->exited, &child->pidfd);
    if (child->from >= 0)
        read_output(child);
    end.output = buf_str(&child->output);
    child->ended(child->user, &end);
}

/* Its number may be another's by now, if somebody else has waited for it. */
static void kill_it(const struct child *child)
{
    if (child->pidfd >= 0)
        pidfd_send_signal(child->pidfd, SIGKILL, NULL, 0);
    else
        kill(child->pid, SIGKILL);
}

static void on_deadline(struct timer *timer)
{
    struct child *child = CONTAINER_OF(timer, struct child, deadline);
    child->timed_out = true;
    kill_it(child);
}

/* --- birth and death --- */

static int start(struct child *child, const struct child_options *options,
                 const int in[2], const int out[2])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    extern char **environ;

    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return ERR_NOMEM;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ERR_NOMEM;
    }
    int error = posix_spawn_file_actions_adddup2(&actions, in[END_READ], 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, out[END_WRITE], 1);
    if (error == 0)
        error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0)
        error = posix_spawnattr_setsigdefault(&attributes, &defaults);
    if (error == 0)
        error = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (error == 0)
        error = posix_spawn(&child->pid, options->path, &actions, &attributes,
                            options->argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        child->pid = 0;
    errno = error;
    return error == 0 ? 0 : ERR_IO;
}

static struct event *watch(struct child *child, int fd, short what,
                           event_callback_fn call)
{
    struct event *event = event_new(child->loop->base, fd, what, call, child);
    if (event && event_add(event, NULL) < 0) {
        event_free(event);
        return NULL;
    }
    return event;
}

static int watch_all(struct child *child, int64_t timeout)
{
    child->pidfd = pidfd_open(child->pid, 0);
    if (child->pidfd < 0 || fcntl(child->to, F_SETFL, O_NONBLOCK) < 0 ||
        fcntl(child->from, F_SETFL, O_NONBLOCK) < 0)
        return ERR_IO;
    child->exited = watch(child, child->pidfd, EV_READ | EV_PERSIST, on_exited);
    child->writable =
        watch(child, child->to, EV_WRITE | EV_PERSIST, on_writable);
    child->readable =
        watch(child, child->from, EV_READ | EV_PERSIST, on_readable);
    if (!child->exited || !child->writable || !child->readable)
        return ERR_NOMEM;
    return timer_start(&child->loop->timers, &child->deadline, timeout);
}

int child_new(struct loop *loop, const struct child_options *options,
              void (*ended)(void *user, const struct child_end *end),
              void *user, struct child **ret_child)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    struct child *child = mem_zalloc(sizeof(*child));
    int error = ERR_NOMEM;

    if (!child)
        return ERR_NOMEM;
    child->loop = loop;
    child->to = child->from = child->pidfd = -1;
    child->ended = ended;
    child->user = user;
    timer_init(&child->deadline, on_deadline);
    buf_init(&child->input, BUF_MAX);
    buf_init(&child->output, options->output_max);
    if (buf_append_str(&child->input, options->input) < 0)
        goto out;
    error = pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0
                ? ERR_IO
                : start(child, options, in, out);
    if (error < 0)
        goto out;
    child->to = in[END_WRITE];
    child->from = out[END_READ];
    in[END_WRITE] = out[END_READ] = -1;
    error = watch_all(child, options->timeout);
out:;
    int saved = errno;
    for (int i = 0; i < 2; i++) {
        if (in[i] >= 0)
            close(in[i]);
        if (out[i] >= 0)
            close(out[i]);
    }
    if (error == 0)
        *ret_child = child;
    else
        child_free(child);
    errno = saved;
    return error;
}

void child_free(struct child *child)
{
    if (!child)
        return;
    timer_stop(&child->loop->timers, &child->deadline);
    close_fd(&child->writable, &child->to);
    close_fd(&child->readable, &child->from);
    if (child->pid > 0) {
        kill_it(child);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    close_fd(&child->exited, &child->pidfd);
    buf_free(&child->input);
    buf_free(&child->output);
    mem_free(child);
}
