/* SPDX-License-Identifier: MIT */
/* Where commands of plugins are run: in a server that is asked, or, where there
 * is none, in this process itself. */
#ifndef MORTISE_CTL_PLACE_H
#define MORTISE_CTL_PLACE_H

#include "base/buf.h"
#include "ctl/request.h"

struct ctl_place;

/*
 * Finds the server that the request is about; where none runs, and the request
 * has its configuration, this process does it. `trial`: nothing is to be run,
 * see alone.h. ERR_NOENT, ERR_IO, ... with lines in *why.
 */
int ctl_place_open(const struct ctl_request *r, bool trial,
                   struct ctl_place **ret_place, struct buf *why);
void ctl_place_close(struct ctl_place *p); /* NULL is fine */
/* The answers to GET and POST /commands. Errors with a line in *why. */
int ctl_place_list(struct ctl_place *p, struct buf *out, struct buf *why);
int ctl_place_give(struct ctl_place *p, struct str message, struct buf *out,
                   struct buf *why);

#endif
