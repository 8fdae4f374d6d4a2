/* SPDX-License-Identifier: MIT */
/* mortise/jobs.h, and what runs behind it. */
#include "host/services/jobs.h"

#include <assert.h>
#include <string.h>

#include <mortise/jobs.h>

#include "base/error.h"
#include "base/mem.h"
#include "host/calls/api.h"
#include "host/plugin/blame.h"
#include "host/calls/extensions.h"
#include "host/calls/plugin_log.h"
#include "host/reload/retiring.h"

#define INPUT_MAX  ((size_t)16 << 20)
#define OUTPUT_MAX ((size_t)64 << 20)
/* What a row of the first release had. */
#define ROW_SIZE_MIN                                                           \
    (offsetof(mortise_job_kind, done) + sizeof(mortise_done_call *))

struct job {
    mortise_work work; /* first member: what the plugin has of it */
    struct pool_task task;
    uint64_t number;
    struct plugin_slot *slot;
    struct generation *generation; /* whose code it runs */
    mortise_work_call *call;
    char *output;
    size_t output_size;
    int status;
    bool abandoned; /* nobody is to be told */
    bool held;      /* until the build that has started it is in place */
    char input[];   /* and the name behind it */
};

void jobs_init(struct jobs *jobs, uint32_t threads, uint32_t queue_max)
{
    *jobs = (struct jobs){.threads = threads, .queue_max = queue_max};
    ids_init(&jobs->ids);
    TAILQ_INIT(&jobs->waiting);
}

void jobs_set_queue(struct jobs *jobs, uint32_t queue_max)
{
    jobs->queue_max = queue_max;
    if (jobs->pool)
        pool_set_queue(jobs->pool, queue_max);
}

void jobs_free(struct jobs *jobs)
{
    assert(jobs->ids.count == 0);
    pool_free(jobs->pool);
    ids_free(&jobs->ids);
}

/* --- on a thread of the pool --- */

static void *work_output(const mortise_work *work, size_t size)
{
    struct job *job = (struct job *)(uintptr_t)work;

    mem_free(job->output);
    job->output_size = 0;
    job->output = size <= OUTPUT_MAX ? mem_zalloc(size) : NULL;
    if (job->output)
        job->output_size = size;
    return job->output;
}

static void run(struct pool_task *task)
{
    struct job *job = CONTAINER_OF(task, struct job, task);
    struct blame before = blame_begin(job->generation, "job", job->work.name);
    blame_thread();
    job->status = job->call(&job->work);
    blame_end(before);
}

/* --- on the loop --- */

static void job_free(struct job *job)
{
    job->generation->jobs--;
    retiring_job_ended(job->generation);
    ids_remove(&job->slot->host->jobs.ids, job->number);
    mem_free(job->output);
    mem_free(job);
}

static const mortise_job_kind *find_kind(const struct generation *g,
                                         const char *name)
{
    for (uint32_t i = 0; i < g->registered.job_count; i++)
        if (strcmp(g->registered.jobs[i].name, name) == 0)
            return &g->registered.jobs[i];
    return NULL;
}

static void conclude(struct job *job)
{
    struct host *host = job->slot->host;
    struct generation *g = job->slot->current;
    const mortise_job_kind *kind =
        g && !job->abandoned ? find_kind(g, job->work.name) : NULL;

    if (g && !kind && !job->abandoned)
        plugin_info(g, "nobody takes the job \"%s\"", job->work.name);
    job->abandoned = true; /* it cannot be cancelled any more */
    if (kind && kind->done) {
        mortise_done done = {.size = sizeof(done),
                             .status = job->status,
                             .name = kind->name,
                             .cookie = job->work.cookie,
                             .output = {job->output, job->output_size}};
        host_enter(host, g, NULL);
        blame_current.what = "done of job";
        blame_current.name = kind->name;
        kind->done(job->number, &done);
        host_leave(host);
    }
    job_free(job);
}

void jobs_collect(struct host *host)
{
    struct pool_task *task;
    while (host->jobs.pool && (task = pool_take(host->jobs.pool)))
        conclude(CONTAINER_OF(task, struct job, task));
}

