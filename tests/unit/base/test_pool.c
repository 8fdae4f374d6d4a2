/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/pool.h"

struct work {
    struct pool_task task;
    sem_t *until; /* NULL: at once */
    pthread_t thread;
    bool blocked; /* SIGTERM was, where it ran */
    _Atomic bool ran;
};

static sem_t told; /* once for each task that has finished */
static sem_t gate;

static void on_finished(void *user)
{
    ck_assert_ptr_eq(user, &told);
    sem_post(&told);
}

static void run(struct pool_task *task)
{
    struct work *w = (struct work *)(void *)task;
    sigset_t mask;
    if (w->until)
        sem_wait(w->until);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    w->blocked = sigismember(&mask, SIGTERM);
    w->thread = pthread_self();
    w->ran = true;
}

static struct pool *start(uint32_t threads, uint32_t queue)
{
    sem_init(&told, 0, 0);
    sem_init(&gate, 0, 0);
    struct pool *pool = pool_new(threads, queue, on_finished, &told);
    ck_assert_ptr_nonnull(pool);
    return pool;
}

START_TEST(runs)
{
    struct pool *pool = start(2, 100);
    struct work works[50] = {0};

    ck_assert_ptr_null(pool_take(pool));
    for (int i = 0; i < 50; i++) {
        works[i].task.run = run;
        ck_assert_int_eq(pool_submit(pool, &works[i].task), 0);
    }
    for (int i = 0; i < 50; i++) {
        sem_wait(&told);
        struct work *w = (struct work *)(void *)pool_take(pool);
        ck_assert_ptr_nonnull(w);
        ck_assert(w->ran && w->blocked);
        ck_assert(!pthread_equal(w->thread, pthread_self()));
        w->ran = false; /* each comes once */
    }
    ck_assert_ptr_null(pool_take(pool));
    pool_free(pool);
    ck_assert_int_eq(mem_live(), 0);
}
END_TEST

/* Two at a time, one waiting, and no more. */
START_TEST(limits)
{
    struct pool *pool = start(2, 1);
    struct work works[4] = {0};

    for (int i = 0; i < 4; i++)
        works[i] = (struct work){.task.run = run, .until = &gate};
    ck_assert_int_eq(pool_submit(pool, &works[0].task), 0);
    while (pool_submit(pool, &works[1].task) == ERR_LIMIT)
        ; /* until the first one runs */
    while (pool_submit(pool, &works[2].task) == ERR_LIMIT)
        ;
    ck_assert_int_eq(pool_submit(pool, &works[3].task), ERR_LIMIT);
    for (int i = 0; i < 3; i++)
        sem_post(&gate);
    for (int i = 0; i < 3; i++) {
        sem_wait(&told);
        ck_assert_ptr_nonnull(pool_take(pool));
    }
    ck_assert(!works[3].ran);
    pool_free(pool);
}
END_TEST

START_TEST(the_queue_changes)
{
    struct pool *pool = start(1, 1);
    struct work works[4] = {0};

    for (int i = 0; i < 4; i++)
        works[i] = (struct work){.task.run = run, .until = &gate};
    ck_assert_int_eq(pool_submit(pool, &works[0].task), 0);
    while (pool_submit(pool, &works[1].task) == ERR_LIMIT)
        ; /* until the first one runs */
    ck_assert_int_eq(pool_submit(pool, &works[2].task), ERR_LIMIT);
    pool_set_queue(pool, 2);
    ck_assert_int_eq(pool_submit(pool, &works[2].task), 0);
    pool_set_queue(pool, 1);
    ck_assert_int_eq(pool_submit(pool, &works[3].task), ERR_LIMIT);
    for (int i = 0; i < 3; i++)
        sem_post(&gate);
    for (int i = 0; i < 3; i++) {
        sem_wait(&told);
        ck_assert_ptr_nonnull(pool_take(pool));
    }
    ck_assert(works[2].ran && !works[3].ran);
    pool_free(pool);
}
END_TEST

static void *open_gate(void *user)
{
    sem_post(&gate);
    return user;
}

START_TEST(takes_back)
{
    struct pool *pool = start(1, 10);
    struct work first = {.task.run = run, .until = &gate};
    struct work second = {.task.run = run}, third = {.task.run = run};
    pthread_t opener;

    ck_assert_int_eq(pool_submit(pool, &first.task), 0);
    ck_assert_int_eq(pool_submit(pool, &second.task), 0);
    ck_assert_int_eq(pool_submit(pool, &third.task), 0);
    /* Those behind it wait. */
    ck_assert(pool_cancel(pool, &second.task));
    ck_assert(!pool_cancel(pool, &second.task));
    ck_assert(!pool_recall(pool, &third.task));
    ck_assert(!second.ran && !third.ran);
    /* This one runs, or is about to. */
    pthread_create(&opener, NULL, open_gate, NULL);
    bool ran = pool_recall(pool, &first.task);
    ck_assert_int_eq(ran, first.ran);
    pthread_join(opener, NULL);
    /* One that has finished. */
    ck_assert_int_eq(pool_submit(pool, &second.task), 0);
    while (sem_wait(&told) == 0 && first.ran && !second.ran)
        ;
    ck_assert(pool_recall(pool, &second.task));
    ck_assert_ptr_null(pool_take(pool));
    pool_free(pool);
}
END_TEST

START_TEST(without_work)
{
    pool_free(NULL);
    pool_free(start(64, 1));
    ck_assert_int_eq(mem_live(), 0);
    mem_fail_after(0);
    ck_assert_ptr_null(pool_new(1, 1, on_finished, &told));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pool");
    TCase *tcase = tcase_create("pool");
    tcase_add_test(tcase, runs);
    tcase_add_test(tcase, limits);
    tcase_add_test(tcase, the_queue_changes);
    tcase_add_test(tcase, takes_back);
    tcase_add_test(tcase, without_work);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
