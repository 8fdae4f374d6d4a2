/* SPDX-License-Identifier: MIT */
/* What the operator is shown of lists: a line for each row. Programs get the
 * values (--json). */
#ifndef AUTH_ADMIN_LINES_H
#define AUTH_ADMIN_LINES_H

#include <mortise/commands.h>

#include "record.h"

/* Prints nothing for what is no list. */
void admin_lines(mortise_order order, enum op op, mortise_str record);

#endif
