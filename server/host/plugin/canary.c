/* SPDX-License-Identifier: MIT */
#include "host/plugin/canary.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/config.h"
#include "host/reload/blob.h"
#include "host/host.h"
#include "host/reload/complaint.h"
#include "host/reload/reload.h"
#include "host/slots.h"
#include "net/child.h"

#define OUTPUT_MAX 65536

/* A line with this in front says what is being tried, and with nothing else
 * that all is well; others, what is wrong. */
#define STEP_MARK '.'

/* --- what is said between the two ---
 * Fields: a length of 4 bytes, least significant first, and the bytes. First
 * the name and the text of the configuration, then name, private copy and
 * sealed state of each plugin. */

static void put_field(struct buf *out, struct str field)
{
    for (int i = 0; i < 4; i++)
        buf_append_char(out, (char)(field.n >> (8 * i)));
    buf_append_str(out, field);
}

static bool take_field(struct str *rest, struct str *ret_field)
{
    const unsigned char *p = (const unsigned char *)rest->p;
    if (rest->n < 4)
        return false;
    size_t n =
        p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
    if (rest->n - 4 < n)
        return false;
    *ret_field = str_of(rest->p + 4, n);
    *rest = str_of(rest->p + 4 + n, rest->n - 4 - n);
    return true;
}

/* --- the server's side --- */

struct canary {
    struct reload *reload;
    struct child *child;
    int64_t begin;
    void (*ended)(void *user, struct str why);
    void *user;
};

bool canary_wanted(const struct reload *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (change_is_new(&r->changes[i]))
            return r->config->reload.canary;
    return false;
}

static int write_request(struct reload *r, struct buf *out, struct buf *why)
{
    int first_error = 0;

    put_field(out, r->config->file);
    put_field(out, r->config->text);
    for (uint32_t i = 0; i < r->count; i++) {
        struct change *c = &r->changes[i];
        struct buf reason;
        if (!change_is_new(c))
            continue;
        buf_init(&reason, BUF_MAX);
        int error = reload_save(r, c, &reason);
        if (error < 0)
            reload_complain(r, c, buf_str(&reason), why);
        if (first_error == 0)
            first_error = error;
        buf_free(&reason);
        put_field(out, str_z(c->slot->name));
        put_field(out, str_z(c->after->file));
        put_field(out, buf_str(&c->state));
    }
    return first_error < 0 ? first_error : out->error;
}

/* The lines of its output but for its steps, of which the last one is told
 * apart; it is empty when all is well. */
static void read_output(struct str output, struct str *ret_step,
                        struct buf *why)
{
    *ret_step = STR("loading");
    while (output.n > 0) {
        struct str line = str_cut(&output, '\n');
        if (line.n > 0 && line.p[0] == STEP_MARK)
            *ret_step = str_of(line.p + 1, line.n - 1);
        else if (line.n > 0)
            buf_printf(why, "%.*s\n", STR_ARG(line));
    }
}

static void on_ended(void *user, const struct child_end *end)
{
    struct canary *canary = user;
    struct reload *r = canary->reload;
    struct str step;
    struct buf why;

    r->took[RELOAD_CANARY] = clock_mono_us() - canary->begin;
    buf_init(&why, BUF_MAX);
    read_output(end->output, &step, &why);
    if (end->timed_out)
        buf_printf(&why,
                   "the canary: %.*s did not end within %lld ms "
                   "(reload.timeout)\n",
                   STR_ARG(step), (long long)r->config->reload.timeout);
    else if (WIFSIGNALED(end->status))
        buf_printf(&why, "the canary: %.*s crashed with %s\n", STR_ARG(step),
                   strsignal(WTERMSIG(end->status)));
    else if (why.n == 0 && (WEXITSTATUS(end->status) != 0 || step.n > 0))
        buf_printf(&why, "the canary: %.*s ended the process\n", STR_ARG(step));
    canary->ended(canary->user, buf_str(&why));
    buf_free(&why);
}

int canary_start(struct reload *r, struct loop *loop,
                 void (*ended)(void *user, struct str why), void *user,
                 struct canary **ret_canary, struct buf *why)
{
    char name[] = "mortise", option[] = "--canary";
    char *const argv[] = {name, option, NULL};
    struct canary *canary = mem_zalloc(sizeof(*canary));
    struct buf request;

    if (!canary)
        return ERR_NOMEM;
    canary->reload = r;
    canary->begin = clock_mono_us();
    canary->ended = ended;
    canary->user = user;
    buf_init(&request, BUF_MAX);
    int error = write_request(r, &request, why);
    r->took[RELOAD_SAVE] = clock_mono_us() - canary->begin;
    struct child_options options = {.path = child_this_program,
                                    .argv = argv,
                                    .input = buf_str(&request),
                                    .output_max = OUTPUT_MAX,
                                    .timeout = r->config->reload.timeout};
    if (error == 0) {
        error = child_new(loop, &options, on_ended, canary, &canary->child);
        if (error < 0)
            buf_printf(why, "the canary does not start: %s\n",
                       error == ERR_IO ? strerror(errno) : error_text(error));
    }
    buf_free(&request);
    if (error == 0)
        *ret_canary = canary;
    else
        canary_free(canary);
    return error;
}

void canary_free(struct canary *canary)
{
    if (!canary)
        return;
    child_free(canary->child);
    mem_free(canary);
}

/* --- the other process --- */

/* To the server; what plugins print is none of it. */
static FILE *report;

/* What a plugin says of itself belongs to what is wrong with it. */
static struct buf journal;

