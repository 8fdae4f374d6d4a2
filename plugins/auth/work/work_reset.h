/* SPDX-License-Identifier: MIT */
/* A password that was forgotten: a code is made, and taken for a new one. */
#ifndef AUTH_WORK_RESET_H
#define AUTH_WORK_RESET_H

#include "store/store.h"

/* OP_RESET, for nobody, who is not told what came of it; and OP_RESET_CONFIRM.
 */
enum status work_reset(mortise_str ask, struct record *out);
enum status work_reset_confirm(mortise_str ask, struct record *out);

#endif
