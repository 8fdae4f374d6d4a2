/* SPDX-License-Identifier: MIT */
/* Whom a target means. */
#include <assert.h>

#include "base/error.h"
#include "base/mem.h"
#include "socketio/internal.h"

struct visit {
    const struct sio_target *target;
    void (*visit)(void *user, struct sio_socket *s);
    void *user;
    uint32_t mark; /* sockets that carry it have had their turn; 0: no need */
};

static void show(const struct visit *v, struct sio_socket *s)
{
    if (v->mark != 0) {
        if (s->mark == v->mark)
            return;
        s->mark = v->mark;
    }
    if (s != v->target->skip && s->state == SOCKET_JOINED)
        v->visit(v->user, s);
}

static void show_all(const struct visit *v)
{
    const struct sio_namespace *n = v->target->name_space;
    for (uint32_t i = 0; i < n->sockets.count; i++)
        show(v, n->all[i]);
}

static void show_room(const struct visit *v, const struct sio_room *room)
{
    for (uint32_t i = 0; i < room->count; i++)
        show(v, room->members[i].socket);
}

/* A name is that of a room, of a socket (its own room), or both. */
static void show_name(const struct visit *v, struct str name)
{
    const struct sio_namespace *n = v->target->name_space;
    const struct sio_room *room = room_find(n, name);
    if (room)
        show_room(v, room);
    struct sio_socket *alone = lookup_get(&n->sockets, name);
    if (alone)
        show(v, alone);
}

/* One that no socket carries. */
static uint32_t next_mark(struct sio_namespace *n)
{
    if (++n->mark == 0) { /* they begin anew */
        for (uint32_t i = 0; i < n->sockets.count; i++)
            n->all[i]->mark = 0;
        n->mark = 1;
    }
    return n->mark;
}

/* Gives everybody in these rooms the mark, as if they had been served. */
static void mark_excepted(const struct sio_target *t, uint32_t mark)
{
    for (uint32_t i = 0; i < t->except_count; i++) {
        const struct sio_room *room = room_find(t->name_space, t->except[i]);
        for (uint32_t k = 0; room && k < room->count; k++)
            room->members[k].socket->mark = mark;
        struct sio_socket *alone =
            lookup_get(&t->name_space->sockets, t->except[i]);
        if (alone)
            alone->mark = mark;
    }
}

void target_visit(const struct sio_target *t,
                  void (*visit)(void *user, struct sio_socket *s), void *user)
{
    struct sio_namespace *n = t->name_space;
    struct visit v = {.target = t, .visit = visit, .user = user};

    if (t->only) {
        show(&v, t->only);
        return;
    }
    if (t->except_count > 0 || (!t->all && t->room_count > 1)) {
        v.mark = next_mark(n);
        mark_excepted(t, v.mark);
    }
    if (t->all)
        show_all(&v);
    for (uint32_t i = 0; !t->all && i < t->room_count; i++)
        show_name(&v, t->rooms[i]);
}

/* --- collecting --- */

static void count(void *user, struct sio_socket *s)
{
    uint32_t *total = user;
    (*total)++;
}

struct collection {
    struct sio_socket **sockets;
    uint32_t count;
};

static void collect(void *user, struct sio_socket *s)
{
    struct collection *c = user;
    c->sockets[c->count++] = s;
}

int target_collect(const struct sio_target *t, struct sio_socket ***ret_sockets,
                   uint32_t *ret_count)
{
    struct collection c = {NULL, 0};
    uint32_t total = 0;

    target_visit(t, count, &total);
    c.sockets = mem_alloc(((size_t)total + 1) * sizeof(struct sio_socket *));
    if (!c.sockets)
        return ERR_NOMEM;
    target_visit(t, collect, &c);
    assert(c.count == total);
    *ret_sockets = c.sockets;
    *ret_count = c.count;
    return 0;
}

struct listing {
    uint64_t *handles;
    uint32_t max, count;
};

static void list(void *user, struct sio_socket *s)
{
    struct listing *l = user;
    if (l->count < l->max)
        l->handles[l->count] = s->handle;
    l->count++;
}

uint32_t sio_target_list(const struct sio_target *target, uint64_t *handles,
                         uint32_t max)
{
    struct listing l = {.handles = handles, .max = max};
    target_visit(target, list, &l);
    return l.count;
}
