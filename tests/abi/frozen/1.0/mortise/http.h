/* SPDX-License-Identifier: MIT */
/*
 * mortise/http.h: HTTP routes on the port of the sockets.
 *
 *     static void on_user(mortise_request request, const mortise_http *http)
 *     {
 *         mortise_http_json(request, 200, "{id:s}",
 *                           mortise_http_param(request, "id"));
 *     }
 *     static const mortise_route routes[] = {
 *         {"GET", "/api/users/:id", on_user},
 *     };
 *     static int init(mortise_value settings)
 *     {
 *         return mortise_http_routes(routes);
 *     }
 *
 * Routes come before the files of the configuration's "static". A request is
 * a number. It is answered once, in its handler or later (from a timer, the
 * handler of an event, of a job); MORTISE_EGONE says that the client has left
 * or the answer was given. Who never answers has the host answer 503.
 *
 * The host itself answers HEAD with what GET gives, less the body; OPTIONS;
 * 405 where a path has routes, but not for this method; 413 to a body that is
 * too large; and 403 to requests from pages of other origins that change
 * something (all but GET and HEAD), unless "cors" of the configuration names
 * them.
 */
#ifndef MORTISE_HTTP_H
#define MORTISE_HTTP_H

#include <mortise/extension.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t mortise_request;

/* What a handler is told. The host makes it; members are only ever appended. */
typedef struct mortise_http {
    uint32_t size;
    uint32_t secure;    /* 1: came over TLS, to a proxy that is trusted */
    const char *method; /* "GET", also "HEAD" for a row of GET */
    const char *path;   /* as sent, still percent-encoded; without query */
    const char *query;  /* behind "?", still encoded; "" when there is none */
    const char *peer;   /* the address of the client, behind such proxies */
    mortise_str body;   /* empty when there is none */
    uint32_t handshake; /* in ALLOW: 1 for the request with which a client
                           comes, 0 for those that come of it (its polls, its
                           posts, the change of transport) */
} mortise_http;

typedef void mortise_http_call(mortise_request request,
                               const mortise_http *http);

typedef struct mortise_route {
    const char *method; /* "GET", "POST", ...; or one of those below */
    /*
     * "/a/:b" with names for parts of the path that can be anything but
     * empty; "/a/" followed by an asterisk, which stands for all of the rest.
     * Where several fit, the plainest part decides, from left to right. Two
     * plugins with the same method and path refuse to start.
     */
    const char *path;
    mortise_http_call *call;
    uint64_t body_max; /* bytes; 0: 65,536 */
    int64_t timeout;   /* ms in which to answer; 0: 30,000 */
} mortise_route;

/*
 * Instead of a method.
 * BEFORE: asked before each request whose path fits, of whatever plugin's
 *   route, in the order of the configuration. By answering it ends the
 *   request there. The body has not been read yet.
 * ALLOW: asked for every request of Socket.IO clients (the handshake, each
 *   poll and post, each change of transport); the path is ignored. Turns them
 *   away with mortise_http_refuse(), and cannot answer otherwise.
 */
#define MORTISE_HTTP_BEFORE                                                    \
    "\xff"                                                                     \
    "before"
#define MORTISE_HTTP_ALLOW                                                     \
    "\xff"                                                                     \
    "allow"

/* What mortise_http_text() can be asked for. */
enum {
    MORTISE_HTTP_PARAM,  /* a named part of the path, "*" for the rest */
    MORTISE_HTTP_QUERY,  /* a parameter behind "?", the last of that name */
    MORTISE_HTTP_HEADER, /* without regard to case, the first of that name */
    MORTISE_HTTP_COOKIE,
    MORTISE_HTTP_FORM /* of a body application/x-www-form-urlencoded */
};

/* A cookie is out of reach for scripts and sent along by pages of this site
 * (and when following a link), unless a flag says otherwise. */
enum {
    MORTISE_COOKIE_SCRIPT = 1,  /* scripts may read it */
    MORTISE_COOKIE_SECURE = 2,  /* over TLS only; is so when it came by TLS */
    MORTISE_COOKIE_STRICT = 4,  /* not even when following a link */
    MORTISE_COOKIE_ANY_SITE = 8 /* also by pages of other sites; secure */
};

/* Only ever appended to; the calls below document it. */
struct mortise_http_table {
    uint32_t size;
    int (*routes)(mortise_host, const mortise_route *rows, uint32_t count,
                  uint32_t row_size);
    const char *(*text)(mortise_host, mortise_request, uint32_t what,
                        const char *name);
    mortise_str (*body)(mortise_host, mortise_request);
    mortise_value (*body_json)(mortise_host, mortise_request);
    int (*header)(mortise_host, mortise_request, const char *name,
                  const char *value);
    int (*cookie)(mortise_host, mortise_request, const char *name,
                  const char *value, int64_t max_age, uint32_t flags);
    int (*answer)(mortise_host, mortise_request, int status, const char *type,
                  mortise_str body);
    int (*json)(mortise_host, mortise_request, int status, const char *format,
                ...);
    int (*refuse)(mortise_host, mortise_request, const char *text);
};

