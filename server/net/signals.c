/* SPDX-License-Identifier: MIT */
#include "net/signals.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "net/loop.h"

struct signal_watch {
    int number;
    void (*call)(void *user, int signal_number);
    void *user;
    struct sigaction before;
    struct signal_watch *next;
};

/* A thread that a plugin began may be the one that is interrupted. */
static atomic_uint counts[NSIG];
static atomic_int wake_fd = -1;

static void count(int number)
{
    int saved = errno, fd;
    uint64_t one = 1;

    atomic_fetch_add(&counts[number], 1);
    fd = atomic_load(&wake_fd);
    /* Fails only when the loop has been woken or is going away. */
    if (fd >= 0 && write(fd, &one, sizeof(one)) < 0)
        errno = saved;
    errno = saved;
}

int loop_on_signal(struct loop *loop, int signal_number,
                   void (*call)(void *user, int signal_number), void *user)
{
    struct sigaction action = {.sa_handler = count, .sa_flags = SA_RESTART};
    struct signal_watch *watch;

    assert(signal_number > 0 && signal_number < NSIG);
    assert(loop->signals || atomic_load(&wake_fd) < 0);
    watch = mem_zalloc(sizeof(*watch));
    if (!watch)
        return ERR_NOMEM;
    watch->number = signal_number;
    watch->call = call;
    watch->user = user;
    sigfillset(&action.sa_mask);
    atomic_store(&counts[signal_number], 0);
    atomic_store(&wake_fd, loop->wake_fd);
    if (sigaction(signal_number, &action, &watch->before) < 0) {
        if (!loop->signals)
            atomic_store(&wake_fd, -1);
        mem_free(watch);
        return ERR_IO;
    }
    watch->next = loop->signals;
    loop->signals = watch;
    return 0;
}

void signals_tell(struct loop *loop)
{
    for (struct signal_watch *w = loop->signals; w; w = w->next)
        for (unsigned n = atomic_exchange(&counts[w->number], 0); n > 0; n--)
            w->call(w->user, w->number);
}

void signals_forget(struct loop *loop)
{
    struct sigaction now;

    if (!loop->signals)
        return;
    while (loop->signals) {
        struct signal_watch *watch = loop->signals;
        loop->signals = watch->next;
        if (sigaction(watch->number, NULL, &now) == 0 &&
            now.sa_handler == count)
            sigaction(watch->number, &watch->before, NULL);
        mem_free(watch);
    }
    atomic_store(&wake_fd, -1);
}
