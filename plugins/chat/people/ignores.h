/* SPDX-License-Identifier: MIT */
/*
 * Whom a user does not want to hear of. All sockets of who ignores somebody
 * are in one room of the host, which is left out of what that one does (to_room
 * in caller.h); what is in the database is left out when it is read.
 */
#ifndef CHAT_IGNORES_H
#define CHAT_IGNORES_H

#include "work/operations.h"

mortise_call ignores_on_ignore, ignores_on_unignore;
told_call ignores_told_ignore, ignores_told_unignore;

#endif
