/* SPDX-License-Identifier: MIT */
#include "front/http.h"

#include <string.h>
#include <strings.h>

#include "access/banned.h"
#include "front/answers.h"
#include "front/cookies.h"
#include "front/requests.h"
#include "front/who.h"

/* Whose the request is, for the routes of all plugins. */
void http_on_any(mortise_request request, const mortise_http *http)
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

bool http_read(mortise_request request, const mortise_http *http,
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

void http_on_guest(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (http_read(request, http, &caller, &args))
        request_guest(&caller, args);
}

void http_on_register(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (http_read(request, http, &caller, &args))
        request_register(&caller, args);
}

void http_on_login(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (http_read(request, http, &caller, &args))
        request_login(&caller, args);
}

/* The token is in the body, or in the cookie of a page that can prove that it
 * knows the session's cookies. */
void http_on_refresh(mortise_request request, const mortise_http *http)
{
    char cookie[REFRESH_SIZE] = "", session[ID_SIZE];
    struct caller caller;
    mortise_value args;

    if (!http_read(request, http, &caller, &args))
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

void http_on_logout(mortise_request request, const mortise_http *http)
{
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_logout(&caller);
}

void http_on_password(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (http_read(request, http, &caller, &args))
        request_password(&caller, args);
}

void http_on_reset(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (http_read(request, http, &caller, &args))
        request_reset(&caller, args);
}

void http_on_reset_confirm(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args;

    if (http_read(request, http, &caller, &args))
        request_reset_confirm(&caller, args);
}

void http_on_delete(mortise_request request, const mortise_http *http)
{
    struct caller caller;
    mortise_value args = NULL;

    caller_of_request(request, http, &caller);
    if (http->body.n == 0 || http_read(request, http, &caller, &args))
        request_delete(&caller, args);
}

void http_on_revoke(mortise_request request, const mortise_http *http)
{
    const char *session = mortise_http_param(request, "id");
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_revoke(&caller, session ? session : "");
}

void http_on_end_all(mortise_request request, const mortise_http *http)
{
    struct caller caller;

    caller_of_request(request, http, &caller);
    request_end_all(&caller, false);
}

void http_on_end_others(mortise_request request, const mortise_http *http)
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

void http_on_me(mortise_request request, const mortise_http *http)
{
    read_op(request, http, OP_ME);
}

void http_on_sessions(mortise_request request, const mortise_http *http)
{
    read_op(request, http, OP_SESSIONS);
}

void http_on_export(mortise_request request, const mortise_http *http)
{
    read_op(request, http, OP_EXPORT);
}
