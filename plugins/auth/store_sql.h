/* SPDX-License-Identifier: MIT */
/* What the files of the store share. */
#ifndef AUTH_STORE_SQL_H
#define AUTH_STORE_SQL_H

#include <common/database.h>

#include "store.h"

extern struct database *store_db; /* between store_open() and store_close() */

#endif
