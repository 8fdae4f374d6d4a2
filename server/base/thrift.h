/* SPDX-License-Identifier: MIT */
/*
 * When a server gives memory back to the system.
 *
 * What was freed stays with malloc, which is right for a server that works: it
 * takes it again in a moment. After a peak it would stay for ever, for malloc
 * by itself only gives back what lies at the end of all. So somebody looks now
 * and then how much memory the process has beside what is in use. When that has
 * grown since the last time, and the thread has worked little, it is time to
 * trim (mem_trim()).
 *
 * Trimming stops the thread for as long as it takes; all of it together is no
 * more than a thousandth of the time.
 */
#ifndef MORTISE_BASE_THRIFT_H
#define MORTISE_BASE_THRIFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thrift {
    int64_t time, worked; /* us, at the last look */
    int64_t rest;         /* no trim before this time */
    size_t floor;         /* bytes beside those in use that are there anyhow */
    bool begun;
};

/* All of it at one moment. */
struct thrift_look {
    int64_t time, worked;  /* us: of a clock, and of work of the thread */
    size_t resident, used; /* bytes; 0: nobody knows */
};

/* Looks; whether it is time to trim. Zeros are a new thrift, whose first look
 * only learns what there is. */
bool thrift_due(struct thrift *t, const struct thrift_look *now);
/* It was done, and these are the figures after it. */
void thrift_done(struct thrift *t, const struct thrift_look *now);

#endif
