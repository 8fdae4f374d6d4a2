/* SPDX-License-Identifier: MIT */
/*
 * One run of one scenario: so many clients connect, warm up, are measured for
 * a while, and get the answers that are still under way. Every phase ends by
 * itself or with the time limit, which ends the program.
 */
#ifndef MORTISE_BENCH_RUN_H
#define MORTISE_BENCH_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "message.h"

enum scenario_shape {
    SHAPE_ECHO,  /* every client keeps its messages in flight */
    SHAPE_CAST,  /* the first speaks, everyone in the room hears */
    SHAPE_CHURN, /* connect, one message, disconnect, and again */
    SHAPE_IDLE,  /* connect, and nothing more */
    SHAPE_HOLD   /* the same, and stay until the program is ended */
};

struct scenario {
    const char *name;
    enum scenario_shape shape;
    enum message_kind kind;
    bool polling;
};

/* The scenario of that name, or NULL. */
const struct scenario *scenario_find(const char *name);

#define RUN_INFLIGHT_MAX 256

struct run_options {
    const struct scenario *scenario;
    uint16_t port;
    pid_t pid; /* of the server, or 0 when its cost is of no interest */
    unsigned connections;
    unsigned inflight;  /* messages unanswered on each */
    uint32_t from;      /* the first address they come from, or 0 */
    unsigned addresses; /* how many of them, one behind the other */
    size_t size;        /* bytes of payload */
    const char *entry;  /* what every client says first, or NULL */
    bool vary;          /* number every message */
    double warmup;      /* seconds */
    double measure;     /* seconds at most */
    double limit;       /* seconds for everything */
    uint64_t messages;  /* measured messages at most */
};

struct run_result {
    uint64_t messages; /* answers, deliveries or whole visits; connects */
    double seconds;
    double cpu;        /* seconds of the server's, for these messages */
    uint64_t resident; /* bytes the server grew by; SHAPE_IDLE only */
};

/* Runs it. Fails the program on the first byte that is not as expected. */
void run_scenario(const struct run_options *options,
                  struct run_result *ret_result);

#endif
