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

/*
 * Takes the lock of this database, whose name stays where it is. 0;
 * MORTISE_ELIMIT: somebody else has it; MORTISE_EINVAL: it cannot be had.
 * Errors have been logged.
 */
int owner_take(const char *database);
void owner_release(void);
/* Whether we have it. One that we had, and could not take back when no newer
 * build came of a reload, is asked for again each time. */
bool owner_is_here(void);
/* Before the state is saved: lets go of one that was had again so, of which the
 * host knows nothing, and asks for no release. */
void owner_hand_over(void);

#endif
