/* SPDX-License-Identifier: MIT */
/*
 * mortise/jobs.h, looped back: both sides. The work itself is called where it
 * is: it sees nothing but bytes as it is.
 */
#include <mortise/jobs.h>
#include <string.h>

#include "internal.h"
#include "loopback.h"

enum {
    CALL_KINDS,
    CALL_START,
    CALL_CANCEL,
};

#define ROWS_MAX 64

struct row {
    struct loopback *plugin;
    mortise_work_call *work;
    mortise_done_call *done;
};

static struct row rows[ROWS_MAX];
static int row_count;

static void reset(void)
{
    row_count = 0;
}

/* --- the host's calls --- */

static void run(int number, mortise_job job, const mortise_done *far)
{
    struct loopback *l = rows[number].plugin;
    long left = kit_memory_pause();
    mortise_done done = {.size = sizeof(done)};
    struct wire w;

    wire_init(&w);
    wire_put(&w, (uint64_t)(int64_t)far->status);
    wire_put_text(&w, far->name);
    wire_put(&w, far->cookie);
    wire_put_str(&w, str_of(far->output.p, far->output.n));
    loopback_enter(l, NULL);
    done.status = (int32_t)wire_get(&w);
    done.name = loopback_get_text(l, &w);
    done.cookie = wire_get(&w);
    struct str output = arena_str(&l->near_host.arena, wire_get_str(&w));
    done.output = (mortise_str){output.p, output.n};
    wire_free(&w);
    kit_memory_resume(left);
    rows[number].done(job, &done);
    left = kit_memory_pause();
    loopback_leave(l);
    kit_memory_resume(left);
}

#define ROW(n)                                                                 \
    static void row_##n(mortise_job job, const mortise_done *done)             \
    {                                                                          \
        run(0x##n, job, done);                                                 \
    }
#define NAME(n) row_##n,

LOOPBACK_64(ROW, 0)
static mortise_done_call *const functions[ROWS_MAX] = {LOOPBACK_64(NAME, 0)};

/* --- the plugin's calls --- */

static int near_kinds(mortise_host table, const mortise_job_kind *from,
                      uint32_t count, uint32_t row_size)
{
    struct crossing c;

    assert(row_size == sizeof(mortise_job_kind) &&
           row_count + count <= ROWS_MAX);
    crossing_begin(&c, table, &loopback_jobs, CALL_KINDS);
    wire_put(&c.wire, count);
    for (uint32_t i = 0; i < count; i++) {
        wire_put_text(&c.wire, from[i].name);
        wire_put(&c.wire, (uint64_t)row_count);
        rows[row_count++] = (struct row){c.plugin, from[i].work, from[i].done};
    }
    return (int)crossing_number(&c);
}

static mortise_job near_start(mortise_host table, const char *name,
                              mortise_str input, uint64_t cookie)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_jobs, CALL_START);
    wire_put_text(&c.wire, name);
    wire_put_str(&c.wire, str_of(input.p, input.n));
    wire_put(&c.wire, cookie);
    return crossing_number(&c);
}

static int near_cancel(mortise_host table, mortise_job job)
{
    struct crossing c;
    crossing_begin(&c, table, &loopback_jobs, CALL_CANCEL);
    wire_put(&c.wire, job);
    return (int)crossing_number(&c);
}

static const struct mortise_jobs_table near_table = {
    .size = sizeof(struct mortise_jobs_table),
    .kinds = near_kinds,
    .start = near_start,
    .cancel = near_cancel,
};

/* --- the far side --- */

static uint64_t serve_kinds(struct service *s,
                            const struct mortise_jobs_table *t)
{
    uint32_t count = (uint32_t)wire_get(s->in);
    mortise_job_kind *kinds =
        arena_zalloc(&s->plugin->kept, (count + 1) * sizeof(*kinds));

    assert(kinds);
    for (uint32_t i = 0; i < count; i++) {
        const char *name = wire_get_text(s->in);
        const struct row *row = &rows[wire_get(s->in)];
        kinds[i].name =
            name ? arena_str(&s->plugin->kept, str_z(name)).p : NULL;
        kinds[i].work = row->work;
        kinds[i].done = row->done ? functions[row - rows] : NULL;
    }
    return (uint64_t)(int64_t)t->kinds(s->table, kinds, count, sizeof(*kinds));
}

static uint64_t serve_start(struct service *s,
                            const struct mortise_jobs_table *t)
{
    const char *name = wire_get_text(s->in);
    struct str input = wire_get_str(s->in);
    uint64_t cookie = wire_get(s->in);

    service_act(s);
    mortise_job job =
        t->start(s->table, name, (mortise_str){input.p, input.n}, cookie);
    service_acted(s);
    return job;
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_jobs_table *t = s->extension;
    uint64_t result;

    if (call == CALL_KINDS)
        result = serve_kinds(s, t);
    else if (call == CALL_START)
        result = serve_start(s, t);
    else
        result = (uint64_t)(int64_t)t->cancel(s->table, wire_get(s->in));
    wire_put(s->out, result);
}

const struct loopback_extension loopback_jobs = {
    .id = "mortise.jobs/1",
    .table = &near_table,
    .serve = serve,
    .reset = reset,
};
