/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "client.h"
#include "mem.h"
#include "proc.h"

/* Clients that connect at the same time; the system's queue holds more. */
enum { CONNECTING_MAX = 64, EVENTS = 512 };

#define SETTLE_SECONDS 1.0

enum phase {
    PHASE_CONNECT,
    PHASE_WARMUP,
    PHASE_MEASURE,
    PHASE_DRAIN,
    PHASE_END
};

struct mark {
    uint64_t time;
    uint64_t cpu;
    uint64_t messages;
};

struct run {
    const struct run_options *options;
    enum phase phase;
    struct client *clients;
    struct client_plan plan;
    struct message message;
    unsigned started;
    unsigned ready;
    uint64_t sent;      /* messages, or visits begun */
    uint64_t completed; /* answers, deliveries, or visits ended */
    uint64_t cast_done; /* broadcasts that everyone has heard */
    /* Who has heard of those after them, by their numbers. */
    unsigned heard[RUN_INFLIGHT_MAX];
    uint64_t resident; /* before the first connection */
    struct mark begin;
    struct mark end;
};

static const struct scenario scenarios[] = {
    {"echo", SHAPE_ECHO, MESSAGE_ECHO, false},
    {"obj", SHAPE_ECHO, MESSAGE_OBJECT, false},
    {"ack", SHAPE_ECHO, MESSAGE_ACK, false},
    {"bin", SHAPE_ECHO, MESSAGE_BINARY, false},
    {"poll", SHAPE_ECHO, MESSAGE_ECHO, true},
    {"bcast", SHAPE_CAST, MESSAGE_CAST, false},
    {"churn", SHAPE_CHURN, MESSAGE_ECHO, false},
    {"idle", SHAPE_IDLE, MESSAGE_ECHO, false},
    {"hold", SHAPE_HOLD, MESSAGE_ECHO, false},
};

const struct scenario *scenario_find(const char *name)
{
    for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    }
    return NULL;
}

static struct mark mark_now(const struct run *run)
{
    pid_t pid = run->options->pid;

    return (struct mark){.time = proc_now(),
                         .cpu = pid > 0 ? proc_cpu(pid) : 0,
                         .messages = run->completed};
}

static double seconds_since(uint64_t time)
{
    return (double)(proc_now() - time) / 1e9;
}

/* How many completions one message of the scenario brings. */
static uint64_t run_fan(const struct run *run)
{
    return run->options->scenario->shape == SHAPE_CAST
               ? run->options->connections
               : 1;
}

static uint64_t run_outstanding(const struct run *run)
{
    return run->sent * run_fan(run) - run->completed;
}

static void run_say(struct run *run, struct client *client, unsigned n)
{
    run->sent += n;
    client_send(client, n);
}

/* Keeps the broadcasts in flight that there shall be. */
static void run_cast(struct run *run)
{
    uint64_t pending = run->sent - run->cast_done;

    if (pending < run->options->inflight)
        run_say(run, &run->clients[0],
                (unsigned)(run->options->inflight - pending));
}

/* A client has heard the last n of its broadcasts. One is done when everyone
 * has it, and then the next may leave. */
static void run_heard(struct run *run, const struct client *client, unsigned n)
{
    unsigned *next = &run->heard[run->cast_done % RUN_INFLIGHT_MAX];

    for (unsigned i = 0; i < n; i++)
        run->heard[(client->received - n + i) % RUN_INFLIGHT_MAX]++;
    while (*next == run->options->connections) {
        *next = 0;
        next = &run->heard[++run->cast_done % RUN_INFLIGHT_MAX];
    }
}

static void run_start_client(struct run *run, struct client *client)
{
    const struct run_options *options = run->options;
    uint32_t i = (uint32_t)(client - run->clients);

    if (options->scenario->shape == SHAPE_CHURN)
        run->sent++;
    client_start(client, &run->plan,
                 options->from != 0 ? options->from + i % options->addresses
                                    : 0);
}

static void run_connect_more(struct run *run)
{
    while (run->started < run->options->connections &&
           run->started - run->ready < CONNECTING_MAX)
        run_start_client(run, &run->clients[run->started++]);
}

static void on_ready(struct client *client)
{
    struct run *run = client->plan->owner;

    if (run->options->scenario->shape == SHAPE_CHURN) {
        client_send(client, 1);
        return;
    }
    run->ready++;
    run_connect_more(run);
}

static void on_answered(struct client *client, unsigned n)
{
    struct run *run = client->plan->owner;

    switch (run->options->scenario->shape) {
    case SHAPE_ECHO:
        run->completed += n;
        if (run->phase < PHASE_DRAIN)
            run_say(run, client, n);
        break;
    case SHAPE_CAST:
        run->completed += n;
        run_heard(run, client, n);
        if (run->phase < PHASE_DRAIN)
            run_cast(run);
        break;
    case SHAPE_CHURN:
        client_disconnect(client);
        break;
    case SHAPE_IDLE:
    case SHAPE_HOLD:
        break;
    }
}

