/* SPDX-License-Identifier: MIT */
#include "front/caller.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "issuers/jwt.h"
#include "options.h"
#include "sessions/visitors.h"

/* Anything may stand in a header: what is kept of it is printable ASCII. */
static void copy_clean(const char *text, size_t n, char *ret, size_t size)
{
    size_t i;

    for (i = 0; i < n && text[i] != '\0' && i + 1 < size; i++)
        ret[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    ret[i] = '\0';
}

static void copy_address(const char *address, char ret[static ADDRESS_SIZE])
{
    copy_clean(address ? address : "", ADDRESS_SIZE, ret, ADDRESS_SIZE);
}

bool cookie_find(const char *header, const char *name, char *ret, size_t size)
{
    const char *found = NULL;
    size_t n = strlen(name), found_length = 0;

    for (const char *p = header; p && *p; p = strchr(p, ';')) {
        p += strspn(p, "; ");
        size_t length = strcspn(p, ";");
        if (strncmp(p, name, n) != 0 || p[n] != '=')
            continue;
        length -= n + 1;
        while (length > 0 && p[n + length] == ' ')
            length--;
        const char *value = p + n + 1;
        if (length >= size || (found && (length != found_length ||
                                         memcmp(value, found, length) != 0)))
            return false;
        found = value;
        found_length = length;
    }
    if (!found)
        return false;
    memcpy(ret, found, found_length);
    ret[found_length] = '\0';
    return true;
}

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
    copy_address(http->peer, ret->address);
    warn_of_proxy(request, ret->address);
    copy_clean(agent ? agent : "", AGENT_SIZE, ret->agent, AGENT_SIZE);
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

void caller_socket_address(mortise_socket socket, char ret[static ADDRESS_SIZE])
{
    copy_address(mortise_handshake(socket, MORTISE_ADDRESS, NULL), ret);
}

void caller_of_socket(mortise_socket socket, const mortise_event *event,
                      struct caller *ret)
{
    const char *agent = mortise_handshake(socket, MORTISE_HEADER, "User-Agent");

    memset(ret, 0, sizeof(*ret));
    ret->socket = socket;
    ret->name_space = event->name_space;
    ret->session = attached_session(socket);
    copy_clean(agent ? agent : "", AGENT_SIZE, ret->agent, AGENT_SIZE);
    caller_socket_address(socket, ret->address);
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

/* As long as browsers keep one: how long a guest is kept says the database. */
enum { DEVICE_KEPT_S = 400 * 24 * 3600 };

void cookies_set(mortise_request request, const char *session,
                 const char *access, const char *refresh, bool brief)
{
    int64_t kept = brief ? -1 : options.refresh_ms / 1000;
    uint32_t secure = options.secure_cookies ? MORTISE_COOKIE_SECURE : 0;
    char csrf[HASH_TEXT_SIZE];

    tokens_csrf(session, csrf);
    mortise_http_set_cookie(request, COOKIE_ACCESS, access,
                            brief ? -1 : options.access_ms / 1000, secure);
    mortise_http_set_cookie(request, COOKIE_REFRESH, refresh, kept,
                            secure | MORTISE_COOKIE_STRICT);
    mortise_http_set_cookie(request, COOKIE_CSRF, csrf, kept,
                            secure | MORTISE_COOKIE_SCRIPT |
                                MORTISE_COOKIE_STRICT);
}

void cookie_set_device(mortise_request request, const char *device, bool brief)
{
    uint32_t secure = options.secure_cookies ? MORTISE_COOKIE_SECURE : 0;
    int64_t kept = brief ? -1 : DEVICE_KEPT_S;

    mortise_http_set_cookie(request, COOKIE_DEVICE, device,
                            device[0] != '\0' ? kept : 0,
                            secure | MORTISE_COOKIE_STRICT);
}

void cookies_clear(mortise_request request)
{
    static const char *const names[] = {COOKIE_ACCESS, COOKIE_REFRESH,
                                        COOKIE_CSRF};
    uint32_t secure = options.secure_cookies ? MORTISE_COOKIE_SECURE : 0;

    for (int i = 0; i < 3; i++)
        mortise_http_set_cookie(request, names[i], "", 0, secure);
}
