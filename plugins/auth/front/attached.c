/* SPDX-License-Identifier: MIT */
#include "front/attached.h"

#include <string.h>

#include <mortise/memory.h>

#include "access/banned.h"
#include "access/gates.h"
#include "front/peer.h"
#include "front/who.h"
#include "options.h"
#include "sessions/visitors.h"

struct attached {
    struct map_node node;  /* of all, by the socket */
    struct map_node whose; /* by user and namespace, with a session */
    struct attached *next; /* of the session */
    mortise_socket socket;
    struct session *session;
    mortise_timer warning;
    char *name_space;
};

static struct map all, by_user;

static uint64_t hash_of(mortise_socket socket)
{
    return map_hash(&socket, sizeof(socket));
}

static struct attached *find(mortise_socket socket)
{
    struct map_node *n = NULL;

    while ((n = map_find(&all, hash_of(socket), n)))
        if (MAP_OF(n, struct attached, node)->socket == socket)
            return MAP_OF(n, struct attached, node);
    return NULL;
}

static uint64_t hash_of_user(const char *user, const char *name_space)
{
    return map_hash(user, strlen(user)) ^
           3 * map_hash(name_space, strlen(name_space));
}

/* A socket that this user has in this namespace, but for `but`. */
static struct attached *find_other(const char *user, const char *name_space,
                                   mortise_socket but)
{
    uint64_t hash = hash_of_user(user, name_space);
    struct map_node *n = NULL;

    while ((n = map_find(&by_user, hash, n))) {
        struct attached *a = MAP_OF(n, struct attached, whose);
        if (a->socket != but && strcmp(a->session->user, user) == 0 &&
            strcmp(a->name_space, name_space) == 0)
            return a;
    }
    return NULL;
}

bool attached_taken(mortise_socket socket, const char *name_space,
                    const struct session *session)
{
    return session && options.sockets_policy == POLICY_REFUSE &&
           find_other(session->user, name_space, socket);
}

struct session *attached_session(mortise_socket socket)
{
    const struct attached *a = find(socket);

    return a ? a->session : NULL;
}

int attached_identify(mortise_socket socket, const struct session *session)
{
    struct who who;

    who_of(session, &who);
    return mortise_identify(socket, &who.identity);
}

static void leave_session(struct attached *a)
{
    struct attached **at = &a->session->sockets;

    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    a->session = NULL;
    map_remove(&by_user, &a->whose);
}

static int join_session(struct attached *a, struct session *session)
{
    int error = map_add(&by_user, &a->whose,
                        hash_of_user(session->user, a->name_space));

    if (error != 0)
        return error;
    a->session = session;
    a->next = session->sockets;
    session->sockets = a;
    return 0;
}

static void forget(struct attached *a)
{
    if (a->session)
        leave_session(a);
    map_remove(&all, &a->node);
    mortise_cancel(a->warning);
    mortise_free(a->name_space);
    mortise_free(a);
}

static struct attached *add(mortise_socket socket, const char *name_space)
{
    struct attached *a = mortise_alloc(sizeof(*a));

    if (!a)
        return NULL;
    a->socket = socket;
    a->name_space = mortise_strdup(name_space);
    if (a->name_space && map_add(&all, &a->node, hash_of(socket)) == 0)
        return a;
    mortise_free(a->name_space);
    mortise_free(a);
    return NULL;
}

/* Without a warning, when there are too many timers, it ends all the same. */
static void set_warning(struct attached *a)
{
    int64_t left = a->session->access_ends - mortise_now() - options.warn_ms;

    mortise_cancel(a->warning);
    a->warning = mortise_after("warn", left > 0 ? left : 0, 0, a->socket);
}

/* Only this one: its connection may be in other namespaces as somebody else. */
static void put_out(struct attached *a, const char *code, const char *reason)
{
    mortise_emit(mortise_to(a->socket), "auth:ended", "{code:s, reason:s}",
                 code, reason);
    mortise_disconnect(a->socket, 0);
    forget(a);
}

static void put_out_others(const struct attached *a)
{
    struct attached *other;

    while (options.sockets_policy == POLICY_REPLACE &&
           (other = find_other(a->session->user, a->name_space, a->socket)))
        put_out(other, "signed-in-elsewhere", "Connected from elsewhere.");
}

