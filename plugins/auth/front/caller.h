/* SPDX-License-Identifier: MIT */
/*
 * Who asks: a request or a socket, from where, and with what session.
 *
 * A request shows an access token in `Authorization: Bearer`, or by a cookie.
 * Cookies are sent along by browsers whoever has made the page, so they count
 * for a request that changes something only together with the header
 * X-CSRF-Token, which a page of another origin cannot know; and for a socket
 * only from a page of this server.
 */
#ifndef AUTH_CALLER_H
#define AUTH_CALLER_H

#include <mortise/commands.h>
#include <mortise/http.h>

#include "sessions/sessions.h"

struct caller {
    mortise_request request; /* of the three all but one are 0 */
    mortise_reply reply;
    mortise_order order; /* the operator asks, who may all */
    mortise_socket socket;
    const char *name_space;  /* of the socket */
    struct session *session; /* NULL: nobody is signed in */
    bool by_cookie;
    bool csrf_missing; /* there is a cookie, which does not count */
    bool wrong_token;  /* one was shown that is not good, or not any more */
    char address[ADDRESS_SIZE];
    char agent[AGENT_SIZE];
};

void caller_of_request(mortise_request request, const mortise_http *http,
                       struct caller *ret);
void caller_of_socket(mortise_socket socket, const mortise_event *event,
                      struct caller *ret);

/* The session of a token that they show, ours or of another issuer; NULL: it is
 * not good. */
struct session *caller_session(const struct caller *caller, const char *token);

/* Whether the request carries what proves that the page knows this session's
 * cookies. */
bool caller_proves(mortise_request request, const char *session);

/* The session whose cookie a socket's handshake has; NULL: none that counts. */
struct session *caller_socket_cookie(mortise_socket socket);

#endif
