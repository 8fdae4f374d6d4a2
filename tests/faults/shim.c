/* SPDX-License-Identifier: MIT */
/* Whether a call fails: see shim.h. The calls themselves are in calls.c and
 * memory.c. */
#include "shim.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct plan *plan; /* NULL: not ours to count */
static pid_t home;        /* children that are no other program yet have it */
static bool traced;       /* each fault says where it was */

static const char *const names[] = {
#define X(name) #name "\n",
    FAULTS_KINDS(X)
#undef X
};

/* What fails by KIND_ANY. */
static const int usual[KIND_COUNT] = {
    [KIND_recv] = ECONNRESET,      [KIND_send] = EAGAIN,
    [KIND_accept] = EMFILE,        [KIND_socket] = EMFILE,
    [KIND_bind] = EADDRINUSE,      [KIND_listen] = EADDRINUSE,
    [KIND_connect] = ECONNREFUSED, [KIND_sockopt] = ENOBUFS,
    [KIND_shutdown] = ENOTCONN,    [KIND_read] = EIO,
    [KIND_write] = ENOSPC,         [KIND_pipe_read] = EINTR,
    [KIND_pipe_write] = EINTR,     [KIND_open] = EMFILE,
    [KIND_close] = EINTR,          [KIND_stat] = EIO,
    [KIND_list] = EMFILE,          [KIND_sync] = EIO,
    [KIND_truncate] = EIO,         [KIND_unlink] = EIO,
    [KIND_mkdir] = ENOSPC,         [KIND_fcntl] = EIO,
    [KIND_lock] = ENOLCK,          [KIND_mmap] = ENOMEM,
    [KIND_epoll_ctl] = ENOMEM,     [KIND_epoll_wait] = EINTR,
    [KIND_descriptor] = EMFILE,    [KIND_process] = EAGAIN,
    [KIND_wait] = EINTR,           [KIND_thread] = EAGAIN,
    [KIND_random] = EINTR,         [KIND_dlopen] = ENOENT,
    [KIND_memory] = ENOMEM,
};

static void write_names(char *to)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        memcpy(to, names[i], strlen(names[i]));
        to += strlen(names[i]);
    }
    *to = '\0';
}

/* libc shows arguments to constructors. */
__attribute__((constructor)) static void begin(int argc, char **argv)
{
    const char *file = getenv("FAULTS_FILE");
    void *nowhere[1];
    int fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    char *at = fd < 0 ? MAP_FAILED
                      : mmap(NULL, FAULTS_SIZE, PROT_READ | PROT_WRITE,
                             MAP_SHARED, fd, 0);
    bool tries = argc > 1 && strcmp(argv[1], "--canary") == 0;

    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return;
    traced = getenv("FAULTS_TRACE") != NULL;
    if (traced) /* the first time it loads a library */
        backtrace(nowhere, 1);
    write_names(at + FAULTS_NAMES);
    home = getpid();
    struct plan *ours = (struct plan *)(void *)at + (tries ? 1 : 0);
    atomic_store(&ours->pid, (uint32_t)home);
    plan = ours;
}

static void say(enum kind kind, int error)
{
    void *frames[32];
    const char *text = error > 0 ? strerrordesc_np(error) : "half of it";

    if (!traced)
        return;
    traced = false; /* what it needs itself is no news */
    syscall(SYS_write, STDERR_FILENO, "fault: ", 7);
    syscall(SYS_write, STDERR_FILENO, text, strlen(text));
    syscall(SYS_write, STDERR_FILENO, ": ", 2);
    syscall(SYS_write, STDERR_FILENO, names[kind], strlen(names[kind]));
    backtrace_symbols_fd(frames, backtrace(frames, 32), STDERR_FILENO);
    traced = true;
}

int fault(enum kind kind)
{
    if (!plan || kind == KIND_COUNT || getpid() != home)
        return FAULT_NONE;
    uint32_t mine = atomic_fetch_add(&plan->counts[kind], 1) + 1;
    if (kind != KIND_memory) {
        uint32_t all = atomic_fetch_add(&plan->counts[KIND_ANY], 1) + 1;
        if (plan->kind == KIND_ANY)
            mine = all;
    }
    if (!plan->armed || mine < plan->nth)
        return FAULT_NONE;
    if (plan->kind != kind && (plan->kind != KIND_ANY || kind == KIND_memory))
        return FAULT_NONE;
    if (mine != plan->nth &&
        (plan->period == 0 || (mine - plan->nth) % plan->period != 0))
        return FAULT_NONE;
    int error = plan->error < 0 ? usual[kind] : plan->error;
    atomic_fetch_add(&plan->fired, 1);
    say(kind, error);
    errno = error;
    return error == 0 ? FAULT_SHORT : error;
}

enum kind fault_kind_of(int fd, bool writes)
{
    struct stat status;

    if (!plan || fd <= STDERR_FILENO || syscall(SYS_fstat, fd, &status) < 0)
        return KIND_COUNT;
    if (S_ISSOCK(status.st_mode))
        return writes ? KIND_send : KIND_recv;
    if (S_ISFIFO(status.st_mode))
        return writes ? KIND_pipe_write : KIND_pipe_read;
    if (S_ISREG(status.st_mode))
        return writes ? KIND_write : KIND_read;
    return KIND_COUNT; /* an eventfd, and its like */
}
