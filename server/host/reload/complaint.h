/* SPDX-License-Identifier: MIT */
/* What stands in the way of a reload, or should, in words. */
#ifndef MORTISE_HOST_COMPLAINT_H
#define MORTISE_HOST_COMPLAINT_H

#include "host/reload/reload.h"

/* Appends "FILE:LINE:COLUMN: plugin "NAME": REASON\n". */
void reload_complain(const struct reload *r, const struct change *c,
                     struct str reason, struct buf *why);

/* Warns of settings that begin a plugin in development although the server is
 * in production: which one means it, no plugin can know. */
void reload_warn_of_development(const struct reload *r, const struct change *c);

#endif
