/* SPDX-License-Identifier: MIT */
#include "front/events.h"

#include <mortise/identity.h>

#include "access/banned.h"
#include "access/gates.h"
#include "front/answers.h"
#include "front/attached.h"
#include "front/peer.h"
#include "front/requests.h"

#define TAKEN "already_connected"
static const char taken[] = "You are connected here already.";

/* What a client shows when it joins: {token} of its auth object, or else the
 * cookie. False: it has shown a token that is none. */
static bool shown(mortise_socket from, const mortise_event *event,
                  struct session **ret)
{
    mortise_value token = mortise_get(mortise_arg(event, 0), "token");
    struct caller caller;

    if (mortise_type(token) == MORTISE_NULL) {
        *ret = caller_socket_cookie(from);
        return true;
    }
    caller_of_socket(from, event, &caller);
    *ret = caller_session(&caller, mortise_text(token, ""));
    return *ret != NULL;
}

void events_connecting(mortise_socket from, const mortise_event *event)
{
    char address[ADDRESS_SIZE];
    struct session *session;
    const struct refusal *no;
    struct ban ban;

    peer_of_socket(from, address);
    if (!shown(from, event, &session))
        mortise_refuse(event, "This token is not good any more.",
                       "{code:'invalid_token'}");
    else if (banned_find(session, address, "", &ban))
        mortise_refuse(event, banned_message(ban.reason), "v",
                       banned_data(ban.reason, ban.until));
    else if ((no = gate_refuses(event->name_space, session)))
        mortise_refuse(event, no->message, "{code:s}", no->code);
    else if (attached_taken(from, event->name_space, session))
        mortise_refuse(event, taken, "{code:s}", TAKEN);
    else if (session && attached_identify(from, session) < 0)
        mortise_refuse(event, "The server is too busy.", "{code:'busy'}");
}

/* Whoever refuses behind us has had the chance by now. */
void events_connect(mortise_socket from, const mortise_event *event)
{
    struct session *session = NULL;

    shown(from, event, &session);
    if (attached_taken(from, event->name_space, session))
        mortise_emit(mortise_to(from), "auth:ended", "{code:s, reason:s}",
                     TAKEN, taken); /* by one that has asked later */
    else if (session && attached_put(from, event->name_space, session) == 0)
        return;
    if (mortise_user(from)) /* the session has ended in between */
        mortise_disconnect(from, 0);
    else
        attached_put_nobody(from, event->name_space);
}

void events_disconnect(mortise_socket from, const mortise_event *event)
{
    attached_drop(from);
}

/* {token}: a token got by HTTP, for a socket that is open. */
void events_token(mortise_socket from, const mortise_event *event)
{
    mortise_value args = mortise_arg(event, 0);
    struct session *session;
    const struct refusal *no;
    struct caller caller;
    struct ban ban;

    caller_of_socket(from, event, &caller);
    caller.reply = mortise_ack_later(event);
    if (!request_allowed(&caller, RATE_OTHER))
        return;
    session =
        caller_session(&caller, mortise_text(mortise_get(args, "token"), ""));
    no = session ? gate_refuses(event->name_space, session) : NULL;
    if (!session)
        answers_refuse(&caller, 401, "invalid_token",
                       "This token is not good any more.", 0);
    else if (banned_find(session, NULL, "", &ban))
        answers_refuse_banned(&caller, ban.reason, ban.until);
    else if (no)
        answers_refuse(&caller, 403, no->code, no->message, 0);
    else if (attached_taken(from, event->name_space, session))
        answers_refuse(&caller, 409, TAKEN, taken, 0);
    else if (attached_put(from, event->name_space, session) < 0)
        answers_refuse(&caller, 503, "busy", "The server is too busy.", 0);
    else
        mortise_reply_to(caller.reply, "{user:s, expires:I}", session->user,
                         session->access_ends);
}

/* A guest who registers in the middle of something keeps the socket, too. */
void events_register(mortise_socket from, const mortise_event *event)
{
    struct caller caller;

    caller_of_socket(from, event, &caller);
    caller.reply = mortise_ack_later(event);
    request_register(&caller, mortise_arg(event, 0));
}

void events_login(mortise_socket from, const mortise_event *event)
{
    struct caller caller;

    caller_of_socket(from, event, &caller);
    caller.reply = mortise_ack_later(event);
    request_login(&caller, mortise_arg(event, 0));
}

void events_refresh(mortise_socket from, const mortise_event *event)
{
    mortise_value args = mortise_arg(event, 0);
    struct caller caller;

    caller_of_socket(from, event, &caller);
    caller.reply = mortise_ack_later(event);
    request_refresh(&caller,
                    mortise_text(mortise_get(args, "refreshToken"), ""), false);
}

void events_logout(mortise_socket from, const mortise_event *event)
{
    struct caller caller;

    caller_of_socket(from, event, &caller);
    caller.reply = mortise_ack_later(event);
    request_logout(&caller);
}
