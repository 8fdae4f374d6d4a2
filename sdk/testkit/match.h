/* SPDX-License-Identifier: MIT */
/* Whether a value is the one that was expected, and how it is shown. */
#ifndef MORTISE_TESTKIT_MATCH_H
#define MORTISE_TESTKIT_MATCH_H

#include <stdbool.h>

#include "base/buf.h"
#include "json/json.h"

/* By value; strings like '<any>' in the pattern stand for more, as
 * mortise/testkit.h says. NULL is no value at all. */
bool match_value(const struct json *pattern, const struct json *value);
/* The same for values and those behind them, as many of each. */
bool match_list(const struct json *pattern, const struct json *value);

/* The same for both as JSON, one value each. */
bool match_text(struct str pattern, struct str text);

/* As JSON; bytes as <N bytes: 0a0b0c>. */
void match_print(struct buf *out, const struct json *value);
/* The value and those behind it, with commas between. */
void match_print_list(struct buf *out, const struct json *first);

#endif
