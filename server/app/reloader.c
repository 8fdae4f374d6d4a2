/* SPDX-License-Identifier: MIT */
#include "app/reloader.h"

#include <inttypes.h>
#include <string.h>

#include "app/app_change.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/host.h"
#include "host/plugin/canary.h"
#include "host/reload/reload.h"
#include "host/services/settings.h"
#include "host/slots.h"

/* More of a line than a terminal shows; the log cuts it, too. */
#define REPORT_MAX 262144

/* A reload is at one of these points; the server serves in between. */
enum phase {
    PHASE_IDLE,
    PHASE_ASKED, /* it begins at the end of this turn */
    PHASE_TRYING /* the canary lives */
};

TAILQ_HEAD(reload_watch_list, reload_watch);

struct reloader {
    struct loop *loop;
    struct app *app;
    char *file;
    struct config *started, *config;
    bool listening;
    bool stopped;
    enum phase phase;
    bool again;      /* asked for while one was under way */
    uint32_t number; /* of the one that has begun last */
    struct deferred begin;
    /* Microseconds of the monotonic clock. */
    int64_t begun;
    int64_t resumed; /* when the loop began to stand still once more, */
    int64_t still;   /* and how long it had done so before */
    /* Of the one that is under way. */
    struct config *after;
    struct reload *reload;
    struct app_change *change;
    struct canary *canary;
    struct buf report; /* lines, in the end the outcome's */
    struct buf keys;   /* the lines about changed keys */
    uint32_t changed;  /* keys */
    struct reload_outcome outcome;
    struct reload_watch_list watches;
};

static void begin(struct deferred *deferred);

/* --- saying what has become of it --- */

/* The report as lines of the log. */
static void log_report(const struct reloader *r)
{
    struct str rest = buf_str(&r->report);

    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        log_write(r->outcome.good ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
                  "reload %" PRIu32 ": %.*s", r->outcome.number, STR_ARG(line));
    }
}

/* Who is not there although the configuration wants it. */
static void report_left_out(struct reloader *r)
{
    const struct config_plugin *entry;
    uint32_t cursor = 0;

    while ((entry = host_next_left_out(app_host(r->app), &cursor)))
        buf_printf(&r->report,
                   "  plugin %.*s is left out, for it crashes: mortise ctl "
                   "plugins says more\n",
                   STR_ARG(entry->name));
}

static void finish(struct reloader *r, bool good)
{
    struct reload_watch *watch;

    canary_free(r->canary);
    r->canary = NULL;
    reload_free(r->reload);
    r->reload = NULL;
    r->change = NULL;
    r->after = NULL;
    r->phase = PHASE_IDLE;
    r->outcome.number = r->number;
    r->outcome.good = good;
    app_host(r->app)->metrics.reloads[good]++;
    r->outcome.when = clock_wall_ms();
    if (good)
        report_left_out(r);
    r->outcome.text = buf_str(&r->report);
    log_report(r);
    while ((watch = TAILQ_FIRST(&r->watches)) && watch->number <= r->number) {
        TAILQ_REMOVE(&r->watches, watch, link);
        watch->ended(watch, &r->outcome);
    }
    if (r->again)
        reloader_request(r);
}

/* `why`: a line for each reason. */
static void refuse(struct reloader *r, struct str why)
{
    if (r->reload)
        reload_abandon(r->reload);
    app_change_abandon(r->change);
    buf_clear(&r->report);
    buf_append_z(&r->report, "refused, and nothing has changed:\n");
    while (why.n > 0) {
        struct str line = str_cut(&why, '\n');
        buf_printf(&r->report, "  %.*s\n", STR_ARG(line));
    }
    config_free(r->after);
    finish(r, false);
}

static void put_ms(struct buf *out, const char *what, int64_t us)
{
    buf_printf(out, "%s %" PRId64 ".%" PRId64, what, us / 1000, us / 100 % 10);
}

/* What comes behind the time that all of it took. */
#define STILL STR(", in which the loop stood still for")

static void report_times(struct reloader *r)
{
    const int64_t *took = r->reload->took;
    struct buf *out = &r->report;
    int64_t now = clock_mono_us();

    put_ms(out, "done in", now - r->begun);
    buf_printf(out, " ms%s", STILL.p);
    put_ms(out, "", r->still + now - r->resumed);
    put_ms(out, ": read", took[RELOAD_READ]);
    put_ms(out, ", init", took[RELOAD_INIT]);
    put_ms(out, ", save", took[RELOAD_SAVE]);
    put_ms(out, ", restore", took[RELOAD_RESTORE]);
    put_ms(out, ", commit", took[RELOAD_COMMIT]);
    if (took[RELOAD_CANARY] > 0)
        put_ms(out, "; the canary lived for", took[RELOAD_CANARY]);
    buf_append_char(out, '\n');
}

