/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>

#include "base/error.h"
#include "base/mem.h"

TAILQ_HEAD(task_list, pool_task);

struct pool {
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t work;  /* there is a task, or it ends */
    pthread_cond_t done;  /* a task has finished */
    struct task_list queue, finished;
    uint32_t queued, idle; /* tasks that wait; threads that do */
    bool ending;

    uint32_t queue_max, thread_max, thread_count; /* the owner's */
    void (*tell)(void *user);
    void *user;
    pthread_t threads[];
};

struct pool *pool_new(uint32_t threads, uint32_t queue,
                      void (*finished)(void *user), void *user)
{
    struct pool *pool =
        mem_zalloc(sizeof(*pool) + threads * sizeof(pool->threads[0]));
    if (!pool)
        return NULL;
    TAILQ_INIT(&pool->queue);
    TAILQ_INIT(&pool->finished);
    pool->queue_max = queue;
    pool->thread_max = threads;
    pool->tell = finished;
    pool->user = user;
    pthread_mutex_init(&pool->lock, NULL); /* glibc's inits do not fail */
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    return pool;
}

/* The next task; NULL when the pool ends. With the lock. */
static struct pool_task *next_task(struct pool *pool)
{
    pool->idle++;
    while (!pool->ending && TAILQ_EMPTY(&pool->queue))
        pthread_cond_wait(&pool->work, &pool->lock);
    pool->idle--;
    if (pool->ending)
        return NULL;
    struct pool_task *task = TAILQ_FIRST(&pool->queue);
    TAILQ_REMOVE(&pool->queue, task, link);
    pool->queued--;
    task->state = POOL_RUNNING;
    return task;
}

static void *thread_main(void *argument)
{
    struct pool *pool = argument;
    struct pool_task *task;

    pthread_mutex_lock(&pool->lock);
    while ((task = next_task(pool))) {
        pthread_mutex_unlock(&pool->lock);
        task->run(task);
        pthread_mutex_lock(&pool->lock);
        task->state = POOL_FINISHED;
        TAILQ_INSERT_TAIL(&pool->finished, task, link);
        pthread_cond_broadcast(&pool->done);
        pool->tell(pool->user);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Signals are the business of the loop's thread, but for those that a thread
 * brings about itself: blocked, they would end the process without a word. */
static int start_thread(struct pool *pool)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    sigset_t all, before;

    sigfillset(&all);
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&pool->threads[pool->thread_count], NULL,
                               thread_main, pool);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0)
        return ERR_NOMEM;
    pool->thread_count++;
    return 0;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    assert(TAILQ_EMPTY(&pool->queue) && TAILQ_EMPTY(&pool->finished));
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool);
}

void pool_set_queue(struct pool *pool, uint32_t queue)
{
    pool->queue_max = queue;
}

int pool_submit(struct pool *pool, struct pool_task *task)
{
    pthread_mutex_lock(&pool->lock);
    bool full = pool->queued >= pool->queue_max;
    bool enough = pool->idle > pool->queued;
    pthread_mutex_unlock(&pool->lock);

    if (full)
        return ERR_LIMIT;
    if (!enough && pool->thread_count < pool->thread_max &&
        start_thread(pool) < 0 && pool->thread_count == 0)
        return ERR_NOMEM;
    pthread_mutex_lock(&pool->lock);
    task->state = POOL_QUEUED;
    TAILQ_INSERT_TAIL(&pool->queue, task, link);
    pool->queued++;
    pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    return 0;
}

struct pool_task *pool_take(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct pool_task *task = TAILQ_FIRST(&pool->finished);
    if (task) {
        TAILQ_REMOVE(&pool->finished, task, link);
        task->state = POOL_IDLE;
    }
    pthread_mutex_unlock(&pool->lock);
    return task;
}

/* With the lock. */
static void unqueue(struct pool *pool, struct pool_task *task)
{
    TAILQ_REMOVE(&pool->queue, task, link);
    pool->queued--;
    task->state = POOL_IDLE;
}

bool pool_recall(struct pool *pool, struct pool_task *task)
{
    bool ran = true;

    pthread_mutex_lock(&pool->lock);
    while (task->state == POOL_RUNNING)
        pthread_cond_wait(&pool->done, &pool->lock);
    if (task->state == POOL_FINISHED) {
        TAILQ_REMOVE(&pool->finished, task, link);
        task->state = POOL_IDLE;
    } else {
        assert(task->state == POOL_QUEUED);
        unqueue(pool, task);
        ran = false;
    }
    pthread_mutex_unlock(&pool->lock);
    return ran;
}

bool pool_cancel(struct pool *pool, struct pool_task *task)
{
    pthread_mutex_lock(&pool->lock);
    bool waits = task->state == POOL_QUEUED;
    if (waits)
        unqueue(pool, task);
    pthread_mutex_unlock(&pool->lock);
    return waits;
}

bool pool_is_running(struct pool *pool, const struct pool_task *task)
{
    pthread_mutex_lock(&pool->lock);
    bool running = task->state == POOL_RUNNING;
    pthread_mutex_unlock(&pool->lock);
    return running;
}
