/* SPDX-License-Identifier: MIT */
/* What should not happen: crashes in everything that the host calls, callbacks
 * that take long, memory that is not freed. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mortise/http.h>
#include <mortise/jobs.h>
#include <mortise/memory.h>
#include <mortise/services.h>

/* Not NULL, which a sanitizer would find before the processor does. */
static volatile uintptr_t nowhere = 16;

/* Ends with the stack, and not before: what is in use after the call cannot be
 * left out. */
static int dig(volatile int *above)
{
    volatile int here[1024];
    here[0] = above ? *above + 1 : 0;
    return (nowhere == 0 ? 0 : dig(here)) + here[0];
}

static void crash(const char *how)
{
    if (strcmp(how, "segv") == 0)
        *(volatile char *)nowhere = 1;
    else if (strcmp(how, "stack") == 0)
        dig(NULL);
    else if (strcmp(how, "abort") == 0)
        abort();
    else if (strcmp(how, "fpe") == 0)
        raise(SIGFPE);
    else if (strcmp(how, "ill") == 0)
        raise(SIGILL);
    else if (strcmp(how, "bus") == 0)
        raise(SIGBUS);
}

static const char *how_of(const mortise_event *event)
{
    return mortise_text(mortise_arg(event, 0), "segv");
}

static void on_crash(mortise_socket from, const mortise_event *event)
{
    crash(how_of(event));
}

static void on_disconnect(mortise_socket from, const mortise_event *event)
{
    if (mortise_room_size(NULL, "goodbye") > 0)
        crash("segv");
}

static void on_goodbye(mortise_socket from, const mortise_event *event)
{
    mortise_join(from, "goodbye");
}

/* ms: nothing happens meanwhile. */
static void on_slow(mortise_socket from, const mortise_event *event)
{
    usleep((useconds_t)mortise_int(mortise_arg(event, 0), 0) * 1000);
    mortise_ack(event, "");
}

/* Never returns. */
static void on_hang(mortise_socket from, const mortise_event *event)
{
    mortise_log(MORTISE_INFO, "hangs");
    for (;;)
        pause();
}

static void on_timer(mortise_socket from, const mortise_event *event)
{
    mortise_after("tick", 0, 0, 0);
}

static void on_ask(mortise_socket from, const mortise_event *event)
{
    mortise_emit_ack(from, "answer", 10000, 0, "question", "");
}

static void on_job(mortise_socket from, const mortise_event *event)
{
    const char *how = how_of(event);
    mortise_str input = {how, strlen(how)};
    mortise_job_start("dig", input, 0);
}

static void on_done(mortise_socket from, const mortise_event *event)
{
    mortise_str input = {"", 0};
    mortise_job_start("nothing", input, 0);
}

static void on_service(mortise_socket from, const mortise_event *event)
{
    mortise_value answer;
    mortise_ask(&answer, "crash.now", 1, "");
}

/* Takes so many bytes, and keeps them. */
static void on_keep(mortise_socket from, const mortise_event *event)
{
    int64_t bytes = mortise_int(mortise_arg(event, 0), 0);
    mortise_ack(event, "b", mortise_alloc((size_t)bytes) != NULL);
}

static int work(const mortise_work *work)
{
    if (work->input.n > 0)
        crash(work->input.p);
    return 0;
}

static void done(mortise_job job, const mortise_done *done)
{
    crash("segv");
}

static mortise_value serve(const mortise_asked *asked)
{
    crash("segv");
    return NULL;
}

static void on_route(mortise_request request, const mortise_http *http)
{
    crash("segv");
}

static const mortise_handler handlers[] = {
    {"crash", on_crash},
    {"slow", on_slow},
    {"hang", on_hang},
    {"timer", on_timer},
    {"ask", on_ask},
    {"job", on_job},
    {"done", on_done},
    {"service", on_service},
    {"keep", on_keep},
    {"goodbye", on_goodbye},
    {MORTISE_DISCONNECT, on_disconnect},
};
static const mortise_handler timers[] = {{"tick", on_crash}};
static const mortise_handler acks[] = {{"answer", on_crash}};
static const mortise_job_kind jobs[] = {{"dig", work, NULL},
                                        {"nothing", work, done}};
static const mortise_service services[] = {{"crash.now", 1, serve}};
static const mortise_route routes[] = {{"GET", "/crash/:how", on_route}};

static int init(mortise_value settings)
{
    int error = mortise_jobs(jobs);

    crash(mortise_text(mortise_get(settings, "init"), ""));
    if (error == 0)
        error = mortise_offer(services);
    return error == 0 ? mortise_http_routes(routes) : error;
}

static void fini(void)
{
    mortise_log(MORTISE_INFO, "fini");
}

MORTISE_PLUGIN("crash", "1.2.0", .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .acks = MORTISE_TABLE(acks));
