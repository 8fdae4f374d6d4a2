/* SPDX-License-Identifier: MIT */
#include "net/child.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "net/loop.h"

const char child_this_program[] = "/proc/self/exe";

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

/*
 * A process that is made of one with ten thousand connections gets a copy of
 * its table of descriptors, which the kernel makes entry by entry, and empties
 * again: some milliseconds in which nobody is served. So the child shares our
 * table at first (CLONE_FILES), and then takes with it nothing but the lowest
 * part, where places are kept for the ends of its pipes. Until it is another
 * program it also has our memory, and we stand still (CLONE_VFORK).
 */
#define STACK_SIZE ((size_t)64 << 10)
/* What stands in the places while no child is being made. */
#define NOTHING "/dev/null"

static int places[2] = {-1, -1}; /* for its stdin and its stdout */

struct birth {
    const struct child_options *options;
    int from, to; /* the places: what it reads, and where it writes */
    sigset_t mask;
    int error;
};

int child_prepare(void)
{
    for (int i = 0; i < 2; i++) {
        if (places[i] < 0)
            places[i] = open(NOTHING, O_RDWR | O_CLOEXEC);
        if (places[i] < 0)
            return ERR_IO;
    }
    return 0;
}

/* In the child, whose memory is ours: nothing but system calls. */
static int be_born(void *user)
{
    static const int defaults[] = {SIGPIPE, SIGXFSZ};
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    struct birth *birth = user;
    int last = birth->from > birth->to ? birth->from : birth->to;
    extern char **environ;

    /* The descriptors are its own from here on. */
    if (close_range((unsigned)last + 1, ~0U, CLOSE_RANGE_UNSHARE) < 0 &&
        unshare(CLONE_FILES) < 0)
        goto out;
    if (dup2(birth->from, STDIN_FILENO) < 0 ||
        dup2(birth->to, STDOUT_FILENO) < 0)
        goto out;
    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
        if (sigaction(defaults[i], &by_default, NULL) < 0)
            goto out;
    if (sigprocmask(SIG_SETMASK, &birth->mask, NULL) < 0)
        goto out;
    execve(birth->options->path, birth->options->argv, environ);
out:
    birth->error = errno;
    return 127;
}

/* Takes what stands in the places back out of them. */
static void clear_places(void)
{
    int nothing = open(NOTHING, O_RDWR | O_CLOEXEC);

    for (int i = 0; i < 2; i++) {
        if (nothing >= 0 && dup3(nothing, places[i], O_CLOEXEC) >= 0)
            continue;
        close(places[i]); /* another one is made by the next birth */
        places[i] = -1;
    }
    if (nothing >= 0)
        close(nothing);
}

/* Signals wait meanwhile: their handlers would run in the child, too. */
static pid_t give_birth(struct birth *birth, char *stack)
{
    sigset_t all, before;
    pid_t pid;

    sigfillset(&all);
    sigemptyset(&birth->mask);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid = clone(be_born, stack + STACK_SIZE,
                CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, birth);
    if (pid < 0)
        birth->error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

static int start(struct child *child, const struct child_options *options,
                 const int in[2], const int out[2])
{
    struct birth birth = {.options = options};
    char *stack = MAP_FAILED;
    pid_t pid = -1;

    if (child_prepare() < 0)
        return ERR_IO;
    stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return ERR_NOMEM;
    birth.from = dup3(in[END_READ], places[0], O_CLOEXEC);
    birth.to = dup3(out[END_WRITE], places[1], O_CLOEXEC);
    if (birth.from >= 0 && birth.to >= 0)
        pid = give_birth(&birth, stack);
    else
        birth.error = errno;
    clear_places();
    munmap(stack, STACK_SIZE);
    if (pid > 0 && birth.error != 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
    if (birth.error == 0)
        child->pid = pid;
    errno = birth.error;
    return birth.error == 0 ? 0 : ERR_IO;
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
