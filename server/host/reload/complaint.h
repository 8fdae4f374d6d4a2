/* SPDX-License-Identifier: MIT */
/* What stands in the way of a reload, in words. */
#ifndef MORTISE_HOST_COMPLAINT_H
#define MORTISE_HOST_COMPLAINT_H

#include "host/reload/reload.h"

/* Appends "FILE:LINE:COLUMN: plugin "NAME": REASON\n". */
void reload_complain(const struct reload *r, const struct change *c,
                     struct str reason, struct buf *why);

#endif
