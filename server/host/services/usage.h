/* SPDX-License-Identifier: MIT */
/* How a command of a plugin is to be given, for the operator. */
#ifndef MORTISE_HOST_USAGE_H
#define MORTISE_HOST_USAGE_H

#include <mortise/commands.h>

#include "base/buf.h"
#include "json/writer.h"

/* " USER [ROLE]": a word for each argument, a blank in front of each. */
void usage_put_arguments(struct buf *out, const mortise_contract *contract);
/* One object of orders_describe(). */
void usage_describe(struct json_writer *w, const char *plugin,
                    const mortise_command *row);

#endif