MORTISE_EXTENSION_(http, "mortise.http/1")
#define MORTISE_HTTP_(member, otherwise, ...)                                  \
    MORTISE_EXTENDED_(http, member, otherwise, __VA_ARGS__)

/* mortise_http_routes(array): in init, once. EINVAL: elsewhere, or again;
 * ESYNTAX: a row that makes no sense, logged; ENOMEM. */
#define mortise_http_routes(array)                                             \
    MORTISE_HTTP_(routes, MORTISE_ENOSYS, (array),                             \
                  (uint32_t)(sizeof(array) / sizeof((array)[0])),              \
                  (uint32_t)sizeof((array)[0]))

/* --- Asking. Any time before the answer; what is given lives until the
 * callback returns. */

/* Decoded. NULL when absent, when there is a NUL inside, when gone. */
static inline const char *mortise_http_text(mortise_request request,
                                            uint32_t what, const char *name)
{
    return MORTISE_HTTP_(text, NULL, request, what, name);
}
#define mortise_http_param(request, name)                                      \
    mortise_http_text(request, MORTISE_HTTP_PARAM, name)
#define mortise_http_query(request, name)                                      \
    mortise_http_text(request, MORTISE_HTTP_QUERY, name)
#define mortise_http_header(request, name)                                     \
    mortise_http_text(request, MORTISE_HTTP_HEADER, name)
#define mortise_http_cookie(request, name)                                     \
    mortise_http_text(request, MORTISE_HTTP_COOKIE, name)
#define mortise_http_form(request, name)                                       \
    mortise_http_text(request, MORTISE_HTTP_FORM, name)

/* The body; empty when there is none, or the request has gone. */
static inline mortise_str mortise_http_body(mortise_request request)
{
    mortise_str none = {NULL, 0};
    return MORTISE_HTTP_(body, none, request);
}

/* The body read as JSON; NULL when it is none. */
static inline mortise_value mortise_http_body_json(mortise_request request)
{
    return MORTISE_HTTP_(body_json, NULL, request);
}

/* --- Answering: 0; EGONE; EINVAL for what cannot be said so (a line end in a
 * header, a status that is none, an answer to ALLOW); ELIMIT; ENOMEM. */

/* Adds a header to the answer to come. The host's own are EINVAL:
 * Content-Type, Content-Length, Connection, Date and the like. */
static inline int mortise_http_set_header(mortise_request request,
                                          const char *name, const char *value)
{
    return MORTISE_HTTP_(header, MORTISE_ENOSYS, request, name, value);
}

/* Adds a cookie for all paths: max_age in seconds, -1: until the browser is
 * closed, 0: delete it. */
static inline int mortise_http_set_cookie(mortise_request request,
                                          const char *name, const char *value,
                                          int64_t max_age, uint32_t flags)
{
    return MORTISE_HTTP_(cookie, MORTISE_ENOSYS, request, name, value, max_age,
                         flags);
}

/* Status 200 to 599; type NULL: none; the body is copied. */
static inline int mortise_http_answer(mortise_request request, int status,
                                      const char *type, mortise_str body)
{
    return MORTISE_HTTP_(answer, MORTISE_ENOSYS, request, status, type, body);
}

/* A text as text/plain. */
static inline int mortise_http_say(mortise_request request, int status,
                                   const char *text)
{
    mortise_str body = {text, 0};
    while (text && text[body.n] != '\0')
        body.n++;
    return mortise_http_answer(request, status, "text/plain; charset=utf-8",
                               body);
}

/* mortise_http_json(request, status, format, ...): the one value of the format
 * as application/json. ESYNTAX when it is not one. */
#define mortise_http_json(...) MORTISE_HTTP_(json, MORTISE_ENOSYS, __VA_ARGS__)

/* Sends the client elsewhere: 302, 303, 307 or 308. */
static inline int mortise_http_redirect(mortise_request request, int status,
                                        const char *location)
{
    mortise_str none = {NULL, 0};
    int error = mortise_http_set_header(request, "Location", location);
    return error == 0 ? mortise_http_answer(request, status, NULL, none)
                      : error;
}

/* In ALLOW: 403 with this text as the error's message. EINVAL elsewhere. */
static inline int mortise_http_refuse(mortise_request request, const char *text)
{
    return MORTISE_HTTP_(refuse, MORTISE_ENOSYS, request, text);
}

#ifdef __cplusplus
}
#endif
#endif
