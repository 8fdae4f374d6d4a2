/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lobby/queue.h"

enum { FIRST_CAP = 16 };

struct ticket *queue_find(struct queue *queue, const char *user)
{
    for (size_t i = 0; i < queue->count; i++)
        if (strcmp(queue->tickets[i].user, user) == 0)
            return &queue->tickets[i];
    return NULL;
}

int queue_remove(struct queue *queue, const char *user)
{
    struct ticket *ticket = queue_find(queue, user);

    if (!ticket)
        return MORTISE_ENOENT;
    *ticket = queue->tickets[--queue->count];
    queue->sorted = false;
    return 0;
}

int queue_add(struct queue *queue, const struct ticket *ticket)
{
    struct ticket *there = queue_find(queue, ticket->user);

    queue->sorted = false;
    if (there) {
        *there = *ticket;
        return 0;
    }
    if (queue->count == queue->cap) {
        size_t cap = queue->cap > 0 ? queue->cap * 2 : FIRST_CAP;
        struct ticket *more =
            realloc(queue->tickets, cap * sizeof(*queue->tickets));
        if (!more)
            return MORTISE_ENOMEM;
        queue->tickets = more;
        queue->cap = cap;
    }
    queue->tickets[queue->count++] = *ticket;
    return 0;
}

int64_t queue_window(const struct ticket *ticket, const struct window *window,
                     int64_t now)
{
    int64_t waited = now > ticket->since ? now - ticket->since : 0;
    int64_t wide = window->first + waited / window->step_ms * window->step;

    return window->max > 0 && wide > window->max ? window->max : wide;
}

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* What has to be the same for two to play. */
static int compare_wishes(const struct ticket *a, const struct ticket *b)
{
    int order = compare_numbers(a->rules, b->rules);

    if (order == 0)
        order = compare_numbers(a->variant, b->variant);
    if (order == 0)
        order = compare_numbers(a->initial, b->initial);
    if (order == 0)
        order = compare_numbers(a->increment, b->increment);
    return order != 0 ? order : compare_numbers(a->rated, b->rated);
}

static int compare(const void *left, const void *right)
{
    const struct ticket *a = left, *b = right;
    int order = compare_wishes(a, b);

    if (order == 0)
        order = (a->rating > b->rating) - (a->rating < b->rating);
    return order != 0 ? order : compare_numbers(a->since, b->since);
}

/* How far apart they are; below 0: they do not fit. */
static double distance(const struct ticket *a, const struct ticket *b,
                       const struct window *window, int64_t now)
{
    double apart = fabs(a->rating - b->rating);

    if (!a->known || !b->known || compare_wishes(a, b) != 0 ||
        apart > (double)queue_window(a, window, now) ||
        apart > (double)queue_window(b, window, now))
        return -1;
    return apart;
}

int queue_pair(struct queue *queue, const struct window *window, int64_t now,
               struct ticket ret[SEATS])
{
    size_t found = 0;
    double nearest = -1;

    if (queue->count < 2)
        return 0;
    /* Neighbours in this order are those with the nearest ratings. */
    if (!queue->sorted)
        qsort(queue->tickets, queue->count, sizeof(*queue->tickets), compare);
    queue->sorted = true;
    for (size_t i = 0; i + 1 < queue->count; i++) {
        double apart =
            distance(&queue->tickets[i], &queue->tickets[i + 1], window, now);
        if (apart >= 0 && (nearest < 0 || apart < nearest)) {
            nearest = apart;
            found = i;
        }
    }
    if (nearest < 0)
        return 0;
    memcpy(ret, &queue->tickets[found], SEATS * sizeof(*ret));
    queue->count -= 2;
    memmove(&queue->tickets[found], &queue->tickets[found + 2],
            (queue->count - found) * sizeof(*ret));
    return 1;
}

void queue_free(struct queue *queue)
{
    free(queue->tickets);
    memset(queue, 0, sizeof(*queue));
}
