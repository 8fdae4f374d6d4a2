/* SPDX-License-Identifier: MIT */
#include "host/services/identities.h"

#include <assert.h>
#include <string.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "host/calls/api.h"

#define ROLE_MAX  64
#define ROLES_MAX 64
/* The table is looked through when it has doubled since the last time. */
#define SWEEP_MIN 64

struct identity_user {
    LIST_HEAD(, identity) sockets;
    uint32_t count;
    uint32_t name_length;
    char name[]; /* with a NUL behind it */
};

struct identity {
    uint64_t handle; /* of the socket; 0: of a request */
    struct host *host;
    struct identity_user *owner; /* NULL: of a request */
    LIST_ENTRY(identity) link;   /* of the same user */
    struct timer timer;
    int64_t expires; /* ms since 1970; 0: never */
    uint32_t flags, role_count;
    char *roles;  /* behind the user's name, each with a NUL */
    char names[]; /* the user, the roles */
};

void identities_init(struct identities *i)
{
    table_init(&i->sockets);
    table_init(&i->users);
    i->sweep_at = SWEEP_MIN;
}

/* --- one identity --- */

bool identity_name_fits(const char *name, size_t max)
{
    size_t n = name ? strnlen(name, max + 1) : 0;
    return n > 0 && n <= max && utf8_valid(name, n);
}

/* What the caller's structure has, the rest zero. */
static void take_terms(const mortise_identity *from, mortise_identity *ret)
{
    *ret = (mortise_identity){0};
    if (from->size >= offsetof(mortise_identity, role_count) + sizeof(uint32_t))
        memcpy(ret, from,
               from->size < sizeof(*ret) ? from->size : sizeof(*ret));
}

const char *identity_why_not(const mortise_identity *from)
{
    mortise_identity terms;

    take_terms(from, &terms);
    if (terms.size == 0)
        return "its size has to be sizeof(mortise_identity)";
    if (!identity_name_fits(terms.user, IDENTITY_USER_MAX))
        return "its user is missing, too long or not UTF-8";
    if (terms.role_count > ROLES_MAX)
        return "it has too many roles";
    if (terms.role_count > 0 && !terms.roles)
        return "its roles are missing";
    if ((terms.flags & ~(uint32_t)MORTISE_IDENTITY_STAY) != 0)
        return "it has flags that are none";
    if (terms.expires != 0 && terms.expires <= clock_wall_ms())
        return "it has expired already";
    for (uint32_t i = 0; i < terms.role_count; i++)
        if (!identity_name_fits(terms.roles[i], ROLE_MAX))
            return "one of its roles is missing, too long or not UTF-8";
    return NULL;
}

int identity_new(const mortise_identity *from, struct identity **ret_identity)
{
    mortise_identity terms;

    if (identity_why_not(from))
        return ERR_INVAL;
    take_terms(from, &terms);
    size_t size = strlen(terms.user) + 1;
    for (uint32_t i = 0; i < terms.role_count; i++)
        size += strlen(terms.roles[i]) + 1;
    struct identity *i = mem_zalloc(sizeof(*i) + size);
    if (!i)
        return ERR_NOMEM;
    i->expires = terms.expires;
    i->flags = terms.flags;
    i->role_count = terms.role_count;
    size_t n = strlen(terms.user) + 1;
    memcpy(i->names, terms.user, n);
    i->roles = i->names + n;
    char *to = i->roles;
    for (uint32_t k = 0; k < terms.role_count; k++) {
        n = strlen(terms.roles[k]) + 1;
        memcpy(to, terms.roles[k], n);
        to += n;
    }
    *ret_identity = i;
    return 0;
}

void identity_free(struct identity *i)
{
    assert(!i || !i->owner);
    mem_free(i);
}

const char *identity_user(const struct identity *i)
{
    return i->names;
}

int64_t identity_expires(const struct identity *i)
{
    return i->expires;
}

/* "chat.*" stands for all permissions that begin with "chat.", and "*" for all
 * there are. Names without a dot are roles: nobody is a guest by an asterisk.
 */