static void on_closed(struct client *client)
{
    struct run *run = client->plan->owner;

    run->completed++;
    if (run->phase < PHASE_DRAIN)
        run_start_client(run, client);
}

/* Everyone is connected: the first messages leave. */
static void run_begin(struct run *run)
{
    const struct run_options *options = run->options;

    run->phase = PHASE_WARMUP;
    if (options->scenario->shape == SHAPE_IDLE)
        run->end = mark_now(run);
    else
        run->begin = mark_now(run);
    if (options->scenario->shape == SHAPE_CAST)
        run_cast(run);
    for (unsigned i = 0; i < options->connections; i++) {
        if (options->scenario->shape == SHAPE_ECHO)
            run_say(run, &run->clients[i], options->inflight);
    }
    if (options->scenario->shape == SHAPE_HOLD) {
        printf("%u connected\n", run->ready);
        fflush(stdout);
    }
}

/* Moves from phase to phase; called after every turn of the loop. */
static void run_advance(struct run *run)
{
    const struct run_options *options = run->options;
    bool idle = options->scenario->shape == SHAPE_IDLE;

    switch (run->phase) {
    case PHASE_CONNECT:
        if (run->ready == options->connections ||
            options->scenario->shape == SHAPE_CHURN)
            run_begin(run);
        break;
    case PHASE_WARMUP:
        if (options->scenario->shape == SHAPE_HOLD) {
            break;
        } else if (idle) {
            if (seconds_since(run->end.time) >= SETTLE_SECONDS)
                run->phase = PHASE_END;
        } else if (seconds_since(run->begin.time) >= options->warmup) {
            run->phase = PHASE_MEASURE;
            run->begin = mark_now(run);
        }
        break;
    case PHASE_MEASURE:
        if (seconds_since(run->begin.time) >= options->measure ||
            run->completed - run->begin.messages >= options->messages) {
            run->phase = PHASE_DRAIN;
            run->end = mark_now(run);
        }
        break;
    case PHASE_DRAIN:
        if (run_outstanding(run) == 0)
            run->phase = PHASE_END;
        break;
    case PHASE_END:
        break;
    }
}

static void run_loop(struct run *run)
{
    static struct epoll_event events[EVENTS];
    uint64_t start = proc_now();

    run_connect_more(run);
    while (run->phase != PHASE_END) {
        int n = epoll_wait(run->plan.epoll, events, EVENTS, 10);

        if (n < 0 && errno != EINTR)
            proc_fail("epoll_wait: %s", strerror(errno));
        for (int i = 0; i < n; i++)
            channel_event(events[i].data.ptr, events[i].events);
        run_advance(run);
        if (seconds_since(start) > run->options->limit)
            proc_fail("the time limit passed in phase %d, with %u of %u "
                      "clients ready, %llu sent and %llu completed",
                      (int)run->phase, run->ready, run->started,
                      (unsigned long long)run->sent,
                      (unsigned long long)run->completed);
    }
}

void run_scenario(const struct run_options *options,
                  struct run_result *ret_result)
{
    static const struct client_user user = {
        .ready = on_ready,
        .answered = on_answered,
        .closed = on_closed,
    };
    bool idle = options->scenario->shape == SHAPE_IDLE;
    struct run run = {.options = options};

    message_init(&run.message, options->scenario->kind, options->size,
                 options->scenario->polling, options->vary);
    run.clients = mem_new(options->connections * sizeof(*run.clients));
    run.plan = (struct client_plan){
        .user = &user,
        .owner = &run,
        .message = &run.message,
        .epoll = epoll_create1(EPOLL_CLOEXEC),
        .port = options->port,
        .polling = options->scenario->polling,
        .entry = options->entry,
    };
    if (run.plan.entry == NULL && options->scenario->shape == SHAPE_CAST)
        run.plan.entry = "420[\"join\",\"bench\"]";
    if (run.plan.epoll < 0)
        proc_fail("epoll_create1: %s", strerror(errno));
    if (idle && options->pid > 0)
        run.resident = proc_resident(options->pid);
    run.begin = mark_now(&run);
    run_loop(&run);
    *ret_result = (struct run_result){
        .messages =
            idle ? options->connections : run.end.messages - run.begin.messages,
        .seconds = (double)(run.end.time - run.begin.time) / 1e9,
        .cpu = (double)(run.end.cpu - run.begin.cpu) / 1e9,
    };
    if (idle && options->pid > 0) {
        uint64_t resident = proc_resident(options->pid);

        if (resident > run.resident)
            ret_result->resident = resident - run.resident;
    }
    for (unsigned i = 0; i < options->connections; i++)
        client_close(&run.clients[i]);
    close(run.plan.epoll);
    mem_free(run.clients);
    message_free(&run.message);
}
