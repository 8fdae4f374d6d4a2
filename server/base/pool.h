/* SPDX-License-Identifier: MIT */
/*
 * A few threads for what would hold up the loop: tasks go in on the owner's
 * thread, run on one of the pool's, and come out on the owner's again.
 *
 * A task is embedded in its owner, who touches nothing of it between
 * pool_submit() and getting it back. Threads begin with the first task, with
 * all signals blocked but those of a crash.
 */
#ifndef MORTISE_BASE_POOL_H
#define MORTISE_BASE_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

enum pool_state { POOL_IDLE, POOL_QUEUED, POOL_RUNNING, POOL_FINISHED };

struct pool_task {
    void (*run)(struct pool_task *task); /* on a thread of the pool */
    TAILQ_ENTRY(pool_task) link;
    enum pool_state state; /* the pool's */
};

struct pool;

/*
 * At most so many threads, and tasks that wait for one. `finished` is called
 * on a thread of the pool when there is something to take; it has to be quick.
 * NULL when memory runs out.
 */
struct pool *pool_new(uint32_t threads, uint32_t queue,
                      void (*finished)(void *user), void *user);
/* Ends the threads. Every task was taken out before. NULL is fine. */
void pool_free(struct pool *pool);

/* Those that wait already stay, however many they are. */
void pool_set_queue(struct pool *pool, uint32_t queue);

/* ERR_LIMIT: the queue is full; ERR_NOMEM: no thread could be started. */
int pool_submit(struct pool *pool, struct pool_task *task);
/* The task that finished first, which is the caller's again; NULL: none has. */
struct pool_task *pool_take(struct pool *pool);
/* Takes a certain task out: at once when it waits or has finished, else after
 * it has run to its end. Whether it has run. */
bool pool_recall(struct pool *pool, struct pool_task *task);
/* Whether it runs just now. */
bool pool_is_running(struct pool *pool, const struct pool_task *task);
/* Takes it out if it still waits; whether it did. */
bool pool_cancel(struct pool *pool, struct pool_task *task);

#endif
