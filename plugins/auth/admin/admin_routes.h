/* SPDX-License-Identifier: MIT */
/* The routes of administrators: the handlers of the table in routes.c. */
#ifndef AUTH_ADMIN_ROUTES_H
#define AUTH_ADMIN_ROUTES_H

#include <mortise/http.h>

mortise_http_call admin_on_users, admin_on_user, admin_on_set_roles,
    admin_on_end_sessions, admin_on_roles, admin_on_set_permissions,
    admin_on_bans, admin_on_ban, admin_on_unban, admin_on_audit;

#endif
