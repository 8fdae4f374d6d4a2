/* SPDX-License-Identifier: MIT */
/* What the files of the store share. */
#ifndef AUTH_STORE_SQL_H
#define AUTH_STORE_SQL_H

#include <common/database.h>

#include "store/store.h"

/* Between store_open() and store_close(): what all of it goes through, and what
 * long lists are read by, for which nobody should have to wait. */
extern struct database *store_db, *store_reader;

#endif
