/* SPDX-License-Identifier: MIT */
#include "net/poll_set.h"

#include <assert.h>
#include <event2/event.h>
#include <unistd.h>

#include "base/error.h"

/* What of an epoll event somebody can have waited for. Where the connection is
 * broken, or both sides have ended it, reading and writing say how. */
static unsigned meaning_of(uint32_t events)
{
    unsigned what = 0;
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
        what |= POLL_READ;
    if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
        what |= POLL_WRITE;
    return what;
}

static void on_ready(evutil_socket_t fd, short what, void *user)
{
    struct poll_set *set = user;
    int count = epoll_wait(fd, set->batch, POLL_BATCH, 0);
    /* A failure could only be a signal's; then this comes again. */
    for (int i = 0; i < count; i++)
        set->ready(set->batch[i].data.ptr, meaning_of(set->batch[i].events));
}

int poll_set_init(struct poll_set *set, struct event_base *base,
                  void (*ready)(void *who, unsigned what))
{
    set->ready = ready;
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    set->event = event_new(base, fd, EV_READ | EV_PERSIST, on_ready, set);
    if (!set->event) {
        close(fd);
        return ERR_NOMEM;
    }
    set->fd = fd;
    return event_add(set->event, NULL) == 0 ? 0 : ERR_NOMEM;
}

void poll_set_free(struct poll_set *set)
{
    if (!set->event)
        return;
    event_free(set->event);
    close(set->fd);
    set->event = NULL;
}

int poll_set_change(struct poll_set *set, int fd, unsigned before, unsigned now,
                    void *who)
{
    struct epoll_event event = {.data.ptr = who};
    if (before == now)
        return 0;
    if (now & POLL_READ)
        event.events |= EPOLLIN;
    if (now & POLL_WRITE)
        event.events |= EPOLLOUT;
    int operation = before == 0 ? EPOLL_CTL_ADD
                    : now == 0  ? EPOLL_CTL_DEL
                                : EPOLL_CTL_MOD;
    if (epoll_ctl(set->fd, operation, fd, &event) != 0) {
        assert(now != 0); /* what is in the set can leave it */
        return ERR_NOMEM;
    }
    set->count += operation == EPOLL_CTL_ADD;
    set->count -= operation == EPOLL_CTL_DEL;
    return 0;
}
