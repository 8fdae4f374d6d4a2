/* SPDX-License-Identifier: MIT */
/*
 * One process has the matches of a database: two would both go on with them,
 * and each find the other's entries in its way. So it holds a lock beside the
 * file for as long as it runs. Another one (a server that was started a second
 * time, a command of the operator beside one that runs) leaves them alone.
 */
#ifndef GAME_OWNER_H
#define GAME_OWNER_H

#include <stdbool.h>

/* Takes the lock of this database, or lets it go. False: somebody else has it,
 * which has been logged. */
bool owner_take(const char *database);
void owner_release(void);
bool owner_is_here(void);

#endif
