/* SPDX-License-Identifier: MIT */
#include "operation/surroundings.h"

#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "operation/control.h"
#include "operation/notify.h"
#include "operation/watch.h"
#include "playground/playground.h"

struct surroundings {
    struct notify *notify;
    struct control *control;
    struct watch *watch;
    struct reloader *reloader;
    struct playground *playground;
    struct reload_watch reloads; /* for the playground */
    bool watching;
};

static void on_begun(struct reload_watch *watch)
{
    struct surroundings *s = CONTAINER_OF(watch, struct surroundings, reloads);
    playground_reload_begun(s->playground, watch->number);
}

static void on_ended(struct reload_watch *watch,
                     const struct reload_outcome *outcome)
{
    struct surroundings *s = CONTAINER_OF(watch, struct surroundings, reloads);
    playground_reload_ended(s->playground, outcome->number, outcome->good,
                            outcome->text);
    reloader_watch(s->reloader, watch);
}

static void stop_watching(struct surroundings *s)
{
    if (s->watching)
        reloader_unwatch(s->reloader, &s->reloads);
    s->watching = false;
}

static struct control *open_control(struct loop *loop,
                                    struct reloader *reloader, struct app *app)
{
    struct control *control = NULL;
    struct buf why;

    buf_init(&why, BUF_MAX);
    int error = control_new(loop, reloader, app_host(app), app_engine(app),
                            &control, &why);
    if (error < 0 && why.n == 0)
        buf_append_z(&why, error_text(error));
    if (error < 0)
        log_warn("mortise ctl has no way to this server: %.*s",
                 (int)str_find(buf_str(&why), '\n'), why.p);
    buf_free(&why);
    return control;
}

int surroundings_new(struct loop *loop, struct reloader *reloader,
                     struct app *app, bool watch,
                     struct surroundings **ret_surroundings, struct buf *why)
{
    struct surroundings *s = mem_zalloc(sizeof(*s));
    int error = ERR_NOMEM;

    if (!s)
        return error;
    s->notify = notify_new(loop, reloader, app_host(app));
    if (s->notify)
        error = watch ? watch_new(loop, reloader, &s->watch, why) : 0;
    if (error < 0) {
        surroundings_free(s);
        return error;
    }
    s->control = open_control(loop, reloader, app);
    s->reloader = reloader;
    s->playground = app_playground(app);
    s->reloads = (struct reload_watch){.begun = on_begun, .ended = on_ended};
    reloader_watch(reloader, &s->reloads);
    s->watching = true;
    *ret_surroundings = s;
    return 0;
}

void surroundings_ready(struct surroundings *s)
{
    notify_ready(s->notify);
}

void surroundings_stop(struct surroundings *s)
{
    notify_stopping(s->notify);
    stop_watching(s);
    control_free(s->control);
    s->control = NULL;
    watch_free(s->watch);
    s->watch = NULL;
}

void surroundings_free(struct surroundings *s)
{
    if (!s)
        return;
    stop_watching(s);
    control_free(s->control);
    watch_free(s->watch);
    notify_free(s->notify);
    mem_free(s);
}
