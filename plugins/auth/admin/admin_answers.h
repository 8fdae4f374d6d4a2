/* SPDX-License-Identifier: MIT */
/* What administrators are answered: the rows of a record as values. */
#ifndef AUTH_ADMIN_ANSWERS_H
#define AUTH_ADMIN_ANSWERS_H

#include <mortise/plugin.h>

#include "record.h"

/* The answer to one of OP_ADMIN_ that has succeeded. */
mortise_value admin_answer(enum op op, mortise_str record);

#endif
