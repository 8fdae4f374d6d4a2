/* SPDX-License-Identifier: MIT */
/*
 * A command for a plugin and what became of it, as JSON: what `mortise ctl`
 * and a server say to each other (control.h).
 *
 *     {"plugin": "auth", "command": "set-role", "args": ["ann", "admin"],
 *      "input": BASE64, "timeout": MILLISECONDS}
 *     {"status": 0, "text": "done\n", "value": {...}}
 *
 * Of the first, what is behind "command" may be left out; of the second,
 * "value".
 */
#ifndef MORTISE_OPERATION_ORDER_MESSAGE_H
#define MORTISE_OPERATION_ORDER_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "host/services/orders.h"

/* The longest: an input as Base64, and arguments. */
#define ORDER_MESSAGE_MAX ((size_t)3 << 20)

void order_message_put(struct buf *out, const struct order_given *given);
/* What it says lives in the arena and the text. ERR_SYNTAX, ERR_LIMIT,
 * ERR_NOMEM. */
int order_message_read(struct str text, struct arena *arena,
                       struct order_given *ret_given);

void order_message_put_outcome(struct buf *out,
                               const struct order_outcome *outcome);
/* ERR_SYNTAX, ERR_NOMEM. */
int order_message_read_outcome(struct str text, struct arena *arena,
                               struct order_outcome *ret_outcome);

#endif
