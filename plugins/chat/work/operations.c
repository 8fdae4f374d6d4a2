/* SPDX-License-Identifier: MIT */
#include "work/operations.h"

#include <string.h>

#include <mortise/jobs.h>
#include <mortise/metrics.h>

#include <common/writer.h>

#include "answers.h"
#include "options.h"
#include "store/store.h"

static const struct operations *table;

static mortise_metric messages, waiting, busy, failed;

static bool started; /* the server has had clients */

/* NULL: there is none. */
static const struct operation *find(int op)
{
    return op > 0 && (size_t)op < table->count && table->rows[op].run
               ? &table->rows[op]
               : NULL;
}

/* Who is banned everywhere does nothing; the plugin itself asks too. */
static int run(struct database *db, int op, mortise_str ask,
               struct record *answer)
{
    const struct operation *row = find(op);
    bool user = record_int(ask, FIELD_SOCKET) != 0;
    int error = user ? store_check_ban(db, ask, answer) : 0;

    if (error == 0 && user && op < OP_HISTORY)
        error = store_note_powers(db, ask);
    if (error != 0)
        return error;
    return row ? row->run(db, ask, answer) : MORTISE_ENOSYS;
}

static void tell(int op, uint64_t cookie, mortise_str ask, int status,
                 mortise_str answer)
{
    const struct operation *row = find(op);
    bool order = record_int(ask, FIELD_ORDER) != 0;
    struct outcome outcome = {order ? 0 : cookie, order ? cookie : 0, ask,
                              answer};

    if (op == OP_SAY && status == 0)
        mortise_metric_add(messages, 1);
    if (status == REFUSED_NAME_TAKEN)
        table->name_taken(ask);
    if (status != 0 && row && row->failed && !order)
        row->failed(ask);
    if (status != 0)
        answers_fail(outcome.reply, status, answer);
    else if (row && row->told && !(order && op >= OP_HISTORY))
        row->told(&outcome);
    if (order)
        table->ordered((enum op)op, cookie, status, answer);
}

/* --- writing */

static struct writer writer = {
    .job = "write",
    .told = tell,
    .batch_max = 256,
    .batch_bytes_max = 1 << 20,
};

void operations_start(void)
{
    mortise_str nothing = {"", 0};

    if (!started && operations_write(OP_START, 0, nothing) == 0)
        started = true;
}

int operations_write(enum op op, mortise_reply reply, mortise_str ask)
{
    int error = writer_add(&writer, (int)op, reply, ask);

    mortise_metric_set(waiting, (double)writer.count);
    if (error != 0)
        mortise_metric_add(busy, 1);
    return error;
}

static int write_work(const mortise_work *work)
{
    return writer_work(work, store_writer, run);
}

static void write_done(mortise_job job, const mortise_done *done)
{
    writer_done(&writer, done);
    mortise_metric_set(waiting, (double)writer.count);
    if (done->status != 0)
        mortise_metric_add(failed, 1);
}

/* --- reading: each by itself, in one transaction that sees one state */

static int read_work(const mortise_work *work)
{
    struct record out = {0}, answer = {0};
    int error = database_begin(store_reader);

    if (error != 0)
        return error;
    int status = run(store_reader, (int)record_int(work->input, FIELD_OP),
                     work->input, &answer);
    database_end(store_reader, MORTISE_ENOENT); /* there is nothing to keep */
    if (status == 0)
        status = answer.error;
    record_put_int(&out, FIELD_STATUS, status);
    record_put_bytes(&out, FIELD_ASK, work->input);
    record_put_bytes(&out, FIELD_ANSWER, record_bytes(&answer));
    char *bytes = out.error == 0 ? mortise_work_output(work, out.n) : NULL;
    if (bytes)
        memcpy(bytes, out.p, out.n);
    record_free(&answer);
    record_free(&out);
    return bytes ? 0 : MORTISE_ENOMEM;
}

static void read_done(mortise_job job, const mortise_done *done)
{
    mortise_str ask = record_part(done->output, FIELD_ASK);
    int status = done->status != 0
                     ? done->status
                     : (int)record_int(done->output, FIELD_STATUS);

    tell((int)record_int(ask, FIELD_OP), done->cookie, ask, status,
         record_part(done->output, FIELD_ANSWER));
}

/* --- life */

static const mortise_job_kind jobs[] = {
    {"write", write_work, write_done},
    {"read", read_work, read_done},
};

int operations_init(const struct operations *given)
{
    table = given;
    messages = mortise_counter("messages_total",
                               "Messages that were said, with repeats.");
    waiting = mortise_gauge("waiting", "Operations that wait to be written.");
    busy = mortise_counter("busy_total", "Operations that were answered busy.");
    failed = mortise_counter("failed_total",
                             "Transactions that could not be written.");
    writer.waiting_max = (size_t)options.waiting;
    writer.waiting_bytes_max = (size_t)options.waiting_bytes;
    return mortise_jobs(jobs);
}

int operations_save(mortise_saving to)
{
    mortise_save_int(to, "started", started);
    return writer_save(&writer, to, "writer");
}

int operations_restore(mortise_saved from)
{
    started = mortise_saved_int(from, "started", 0) != 0;
    return writer_restore(&writer, from, "writer");
}

void operations_free(void)
{
    writer_free(&writer);
}
