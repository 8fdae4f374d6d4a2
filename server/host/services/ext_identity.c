/* SPDX-License-Identifier: MIT */
/* mortise/identity.h. */
#include <string.h>

#include "base/error.h"
#include "host/calls/api.h"
#include "host/calls/extensions.h"
#include "host/calls/plugin_log.h"

static int complain(const struct generation *g, const mortise_identity *who,
                    int error)
{
    const char *why = identity_why_not(who);
    plugin_warn(g, "mortise_identify: %s", why ? why : error_text(error));
    return error;
}

static int identity_identify(mortise_host table, mortise_socket socket,
                             const mortise_identity *who)
{
    const struct generation *g = api_caller(table);
    struct host *host = g->host;
    struct sio_socket *s = api_socket(g, socket);
    struct identity *i;

    if (api_staged(g))
        return ERR_STAGED;
    if (!s)
        return ERR_GONE;
    if (!who) {
        identities_clear(host, s);
        return 0;
    }
    int error = identity_new(who, &i);
    if (error < 0)
        return complain(g, who, error);
    error = identities_set(host, s, i);
    if (error < 0) {
        identity_free(i);
        return complain(g, who, error);
    }
    return 0;
}

static int identity_identify_request(mortise_host table, mortise_request number,
                                     const mortise_identity *who)
{
    const struct generation *g = api_caller(table);
    struct request *r = requests_find(g->host, number);
    struct identity *i = NULL;

    if (api_idle(g))
        return ERR_STAGED;
    if (!r)
        return ERR_GONE;
    int error = who ? identity_new(who, &i) : 0;
    if (error < 0)
        return complain(g, who, error);
    identity_free(r->identity);
    r->identity = i;
    return 0;
}

static const struct identity *of_request(mortise_host table,
                                         mortise_request number)
{
    const struct request *r = requests_find(api_caller(table)->host, number);
    const struct identity *i = r ? r->identity : NULL;
    return i && !identity_expired(i) ? i : NULL;
}

static const char *user_name(mortise_host table, const struct identity *i)
{
    return i ? api_copy(api_caller(table), str_z(identity_user(i))) : NULL;
}

static const char *identity_user_of(mortise_host table, mortise_socket socket)
{
    return user_name(table, identities_of(api_caller(table)->host, socket));
}

static const char *identity_request_user(mortise_host table,
                                         mortise_request number)
{
    return user_name(table, of_request(table, number));
}

static int identity_role(mortise_host table, mortise_socket socket,
                         const char *role)
{
    const struct identity *i = identities_of(api_caller(table)->host, socket);
    return i && role && identity_has_role(i, role);
}

static int identity_request_role(mortise_host table, mortise_request number,
                                 const char *role)
{
    const struct identity *i = of_request(table, number);
    return i && role && identity_has_role(i, role);
}

static int64_t identity_expiry(mortise_host table, mortise_socket socket)
{
    const struct identity *i = identities_of(api_caller(table)->host, socket);
    return i ? identity_expires(i) : 0;
}

static const char *identity_user_room(mortise_host table, const char *user)
{
    char room[IDENTITY_ROOM_MAX];
    const char *copy = NULL;
    if (identity_name_fits(user, IDENTITY_USER_MAX))
        copy = api_copy(api_caller(table), str_z(identities_room(user, room)));
    /* Never NULL, which would mean everybody. */
    return copy ? copy : IDENTITY_ROOM_PREFIX;
}

static int identity_user_sockets(mortise_host table, const char *user)
{
    return identities_count(api_caller(table)->host, user);
}

static int identity_revoke(mortise_host table, const char *user)
{
    const struct generation *g = api_caller(table);
    uint32_t cursor = 0;
    struct request *r;

    if (api_staged(g))
        return ERR_STAGED;
    while (user && (r = ids_next(&g->host->requests.ids, &cursor)))
        if (r->identity && strcmp(identity_user(r->identity), user) == 0) {
            identity_free(r->identity);
            r->identity = NULL;
        }
    return identities_revoke(g->host, user);
}

const struct mortise_identity_table ext_identity = {
    .size = sizeof(struct mortise_identity_table),
    .identify = identity_identify,
    .identify_request = identity_identify_request,
    .user = identity_user_of,
    .request_user = identity_request_user,
    .has_role = identity_role,
    .request_has_role = identity_request_role,
    .expires = identity_expiry,
    .user_room = identity_user_room,
    .user_sockets = identity_user_sockets,
    .revoke = identity_revoke,
};
