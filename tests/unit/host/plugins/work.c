/* SPDX-License-Identifier: MIT */
/* Jobs: texts that are turned around, off the loop and back. */
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <mortise/jobs.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static mortise_job last;
static atomic_int held; /* how many of "hold" have begun */
static atomic_int open; /* they may go on */

static int reverse(const mortise_work *work)
{
    size_t n = work->input.n;
    char *out = (char *)mortise_work_output(work, n);
    if (!out)
        return MORTISE_ENOMEM;
    for (size_t i = 0; i < n; i++)
        out[i] = work->input.p[n - 1 - i];
    return work->input.p[n] == '\0' ? (int)work->cookie : -1;
}

static int big(const mortise_work *work)
{
    int too_much = mortise_work_output(work, (size_t)65 << 20) == NULL;
    char *out = (char *)mortise_work_output(work, 3);
    out[1] = (char)too_much;
    return strcmp(work->name, "big") == 0 && out[0] == 0 ? 0 : -1;
}

static int hold(const mortise_work *work)
{
    mortise_log(MORTISE_DEBUG, "holds since %d", mortise_now() > 0);
    atomic_fetch_add(&held, 1);
    while (!atomic_load(&open))
        usleep(1000);
    return 0;
}

static void on_done(mortise_job job, const mortise_done *done)
{
    SAY("%s %d, cookie %d: %.*s, cancel %d", done->name, done->status,
        (int)done->cookie, (int)done->output.n, done->output.p,
        mortise_job_cancel(job));
    mortise_emit(mortise_all("/", NULL), "done", "S", done->output);
}

static void on_big(mortise_job job, const mortise_done *done)
{
    SAY("%s %d: %d bytes, refused %d", done->name, done->status,
        (int)done->output.n, done->output.n == 3 && done->output.p[1]);
    last = mortise_job_start("reverse", done->output, 9);
}

static const mortise_job_kind kinds[] = {
    {"reverse", reverse, on_done},
    {"big", big, on_big},
    {"hold", hold, on_done},
    {"silent", reverse, NULL},
};
static const mortise_job_kind twice[] = {{"a", reverse, NULL},
                                         {"a", reverse, NULL}};
static const mortise_job_kind empty[] = {{"a", NULL, on_done}};

/* start, kind, text, cookie */
static void on_start(mortise_socket from, const mortise_event *event)
{
    mortise_str text = {"", 0};
    mortise_bytes(mortise_arg(event, 1), &text);
    last = mortise_job_start(mortise_text(mortise_arg(event, 0), ""), text,
                             (uint64_t)mortise_int(mortise_arg(event, 2), 0));
    SAY("start %d", last != 0);
}

static void on_cancel(mortise_socket from, const mortise_event *event)
{
    int first = mortise_job_cancel(last);
    SAY("cancel %d %d", first, mortise_job_cancel(last));
}

static void on_wait(mortise_socket from, const mortise_event *event)
{
    while (atomic_load(&held) < (int)mortise_int(mortise_arg(event, 0), 0))
        usleep(1000);
}

static void on_open(mortise_socket from, const mortise_event *event)
{
    atomic_store(&open, 1);
}

static int init(mortise_value settings)
{
    const char *wrong = mortise_text(mortise_get(settings, "wrong"), "");
    mortise_str text = {"abc", 3};

    if (strcmp(wrong, "twice") == 0)
        return mortise_jobs(twice);
    if (strcmp(wrong, "empty") == 0)
        return mortise_jobs(empty);
    int error = mortise_jobs(kinds);
    if (mortise_bool(mortise_get(settings, "start"), 0))
        last = mortise_job_start("reverse", text, 5);
    return error == 0 ? (int)mortise_int(mortise_get(settings, "returns"), 0)
                      : error;
}

static void fini(void)
{
    mortise_str text = {"abc", 3};
    atomic_store(&open, 1);
    SAY("fini, start %d", mortise_job_start("reverse", text, 5) != 0);
}

static const mortise_handler handlers[] = {
    {"start", on_start},
    {"cancel", on_cancel},
    {"wait", on_wait},
    {"open", on_open},
};

MORTISE_PLUGIN("work", "1.0.0", .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers));
