/* SPDX-License-Identifier: MIT */
/*
 * The bytes of messages that have begun to come and are not all there: bodies
 * of requests, messages of WebSocket, packets whose attachments are to follow.
 * Each has a maximum of its own and a time; this is the maximum for all of them
 * together, without which it would be that times the connections.
 *
 * When there is more, those go that were begun first. What somebody really
 * sends is there in a moment, and what was begun to take up room stays: who
 * wants to drive out others has to send as much as all may have in the time
 * that their messages take, whatever the number of his connections. One alone
 * stays, so that whatever is allowed by itself can come; and what is small is
 * not counted, for no client who says little is to be driven out. That is no
 * more than a request's head may have.
 *
 * They are ended from a timer, never from within a call; a turn of the loop may
 * so bring more than the maximum.
 */
#ifndef MORTISE_BASE_INTAKE_H
#define MORTISE_BASE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/str.h"
#include "base/timer.h"

/* Bytes that are not counted. */
#define INTAKE_SMALL 4096

struct intake;

/* Embedded in what holds the bytes, which sets `end`, `user` and `peer`, and
 * releases it before it goes. Zeros are one that is not held. */
struct intake_part {
    TAILQ_ENTRY(intake_part) link;
    struct intake *intake; /* NULL: it is in none */
    size_t bytes;
    /* Makes an end of it, which releases it. */
    void (*end)(void *user);
    void *user;
    struct str peer; /* whose it is */
};

TAILQ_HEAD(intake_parts, intake_part);

struct intake {
    struct timers *timers;
    struct timer timer;
    struct intake_parts parts; /* the one begun first is the first */
    size_t bytes;
    size_t max; /* 0: any number */
    void (*crowded)(void *user, struct str peer);
    void *user;
};

/* Any number; `crowded` is told of each that is ended to make room. */
void intake_init(struct intake *in, struct timers *timers,
                 void (*crowded)(void *user, struct str peer), void *user);
void intake_stop(struct intake *in); /* nothing is held any more */
void intake_set_max(struct intake *in, size_t max);
/* Whether so many bytes of it are not counted. */
static inline bool intake_ignores(const struct intake_part *part, size_t bytes)
{
    return !part->intake && bytes <= INTAKE_SMALL;
}
/* So many bytes of it are there now. */
void intake_hold(struct intake *in, struct intake_part *part, size_t bytes);
/* It is complete, or gone. One that is not held is fine. */
void intake_release(struct intake_part *part);

#endif
