/* SPDX-License-Identifier: MIT */
/* The writers of mortise/values.h that are open; they belong to the callback
 * that began them. */
#ifndef MORTISE_HOST_WRITERS_H
#define MORTISE_HOST_WRITERS_H

#include <mortise/values.h>

#include "host/calls/format.h"
#include "host/calls/target.h"
#include "host/host.h"

enum writer_kind { WRITE_EVENT, WRITE_ACK, WRITE_REPLY };

struct host_writer {
    struct host_writer *next;
    enum writer_kind kind;
    int error; /* the first; sticky */
    struct host_target target;
    const char *event_name;
    const mortise_event *event;
    mortise_reply reply;
    struct format_nest nest;
    struct sio_builder builder;
};

/* NULL when memory runs out. */
struct host_writer *writers_add(struct host *host, enum writer_kind kind);
/* The plugin's writer; NULL for one that is over. */
struct host_writer *writers_find(const struct generation *g,
                                 mortise_writer number);
/* The call that has begun it. */
const char *writers_call(const struct host_writer *w);
/* With what it has written. */
void writers_drop(struct host *host, struct host_writer *w);
/* Drops those that were not ended, of which their author is told; called while
 * the plugin is still the current one. */
void writers_free(struct host *host);

#endif
