/* SPDX-License-Identifier: MIT */
/* Believes whatever name somebody gives, and tells everybody. */
#include <stdio.h>
#include <string.h>

#include <mortise/identity.h>

#define SAY(...) mortise_log(MORTISE_INFO, __VA_ARGS__)

static const char *or_none(const char *text)
{
    return text ? text : "(none)";
}

/* {user, lasts (ms), stay, roles} of a value. */
static int identify(mortise_socket socket, mortise_value v)
{
    const char *roles[65];
    int64_t lasts = mortise_int(mortise_get(v, "lasts"), 0);
    mortise_value list = mortise_get(v, "roles");
    mortise_identity who = {
        .size = sizeof(who),
        .flags = (uint32_t)mortise_int(mortise_get(v, "flags"), 0),
        .user = mortise_text(mortise_get(v, "user"), NULL),
        .expires = lasts ? mortise_now() + lasts : 0,
        .roles = roles,
        .role_count = mortise_count(list),
    };
    for (uint32_t i = 0; i < who.role_count && i < 65; i++)
        roles[i] = mortise_text(mortise_at(list, i), "");
    return mortise_identify(socket, &who);
}

static void on_connecting(mortise_socket from, const mortise_event *event)
{
    mortise_value auth = mortise_arg(event, 0);
    if (mortise_get(auth, "user")) {
        int result = identify(from, auth);
        SAY("connecting %d, %s", result, or_none(mortise_user(from)));
    }
    if (mortise_get(auth, "refuse"))
        mortise_refuse(event, "No", "");
}

static void on_moment(mortise_socket from, const mortise_event *event)
{
    SAY("%s %s", event->name, or_none(mortise_user(from)));
}

static void on_sign(mortise_socket from, const mortise_event *event)
{
    mortise_value v = mortise_arg(event, 0);
    int result = v ? identify(from, v) : mortise_identify(from, NULL);
    SAY("sign %d, %s, admin %d, expires %d", result,
        or_none(mortise_user(from)), mortise_has_role(from, "admin"),
        mortise_expires(from) > mortise_now());
}

static void on_tell(mortise_socket from, const mortise_event *event)
{
    const char *user = mortise_text(mortise_arg(event, 0), NULL);
    int told = mortise_emit(mortise_to_user(from, user), "told", "s", user);
    SAY("told %d of %d, others %d", told, mortise_user_sockets(user),
        mortise_emit(
            mortise_except(mortise_in(from, NULL), mortise_user_room(user)),
            "other", ""));
}

static void on_join(mortise_socket from, const mortise_event *event)
{
    SAY("join %d", mortise_join(from, mortise_text(mortise_arg(event, 0), "")));
}

static void on_revoke(mortise_socket from, const mortise_event *event)
{
    const char *user = mortise_text(mortise_arg(event, 0), NULL);
    int first = mortise_revoke(user);
    int left = mortise_user_sockets(user);
    SAY("revoke %d %d, left %d", first, mortise_revoke(user), left);
}

static void on_stale(mortise_socket from, const mortise_event *event)
{
    mortise_identity who = {.size = sizeof(who), .user = "x"};
    mortise_identity small = {.size = 8, .user = "x"};
    int gone = mortise_identify(12345, &who);
    SAY("stale %d %d %d %d %d", gone, mortise_identify(from, &small),
        mortise_identify_request(12345, &who), mortise_user(12345) != NULL,
        mortise_has_role(12345, "x"));
}

/* --- requests --- */

static mortise_request held;

static void before(mortise_request request, const mortise_http *http)
{
    static const char *const roles[] = {"reader", "writer"};
    mortise_identity who = {.size = sizeof(who),
                            .user = mortise_http_header(request, "X-User"),
                            .roles = roles,
                            .role_count = 2};
    if (who.user)
        SAY("before %d", mortise_identify_request(request, &who));
}

static void say_me(mortise_request request)
{
    mortise_http_json(request, 200, "{user:s, writer:b, admin:b}",
                      mortise_request_user(request),
                      mortise_request_has_role(request, "writer"),
                      mortise_request_has_role(request, "admin"));
}

static void on_me(mortise_request request, const mortise_http *http)
{
    if (mortise_http_query(request, "twice"))
        mortise_identify_request(request, NULL);
    if (mortise_http_query(request, "hold"))
        held = request;
    else
        say_me(request);
}

static void on_release(mortise_socket from, const mortise_event *event)
{
    say_me(held);
}

static const mortise_route routes[] = {
    {MORTISE_HTTP_BEFORE, "/*", before},
    {"GET", "/me", on_me},
};

static int init(mortise_value settings)
{
    mortise_identity who = {.size = sizeof(who), .user = "x"};
    SAY("staged %d %d", mortise_identify(1, &who), mortise_revoke("x"));
    return mortise_http_routes(routes);
}

static const mortise_handler handlers[] = {
    {MORTISE_CONNECTING, on_connecting},
    {MORTISE_CONNECT, on_moment},
    {MORTISE_DISCONNECT, on_moment},
    {"sign", on_sign},
    {"tell", on_tell},
    {"join", on_join},
    {"revoke", on_revoke},
    {"stale", on_stale},
    {"release", on_release},
};

MORTISE_PLUGIN("who", "1.0.0", .init = init,
               .handlers = MORTISE_TABLE(handlers));
