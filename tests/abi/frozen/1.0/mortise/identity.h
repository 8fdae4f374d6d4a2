/* SPDX-License-Identifier: MIT */
/*
 * mortise/identity.h: who a socket or a request belongs to.
 *
 * One plugin finds out (a password, a token, a cookie) and says so, once; all
 * plugins can ask. It may be said in CONNECTING, in any later event, or for a
 * request in a row of MORTISE_HTTP_BEFORE. A user can have many sockets:
 * everything for "this user" reaches all of them.
 *
 *     static void on_connecting(mortise_socket from, const mortise_event
 * *event)
 *     {
 *         const char *user = check(mortise_arg(event, 0));
 *         mortise_identity who = {sizeof(who), 0, user, expires};
 *         if (user)
 *             mortise_identify(from, &who);
 *         else
 *             mortise_refuse(event, "Sign in first", "");
 *     }
 *     ...
 *         mortise_emit(mortise_to_user(from, "bob"), "news", "s", text);
 *
 * The host watches the expiry: at that time the identity is gone, and with it,
 * unless a flag says otherwise, the socket. Identities stay when plugins are
 * reloaded.
 */
#ifndef MORTISE_IDENTITY_H
#define MORTISE_IDENTITY_H

#include <mortise/http.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    MORTISE_IDENTITY_STAY = 1 /* expired: nobody any more, but connected */
};

typedef struct mortise_identity {
    uint32_t size; /* sizeof(mortise_identity) */
    uint32_t flags;
    const char *user;         /* an id of yours, 1 to 200 bytes */
    int64_t expires;          /* ms since 1970; 0: never */
    /* Names, up to 64 bytes each. One with a dot is a permission; "chat.*"
     * stands for all that begin with "chat.", "*" for all permissions. */
    const char *const *roles;
    uint32_t role_count;      /* up to 64 */
} mortise_identity;

/* Only ever appended to; the calls below document it. */
struct mortise_identity_table {
    uint32_t size;
    int (*identify)(mortise_host, mortise_socket, const mortise_identity *);
    int (*identify_request)(mortise_host, mortise_request,
                            const mortise_identity *);
    const char *(*user)(mortise_host, mortise_socket);
    const char *(*request_user)(mortise_host, mortise_request);
    int (*has_role)(mortise_host, mortise_socket, const char *role);
    int (*request_has_role)(mortise_host, mortise_request, const char *role);
    int64_t (*expires)(mortise_host, mortise_socket);
    const char *(*user_room)(mortise_host, const char *user);
    int (*user_sockets)(mortise_host, const char *user);
    int (*revoke)(mortise_host, const char *user);
};

MORTISE_EXTENSION_(identity, "mortise.identity/1")
#define MORTISE_IDENTITY_(member, otherwise, ...)                              \
    MORTISE_EXTENDED_(identity, member, otherwise, __VA_ARGS__)

/* --- Saying: replaces what was said before; NULL: nobody any more. 0; EGONE;
 * ESTAGED; EINVAL: no size, a name that is none, a time that has passed;
 * ELIMIT: the socket is in too many rooms; ENOMEM. */
static inline int mortise_identify(mortise_socket socket,
                                   const mortise_identity *who)
{
    return MORTISE_IDENTITY_(identify, MORTISE_ENOSYS, socket, who);
}
static inline int mortise_identify_request(mortise_request request,
                                           const mortise_identity *who)
{
    return MORTISE_IDENTITY_(identify_request, MORTISE_ENOSYS, request, who);
}

/* --- Asking */
/* The user; NULL when nobody is signed in there, or it has gone. */
static inline const char *mortise_user(mortise_socket socket)
{
    return MORTISE_IDENTITY_(user, NULL, socket);
}
static inline const char *mortise_request_user(mortise_request request)
{
    return MORTISE_IDENTITY_(request_user, NULL, request);
}
/* A role, or a permission such as "chat.mute": 1 or 0. */
static inline int mortise_has_role(mortise_socket socket, const char *role)
{
    return MORTISE_IDENTITY_(has_role, 0, socket, role);
}
static inline int mortise_request_has_role(mortise_request request,
                                           const char *role)
{
    return MORTISE_IDENTITY_(request_has_role, 0, request, role);
}
/* When it expires, ms since 1970; 0: never, or there is none. */
static inline int64_t mortise_expires(mortise_socket socket)
{
    return MORTISE_IDENTITY_(expires, 0, socket);
}

/* --- All sockets of a user */
/*
 * A room in which the user's sockets are, in each namespace, for
 * mortise_all(), mortise_except() and the like. Its name is no UTF-8, so no
 * client can ask to join it. Lives until the callback returns; never NULL: one
 * in which nobody is when the user is none.
 */
static inline const char *mortise_user_room(const char *user)
{
    return MORTISE_IDENTITY_(user_room,
                             "\xff"
                             "user",
                             user);
}
/* The user's sockets in the namespace of this socket. */
static inline mortise_target mortise_to_user(mortise_socket socket,
                                             const char *user)
{
    return mortise_in(socket, mortise_user_room(user));
}
/* How many sockets the user has, in all namespaces. */
static inline int mortise_user_sockets(const char *user)
{
    return MORTISE_IDENTITY_(user_sockets, 0, user);
}
/* Throws the user out, of sockets and of requests that wait: at once, with
 * the connection. Returns how many sockets it were. */
static inline int mortise_revoke(const char *user)
{
    return MORTISE_IDENTITY_(revoke, MORTISE_ENOSYS, user);
}

#ifdef __cplusplus
}
#endif
#endif
