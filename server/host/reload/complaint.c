/* SPDX-License-Identifier: MIT */
#include "host/reload/complaint.h"

#include "host/host.h"

void reload_complain(const struct reload *r, const struct change *c,
                     struct str reason, struct buf *why)
{
    if (c->entry)
        buf_printf(why, "%.*s:%u:%u: ", STR_ARG(r->config->file),
                   c->entry->line, c->entry->column);
    buf_printf(why, "plugin \"%s\": %.*s\n", c->slot->name, STR_ARG(reason));
}
