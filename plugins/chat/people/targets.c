/* SPDX-License-Identifier: MIT */
#include "people/targets.h"

#include <stdio.h>
#include <string.h>

static const char *name(char kind, const char *what, char ret[TARGET_SIZE])
{
    snprintf(ret, TARGET_SIZE, "%c:%s", kind, what);
    return ret;
}

const char *room_of(const char *address, char ret[TARGET_SIZE])
{
    return name('r', address, ret);
}

const char *user_room(const char *user, char ret[TARGET_SIZE])
{
    return name('u', user, ret);
}

const char *ignoring_room(const char *user, char ret[TARGET_SIZE])
{
    return name('i', user, ret);
}

const char *room_address(const char *room)
{
    return strncmp(room, "r:", 2) == 0 ? room + 2 : NULL;
}

mortise_target to_room(const char *address, const char *user,
                       struct names *names)
{
    return mortise_except(mortise_all(NULL, room_of(address, names->room)),
                          ignoring_room(user, names->ignoring));
}

mortise_target to_others(const char *address, const char *user,
                         struct names *names)
{
    return mortise_except(to_room(address, user, names),
                          user_room(user, names->user));
}

mortise_target to_user(const char *user, struct names *names)
{
    return mortise_all(NULL, user_room(user, names->user));
}
