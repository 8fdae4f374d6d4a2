/* SPDX-License-Identifier: MIT */
#include "front/caller.h"

#include <string.h>
#include <strings.h>

#include "front/attached.h"
#include "front/cookies.h"
#include "front/peer.h"
#include "issuers/jwt.h"
#include "sessions/visitors.h"

bool caller_proves(mortise_request request, const char *session)
{
    const char *shown = mortise_http_header(request, "X-CSRF-Token");

    return shown && tokens_csrf_fits(session, shown);
}

struct session *caller_session(const struct caller *caller, const char *token)
{
    return jwt_looks(token) ? visitors_by_token(token, caller->address)
                            : sessions_by_token(token);
}

/* A request is looked at before every route, and again by ours. What is wrong
 * with its token need not be found out twice, nor counted. */
static mortise_request last_wrong;

static struct session *bearer(const struct caller *caller, const char *header)
{
    struct session *session;

    if (strncasecmp(header, "Bearer ", 7) != 0 || caller->request == last_wrong)
        return NULL;
    header += 7;
    session = caller_session(caller, header + strspn(header, " "));
    if (!session)
        last_wrong = caller->request;
    return session;
}

/* Once: a proxy in front that the server has not been told of. Then all clients
 * have its address, and are counted, slowed down and banned as one. One that is
 * trusted is not the peer, but for clients of the same machine. */
static void warn_of_proxy(mortise_request request, const char *peer)
{
    static const char *const near[] = {"127.", "::1",      "::ffff:127.",
                                       "10.",  "192.168.", "172."};
    const char *header = mortise_http_header(request, "X-Forwarded-For");
    static bool warned;

    if (warned || !header || strstr(header, peer))
        return;
    for (size_t i = 0; i < sizeof(near) / sizeof(near[0]) && !warned; i++)
        warned = strncmp(peer, near[i], strlen(near[i])) == 0;
    if (warned)
        mortise_log(MORTISE_WARN,
                    "%s sends X-Forwarded-For, and \"trustedProxies\" of the "
                    "configuration does not name it: all who come through it "
                    "count as one client",
                    peer);
}

void caller_of_request(mortise_request request, const mortise_http *http,
                       struct caller *ret)
{
    const char *header = mortise_http_header(request, "Authorization");
    const char *cookies = mortise_http_header(request, "Cookie");
    const char *agent = mortise_http_header(request, "User-Agent");
    char cookie[TOKEN_SIZE];
    bool reads =
        strcmp(http->method, "GET") == 0 || strcmp(http->method, "HEAD") == 0;

    memset(ret, 0, sizeof(*ret));
    ret->request = request;
    peer_address(http->peer, ret->address);
    warn_of_proxy(request, ret->address);
    peer_clean(agent ? agent : "", AGENT_SIZE, ret->agent, AGENT_SIZE);
    if (header) {
        ret->session = bearer(ret, header);
        ret->wrong_token = !ret->session;
        return;
    }
    if (cookie_find(cookies, COOKIE_ACCESS, cookie, sizeof(cookie))) {
        ret->session = sessions_by_token(cookie);
        ret->wrong_token = !ret->session;
    }
    ret->by_cookie = ret->session != NULL;
    if (ret->session && !reads && !caller_proves(request, ret->session->id)) {
        ret->csrf_missing = true;
        ret->session = NULL;
    }
}

void caller_of_socket(mortise_socket socket, const mortise_event *event,
                      struct caller *ret)
{
    const char *agent = mortise_handshake(socket, MORTISE_HEADER, "User-Agent");

    memset(ret, 0, sizeof(*ret));
    ret->socket = socket;
    ret->name_space = event->name_space;
    ret->session = attached_session(socket);
    peer_clean(agent ? agent : "", AGENT_SIZE, ret->agent, AGENT_SIZE);
    peer_of_socket(socket, ret->address);
}

/* Whether the page that has opened the connection came from this server. What
 * is no browser sends no Origin. */
static bool same_origin(mortise_socket socket)
{
    const char *origin = mortise_handshake(socket, MORTISE_HEADER, "Origin");
    const char *host = mortise_handshake(socket, MORTISE_HEADER, "Host");

    if (!origin)
        return true;
    origin = strstr(origin, "://");
    return origin && host && strcasecmp(origin + 3, host) == 0;
}

struct session *caller_socket_cookie(mortise_socket socket)
{
    const char *header = mortise_handshake(socket, MORTISE_HEADER, "Cookie");
    char token[TOKEN_SIZE];

    if (!header || !same_origin(socket) ||
        !cookie_find(header, COOKIE_ACCESS, token, sizeof(token)))
        return NULL;
    return sessions_by_token(token);
}
