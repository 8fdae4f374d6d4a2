/* SPDX-License-Identifier: MIT */
/*
 * mortise/jobs.h: slow work (hashing a password, a query) off the loop.
 *
 *     static int hash(const mortise_work *work)      on a thread of the pool
 *     {
 *         char *out = (char *)mortise_work_output(work, 32);
 *         return out ? slow_hash(out, work->input) : MORTISE_ENOMEM;
 *     }
 *     static void hashed(mortise_job job, const mortise_done *done)  on the
 * loop
 *     {
 *         mortise_reply_to(done->cookie, "{ok:b}", done->status == 0);
 *     }
 *     static const mortise_job_kind jobs[] = {{"hash", hash, hashed}};
 *     static int init(mortise_value settings)
 *     {
 *         return mortise_jobs(jobs);
 *     }
 *
 * A job is started by the name of its row. `work` runs on another thread,
 * beside the handlers of all plugins: it sees its input and nothing else that
 * may change. Of all calls of the SDK it may make mortise_log(), mortise_now(),
 * mortise_work_output() and those of mortise/memory.h and mortise/log.h. `done`
 * is a callback like any other, on the loop.
 *
 * After a reload a job that runs goes on in the old build's `work`, and the new
 * build's `done` of that name is told. A server that stops waits for what runs
 * and forgets what waits.
 */
#ifndef MORTISE_JOBS_H
#define MORTISE_JOBS_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t mortise_job;

/* What `work` is given; lives until it returns. */
typedef struct mortise_work {
    uint32_t size;
    const char *name;
    uint64_t cookie;
    mortise_str input; /* the job's own copy, with a NUL behind it */
    void *(*output)(const struct mortise_work *, size_t size);
} mortise_work;

/* What `done` is told. */
typedef struct mortise_done {
    uint32_t size;
    int32_t status; /* what `work` returned */
    const char *name;
    uint64_t cookie;
    mortise_str output; /* empty when `work` made none */
} mortise_done;

typedef int mortise_work_call(const mortise_work *work);
typedef void mortise_done_call(mortise_job job, const mortise_done *done);

typedef struct mortise_job_kind {
    const char *name;
    mortise_work_call *work;
    mortise_done_call *done; /* NULL: nobody wants to know */
} mortise_job_kind;

/* Only ever appended to; the calls below document it. */
struct mortise_jobs_table {
    uint32_t size;
    int (*kinds)(mortise_host, const mortise_job_kind *rows, uint32_t count,
                 uint32_t row_size);
    mortise_job (*start)(mortise_host, const char *name, mortise_str input,
                         uint64_t cookie);
    int (*cancel)(mortise_host, mortise_job);
};

MORTISE_EXTENSION_(jobs, "mortise.jobs/1")

/* mortise_jobs(array): in init, once. EINVAL: elsewhere, or again; ESYNTAX: a
 * row that makes no sense, logged; ENOMEM. */
#define mortise_jobs(array)                                                    \
    MORTISE_EXTENDED_(jobs, kinds, MORTISE_ENOSYS, (array),                    \
                      (uint32_t)(sizeof(array) / sizeof((array)[0])),          \
                      (uint32_t)sizeof((array)[0]))

/* Starts the job of that name; the input (up to 16 MiB) is copied. 0 on
 * failure: no such row, or too many jobs wait ("jobs" of the configuration). */
static inline mortise_job mortise_job_start(const char *name, mortise_str input,
                                            uint64_t cookie)
{
    return MORTISE_EXTENDED_(jobs, start, 0, name, input, cookie);
}

/* Nobody is told of it any more; if it waits still, it never runs. EGONE;
 * ESTAGED: it was there before, and this is init, save or restore. */
static inline int mortise_job_cancel(mortise_job job)
{
    return MORTISE_EXTENDED_(jobs, cancel, MORTISE_ENOSYS, job);
}

/* In `work`: memory for the output, zeroed, up to 64 MiB. A second call
 * begins again. NULL when it is too much, or memory is out. */
static inline void *mortise_work_output(const mortise_work *work, size_t size)
{
    return work->output(work, size);
}

#ifdef __cplusplus
}
#endif
#endif
