/* SPDX-License-Identifier: MIT */
/*
 * A list without a place of its own: each member points to the next and the
 * one before, and the head is a member as well. So whoever is in a ring leaves
 * it without knowing which one it is.
 *
 * A member is embedded in what is listed, and is found by CONTAINER_OF. One
 * that is in no ring is all 0; a head is initialized and not moved in memory.
 */
#ifndef MORTISE_BASE_RING_H
#define MORTISE_BASE_RING_H

#include <stdbool.h>
#include <stddef.h>

#define CONTAINER_OF(pointer, type, member)                                    \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

struct ring {
    struct ring *next, *prev;
};

static inline void ring_init(struct ring *head)
{
    head->next = head->prev = head;
}

static inline bool ring_empty(const struct ring *head)
{
    return head->next == head;
}

/* Whether a member is in some ring. */
static inline bool ring_has(const struct ring *member)
{
    return member->next != NULL;
}

static inline void ring_append(struct ring *head, struct ring *member)
{
    member->next = head;
    member->prev = head->prev;
    head->prev->next = member;
    head->prev = member;
}

static inline void ring_remove(struct ring *member)
{
    member->prev->next = member->next;
    member->next->prev = member->prev;
    member->next = member->prev = NULL;
}

/* Moves all of them, in their order, to a head that need not be initialized. */
static inline void ring_move(struct ring *to, struct ring *from)
{
    ring_init(to);
    if (ring_empty(from))
        return;
    *to = *from;
    to->next->prev = to->prev->next = to;
    ring_init(from);
}

#endif
