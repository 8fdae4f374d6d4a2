/* SPDX-License-Identifier: MIT */
/*
 * The loop-back: a plugin and its host as if they were two processes.
 *
 * Nothing but bytes crosses: each call of the host's table is written down on
 * the near side (the plugin's), read on the far side (the host's), made there,
 * and its result comes back the same way; so are the host's calls of the
 * plugin. Values live twice: the near side reads its own copies. That all
 * suites pass like this keeps the SDK fit for plugins in processes of their
 * own: no call can hand out a pointer into the host without being noticed.
 *
 * The descriptor itself is read where it is: it never changes.
 */
#ifndef MORTISE_TESTKIT_LOOPBACK_H
#define MORTISE_TESTKIT_LOOPBACK_H

#include "host/host.h"
#include "wire.h"

/* The calls that cross; the others read what is near already. */
enum loopback_call {
    CALL_LOG,
    CALL_NOW,
    CALL_EMIT,
    CALL_EMIT_ACK,
    CALL_ACK,
    CALL_ACK_LATER,
    CALL_REPLY,
    CALL_REFUSE,
    CALL_JOIN,
    CALL_LEAVE,
    CALL_IS_IN,
    CALL_ROOM_SIZE,
    CALL_DISCONNECT,
    CALL_SID,
    CALL_HANDSHAKE,
    CALL_AFTER,
    CALL_CANCEL,
    CALL_REWRITE,
    CALL_NAMED,
};

/* One plugin, both sides of it. */
struct loopback {
    struct generation near; /* what the plugin holds: its table is first */
    struct host near_host;  /* where its values and lists are */
    struct generation *far; /* what the host knows the plugin as */
    const mortise_plugin *plugin; /* as it describes itself */
    mortise_plugin shown;         /* as it is described to the host */
    int number;
};

/* Stands in for the entry of every plugin: struct host, `bridge`. */
const mortise_plugin *
loopback_bridge(struct generation *g,
                const mortise_plugin *(*entry)(mortise_host));
/* Forgets all plugins: the kit is over. */
void loopback_reset(void);
/* How often something has crossed in this process. */
long loopback_crossings(void);
void loopback_count(void);

/* loopback_near.c: the table that plugins hold. */
extern const struct mortise_host_table loopback_table;

/* loopback_far.c: makes the call that `request` says; the result goes into
 * *reply. */
void loopback_serve(struct loopback *l, struct wire *request,
                    struct wire *reply);

#endif
