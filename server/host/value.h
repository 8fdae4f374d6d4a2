/* SPDX-License-Identifier: MIT */
/* Values as plugins see them: they are good for one callback. */
#ifndef MORTISE_HOST_VALUE_H
#define MORTISE_HOST_VALUE_H

#include <mortise/plugin.h>

#include "json/json.h"

struct host;

/*
 * A value as a plugin sees it, and back. It is good for the callback it was
 * given to: NULL comes back for one that was kept longer, as for NULL.
 */
mortise_value host_value(const struct host *host, const struct json *value);
const struct json *host_json(const struct host *host, mortise_value value);

#endif
