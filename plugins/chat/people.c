/* SPDX-License-Identifier: MIT */
#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct person *everybody;
static struct person **end = &everybody; /* where the next one goes */

struct person *people_add(mortise_socket socket, const char *sid,
                          const char *room, const char *name)
{
    struct person *p = calloc(1, sizeof(*p));

    if (!p)
        return NULL;
    p->socket = socket;
    snprintf(p->sid, sizeof(p->sid), "%s", sid);
    snprintf(p->room, sizeof(p->room), "%s", room);
    snprintf(p->name, sizeof(p->name), "%s", name);
    *end = p; /* people are listed in the order they came */
    end = &p->next;
    return p;
}

struct person *people_find(mortise_socket socket, const char *room)
{
    struct person *p = everybody;
    while (p && !(p->socket == socket && strcmp(p->room, room) == 0))
        p = p->next;
    return p;
}

int people_has_name(const char *room, const char *name)
{
    for (const struct person *p = everybody; p; p = p->next)
        if (strcmp(p->room, room) == 0 && strcmp(p->name, name) == 0)
            return 1;
    return 0;
}

int people_count_rooms(mortise_socket socket)
{
    int count = 0;
    for (const struct person *p = everybody; p; p = p->next)
        count += p->socket == socket;
    return count;
}

void people_remove(struct person *person)
{
    struct person **link = &everybody;
    while (*link != person)
        link = &(*link)->next;
    *link = person->next;
    if (!*link)
        end = link;
    free(person);
}

struct person *people_next(const struct person *before)
{
    return before ? before->next : everybody;
}

void people_free(void)
{
    while (everybody)
        people_remove(everybody);
}
