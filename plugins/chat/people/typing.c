/* SPDX-License-Identifier: MIT */
#include "people/typing.h"

#include <stdio.h>
#include <string.h>

#include <mortise/contract.h>
#include <mortise/memory.h>

#include "answers.h"
#include "options.h"
#include "people/caller.h"

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

/* The others are told when the database has said that they may speak. */
static void ask_whether(const struct caller *caller, const mortise_event *event,
                        const char *room)
{
    struct record ask = {0};

    record_put(&ask, FIELD_ROOM, room);
    caller_read(caller, event, OP_TYPING, &ask);
}

void typing_on_typing(mortise_socket from, const mortise_event *event)
{
    const char *room = mortise_text_of(event, "room", "");
    bool typing = mortise_bool_of(event, "typing", 1) != 0;
    char own[TARGET_SIZE];
    struct caller caller;
    struct typist *t;
    int error = 0;

    if (caller_of(from, event, &caller) < 0)
        return;
    if (!mortise_is_in(from, room_of(room, own))) {
        answers_refuse(event, REFUSED_NOT_IN_ROOM, 0);
        return;
    }
    t = find(room, caller.person->user);
    if (t && typing)
        t->until = mortise_now() + options.typing_ms;
    else if (t)
        stop(t);
    else if (typing)
        error = begin(caller.person, room);
    if (error != 0)
        answers_refuse(event, REFUSED_BUSY, 0);
    else if (typing && !t)
        ask_whether(&caller, event, room);
    else
        mortise_ack(event, "{ok:true}");
}

void typing_told(const struct outcome *o)
{
    struct typist *t =
        find(record_text(o->ask, FIELD_ROOM), record_text(o->ask, FIELD_USER));

    if (t)
        tell(t, true);
    if (o->reply != 0)
        mortise_reply_to(o->reply, "{ok:true}");
}

void typing_refuse(mortise_str ask)
{
    typing_forget(record_text(ask, FIELD_ROOM), record_text(ask, FIELD_USER));
}

/* Who goes on typing only moves the end, and the timer finds that out. */
void typing_on_end(mortise_socket none, const mortise_event *event)
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

void typing_forget(const char *room, const char *user)
{
    struct typist *t = find(room, user);

    if (t) {
        mortise_cancel(t->timer);
        drop(t);
    }
}

void typing_stop(const char *room, const char *user)
{
    struct typist *t = find(room, user);

    if (room[0] == '\0')
        typing_stop_all(user);
    else if (t)
        stop(t);
}

void typing_stop_all(const char *user)
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

int typing_save(mortise_saving to)
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

int typing_restore(mortise_saved from)
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

void typing_free(void)
{
    for (struct map_node *n; (n = map_next(&typists, NULL));)
        drop(MAP_OF(n, struct typist, node));
    map_free(&typists);
}
