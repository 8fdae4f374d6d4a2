/* SPDX-License-Identifier: MIT */
#include "routes.h"

#include <mortise/http.h>

#include "admin/admin_routes.h"
#include "front/http.h"

enum { BODY_MAX = 8192 };

static const mortise_route routes[] = {
    {MORTISE_HTTP_BEFORE, "/*", http_on_any},
    {"POST", "/auth/guest", http_on_guest, .body_max = BODY_MAX},
    {"POST", "/auth/register", http_on_register, .body_max = BODY_MAX},
    {"POST", "/auth/login", http_on_login, .body_max = BODY_MAX},
    {"POST", "/auth/refresh", http_on_refresh, .body_max = BODY_MAX},
    {"POST", "/auth/logout", http_on_logout, .body_max = BODY_MAX},
    {"POST", "/auth/password", http_on_password, .body_max = BODY_MAX},
    {"POST", "/auth/reset", http_on_reset, .body_max = BODY_MAX},
    {"POST", "/auth/reset/confirm", http_on_reset_confirm,
     .body_max = BODY_MAX},
    {"GET", "/auth/me", http_on_me},
    {"DELETE", "/auth/me", http_on_delete, .body_max = BODY_MAX},
    {"GET", "/auth/export", http_on_export},
    {"GET", "/auth/sessions", http_on_sessions},
    {"DELETE", "/auth/sessions", http_on_end_all, .body_max = BODY_MAX},
    {"DELETE", "/auth/sessions/others", http_on_end_others,
     .body_max = BODY_MAX},
    {"DELETE", "/auth/sessions/:id", http_on_revoke, .body_max = BODY_MAX},
    {"GET", "/auth/admin/users", admin_on_users},
    {"GET", "/auth/admin/users/:user", admin_on_user},
    {"PUT", "/auth/admin/users/:user/roles", admin_on_set_roles,
     .body_max = BODY_MAX},
    {"DELETE", "/auth/admin/users/:user/sessions", admin_on_end_sessions},
    {"DELETE", "/auth/admin/users/:user/sessions/:session",
     admin_on_end_sessions},
    {"GET", "/auth/admin/roles", admin_on_roles},
    {"PUT", "/auth/admin/roles/:role", admin_on_set_permissions,
     .body_max = BODY_MAX},
    {"GET", "/auth/admin/bans", admin_on_bans},
    {"POST", "/auth/admin/bans", admin_on_ban, .body_max = BODY_MAX},
    {"DELETE", "/auth/admin/bans/:id", admin_on_unban},
    {"GET", "/auth/admin/audit", admin_on_audit},
};

int routes_init(void)
{
    return mortise_http_routes(routes);
}