static bool stands_for(const char *held, const char *name)
{
    size_t n = strlen(held) - 1;
    return held[n] == '*' && (n == 0 || held[n - 1] == '.') &&
           strchr(name, '.') && strncmp(held, name, n) == 0;
}

bool identity_has_role(const struct identity *i, const char *role)
{
    const char *at = i->roles;
    for (uint32_t k = 0; k < i->role_count; k++, at += strlen(at) + 1)
        if (strcmp(at, role) == 0 || stands_for(at, role))
            return true;
    return false;
}

bool identity_expired(const struct identity *i)
{
    return i->expires != 0 && i->expires <= clock_wall_ms();
}

/* --- those of sockets --- */

static struct str key_of(const uint64_t *handle)
{
    return str_of((const char *)handle, sizeof(*handle));
}

static struct identity *find(const struct host *host, uint64_t handle)
{
    return table_get(&host->identities.sockets, key_of(&handle));
}

const struct identity *identities_of(const struct host *host, uint64_t socket)
{
    return find(host, socket);
}

static struct identity_user *find_user(const struct host *host,
                                       const char *user)
{
    return user ? table_get(&host->identities.users, str_z(user)) : NULL;
}

static struct identity_user *want_user(struct host *host, const char *name)
{
    struct identity_user *user = find_user(host, name);
    if (user)
        return user;
    size_t length = strlen(name);
    user = mem_zalloc(sizeof(*user) + length + 1);
    if (!user)
        return NULL;
    user->name_length = (uint32_t)length;
    memcpy(user->name, name, length);
    if (table_add(&host->identities.users, str_of(user->name, length), user) ==
        0)
        return user;
    mem_free(user);
    return NULL;
}

static void release_user(struct host *host, struct identity_user *user)
{
    if (user->count > 0)
        return;
    table_remove(&host->identities.users,
                 str_of(user->name, user->name_length));
    mem_free(user);
}

const char *identities_room(const char *user, char to[IDENTITY_ROOM_MAX])
{
    size_t n = strlen(user);
    memcpy(to, IDENTITY_ROOM_PREFIX, sizeof(IDENTITY_ROOM_PREFIX) - 1);
    memcpy(to + sizeof(IDENTITY_ROOM_PREFIX) - 1, user, n + 1);
    return to;
}

/* Takes it off its socket, which stays where it is. */
static void detach(struct identity *i)
{
    struct host *host = i->host;
    struct identity_user *user = i->owner;

    table_remove(&host->identities.sockets, key_of(&i->handle));
    LIST_REMOVE(i, link);
    i->owner = NULL;
    user->count--;
    release_user(host, user);
    timer_stop(host->timers, &i->timer);
}

static void leave_room(struct host *host, const struct identity *i)
{
    char room[IDENTITY_ROOM_MAX];
    struct sio_socket *s = sio_socket_find(host->sio, i->handle);
    if (s)
        sio_socket_leave(s, str_z(identities_room(i->names, room)));
}

static void on_expired(struct timer *timer)
{
    struct identity *i = CONTAINER_OF(timer, struct identity, timer);
    struct host *host = i->host;
    struct sio_socket *s = sio_socket_find(host->sio, i->handle);

    sio_server_enter(host->sio);
    if (s && !(i->flags & MORTISE_IDENTITY_STAY)) {
        /* With which it goes. */
        sio_socket_disconnect_for(s, false, SIO_NOTICE_EXPIRED);
    } else {
        leave_room(host, i);
        detach(i);
        mem_free(i);
    }
    sio_server_leave(host->sio);
}

/* Sockets that were refused have no "disconnect", so theirs would stay. */
static void sweep(struct host *host)
{
    struct identities *all = &host->identities;
    if (all->sockets.count < all->sweep_at)
        return;
    for (bool found = true; found;) {
        struct identity *i;
        uint32_t cursor = 0;
        found = false;
        while (!found && (i = table_next(&all->sockets, &cursor)))
            if (!sio_socket_find(host->sio, i->handle)) {
                detach(i);
                mem_free(i);
                found = true;
            }
    }
    all->sweep_at = all->sockets.count * 2;
    if (all->sweep_at < SWEEP_MIN)
        all->sweep_at = SWEEP_MIN;
}

