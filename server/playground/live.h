/* SPDX-License-Identifier: MIT */
/*
 * Those who read the stream of the playground. Each entry is made once, and
 * queued for all of them. Who is slow loses entries, and is told how many; so
 * are all, when more happens than anybody could look at. Memory is bounded by
 * the readers times what may wait for one.
 */
#ifndef MORTISE_PLAYGROUND_LIVE_H
#define MORTISE_PLAYGROUND_LIVE_H

#include <sys/queue.h>

#include "base/buf.h"
#include "net/http_server.h"

#define LIVE_READERS_MAX 8
/* Bytes that may wait for one of them. */
#define LIVE_WAITING_MAX ((size_t)512 * 1024)
/* Entries a second. */
#define LIVE_RATE 2000

struct live_reader;

struct live {
    TAILQ_HEAD(live_readers, live_reader) readers;
    uint32_t count;
    int64_t second; /* of the loop's clock, in which `entries` were made */
    uint32_t entries;
    /* Somebody reads, or nobody any more. */
    void (*changed)(void *user, bool read);
    void *user;
};

void live_init(struct live *live, void (*changed)(void *user, bool read),
               void *user);
/* Cuts all of them off. */
void live_close(struct live *live);

/* Answers with the stream, which begins with these entries (an empty text:
 * none). */
void live_open(struct live *live, struct http_exchange *x, struct str first,
               struct str second);
/* Whether there is room for one more in this second; if not, it is counted as
 * lost. `now` is in ms. */
bool live_admits(struct live *live, int64_t now);
/* Queues an entry for everybody. */
void live_put(struct live *live, struct str entry);

#endif
