/* SPDX-License-Identifier: MIT */
/*
 * Who waits for which descriptor: an epoll set beside libevent's, for the
 * descriptors of which there are many. libevent keeps 176 bytes for each of
 * its own; this keeps nothing for any, because whoever waits knows for what.
 *
 * The set as a whole is one event of libevent: when somebody is ready, a batch
 * of them is fetched and called, one after the other. Whoever is ready beyond
 * that, or has not read everything, has its turn in the next batch, behind all
 * others that are ready.
 *
 * Who is in the set is a pointer, and a batch that was fetched may still have
 * it when it has left: so its memory stays valid until the batch is over (a
 * stream's does until the end of the turn), and it passes over news of what it
 * no longer waits for. Its descriptor leaves the set before it is closed.
 */
#ifndef MORTISE_NET_POLL_SET_H
#define MORTISE_NET_POLL_SET_H

#include <stdint.h>
#include <sys/epoll.h>

struct event;
struct event_base;

/* What to wait for. An error, or the end of both directions, is both. */
enum { POLL_READ = 1, POLL_WRITE = 2 };

#define POLL_BATCH 256

struct poll_set {
    int fd;
    struct event *event;
    void (*ready)(void *who, unsigned what);
    uint32_t count; /* of descriptors in it */
    struct epoll_event batch[POLL_BATCH];
};

/* Calls `ready` from within libevent with who is ready, and what for.
 * 0, ERR_NOMEM or ERR_IO (no descriptors); poll_set_free() is due also then. A
 * set that is all 0 may be freed as well. */
int poll_set_init(struct poll_set *set, struct event_base *base,
                  void (*ready)(void *who, unsigned what));
void poll_set_free(struct poll_set *set);

/*
 * Who has waited for `before` on a descriptor waits for `now` from here on; 0
 * is nothing, and then the descriptor is not in the set. ERR_NOMEM, also when
 * the system watches no more descriptors for us; nothing has changed then. To
 * wait for nothing more never fails.
 */
int poll_set_change(struct poll_set *set, int fd, unsigned before, unsigned now,
                    void *who);

#endif
