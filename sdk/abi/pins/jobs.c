/* SPDX-License-Identifier: MIT */
/* The pins of mortise/jobs.h, written by ../pins.py. */
#include "../pins.h"
#include <mortise/jobs.h>

/* clang-format off */

PIN_ID(jobs, "mortise.jobs/1");

PIN_TYPE(mortise_job, uint64_t);
PIN_TYPE(mortise_work, struct mortise_work);
PIN_TYPE(mortise_done, struct mortise_done);
PIN_TYPE(mortise_work_call, int (const struct mortise_work *));
PIN_TYPE(mortise_done_call, void (uint64_t, const struct mortise_done *));
PIN_TYPE(mortise_job_kind, struct mortise_job_kind);

PIN_SIZE_MIN(struct mortise_work, 48);
PIN(struct mortise_work, size, 0, uint32_t);
PIN(struct mortise_work, name, 8, const char *);
PIN(struct mortise_work, cookie, 16, uint64_t);
PIN(struct mortise_work, input, 24, struct mortise_str);
PIN(struct mortise_work, output, 40,
    void *(*)(const struct mortise_work *, size_t));

PIN_SIZE_MIN(struct mortise_done, 40);
PIN(struct mortise_done, size, 0, uint32_t);
PIN(struct mortise_done, status, 4, int32_t);
PIN(struct mortise_done, name, 8, const char *);
PIN(struct mortise_done, cookie, 16, uint64_t);
PIN(struct mortise_done, output, 24, struct mortise_str);

PIN_SIZE_MIN(struct mortise_job_kind, 24);
PIN(struct mortise_job_kind, name, 0, const char *);
PIN(struct mortise_job_kind, work, 8, int (*)(const struct mortise_work *));
PIN(struct mortise_job_kind, done, 16,
    void (*)(uint64_t, const struct mortise_done *));

PIN_SIZE_MIN(struct mortise_jobs_table, 32);
PIN(struct mortise_jobs_table, size, 0, uint32_t);
PIN(struct mortise_jobs_table, kinds, 8,
    int (*)(host, const struct mortise_job_kind *, uint32_t, uint32_t));
PIN(struct mortise_jobs_table, start, 16,
    uint64_t (*)(host, const char *, struct mortise_str, uint64_t));
PIN(struct mortise_jobs_table, cancel, 24, int (*)(host, uint64_t));