int attached_put(mortise_socket socket, const char *name_space,
                 struct session *session)
{
    struct attached *a = find(socket);
    bool known = a != NULL;
    int error;

    if (!a && !(a = add(socket, name_space)))
        return MORTISE_ENOMEM;
    error = attached_identify(socket, session);
    if (error == 0) {
        if (a->session)
            leave_session(a); /* which makes the room that is needed now */
        error = join_session(a, session);
    }
    if (error != 0) {
        if (!known)
            forget(a);
        return error;
    }
    set_warning(a);
    put_out_others(a);
    return 0;
}

int attached_put_nobody(mortise_socket socket, const char *name_space)
{
    return find(socket) || add(socket, name_space) ? 0 : MORTISE_ENOMEM;
}

void attached_drop(mortise_socket socket)
{
    struct attached *a = find(socket);

    if (a)
        forget(a);
}

void attached_renew(struct session *session)
{
    struct attached *next;

    for (struct attached *a = session->sockets; a; a = next) {
        next = a->next;
        const struct refusal *no = gate_refuses(a->name_space, session);
        if (no)
            put_out(a, no->code, no->message);
        else if (attached_identify(a->socket, session) == 0)
            set_warning(a);
        else
            put_out(a, "internal", "The server is out of memory.");
    }
}

void attached_close(struct session *session, const char *code,
                    const char *reason)
{
    while (session->sockets)
        put_out(session->sockets, code, reason);
}

static bool is_banned(const struct attached *a, const struct ban_row *ban)
{
    char address[ADDRESS_SIZE];
    struct ban_asker asker = {a->session ? a->session->user : NULL,
                              a->session ? a->session->device : NULL, address};

    peer_of_socket(a->socket, address);
    return ban_fits(ban, &asker);
}

void attached_ban(const struct ban_row *ban)
{
    struct map_node *next = map_next(&all, NULL);

    while (next) {
        struct attached *a = MAP_OF(next, struct attached, node);
        next = map_next(&all, next);
        if (!is_banned(a, ban))
            continue;
        mortise_emit(mortise_to(a->socket), "auth:ended", "v",
                     banned_data(ban->reason, ban->until));
        mortise_disconnect(a->socket, 0);
        forget(a);
    }
}

void attached_warn(mortise_socket socket)
{
    struct attached *a = find(socket);

    if (a && a->session)
        mortise_emit(mortise_to(socket), "auth:expiring", "{expires:I}",
                     a->session->access_ends);
}

/* --- across a reload; timers and identities stay by themselves */

int attached_save(mortise_saving to)
{
    struct map_node *n = NULL;

    while ((n = map_next(&all, n))) {
        const struct attached *a = MAP_OF(n, struct attached, node);
        mortise_save_open(to, "socket");
        mortise_save_int(to, "socket", (int64_t)a->socket);
        mortise_save_text(to, "session", a->session ? a->session->id : "");
        mortise_save_text(to, "namespace", a->name_space);
        mortise_save_int(to, "warning", (int64_t)a->warning);
        mortise_save_close(to);
    }
    return 0;
}

int attached_restore(mortise_saved from)
{
    mortise_saved each;

    while ((each = mortise_saved_next(from, "socket")) != 0) {
        const char *id = mortise_saved_text(each, "session", "");
        struct session *session = sessions_find(id);
        if (!session)
            session = visitors_find(id);
        if (id[0] != '\0' && !session)
            continue;
        struct attached *a =
            add((mortise_socket)mortise_saved_int(each, "socket", 0),
                mortise_saved_text(each, "namespace", "/"));
        if (!a)
            return MORTISE_ENOMEM;
        a->warning = (mortise_timer)mortise_saved_int(each, "warning", 0);
        if (session && join_session(a, session) < 0) {
            forget(a);
            return MORTISE_ENOMEM;
        }
    }
    return 0;
}

/* At the end, and in the old build after a reload: the timers are not its own
 * any more. */
void attached_free(void)
{
    struct map_node *next = map_next(&all, NULL);

    while (next) {
        struct attached *a = MAP_OF(next, struct attached, node);
        next = map_next(&all, next);
        map_remove(&all, &a->node);
        mortise_free(a->name_space);
        mortise_free(a);
    }
    map_free(&all);
    map_free(&by_user);
}
