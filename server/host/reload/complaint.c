/* SPDX-License-Identifier: MIT */
#include "host/reload/complaint.h"

#include "base/log.h"
#include "host/host.h"

void reload_complain(const struct reload *r, const struct change *c,
                     struct str reason, struct buf *why)
{
    if (c->entry)
        buf_printf(why, "%.*s:%u:%u: ", STR_ARG(r->config->file),
                   c->entry->line, c->entry->column);
    buf_printf(why, "plugin \"%s\": %.*s\n", c->slot->name, STR_ARG(reason));
}

void reload_warn_of_development(const struct reload *r, const struct change *c)
{
    bool development = false;

    if (r->config->mode != CONFIG_PRODUCTION || !c->entry->settings)
        return;
    json_bool(json_get(c->entry->settings, STR("development")), &development);
    if (development)
        log_warn("%.*s:%u:%u: plugin \"%s\" has \"development\": true in its "
                 "settings, but the server is in production: that leaves out "
                 "what protects its users",
                 STR_ARG(r->config->file), c->entry->line, c->entry->column,
                 c->slot->name);
}