/* Without a pool: one job at a time, as if a thread had had it. */
static void on_timer(struct timer *timer)
{
    struct jobs *jobs = CONTAINER_OF(timer, struct jobs, timer);
    struct pool_task *task = TAILQ_FIRST(&jobs->waiting);
    struct job *job = CONTAINER_OF(task, struct job, task);
    struct host *host = job->slot->host;

    TAILQ_REMOVE(&jobs->waiting, task, link);
    jobs->waiting_count--;
    /* It has just made room for itself, so this does not fail. */
    if (!TAILQ_EMPTY(&jobs->waiting))
        (void)timer_start(host->timers, timer, 0);
    run(task);
    conclude(job);
}

static int wait_for_timer(struct host *host, struct pool_task *task)
{
    struct jobs *jobs = &host->jobs;

    if (jobs->waiting_count >= jobs->queue_max)
        return ERR_LIMIT;
    if (!timer_running(&jobs->timer)) {
        timer_init(&jobs->timer, on_timer);
        if (timer_start(host->timers, &jobs->timer, 0) < 0)
            return ERR_NOMEM;
    }
    TAILQ_INSERT_TAIL(&jobs->waiting, task, link);
    jobs->waiting_count++;
    return 0;
}

static bool threaded(const struct jobs *jobs)
{
    return jobs->wake && jobs->threads > 0;
}

static int submit(struct host *host, struct pool_task *task)
{
    struct jobs *jobs = &host->jobs;

    if (!threaded(jobs))
        return wait_for_timer(host, task);
    if (!jobs->pool)
        jobs->pool = pool_new(jobs->threads, jobs->queue_max, jobs->wake,
                              jobs->wake_user);
    return jobs->pool ? pool_submit(jobs->pool, task) : ERR_NOMEM;
}

static void unwait(struct host *host, struct job *job)
{
    struct jobs *jobs = &host->jobs;
    TAILQ_REMOVE(&jobs->waiting, &job->task, link);
    if (--jobs->waiting_count == 0)
        timer_stop(host->timers, &jobs->timer);
}

void jobs_drop(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct job *job;

    while ((job = ids_next(&host->jobs.ids, &cursor))) {
        if (job->slot != slot)
            continue;
        if (job->held)
            ; /* nobody has it */
        else if (threaded(&host->jobs))
            pool_recall(host->jobs.pool, &job->task);
        else
            unwait(host, job);
        job_free(job);
    }
}

/* Nobody is told of it; at once if it does not run yet. */
static void abandon(struct host *host, struct job *job)
{
    struct jobs *jobs = &host->jobs;

    job->abandoned = true;
    if (job->held) {
        job_free(job);
    } else if (!threaded(jobs)) {
        unwait(host, job);
        job_free(job);
    } else if (pool_cancel(jobs->pool, &job->task)) {
        job_free(job);
    }
}

void jobs_abandon(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    struct job *job;

    while ((job = ids_next(&host->jobs.ids, &cursor)))
        if (job->slot == slot && !job->abandoned)
            abandon(host, job);
}

void jobs_stop(struct host *host)
{
    struct jobs *jobs = &host->jobs;
    uint32_t cursor = 0;
    struct job *job;

    while ((job = ids_next(&jobs->ids, &cursor)))
        if (jobs->pool && !job->held && pool_cancel(jobs->pool, &job->task))
            job_free(job);
}

static bool is_running(const struct jobs *jobs, const struct job *job)
{
    return jobs->pool && !job->held && pool_is_running(jobs->pool, &job->task);
}

bool jobs_running(struct host *host, const struct plugin_slot *slot)
{
    uint32_t cursor = 0;
    const struct job *job;

    while ((job = ids_next(&host->jobs.ids, &cursor)))
        if ((!slot || job->slot == slot) && is_running(&host->jobs, job))
            return true;
    return false;
}

void jobs_report_running(struct host *host)
{
    uint32_t cursor = 0;
    const struct job *job;

    while ((job = ids_next(&host->jobs.ids, &cursor)))
        if (is_running(&host->jobs, job))
            plugin_error(job->generation,
                         "its job \"%s\" still runs: the server ends without "
                         "it, and without the plugin's fini",
                         job->work.name);
}

void jobs_abandon_staged(struct generation *g)
{
    uint32_t cursor = 0;
    struct job *job;

    while ((job = ids_next(&g->host->jobs.ids, &cursor)))
        if (job->generation == g)
            abandon(g->host, job);
}