/* Into the user's room; one that has not joined is put there when it has. */
static int enter_room(struct sio_socket *s, const struct identity *i)
{
    char room[IDENTITY_ROOM_MAX];
    if (!sio_socket_connected(s))
        return 0;
    return sio_socket_join(s, str_z(identities_room(i->names, room)));
}

/* All that can fail comes first; nothing has changed then. */
int identities_set(struct host *host, struct sio_socket *s, struct identity *i)
{
    sweep(host);
    struct identity *old = find(host, sio_socket_handle(s));
    struct identity_user *user = want_user(host, i->names);
    int error = user ? enter_room(s, i) : ERR_NOMEM;

    i->host = host;
    i->handle = sio_socket_handle(s);
    timer_init(&i->timer, on_expired);
    if (error == 0 && i->expires != 0)
        error =
            timer_start(host->timers, &i->timer, i->expires - clock_wall_ms());
    if (error == 0 && !old)
        error = table_add(&host->identities.sockets, key_of(&i->handle), i);
    if (error < 0) {
        timer_stop(host->timers, &i->timer);
        if (user && (!old || old->owner != user))
            leave_room(host, i);
        if (user)
            release_user(host, user);
        return error;
    }
    i->owner = user;
    LIST_INSERT_HEAD(&user->sockets, i, link);
    user->count++;
    if (old) {
        if (old->owner != user)
            leave_room(host, old);
        detach(old);
        mem_free(old);
        /* Its removal has made room for this. */
        error = table_add(&host->identities.sockets, key_of(&i->handle), i);
        assert(error == 0);
    }
    return 0;
}

void identities_joined(struct host *host, struct sio_socket *s)
{
    const struct identity *i = find(host, sio_socket_handle(s));
    if (i && enter_room(s, i) < 0)
        /* News for the user would miss it. */
        sio_socket_disconnect_for(s, true, SIO_NOTICE_OUT_OF_MEMORY);
}

void identities_forget(struct host *host, const struct sio_socket *s)
{
    struct identity *i = find(host, sio_socket_handle(s));
    if (!i)
        return;
    detach(i);
    mem_free(i);
}

void identities_clear(struct host *host, const struct sio_socket *s)
{
    const struct identity *i = find(host, sio_socket_handle(s));
    if (i)
        leave_room(host, i);
    identities_forget(host, s);
}

/* Joined, and not about to go. */
static bool is_there(const struct host *host, const struct identity *i)
{
    const struct sio_socket *s = sio_socket_find(host->sio, i->handle);
    return s && sio_socket_connected(s);
}

int identities_count(const struct host *host, const char *user)
{
    const struct identity_user *u = find_user(host, user);
    const struct identity *i;
    int count = 0;

    if (u && host->sio)
        LIST_FOREACH(i, &u->sockets, link)
    count += is_there(host, i);
    return count;
}

int identities_revoke(struct host *host, const char *user)
{
    const struct identity_user *u = find_user(host, user);
    int count = identities_count(host, user);
    const struct identity *i;

    if (!u)
        return 0;
    /* The identities go with the sockets, whose last moments can still ask
     * whose they were. */
    LIST_FOREACH(i, &u->sockets, link)
    {
        struct sio_socket *s = sio_socket_find(host->sio, i->handle);
        if (s)
            sio_socket_disconnect_for(s, true, SIO_NOTICE_REVOKED);
    }
    return count;
}

void identities_free(struct host *host)
{
    struct identities *all = &host->identities;
    struct identity *i;
    uint32_t cursor = 0;

    while ((i = table_next(&all->sockets, &cursor))) {
        detach(i);
        mem_free(i);
        cursor = 0;
    }
    table_free(&all->sockets);
    table_free(&all->users);
}