static void write_down(void *user, enum log_level level, const char *text)
{
    if (level <= LOG_LEVEL_WARN)
        buf_printf(&journal, "  %s\n", text);
}

static void say_step(struct str plugin, const char *step)
{
    fprintf(report, "%c%s of plugin \"%.*s\"\n", STEP_MARK, step,
            STR_ARG(plugin));
    fflush(report);
}

static int start(struct generation *g, const struct config *config,
                 const struct config_plugin *entry, struct buf *why)
{
    struct settings *settings = &g->host->settings;

    say_step(entry->name, "init");
    settings->config = config;
    int said = generation_start(g, entry->settings);
    settings->config = NULL;
    if (settings->complaints.n > 0)
        buf_append_str(why, buf_str(&settings->complaints));
    else if (said != 0)
        buf_printf(why, "%.*s:%u:%u: plugin \"%s\": its init returned %d\n",
                   STR_ARG(config->file), entry->line, entry->column, g->name,
                   said);
    buf_clear(&settings->complaints);
    return why->n == 0 ? 0 : ERR_DENIED;
}

static int cross(struct generation *g, const struct config_plugin *entry,
                 struct str state, struct buf *why)
{
    struct buf again, reason;
    struct blob blob;
    int error = 0;

    buf_init(&again, BLOB_BODY_MAX);
    buf_init(&reason, BUF_MAX);
    if (state.n > 0 && state_restores(g)) {
        say_step(entry->name, "restore");
        error = blob_open(state, &blob, &reason);
        if (error == 0)
            error = state_restore(g, blob.version, blob.body, &reason);
        if (entry->fresh_state)
            error = 0;
    }
    if (error == 0 && state_saves(g)) {
        say_step(entry->name, "save");
        error = state_save(g, &again, &reason);
    }
    if (error < 0)
        buf_printf(why, "plugin \"%s\": %.*s\n", g->name,
                   STR_ARG(buf_str(&reason)));
    buf_free(&again);
    buf_free(&reason);
    return error;
}

static int try_plugin(struct host *host, const struct config *config,
                      struct str name, struct str copy, struct str state,
                      struct buf *why)
{
    const struct config_plugin *entry = config_find_plugin(config, name);
    struct plugin_slot *slot = host_slot(host, name);
    struct generation *g = NULL;
    struct buf reason;

    if (!entry || !slot)
        return entry ? ERR_NOMEM : ERR_NOENT;
    buf_init(&reason, BUF_MAX);
    say_step(name, "loading");
    char *path = mem_dupz(copy.p, copy.n);
    int error =
        path ? generation_of_copy(slot, entry->name_space, path, 1, &g, &reason)
             : ERR_NOMEM;
    if (error == 0)
        error = generation_open(g, &reason);
    if (error < 0)
        buf_printf(why, "plugin \"%.*s\": %.*s\n", STR_ARG(name),
                   STR_ARG(buf_str(&reason)));
    if (error == 0)
        error = start(g, config, entry, why);
    if (error == 0)
        error = cross(g, entry, state, why);
    if (error == 0) {
        say_step(name, "fini");
        generation_stop(g);
    }
    mem_free(path);
    buf_free(&reason);
    return error; /* what was made ends with the process */
}

static int try_all(struct str request, struct buf *why)
{
    struct str file, text, name, copy, state;
    struct config *config;
    struct timers timers;
    int first_error = ERR_SYNTAX;
    char *z = NULL;

    timers_init(&timers, 0);
    if (take_field(&request, &file) && take_field(&request, &text) &&
        (z = mem_dupz(file.p, file.n)))
        first_error = config_parse(z, text, &config, why);
    struct host *host = first_error == 0 ? host_new(&timers, config) : NULL;
    if (!host)
        return first_error == 0 ? ERR_NOMEM : first_error;
    host->staging = true;
    while (take_field(&request, &name) && take_field(&request, &copy) &&
           take_field(&request, &state)) {
        int error = try_plugin(host, config, name, copy, state, why);
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}

/* From here on stdout is stderr, for whoever prints there. */
static bool take_stdout(void)
{
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

    report = fd < 0 ? NULL : fdopen(fd, "w");
    return report && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

/* A plugin has ended the process, which is a failure whatever its status. What
 * else waits for the end, such as a search for leaks, is not of interest. */
static void on_exit_of_plugin(void)
{
    _exit(EXIT_FAILURE);
}

int canary_run(void)
{
    struct buf request, why;
    ssize_t n;

    /* When the server is killed nobody ends one that hangs. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!take_stdout() || atexit(on_exit_of_plugin) != 0)
        return EXIT_FAILURE;
    buf_init(&request, BUF_MAX);
    buf_init(&why, OUTPUT_MAX / 2);
    buf_init(&journal, OUTPUT_MAX / 4);
    log_set_sink(write_down, NULL);
    do {
        if (buf_grow(&request, 65536) < 0)
            return EXIT_FAILURE;
        n = read(STDIN_FILENO, request.p + request.n, request.cap - request.n);
        if (n > 0)
            request.n += (size_t)n;
    } while (n > 0);
    int error = n < 0 ? ERR_IO : try_all(buf_str(&request), &why);
    if (error < 0 && why.n == 0)
        buf_printf(&why, "the canary: %s\n", error_text(error));
    if (error < 0)
        fprintf(report, "%.*s%.*s", STR_ARG(buf_str(&why)),
                STR_ARG(buf_str(&journal)));
    else
        fprintf(report, "%c\n", STEP_MARK);
    fflush(report);
    fflush(stdout);
    /* No destructors, no exit handlers: whatever a plugin has begun. */
    _exit(error < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}
