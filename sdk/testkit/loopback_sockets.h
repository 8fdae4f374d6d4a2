/* SPDX-License-Identifier: MIT */
/* What the two sides of mortise/sockets.h have in common, looped back. */
#ifndef MORTISE_TESTKIT_LOOPBACK_SOCKETS_H
#define MORTISE_TESTKIT_LOOPBACK_SOCKETS_H

#include "loopback.h"

enum {
    CALL_SURVEY,
    CALL_EMIT,
    CALL_FATES,
    CALL_QUEUED,
    CALL_LIST,
    CALL_JOIN,
    CALL_LEAVE,
    CALL_DISCONNECT,
    CALL_KICK,
    CALL_ROOM_AT,
    CALL_SET_DATA,
    CALL_DATA,
    CALL_AUTH,
    CALL_WAITING,
    CALL_CONNECTION,
    CALL_HEADER_AT,
    CALL_QUERY_AT,
};

/* The far side. */
void loopback_sockets_serve(struct service *s, uint64_t call);

#endif
