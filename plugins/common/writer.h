/* SPDX-License-Identifier: MIT */
/*
 * Writes to a database, grouped. Operations are queued on the loop; while one
 * job writes, the next ones gather, and the next job takes all of them into one
 * transaction. So one that is alone is written at once, and a thousand a second
 * cost a few commits.
 *
 * Operations are done one after the other, in the order in which they were
 * added, and told in that order, after the commit: what one is told has
 * happened is in the file. Each has a savepoint of its own, so one that fails
 * takes nothing of the others with it; a database that is locked or full fails
 * all that were under way together.
 *
 * An operation is bytes (a record, see record.h), its kind and a cookie, such
 * as a mortise_reply, are numbers: what waits and what is under way crosses a
 * reload in the state, and the next build is told. A server that stops forgets
 * what was not told yet.
 *
 *     static int work(const mortise_work *work)
 *     {
 *         return writer_work(work, db, apply);
 *     }
 *     static void done(mortise_job job, const mortise_done *done)
 *     {
 *         writer_done(&writer, done);
 *     }
 *     static const mortise_job_kind jobs[] = {{"write", work, done}};
 */
#ifndef COMMON_WRITER_H
#define COMMON_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include <mortise/jobs.h>
#include <mortise/state.h>

#include <common/database.h>
#include <common/record.h>

/*
 * Does one operation, on a thread of the pool, within a transaction: 0; or why
 * not, and nothing of it stays: a number above 0 of the user's own, or a
 * MORTISE_E code. What it has put into the answer is told in either case.
 */
typedef int writer_apply(struct database *db, int kind, mortise_str ask,
                         struct record *answer);
/*
 * Is told what has become of one, on the loop. status: what apply returned, or
 * why none of the operations could be written. It may add more operations.
 */
typedef void writer_told(int kind, uint64_t cookie, mortise_str ask, int status,
                         mortise_str answer);

struct writer_operation;

struct writer {
    /* Set by the owner before the first use. */
    const char *job; /* the name of its row */
    writer_told *told;
    size_t waiting_max;       /* operations, with those under way */
    size_t waiting_bytes_max; /* the same */
    size_t batch_max;         /* operations in one transaction */
    size_t batch_bytes_max;   /* the same; up to 8 MiB, one may have more */
    /* Its own. */
    struct writer_operation *first, **end;
    size_t count, bytes, flying; /* flying: the first so many, in a job */
    uint64_t batch;              /* the job's cookie */
    int telling;
};

/* Queues one; the bytes are copied. 0; MORTISE_ELIMIT: too much waits, say
 * "busy"; MORTISE_ENOMEM. Not from init, save or restore. */
int writer_add(struct writer *writer, int kind, uint64_t cookie,
               mortise_str ask);

/* The `work` of its job, and the `done`. */
int writer_work(const mortise_work *work, struct database *db,
                writer_apply *apply);
void writer_done(struct writer *writer, const mortise_done *done);

/* Across a reload, under this key of the state. */
int writer_save(const struct writer *writer, mortise_saving to,
                const char *key);
int writer_restore(struct writer *writer, mortise_saved from, const char *key);
/* In fini: forgets what waits. */
void writer_free(struct writer *writer);

#endif
