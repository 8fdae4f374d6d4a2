/* SPDX-License-Identifier: MIT */
#include "host/calls/writers.h"

#include "base/mem.h"
#include "host/calls/plugin_log.h"

struct host_writer *writers_add(struct host *host, enum writer_kind kind)
{
    struct host_writer *w = mem_zalloc(sizeof(*w));
    if (!w)
        return NULL;
    w->kind = kind;
    sio_builder_init(&w->builder, host->builder.out.max,
                     host->builder.max_attachments);
    w->next = host->writers;
    host->writers = w;
    return w;
}

struct host_writer *writers_find(const struct generation *g,
                                 mortise_writer number)
{
    struct host_writer *w = g->host->writers;
    while (w && w != (const void *)number)
        w = w->next;
    return w;
}

const char *writers_call(const struct host_writer *w)
{
    static const char *const names[] = {
        [WRITE_EVENT] = "mortise_begin_emit",
        [WRITE_ACK] = "mortise_begin_ack",
        [WRITE_REPLY] = "mortise_begin_reply",
    };

    return names[w->kind];
}

void writers_drop(struct host *host, struct host_writer *w)
{
    struct host_writer **link = &host->writers;
    while (*link != w)
        link = &(*link)->next;
    *link = w->next;
    sio_builder_abandon(&w->builder);
    mem_free(w);
}

void writers_free(struct host *host)
{
    while (host->writers) {
        plugin_warn(host->current, "%s: without mortise_end() nothing is sent",
                    writers_call(host->writers));
        writers_drop(host, host->writers);
    }
}