static void report_replaced(struct buf *out, const struct change *c)
{
    buf_printf(out, "  " HOST_PLUGIN " (%s) takes over from #%u (%s):",
               HOST_PLUGIN_ARG(c->after), c->after->version, c->before->number,
               c->before->version);
    if (c->build)
        buf_append_z(out, " a new build,");
    if (c->settings)
        buf_append_z(out, " new settings,");
    if (c->name_space)
        buf_append_z(out, " another namespace,");
    if (c->restored)
        buf_printf(out, " with a state of %zu bytes (version %u)", c->state.n,
                   c->version);
    else if (c->state.n > 0)
        buf_append_z(out, " its state was left behind");
    else
        buf_append_z(out, " without a state");
    if (c->timers > 0)
        buf_printf(out, ", %u timer%s", c->timers, c->timers == 1 ? "" : "s");
    if (c->timers_lost > 0)
        buf_printf(out, ", %u timer%s ended", c->timers_lost,
                   c->timers_lost == 1 ? " has" : "s have");
    buf_append_char(out, '\n');
}

static void report_change(struct buf *out, const struct change *c)
{
    switch (c->kind) {
    case CHANGE_NONE:
        buf_printf(out, "  " HOST_PLUGIN " is as it was\n",
                   HOST_PLUGIN_ARG(c->after));
        break;
    case CHANGE_ADDED:
        buf_printf(out, "  " HOST_PLUGIN " (%s) is new\n",
                   HOST_PLUGIN_ARG(c->after), c->after->version);
        break;
    case CHANGE_REMOVED:
        buf_printf(out, "  " HOST_PLUGIN " has gone\n",
                   HOST_PLUGIN_ARG(c->before));
        break;
    case CHANGE_REPLACED:
        report_replaced(out, c);
        break;
    }
}

static void report_success(struct reloader *r)
{
    buf_clear(&r->report);
    report_times(r);
    for (uint32_t i = 0; i < r->reload->count; i++)
        report_change(&r->report, &r->reload->changes[i]);
    if (r->reload->reordered)
        buf_append_z(&r->report, "  the plugins are asked in another order\n");
    if (r->reload->disconnected > 0)
        buf_printf(&r->report, "  %u socket%s in a namespace that has gone\n",
                   r->reload->disconnected,
                   r->reload->disconnected == 1 ? " was" : "s were");
    buf_append_str(&r->report, buf_str(&r->keys));
}

/* --- the reload --- */

/* What cannot be undone, after everything that can fail. */
static void conclude(struct reloader *r)
{
    struct config *before = r->config;
    struct buf why;

    buf_init(&why, REPORT_MAX);
    int error = reload_stage(r->reload, &why);
    if (error < 0) {
        refuse(r, buf_str(&why));
        buf_free(&why);
        return;
    }
    buf_free(&why);
    reload_commit(r->reload);
    app_change_commit(r->change);
    r->config = r->after;
    settings_warn_of_development(r->config);
    report_success(r);
    if (before != r->started)
        config_free(before);
    finish(r, true);
}

static void on_tried(void *user, struct str why)
{
    struct reloader *r = user;

    r->resumed = clock_mono_us();
    if (why.n > 0)
        refuse(r, why);
    else
        conclude(r);
}

static void on_key(void *user, const char *key, enum config_effect effect)
{
    static const char *const effects[] = {
        [CONFIG_LIVE] = "it is in effect",
        [CONFIG_NEXT] = "it is in effect for new connections",
        [CONFIG_RESTART] = "it waits for a restart",
    };
    struct reloader *r = user;

    r->changed++;
    if (strcmp(key, "plugins") == 0)
        return; /* told one by one */
    if (r->listening && strcmp(key, "listen") == 0)
        buf_append_z(&r->keys, "  listen has changed, but the command line "
                               "says where to listen\n");
    else
        buf_printf(&r->keys, "  %s has changed: %s\n", key, effects[effect]);
}

/* Everything up to the canary. */
static int prepare(struct reloader *r, struct buf *why)
{
    int error = config_load(r->file, &r->after, why);
    if (error == 0)
        error = config_compare(r->started, r->config, r->after, on_key, r);
    if (error < 0)
        return error;
    config_keep(r->after, r->started);
    error = reload_new(app_host(r->app), r->after, &r->reload, why);
    return error == 0 ? app_change_prepare(r->app, r->after, r->listening,
                                           &r->change, why)
                      : error;
}

