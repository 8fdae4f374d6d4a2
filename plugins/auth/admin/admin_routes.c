/* SPDX-License-Identifier: MIT */
#include "admin/admin_routes.h"

#include <mortise/services.h>

#include "admin/admin.h"
#include "front/http.h"

static const char *query(mortise_request request, const char *name)
{
    return mortise_http_query(request, name);
}

static void ask(mortise_request request, const mortise_http *http, enum op op,
                mortise_value args)
{
    struct caller caller;

    caller_of_request(request, http, &caller);
    admin_ask(&caller, op, args);
}

void admin_on_users(mortise_request request, const mortise_http *http)
{
    ask(request, http, OP_ADMIN_USERS,
        mortise_make("{find:s, role:s, banned:s, after:s, limit:s}",
                     query(request, "find"), query(request, "role"),
                     query(request, "banned"), query(request, "after"),
                     query(request, "limit")));
}

void admin_on_user(mortise_request request, const mortise_http *http)
{
    ask(request, http, OP_ADMIN_USER,
        mortise_make("{user:s}", mortise_http_param(request, "user")));
}

void admin_on_set_roles(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value body;

    if (http_read(request, http, &caller, &body))
        admin_ask(&caller, OP_ADMIN_SET_ROLES,
                  mortise_make("{user:s, roles:v}",
                               mortise_http_param(request, "user"),
                               mortise_get(body, "roles")));
}

void admin_on_end_sessions(mortise_request request, const mortise_http *http)
{
    ask(request, http, OP_ADMIN_END_SESSIONS,
        mortise_make("{user:s, session:s}", mortise_http_param(request, "user"),
                     mortise_http_param(request, "session")));
}

void admin_on_roles(mortise_request request, const mortise_http *http)
{
    ask(request, http, OP_ADMIN_ROLES, NULL);
}

void admin_on_set_permissions(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value body;

    if (http_read(request, http, &caller, &body))
        admin_ask(&caller, OP_ADMIN_SET_PERMISSIONS,
                  mortise_make("{role:s, permissions:v}",
                               mortise_http_param(request, "role"),
                               mortise_get(body, "permissions")));
}

void admin_on_bans(mortise_request request, const mortise_http *http)
{
    ask(request, http, OP_ADMIN_BANS,
        mortise_make("{kind:s, subject:s, after:s, limit:s}",
                     query(request, "kind"), query(request, "subject"),
                     query(request, "after"), query(request, "limit")));
}

void admin_on_ban(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value body;

    if (http_read(request, http, &caller, &body))
        admin_ask(&caller, OP_ADMIN_BAN, body);
}

void admin_on_unban(mortise_request request, const mortise_http *http)
{
    ask(request, http, OP_ADMIN_UNBAN,
        mortise_make("{id:s}", mortise_http_param(request, "id")));
}

void admin_on_audit(mortise_request request, const mortise_http *http)
{
    ask(request, http, OP_ADMIN_AUDIT,
        mortise_make("{user:s, by:s, what:s, address:s, before:s, limit:s}",
                     query(request, "user"), query(request, "by"),
                     query(request, "what"), query(request, "address"),
                     query(request, "before"), query(request, "limit")));
}
