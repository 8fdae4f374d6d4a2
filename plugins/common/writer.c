/* SPDX-License-Identifier: MIT */
#include "writer.h"

#include <stdlib.h>
#include <string.h>

#include <mortise/memory.h>

struct writer_operation {
    struct writer_operation *next;
    uint64_t cookie;
    int kind;
    size_t n;
    char ask[];
};

/* Of what goes to a job: of each operation its kind and its bytes. Of what
 * comes back: of each its status and its answer. */
enum { FIELD_KIND = 1, FIELD_ASK, FIELD_STATUS, FIELD_ANSWER };

static mortise_str ask_of(const struct writer_operation *op)
{
    return (mortise_str){op->ask, op->n};
}

/* --- the queue */

static int append(struct writer *writer, int kind, uint64_t cookie,
                  mortise_str ask)
{
    struct writer_operation *op = mortise_alloc(sizeof(*op) + ask.n + 1);

    if (!op)
        return MORTISE_ENOMEM;
    op->kind = kind;
    op->cookie = cookie;
    op->n = ask.n;
    if (ask.n > 0)
        memcpy(op->ask, ask.p, ask.n);
    if (!writer->end)
        writer->end = &writer->first;
    *writer->end = op;
    writer->end = &op->next;
    writer->count++;
    writer->bytes += op->n;
    return 0;
}

/* Tells of the first one, and forgets it. */
static void tell(struct writer *writer, int status, mortise_str answer)
{
    struct writer_operation *op = writer->first;

    writer->first = op->next;
    if (!writer->first)
        writer->end = &writer->first;
    writer->count--;
    writer->bytes -= op->n;
    writer->told(op->kind, op->cookie, ask_of(op), status, answer);
    mortise_free(op);
}

/* --- a batch */

/* As many as one transaction takes, at least one. */
static size_t gather(const struct writer *writer, struct record *ret)
{
    const struct writer_operation *op = writer->first;
    size_t n = 0;

    while (op && n < writer->batch_max &&
           (n == 0 || ret->n + op->n <= writer->batch_bytes_max)) {
        record_put_int(ret, FIELD_KIND, op->kind);
        record_put_bytes(ret, FIELD_ASK, ask_of(op));
        op = op->next;
        n++;
    }
    return n;
}

/* Those that cannot be written are told so at once: nothing else would come to
 * try them again. */
static void start(struct writer *writer)
{
    mortise_str nothing = {"", 0};

    while (writer->first && writer->flying == 0 && !writer->telling) {
        struct record input = {0};
        size_t n = gather(writer, &input);
        mortise_job job = 0;
        if (input.error == 0)
            job = mortise_job_start(writer->job, record_bytes(&input),
                                    writer->batch + 1);
        record_free(&input);
        if (job != 0) {
            writer->batch++;
            writer->flying = n;
            break;
        }
        writer->telling = 1;
        while (n-- > 0)
            tell(writer, MORTISE_ELIMIT, nothing);
        writer->telling = 0;
    }
}

int writer_add(struct writer *writer, int kind, uint64_t cookie,
               mortise_str ask)
{
    int error;

    if (writer->count >= writer->waiting_max ||
        writer->bytes + ask.n > writer->waiting_bytes_max)
        return MORTISE_ELIMIT;
    error = append(writer, kind, cookie, ask);
    if (error == 0)
        start(writer);
    return error;
}

/* --- on a thread of the pool */

/* One operation, and what became of it; an error only when the transaction is
 * of no use any more. */
static int run(struct database *db, writer_apply *apply, int kind,
               mortise_str ask, struct record *out)
{
    struct record answer = {0};
    int status, error = database_savepoint(db);

    if (error != 0)
        return error;
    status = apply(db, kind, ask, &answer);
    if (status == 0)
        status = answer.error;
    error = database_release(db, status);
    if (error == status) {
        error = 0;
        record_put_int(out, FIELD_STATUS, status);
        record_put_bytes(out, FIELD_ANSWER, record_bytes(&answer));
    }
    record_free(&answer);
    return error;
}

int writer_work(const mortise_work *work, struct database *db,
                writer_apply *apply)
{
    mortise_str rest = work->input, kind, ask;
    struct record out = {0};
    int error = database_begin(db);

    if (error != 0)
        return error;
    while (error == 0 && record_next(&rest, FIELD_KIND, &kind) &&
           record_next(&rest, FIELD_ASK, &ask)) {
        error = run(db, apply, (int)strtol(kind.p, NULL, 10), ask, &out);
    }
    if (error == 0)
        error = out.error;
    /* The memory first: what is in the file must be told. */
    char *bytes = error == 0 ? mortise_work_output(work, out.n) : NULL;
    if (bytes)
        memcpy(bytes, out.p, out.n);
    else if (error == 0)
        error = MORTISE_ENOMEM;
    record_free(&out);
    return database_end(db, error);
}

void writer_done(struct writer *writer, const mortise_done *done)
{
    mortise_str rest = done->status == 0 ? done->output : (mortise_str){"", 0};
    size_t n = writer->flying;

    /* A build that was given no state hears of batches it knows nothing of. */
    if (done->cookie != writer->batch || n == 0)
        return;
    writer->telling = 1;
    while (n-- > 0) {
        mortise_str text, answer = {"", 0};
        int status = done->status != 0 ? done->status : MORTISE_ENOSYS;
        if (record_next(&rest, FIELD_STATUS, &text) &&
            record_next(&rest, FIELD_ANSWER, &answer))
            status = (int)strtol(text.p, NULL, 10);
        tell(writer, status, answer);
    }
    writer->flying = 0;
    writer->telling = 0;
    start(writer);
}

/* --- life */

int writer_save(const struct writer *writer, mortise_saving to, const char *key)
{
    const struct writer_operation *op = writer->first;

    mortise_save_open(to, key);
    mortise_save_int(to, "batch", (int64_t)writer->batch);
    mortise_save_int(to, "flying", (int64_t)writer->flying);
    for (; op; op = op->next) {
        mortise_save_open(to, "operation");
        mortise_save_int(to, "kind", op->kind);
        mortise_save_int(to, "cookie", (int64_t)op->cookie);
        mortise_save_bytes(to, "ask", ask_of(op));
        mortise_save_close(to);
    }
    return mortise_save_close(to);
}

int writer_restore(struct writer *writer, mortise_saved from, const char *key)
{
    mortise_saved all = mortise_saved_next(from, key), each;
    size_t flying;
    int error = 0;

    if (all == 0)
        return 0;
    writer->batch = (uint64_t)mortise_saved_int(all, "batch", 0);
    flying = (size_t)mortise_saved_int(all, "flying", 0);
    while (error == 0 && (each = mortise_saved_next(all, "operation")) != 0) {
        mortise_str ask = {"", 0};
        error = mortise_saved_bytes(each, "ask", &ask);
        if (error == 0)
            error = append(writer, (int)mortise_saved_int(each, "kind", 0),
                           (uint64_t)mortise_saved_int(each, "cookie", 0), ask);
    }
    writer->flying = flying < writer->count ? flying : writer->count;
    return error;
}

void writer_free(struct writer *writer)
{
    struct writer_operation *next;

    for (struct writer_operation *op = writer->first; op; op = next) {
        next = op->next;
        mortise_free(op);
    }
    writer->first = NULL;
    writer->end = NULL;
    writer->count = writer->bytes = writer->flying = 0;
}
