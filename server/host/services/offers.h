/* SPDX-License-Identifier: MIT */
/* Which plugin offers which service; built whole and never changed, as the
 * routes are. */
#ifndef MORTISE_HOST_OFFERS_H
#define MORTISE_HOST_OFFERS_H

#include "base/buf.h"
#include "base/table.h"
#include "host/registry.h"

struct offers {
    struct table table; /* name and version -> struct offer */
};

/* ERR_EXIST with a line in *why for each that is there twice, ERR_NOMEM. On
 * failure *o is empty. */
int offers_build(struct offers *o, const struct lineup_member *members,
                 uint32_t count, struct buf *why);
void offers_free(struct offers *o);
/* NULL: nobody offers it. */
const struct route *offers_find(const struct offers *o, const char *name,
                                uint32_t version);

#endif
