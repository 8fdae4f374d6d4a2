/* SPDX-License-Identifier: MIT */
/* Accounts that the operator makes, changes and deletes, in jobs. */
#ifndef AUTH_WORK_ACCOUNTS_H
#define AUTH_WORK_ACCOUNTS_H

#include "record.h"

enum status work_accounts(enum op op, mortise_str ask, struct record *out);

#endif
