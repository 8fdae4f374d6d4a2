/* SPDX-License-Identifier: MIT */
/*
 * Rooms and who is in them. Public ones are addressed by their name, private
 * ones and those of two by "@" and a number. Members are members until they
 * leave, however they are connected; all sockets of a member hear the room.
 */
#ifndef CHAT_ROOMS_H
#define CHAT_ROOMS_H

#include "work/operations.h"

mortise_call rooms_on_hello, rooms_on_join, rooms_on_leave, rooms_on_create;
mortise_call rooms_on_invite, rooms_on_direct, rooms_on_topic, rooms_on_role;
mortise_call rooms_on_who, rooms_on_rooms;

told_call rooms_told_hello, rooms_told_join, rooms_told_leave;
told_call rooms_told_create, rooms_told_invite, rooms_told_direct;
told_call rooms_told_topic, rooms_told_role, rooms_told_who, rooms_told_rooms;

/* Takes a user out of a room: all their sockets hear nothing of it any more,
 * and those who are in it are told that they have left, and who owns it now:
 * heir, unless it is "". */
void rooms_put_out(const char *room, const char *user, const char *name,
                   const char *heir);

#endif