void jobs_commit(struct generation *g)
{
    uint32_t cursor = 0;
    struct job *job;

    while ((job = ids_next(&g->host->jobs.ids, &cursor))) {
        if (job->generation != g || !job->held)
            continue;
        job->held = false;
        int error = submit(g->host, &job->task);
        if (error == 0)
            continue;
        plugin_error(g, "the job \"%s\", started in its init, does not run: %s",
                     job->work.name, error_text(error));
        job_free(job);
    }
}

/* --- mortise/jobs.h --- */

static int jobs_kinds(mortise_host table, const mortise_job_kind *rows,
                      uint32_t count, uint32_t row_size)
{
    struct generation *g = api_caller(table);
    struct registrations *r = &g->registered;
    void *taken = r->jobs;
    int error = registrations_take(g, "mortise_jobs", rows, count, row_size,
                                   sizeof(rows[0]), ROW_SIZE_MIN, &taken,
                                   &r->job_count);
    if (error < 0)
        return error;
    r->jobs = taken;
    for (uint32_t i = 0; i < count; i++) {
        const mortise_job_kind *kind = &r->jobs[i];
        const char *why = NULL;
        if (!kind->name || !kind->work)
            why = "there is no name or no function";
        else if (find_kind(g, kind->name) != kind)
            why = "this name is there twice";
        if (!why)
            continue;
        settings_refuse(g, "mortise_jobs: row %u: %s", i, why);
        r->job_count = 0;
        return ERR_SYNTAX;
    }
    return 0;
}

static struct job *job_new(struct generation *g, const mortise_job_kind *kind,
                           mortise_str input, uint64_t cookie)
{
    size_t name_size = strlen(kind->name) + 1;
    struct job *job = mem_zalloc(sizeof(*job) + input.n + 1 + name_size);
    if (!job)
        return NULL;
    if (input.n > 0)
        memcpy(job->input, input.p, input.n);
    char *name = job->input + input.n + 1;
    memcpy(name, kind->name, name_size);
    job->work = (mortise_work){.size = sizeof(job->work),
                               .name = name,
                               .cookie = cookie,
                               .input = {job->input, input.n},
                               .output = work_output};
    job->task.run = run;
    job->slot = g->slot;
    job->generation = g;
    job->call = kind->work;
    job->number = ids_add(&g->host->jobs.ids, job);
    if (job->number == 0) {
        mem_free(job);
        return NULL;
    }
    g->jobs++;
    return job;
}

static mortise_job jobs_start(mortise_host table, const char *name,
                              mortise_str input, uint64_t cookie)
{
    struct generation *g = api_caller(table);
    const mortise_job_kind *kind = name ? find_kind(g, name) : NULL;
    int error = kind ? 0 : ERR_NOENT;

    if (input.n > INPUT_MAX || (input.n > 0 && !input.p))
        error = ERR_INVAL;
    else if (g->state >= GENERATION_LEAVING)
        error = ERR_GONE;
    else if (g->host->staging && g->state == GENERATION_LIVE)
        error = ERR_STAGED;
    struct job *job = error == 0 ? job_new(g, kind, input, cookie) : NULL;
    if (job && g->state != GENERATION_LIVE)
        job->held = true;
    else if (job)
        error = submit(g->host, &job->task);
    else if (error == 0)
        error = ERR_NOMEM;
    if (error == 0)
        return job->number;
    plugin_warn(g, "mortise_job_start: \"%s\": %s", name ? name : "",
                input.n > INPUT_MAX ? "its input has more than 16 MiB"
                                    : error_text(error));
    if (job)
        job_free(job);
    return 0;
}

static int jobs_cancel(mortise_host table, mortise_job number)
{
    struct generation *g = api_caller(table);
    struct jobs *jobs = &g->host->jobs;
    struct job *job = ids_get(&jobs->ids, number);

    if (!job || job->slot != g->slot || job->abandoned)
        return ERR_GONE;
    /* A reload that fails has to leave it running. */
    if (g->host->staging && !(job->held && job->generation == g))
        return ERR_STAGED;
    if (g->state >= GENERATION_LEAVING)
        return ERR_GONE; /* it is its successor's */
    abandon(g->host, job);
    return 0;
}

const struct mortise_jobs_table ext_jobs = {
    .size = sizeof(struct mortise_jobs_table),
    .kinds = jobs_kinds,
    .start = jobs_start,
    .cancel = jobs_cancel,
};
