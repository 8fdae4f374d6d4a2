/* SPDX-License-Identifier: MIT */
/* Matches across a reload, and across a restart of the server. */
#include "live/live_state.h"

#include <string.h>

#include "live/thinking.h"
#include "live/watches.h"
#include "store/store.h"

/* Applies so many entries of the log: 0, or an error when one cannot be. */
static int fold(const struct live *live, struct match *match, size_t *offset,
                uint32_t count)
{
    struct entry entry;

    while (match->number < count) {
        if (!entries_next(&live->log, offset, &entry) ||
            match_check(match, &entry).code)
            return MORTISE_EINVAL;
        match_apply(match, &entry);
    }
    return 0;
}

static int fold_all(struct live *live, uint32_t shown, uint32_t late)
{
    size_t offset = 0;
    int error = fold(live, &live->head, &offset, live->log.count);

    if (error == 0)
        error = fold(live, &live->shown, &live->shown_offset, shown);
    if (error == 0)
        error = fold(live, &live->late, &live->late_offset, late);
    return error;
}

int live_load(const char *id, const struct match_options *options,
              struct entries *entries)
{
    struct live *live = live_make(id, 0, options);

    if (!live)
        return MORTISE_ENOMEM;
    live->log = *entries;
    memset(entries, 0, sizeof(*entries));
    live->restarted = true;
    if (fold_all(live, live->log.count,
                 options->delay == 0 ? live->log.count : 0) < 0) {
        mortise_log(
            MORTISE_WARN,
            "the log of match %s does not fit its rules: it is left alone", id);
        live_drop(live);
    }
    return 0;
}

void live_begin(void)
{
    struct live *live = NULL;

    while ((live = live_next(live))) {
        if (live->restarted) {
            live->restarted = false;
            live_add(live, ENTRY_RESTART, NOBODY, "", NULL);
        }
        live_schedule(live);
    }
    players_load();
}

/* --- a reload */

static void save_one(const struct live *live, mortise_saving to)
{
    struct record options = {0};

    store_put_options(&options, &live->head.options);
    mortise_save_open(to, "match");
    mortise_save_text(to, "id", live->id);
    mortise_save_int(to, "key", (int64_t)live->key);
    mortise_save_bytes(to, "options", record_bytes(&options));
    mortise_save_bytes(to, "log",
                       (mortise_str){(const char *)live->log.p, live->log.n});
    mortise_save_int(to, "count", live->log.count);
    mortise_save_int(to, "shown", live->shown.number);
    mortise_save_int(to, "late", live->late.number);
    mortise_save_int(to, "generation", live->generation);
    mortise_save_int(to, "timer", (int64_t)live->timer);
    mortise_save_int(to, "timer_at", live->timer_at);
    mortise_save_int(to, "not_before", live->not_before);
    mortise_save_int(to, "thinking", live->thinking);
    mortise_save_int(to, "restarted", live->restarted);
    for (const struct watch *w = live->watches; w; w = w->next) {
        mortise_save_open(to, "watch");
        mortise_save_int(to, "socket", (int64_t)w->client->socket);
        mortise_save_close(to);
    }
    mortise_save_close(to);
    record_free(&options);
}

int live_save(mortise_saving to)
{
    int thinking = 0;

    for (struct live *live = NULL; (live = live_next(live));) {
        save_one(live, to);
        thinking += live->thinking;
    }
    mortise_save_int(to, "thinking", thinking);
    return writer_save(&live_writer, to, "writer");
}

static int restore_log(struct live *live, mortise_saved from)
{
    mortise_str log = {"", 0};
    struct entries saved = {0};
    struct entry entry;
    size_t offset = 0;

    mortise_saved_bytes(from, "log", &log);
    saved.p = (unsigned char *)(uintptr_t)log.p;
    saved.n = log.n;
    while (entries_next(&saved, &offset, &entry))
        if (entries_add(&live->log, &entry) < 0)
            return MORTISE_ENOMEM;
    if (live->log.count != mortise_saved_int(from, "count", -1))
        return MORTISE_EINVAL;
    return fold_all(live, (uint32_t)mortise_saved_int(from, "shown", 0),
                    (uint32_t)mortise_saved_int(from, "late", 0));
}

static int restore_one(mortise_saved from)
{
    struct match_options options;
    mortise_saved each;
    mortise_str bytes = {"", 0};
    struct live *live;
    int error;

    mortise_saved_bytes(from, "options", &bytes);
    if (store_options(bytes, &options) < 0)
        return MORTISE_EINVAL;
    live = live_make(mortise_saved_text(from, "id", ""),
                     (uint64_t)mortise_saved_int(from, "key", 0), &options);
    if (!live)
        return MORTISE_ENOMEM;
    error = restore_log(live, from);
    live->generation = (uint32_t)mortise_saved_int(from, "generation", 0);
    live->timer = (mortise_timer)mortise_saved_int(from, "timer", 0);
    live->timer_at = mortise_saved_int(from, "timer_at", 0);
    live->not_before = mortise_saved_int(from, "not_before", 0);
    live->thinking = mortise_saved_int(from, "thinking", 0) != 0;
    live->restarted = mortise_saved_int(from, "restarted", 0) != 0;
    while (error == 0 && (each = mortise_saved_next(from, "watch")) != 0) {
        struct client *client =
            clients_get((mortise_socket)mortise_saved_int(each, "socket", 0));
        if (client && !watch_add(live, client))
            error = MORTISE_ENOMEM; /* no client: it has gone */
    }
    return error;
}

int live_restore(mortise_saved from)
{
    mortise_saved each;
    int error = 0;

    while (error == 0 && (each = mortise_saved_next(from, "match")) != 0)
        error = restore_one(each);
    thinking_restore((int)mortise_saved_int(from, "thinking", 0));
    return error == 0 ? writer_restore(&live_writer, from, "writer") : error;
}
