/* SPDX-License-Identifier: MIT */
/* mortise/identity.h, looped back: both sides. */
#include <mortise/identity.h>
#include <string.h>

#include "internal.h"
#include "loopback.h"

enum {
    CALL_IDENTIFY,
    CALL_IDENTIFY_REQUEST,
    CALL_USER,
    CALL_REQUEST_USER,
    CALL_HAS_ROLE,
    CALL_REQUEST_HAS_ROLE,
    CALL_EXPIRES,
    CALL_USER_ROOM,
    CALL_USER_SOCKETS,
    CALL_REVOKE,
};

/* More than the host takes. */
#define ROLES_MAX 256

/* --- the plugin's calls --- */

/* As much of it as a plugin with an older header has. */
static void put_identity(struct wire *w, const mortise_identity *who)
{
    mortise_identity all = {0};
    size_t size = who->size;

    memcpy(&all, who, size < sizeof(all) ? size : sizeof(all));
    wire_put(w, size);
    wire_put(w, all.flags);
    wire_put_text(w, all.user);
    wire_put(w, (uint64_t)all.expires);
    wire_put(w, all.role_count);
    wire_put(w, all.roles != NULL);
    for (uint32_t i = 0; all.roles && i < all.role_count && i < ROLES_MAX; i++)
        wire_put_text(w, all.roles[i]);
}

static int say(mortise_host table, uint64_t call, uint64_t whose,
               const mortise_identity *who)
{
    struct crossing c;

    crossing_begin(&c, table, &loopback_identity, call);
    wire_put(&c.wire, whose);
    wire_put(&c.wire, who != NULL);
    if (who)
        put_identity(&c.wire, who);
    return (int)crossing_number(&c);
}

static int near_identify(mortise_host table, mortise_socket socket,
                         const mortise_identity *who)
{
    return say(table, CALL_IDENTIFY, socket, who);
}

static int near_identify_request(mortise_host table, mortise_request request,
                                 const mortise_identity *who)
{
    return say(table, CALL_IDENTIFY_REQUEST, request, who);
}

/* A socket or request, and perhaps a role. */
static void ask(struct crossing *c, mortise_host table, uint64_t call,
                uint64_t whose, const char *role)
{
    crossing_begin(c, table, &loopback_identity, call);
    wire_put(&c->wire, whose);
    wire_put_text(&c->wire, role);
}

static const char *near_user(mortise_host table, mortise_socket socket)
{
    struct crossing c;
    ask(&c, table, CALL_USER, socket, NULL);
    return crossing_text(&c);
}

static const char *near_request_user(mortise_host table,
                                     mortise_request request)
{
    struct crossing c;
    ask(&c, table, CALL_REQUEST_USER, request, NULL);
    return crossing_text(&c);
}

static int near_has_role(mortise_host table, mortise_socket socket,
                         const char *role)
{
    struct crossing c;
    ask(&c, table, CALL_HAS_ROLE, socket, role);
    return (int)crossing_number(&c);
}

static int near_request_has_role(mortise_host table, mortise_request request,
                                 const char *role)
{
    struct crossing c;
    ask(&c, table, CALL_REQUEST_HAS_ROLE, request, role);
    return (int)crossing_number(&c);
}

static int64_t near_expires(mortise_host table, mortise_socket socket)
{
    struct crossing c;
    ask(&c, table, CALL_EXPIRES, socket, NULL);
    return (int64_t)crossing_number(&c);
}

static const char *near_user_room(mortise_host table, const char *user)
{
    struct crossing c;
    ask(&c, table, CALL_USER_ROOM, 0, user);
    return crossing_text(&c);
}

static int near_user_sockets(mortise_host table, const char *user)
{
    struct crossing c;
    ask(&c, table, CALL_USER_SOCKETS, 0, user);
    return (int)crossing_number(&c);
}

static int near_revoke(mortise_host table, const char *user)
{
    struct crossing c;
    ask(&c, table, CALL_REVOKE, 0, user);
    return (int)crossing_number(&c);
}

static const struct mortise_identity_table near_table = {
    .size = sizeof(struct mortise_identity_table),
    .identify = near_identify,
    .identify_request = near_identify_request,
    .user = near_user,
    .request_user = near_request_user,
    .has_role = near_has_role,
    .request_has_role = near_request_has_role,
    .expires = near_expires,
    .user_room = near_user_room,
    .user_sockets = near_user_sockets,
    .revoke = near_revoke,
};

/* --- the far side --- */

static void get_identity(struct wire *w, mortise_identity *ret,
                         const char **roles)
{
    size_t size = wire_get(w);

    ret->size = (uint32_t)(size < sizeof(*ret) ? size : sizeof(*ret));
    ret->flags = (uint32_t)wire_get(w);
    ret->user = wire_get_text(w);
    ret->expires = (int64_t)wire_get(w);
    ret->role_count = (uint32_t)wire_get(w);
    ret->roles = wire_get(w) ? roles : NULL;
    for (uint32_t i = 0; ret->roles && i < ret->role_count && i < ROLES_MAX;
         i++)
        roles[i] = wire_get_text(w);
}

static int serve_identify(struct service *s,
                          const struct mortise_identity_table *t, uint64_t call)
{
    uint64_t whose = wire_get(s->in);
    bool somebody = wire_get(s->in);
    const char *roles[ROLES_MAX];
    mortise_identity who;

    if (somebody)
        get_identity(s->in, &who, roles);
    service_act(s);
    int result =
        call == CALL_IDENTIFY
            ? t->identify(s->table, whose, somebody ? &who : NULL)
            : t->identify_request(s->table, whose, somebody ? &who : NULL);
    service_acted(s);
    return result;
}

/* Those that give a text. */
static const char *serve_text(struct service *s,
                              const struct mortise_identity_table *t,
                              uint64_t call, uint64_t whose, const char *text)
{
    if (call == CALL_USER)
        return t->user(s->table, whose);
    if (call == CALL_REQUEST_USER)
        return t->request_user(s->table, whose);
    return t->user_room(s->table, text);
}

static int64_t serve_number(struct service *s,
                            const struct mortise_identity_table *t,
                            uint64_t call, uint64_t whose, const char *text)
{
    if (call == CALL_HAS_ROLE)
        return t->has_role(s->table, whose, text);
    if (call == CALL_REQUEST_HAS_ROLE)
        return t->request_has_role(s->table, whose, text);
    if (call == CALL_EXPIRES)
        return t->expires(s->table, whose);
    if (call == CALL_USER_SOCKETS)
        return t->user_sockets(s->table, text);
    service_act(s);
    int result = t->revoke(s->table, text);
    service_acted(s);
    return result;
}

static void serve(struct service *s, uint64_t call)
{
    const struct mortise_identity_table *t = s->extension;

    if (call == CALL_IDENTIFY || call == CALL_IDENTIFY_REQUEST) {
        wire_put(s->out, (uint64_t)(int64_t)serve_identify(s, t, call));
        return;
    }
    uint64_t whose = wire_get(s->in);
    const char *text = wire_get_text(s->in);
    if (call == CALL_USER || call == CALL_REQUEST_USER ||
        call == CALL_USER_ROOM)
        wire_put_text(s->out, serve_text(s, t, call, whose, text));
    else
        wire_put(s->out, (uint64_t)serve_number(s, t, call, whose, text));
}

const struct loopback_extension loopback_identity = {
    .id = "mortise.identity/1",
    .table = &near_table,
    .serve = serve,
};
