/* SPDX-License-Identifier: MIT */
/*
 * Who is in which room under which name.
 *
 * A person is one socket in one room; somebody in two rooms is two persons.
 * The list owns them. Names are unique within a room.
 */
#ifndef MORTISE_CHAT_PEOPLE_H
#define MORTISE_CHAT_PEOPLE_H

#include <mortise/plugin.h>

enum {
    ROOM_MAX = 64,        /* characters of a room's name */
    NAME_LENGTH_MAX = 32, /* characters of a person's name */
    UTF8_MAX = 4,         /* bytes of a character */
    ROOMS_MAX = 20        /* one socket may be in */
};

struct person {
    struct person *next;
    mortise_socket socket;
    char room[ROOM_MAX * UTF8_MAX + 1];
    char name[NAME_LENGTH_MAX * UTF8_MAX + 1];
    char sid[33];
};

/* NULL when memory runs out. The strings fit. */
struct person *people_add(mortise_socket socket, const char *sid,
                          const char *room, const char *name);
/* NULL when there is none. */
struct person *people_find(mortise_socket socket, const char *room);
int people_has_name(const char *room, const char *name);
int people_count_rooms(mortise_socket socket);
void people_remove(struct person *person);
/* Everybody in turn: starts with NULL, ends with NULL. */
struct person *people_next(const struct person *before);
void people_free(void);

#endif
