/* SPDX-License-Identifier: MIT */
#include "people/typists.h"

#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>

#include "options.h"
#include "people/targets.h"

enum { TYPISTS_MAX = 10000 };

struct typist {
    struct map_node node; /* its hash is the timer's cookie */
    mortise_timer timer;
    int64_t until;
    bool shown; /* the others were told */
    char room[ROOM_SIZE], user[USER_SIZE], name[NAME_SIZE];
};

static struct map typists;

static uint64_t hash_of(const char *room, const char *user)
{
    return map_hash(room, strlen(room)) * 31 + map_hash(user, strlen(user));
}

static struct typist *find(const char *room, const char *user)
{
    struct map_node *n = NULL;

    while ((n = map_find(&typists, hash_of(room, user), n))) {
        struct typist *t = MAP_OF(n, struct typist, node);
        if (strcmp(t->room, room) == 0 && strcmp(t->user, user) == 0)
            return t;
    }
    return NULL;
}

static void tell(struct typist *t, bool typing)
{
    struct names names;

    if (t->shown == typing)
        return;
    t->shown = typing;
    mortise_emit(mortise_volatile(to_others(t->room, t->user, &names)),
                 "typing", "{room:s, id:s, name:s, typing:b}", t->room, t->user,
                 t->name, typing);
}

static void drop(struct typist *t)
{
    map_remove(&typists, &t->node);
    mortise_free(t);
}

static void stop(struct typist *t)
{
    mortise_cancel(t->timer);
    tell(t, false);
    drop(t);
}

static struct typist *add(const char *room, const char *user, const char *name)
{
    struct typist *t =
        typists.count < TYPISTS_MAX ? mortise_alloc(sizeof(*t)) : NULL;

    if (!t)
        return NULL;
    snprintf(t->room, sizeof(t->room), "%s", room);
    snprintf(t->user, sizeof(t->user), "%s", user);
    snprintf(t->name, sizeof(t->name), "%s", name);
    if (map_add(&typists, &t->node, hash_of(t->room, t->user)) == 0)
        return t;
    mortise_free(t);
    return NULL;
}

static int begin(const struct person *person, const char *room)
{
    struct typist *t = add(room, person->user, person->name);

    if (!t)
        return MORTISE_ELIMIT;
    t->until = mortise_now() + options.typing_ms;
    t->timer = mortise_after("typing", options.typing_ms, 0, t->node.hash);
    if (t->timer == 0) {
        drop(t);
        return MORTISE_ELIMIT;
    }
    return 0;
}

int typists_note(const struct person *person, const char *room, bool typing,
                 bool *ret_begun)
{
    struct typist *t = find(room, person->user);
    bool begun = !t && typing;
    int error = 0;

    if (t && typing)
        t->until = mortise_now() + options.typing_ms;
    else if (t)
        stop(t);
    else if (typing)
        error = begin(person, room);
    if (error == 0)
        *ret_begun = begun;
    return error;
}

void typists_show(const char *room, const char *user)
{
    struct typist *t = find(room, user);

    if (t)
        tell(t, true);
}

/* Who goes on typing only moves the end, and the timer finds that out. */
void typists_on_end(mortise_socket none, const mortise_event *event)
{
    struct map_node *next = map_find(&typists, event->cookie, NULL);
    int64_t now = mortise_now();

    while (next) {
        struct typist *t = MAP_OF(next, struct typist, node);
        next = map_find(&typists, event->cookie, next);
        if (t->until > now)
            t->timer = mortise_after("typing", t->until - now, 0, t->node.hash);
        if (t->until > now && t->timer != 0)
            continue;
        tell(t, false);
        drop(t);
    }
}

void typists_forget(const char *room, const char *user)
{
    struct typist *t = find(room, user);

    if (t) {
        mortise_cancel(t->timer);
        drop(t);
    }
}

void typists_stop(const char *room, const char *user)
{
    struct typist *t = find(room, user);

    if (room[0] == '\0')
        typists_stop_all(user);
    else if (t)
        stop(t);
}

void typists_stop_all(const char *user)
{
    struct map_node *next = map_next(&typists, NULL);

    while (next) {
        struct typist *t = MAP_OF(next, struct typist, node);
        next = map_next(&typists, next);
        if (strcmp(t->user, user) == 0)
            stop(t);
    }
}

/* --- across a reload: the timers stay by themselves */

int typists_save(mortise_saving to)
{
    for (struct map_node *n = NULL; (n = map_next(&typists, n));) {
        const struct typist *t = MAP_OF(n, struct typist, node);
        mortise_save_open(to, "typist");
        mortise_save_text(to, "room", t->room);
        mortise_save_text(to, "user", t->user);
        mortise_save_text(to, "name", t->name);
        mortise_save_int(to, "until", t->until);
        mortise_save_int(to, "shown", t->shown);
        mortise_save_int(to, "timer", (int64_t)t->timer);
        mortise_save_close(to);
    }
    return 0;
}

int typists_restore(mortise_saved from)
{
    mortise_saved each;

    while ((each = mortise_saved_next(from, "typist")) != 0) {
        struct typist *t = add(mortise_saved_text(each, "room", ""),
                               mortise_saved_text(each, "user", ""),
                               mortise_saved_text(each, "name", ""));
        if (!t)
            return MORTISE_ENOMEM;
        t->until = mortise_saved_int(each, "until", 0);
        t->shown = mortise_saved_int(each, "shown", 1) != 0;
        t->timer = (mortise_timer)mortise_saved_int(each, "timer", 0);
    }
    return 0;
}

void typists_free(void)
{
    for (struct map_node *n; (n = map_next(&typists, NULL));)
        drop(MAP_OF(n, struct typist, node));
    map_free(&typists);
}
