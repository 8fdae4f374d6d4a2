/* SPDX-License-Identifier: MIT */
/* Rooms of the host, and who is told. */
#ifndef CHAT_TARGETS_H
#define CHAT_TARGETS_H

#include <mortise/plugin.h>

enum { TARGET_SIZE = 256 };

/* The sockets of who is in a room; of a user; of those that ignore a user. */
const char *room_of(const char *address, char ret[TARGET_SIZE]);
const char *user_room(const char *user, char ret[TARGET_SIZE]);
const char *ignoring_room(const char *user, char ret[TARGET_SIZE]);
/* The address of such a room; NULL when it is another kind. */
const char *room_address(const char *room);
/* All who are in a room but those who ignore this user; names has to live as
 * long as the target. */
struct names {
    char room[TARGET_SIZE], ignoring[TARGET_SIZE], user[TARGET_SIZE];
};
mortise_target to_room(const char *address, const char *user,
                       struct names *names);
/* The same, but the user. */
mortise_target to_others(const char *address, const char *user,
                         struct names *names);
mortise_target to_user(const char *user, struct names *names);

#endif