/* Then nothing is touched. */
static bool nothing_changes(const struct reloader *r)
{
    return r->changed == 0 && !reload_changes_anything(r->reload) &&
           !app_change_moves_files(r->change);
}

static void tell_begun(const struct reloader *r)
{
    struct reload_watch *watch;

    TAILQ_FOREACH(watch, &r->watches, link)
    if (watch->begun && watch->number == r->number)
        watch->begun(watch);
}

static void begin(struct deferred *deferred)
{
    struct reloader *r = CONTAINER_OF(deferred, struct reloader, begin);
    struct buf why;

    r->again = false;
    r->begun = r->resumed = clock_mono_us();
    r->still = 0;
    r->number++;
    tell_begun(r);
    r->changed = 0;
    buf_clear(&r->keys);
    buf_init(&why, REPORT_MAX);
    int error = prepare(r, &why);
    if (error == 0 && nothing_changes(r)) {
        app_change_abandon(r->change);
        buf_clear(&r->report);
        buf_append_z(&r->report, "nothing has changed\n");
        config_free(r->after);
        finish(r, true);
        buf_free(&why);
        return;
    }
    if (error == 0 && canary_wanted(r->reload)) {
        r->phase = PHASE_TRYING;
        error = canary_start(r->reload, r->loop, on_tried, r, &r->canary, &why);
        r->still = clock_mono_us() - r->begun;
    } else if (error == 0) {
        conclude(r);
    }
    if (error < 0 && why.n == 0)
        buf_printf(&why, "%s\n", error_text(error));
    if (error < 0)
        refuse(r, buf_str(&why));
    buf_free(&why);
}

void reloader_request(struct reloader *r)
{
    if (r->stopped)
        return;
    if (r->phase != PHASE_IDLE) {
        r->again |= r->phase == PHASE_TRYING;
        return;
    }
    r->phase = PHASE_ASKED;
    loop_defer(r->loop, &r->begin);
}

/* --- around it --- */

struct reloader *reloader_new(struct loop *loop, struct app *app,
                              const char *file, struct config *config,
                              bool listening)
{
    struct reloader *r = mem_zalloc(sizeof(*r));
    char *copy = r ? mem_dupz(file, strlen(file)) : NULL;

    if (!copy) {
        mem_free(r);
        config_free(config);
        return NULL;
    }
    r->loop = loop;
    r->app = app;
    r->file = copy;
    r->started = r->config = config;
    r->listening = listening;
    deferred_init(&r->begin, begin);
    buf_init(&r->report, REPORT_MAX);
    buf_init(&r->keys, REPORT_MAX);
    TAILQ_INIT(&r->watches);
    return r;
}

void reloader_stop(struct reloader *r)
{
    r->stopped = true;
    r->again = false;
    deferred_cancel(&r->begin);
    if (r->phase == PHASE_TRYING)
        refuse(r, STR("the server is stopping\n"));
    r->phase = PHASE_IDLE;
}

void reloader_free(struct reloader *r)
{
    if (!r)
        return;
    if (r->config != r->started)
        config_free(r->config);
    config_free(r->started);
    buf_free(&r->report);
    buf_free(&r->keys);
    mem_free(r->file);
    mem_free(r);
}

void reloader_watch(struct reloader *r, struct reload_watch *watch)
{
    /* One that is being tried began before it was asked for. */
    watch->number = r->number + 1;
    TAILQ_INSERT_TAIL(&r->watches, watch, link);
}

void reloader_unwatch(struct reloader *r, struct reload_watch *watch)
{
    TAILQ_REMOVE(&r->watches, watch, link);
}

const struct reload_outcome *reloader_last(const struct reloader *r)
{
    return &r->outcome;
}

const struct config *reloader_config(const struct reloader *r)
{
    return r->config;
}

struct str reload_outcome_summary(const struct reload_outcome *outcome)
{
    struct str text = outcome->text;
    size_t n = str_find(text, '\n'), colon = str_find(text, ':');
    const char *times =
        text.n > 0 ? memmem(text.p, text.n, STILL.p, STILL.n) : NULL;

    n = colon < n ? colon : n;
    if (times && (size_t)(times - text.p) < n)
        n = (size_t)(times - text.p);
    return str_of(text.p, n);
}

const char *reloader_file(const struct reloader *r)
{
    return r->file;
}
