/* SPDX-License-Identifier: MIT */
#include "front/routes.h"

#include <string.h>
#include <strings.h>

#include "access/banned.h"
#include "admin/admin_routes.h"
#include "front/answers.h"
#include "front/who.h"
#include "work/requests.h"

enum { BODY_MAX = 8192 };

/* Whose the request is, for the routes of all plugins. */
static void on_any(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    struct ban ban;
    struct who who;

    caller_of_request(request, http, &caller);
    if (!caller.session ||
        banned_find(caller.session, caller.address, "", &ban))
        return;
    who_of(caller.session, &who);
    mortise_identify_request(request, &who.identity);
}

/* Pages of other origins can send forms and plain text without being asked
 * about it, but no JSON. */
static bool is_json(mortise_request request)
{
    const char *type = mortise_http_header(request, "Content-Type");
    size_t n = strlen("application/json");

    return type && strncasecmp(type, "application/json", n) == 0 &&
           (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

bool routes_read(mortise_request request, const mortise_http *http,
                 struct caller *caller, mortise_value *ret)
{
    caller_of_request(request, http, caller);
    if (!is_json(request)) {
        answers_refuse(caller, 415, "no_json",
                       "The Content-Type has to be application/json.", 0);
        return false;
    }
    *ret = mortise_http_body_json(request);
    if (mortise_type(*ret) == MORTISE_OBJECT)
        return true;
    answers_refuse(caller, 400, "bad_json", "The body is no JSON object.", 0);
    return false;
}

static void on_guest(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (routes_read(request, http, &caller, &args))
        request_guest(&caller, args);
}

static void on_register(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (routes_read(request, http, &caller, &args))
        request_register(&caller, args);
}

static void on_login(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (routes_read(request, http, &caller, &args))
        request_login(&caller, args);
}

/* The token is in the body, or in the cookie of a page that can prove that it
 * knows the session's cookies. */
static void on_refresh(mortise_request request, const mortise_http *http)
{
    char cookie[REFRESH_SIZE] = "", session[ID_SIZE];
    struct caller caller;
    mortise_value args;

    if (!routes_read(request, http, &caller, &args))
        return;
    const char *token = mortise_text(mortise_get(args, "refreshToken"), NULL);
    cookie_find(mortise_http_header(request, "Cookie"), COOKIE_REFRESH, cookie,
                sizeof(cookie));
    if (!token && tokens_refresh_session(cookie, session) &&
        !caller_proves(request, session))
        answers_refuse(&caller, 403, "csrf",
                       "The header X-CSRF-Token is not right.", 0);
    else if (token)
        request_refresh(&caller, token, false);
    else
        request_refresh(&caller, cookie, true);
}

static void on_logout(mortise_request request, const mortise_http *http)
{
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_logout(&caller);
}

static void on_password(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (routes_read(request, http, &caller, &args))
        request_password(&caller, args);
}

static void on_reset(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (routes_read(request, http, &caller, &args))
        request_reset(&caller, args);
}

static void on_reset_confirm(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (routes_read(request, http, &caller, &args))
        request_reset_confirm(&caller, args);
}

static void on_delete(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args = NULL;

    caller_of_request(request, http, &caller);
    if (http->body.n == 0 || routes_read(request, http, &caller, &args))
        request_delete(&caller, args);
}

static void on_revoke(mortise_request request, const mortise_http *http)
{
    const char *session = mortise_http_param(request, "id");
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_revoke(&caller, session ? session : "");
}

static void on_end_all(mortise_request request, const mortise_http *http)
{
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_end_all(&caller, false);
}

static void on_end_others(mortise_request request, const mortise_http *http)
{
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_end_all(&caller, true);
}

static void read_op(mortise_request request, const mortise_http *http,
                    enum op op)
{
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_read(&caller, op);
}

static void on_me(mortise_request request, const mortise_http *http)
{
    read_op(request, http, OP_ME);
}

static void on_sessions(mortise_request request, const mortise_http *http)
{
    read_op(request, http, OP_SESSIONS);
}

static void on_export(mortise_request request, const mortise_http *http)
{
    read_op(request, http, OP_EXPORT);
}

static const mortise_route routes[] = {
    {MORTISE_HTTP_BEFORE, "/*", on_any},
    {"POST", "/auth/guest", on_guest, .body_max = BODY_MAX},
    {"POST", "/auth/register", on_register, .body_max = BODY_MAX},
    {"POST", "/auth/login", on_login, .body_max = BODY_MAX},
    {"POST", "/auth/refresh", on_refresh, .body_max = BODY_MAX},
    {"POST", "/auth/logout", on_logout, .body_max = BODY_MAX},
    {"POST", "/auth/password", on_password, .body_max = BODY_MAX},
    {"POST", "/auth/reset", on_reset, .body_max = BODY_MAX},
    {"POST", "/auth/reset/confirm", on_reset_confirm, .body_max = BODY_MAX},
    {"GET", "/auth/me", on_me},
    {"DELETE", "/auth/me", on_delete, .body_max = BODY_MAX},
    {"GET", "/auth/export", on_export},
    {"GET", "/auth/sessions", on_sessions},
    {"DELETE", "/auth/sessions", on_end_all, .body_max = BODY_MAX},
    {"DELETE", "/auth/sessions/others", on_end_others, .body_max = BODY_MAX},
    {"DELETE", "/auth/sessions/:id", on_revoke, .body_max = BODY_MAX},
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
