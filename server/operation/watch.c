/* SPDX-License-Identifier: MIT */
#include "operation/watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "host/plugin/places.h"
#include "net/file_watch.h"

/* A build writes more than one file, and some of them twice: the reload begins
 * when it has been quiet for so long; or after so long, whatever happens. */
#define QUIET_MS   150
#define PATIENT_MS 2000

/* What has changed, as far as a line has room for it. */
struct news {
    char first[256]; /* empty: nothing */
    bool more;
};

struct watch {
    struct loop *loop;
    struct reloader *reloader;
    struct reload_watch reload;
    struct file_watch *files;
    struct timer quiet;
    int64_t since;     /* when the first of `fresh` was */
    struct news fresh; /* no reload was asked for yet */
    struct news asked; /* the reload that we watch is for these */
};

/* --- what is watched --- */

struct paths {
    char **items;
    uint32_t count, cap;
};

static void free_paths(struct paths *paths)
{
    while (paths->count > 0)
        mem_free(paths->items[--paths->count]);
    mem_free(paths->items);
}

/* Takes the path over. */
static int add_path(struct paths *paths, char *path)
{
    int error = mem_grow((void **)&paths->items, &paths->cap,
                         (size_t)paths->count + 1, sizeof(paths->items[0]));
    if (error == 0 && path)
        paths->items[paths->count++] = path;
    else
        mem_free(path);
    return path ? error : ERR_NOMEM;
}

static int find_paths(const struct watch *w, struct paths *paths)
{
    const struct config *config = reloader_config(w->reloader);
    const char *file = reloader_file(w->reloader);
    struct buf why;

    buf_init(&why, 4096);
    int error = add_path(paths, mem_dupz(file, strlen(file)));
    for (uint32_t i = 0; i < config->plugin_count && error == 0; i++) {
        char *path;
        if (!config->plugins[i].enabled)
            continue;
        error = places_find_plugin(config, &config->plugins[i], &path, &why);
        if (error == 0)
            error = add_path(paths, path);
    }
    buf_free(&why);
    return error;
}

/* Watches what is in effect; if that fails, what was before. */
static int arm(struct watch *w)
{
    struct paths paths = {0};

    int error = find_paths(w, &paths);
    if (error == 0)
        error = file_watch_set(w->files, paths.items, paths.count);
    free_paths(&paths);
    return error;
}

/* --- what has changed --- */

static void on_changed(void *user, const char *path)
{
    struct watch *w = user;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    int64_t now = loop_now(w->loop), due = now + QUIET_MS;

    if (w->fresh.first[0] == '\0') {
        snprintf(w->fresh.first, sizeof(w->fresh.first), "%s", name);
        w->since = now;
    } else if (strcmp(w->fresh.first, name) != 0) {
        w->fresh.more = true;
    }
    if (due > w->since + PATIENT_MS)
        due = w->since + PATIENT_MS;
    /* Without memory for it the change is lost, and the next one is not. */
    timer_start_at(&w->loop->timers, &w->quiet, due);
}

static void on_quiet(struct timer *timer)
{
    struct watch *w = CONTAINER_OF(timer, struct watch, quiet);

    /* One that is under way may have read the file before. */
    reloader_unwatch(w->reloader, &w->reload);
    reloader_watch(w->reloader, &w->reload);
    w->asked = w->fresh;
    w->fresh = (struct news){.more = false};
    reloader_request(w->reloader);
}

static void on_ended(struct reload_watch *watch,
                     const struct reload_outcome *outcome)
{
    struct watch *w = CONTAINER_OF(watch, struct watch, reload);
    struct str summary = reload_outcome_summary(outcome);

    if (w->asked.first[0] != '\0')
        log_write(outcome->good ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
                  "watch: %s%s: reload %" PRIu32 ": %.*s", w->asked.first,
                  w->asked.more ? " and others have changed" : " has changed",
                  outcome->number, STR_ARG(summary));
    w->asked = (struct news){.more = false};
    int error = outcome->good ? arm(w) : 0;
    if (error < 0)
        log_warn("watch: what is new is not watched: %s", error_text(error));
    reloader_watch(w->reloader, &w->reload);
}

/* --- around it --- */

int watch_new(struct loop *loop, struct reloader *reloader,
              struct watch **ret_watch, struct buf *why)
{
    struct watch *w = mem_zalloc(sizeof(*w));

    if (!w)
        return ERR_NOMEM;
    w->loop = loop;
    w->reloader = reloader;
    w->reload.ended = on_ended;
    timer_init(&w->quiet, on_quiet);
    reloader_watch(reloader, &w->reload);
    int error = file_watch_new(loop, on_changed, w, &w->files);
    if (error == ERR_IO)
        buf_printf(why, "--watch: %s\n", strerror(errno));
    if (error == 0)
        error = arm(w);
    if (error < 0) {
        watch_free(w);
        return error;
    }
    log_info("watch: plugins and configuration are reloaded when they change");
    *ret_watch = w;
    return 0;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    timer_stop(&w->loop->timers, &w->quiet);
    file_watch_free(w->files);
    reloader_unwatch(w->reloader, &w->reload);
    mem_free(w);
}
