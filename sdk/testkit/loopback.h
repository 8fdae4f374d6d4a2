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

#include <stdarg.h>

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
    CALL_HTTP_ROUTES, /* from here on those of mortise/http.h */
    CALL_HTTP_TEXT,
    CALL_HTTP_BODY,
    CALL_HTTP_BODY_JSON,
    CALL_HTTP_HEADER,
    CALL_HTTP_COOKIE,
    CALL_HTTP_ANSWER,
    CALL_HTTP_JSON,
    CALL_HTTP_REFUSE,
    CALL_JOBS_KINDS, /* and those of mortise/jobs.h */
    CALL_JOBS_START,
    CALL_JOBS_CANCEL,
    CALL_IDENTIFY, /* and those of mortise/identity.h */
    CALL_IDENTIFY_REQUEST,
    CALL_USER,
    CALL_REQUEST_USER,
    CALL_HAS_ROLE,
    CALL_REQUEST_HAS_ROLE,
    CALL_EXPIRES,
    CALL_USER_ROOM,
    CALL_USER_SOCKETS,
    CALL_REVOKE,
    CALL_OFFER, /* and those of mortise/services.h */
    CALL_SERVICE,
    CALL_MAKE,
};

/* One plugin, both sides of it. */
struct loopback {
    struct generation near; /* what the plugin holds: its table is first */
    struct host near_host;  /* where its values and lists are */
    struct generation *far; /* what the host knows the plugin as */
    const mortise_plugin *plugin; /* as it describes itself */
    mortise_plugin shown;         /* as it is described to the host */
    struct arena kept; /* rows it has registered, as they are there */
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

/* Around code of the plugin that the host calls. */
void loopback_enter(struct loopback *l, struct host_call *call);
void loopback_leave(struct loopback *l);
/* The next text, a copy that lives until the callback returns. */
const char *loopback_get_text(struct loopback *l, struct wire *w);

/* --- the near side --- */

/* The table that plugins hold. */
extern const struct mortise_host_table loopback_table;
extern const struct mortise_http_table loopback_http_table;
extern const struct mortise_jobs_table loopback_jobs_table;
extern const struct mortise_identity_table loopback_identity_table;
extern const struct mortise_services_table loopback_services_table;

static inline struct loopback *loopback_of(mortise_host table)
{
    return (struct loopback *)(uintptr_t)table;
}

/* A call of the plugin that is being written. */
struct crossing {
    struct loopback *plugin;
    struct wire wire;
    long memory; /* see kit_memory_pause() */
};

void crossing_begin(struct crossing *c, mortise_host table,
                    enum loopback_call call);
/* Makes the call; the reply is to be read, and the crossing to be ended. */
void crossing_make(struct crossing *c, struct wire *reply);
void crossing_end(struct crossing *c, struct wire *reply);
/* All of that, for a call that gives a number, or a text. */
uint64_t crossing_number(struct crossing *c);
const char *crossing_text(struct crossing *c);
/* Appends the values of a format, which the call `name` was given; an error is
 * to end the crossing, and is told here already. */
int crossing_put_format(struct crossing *c, const char *name,
                        const char *format, va_list args);
/* Ends it without a call. Returns the error. */
int crossing_abandon(struct crossing *c, int error);
/* crossing_number() with the values of a format. */
int crossing_format(struct crossing *c, const char *name, const char *format,
                    va_list args);

/* --- the far side --- */

/* A call being served; memory is paused but for the call itself, which stands
 * between service_act() and service_acted(). */
struct service {
    struct loopback *plugin;
    struct host *host;
    mortise_host table; /* the host's own */
    struct wire *in, *out;
    long memory;
};

void service_act(struct service *s);
void service_acted(struct service *s);

/* Of one call, those inside of others not counted. */
#define PASSED_MAX 32

/* Values for a call with a format: a letter v for each. More arguments than
 * the format asks for do no harm. */
struct passed {
    char format[2 * PASSED_MAX + 1];
    mortise_value v[PASSED_MAX];
};

void service_get_values(struct service *s, struct passed *p);

#define PASS_FOUR_(p, i)                                                       \
    (p).v[i], (p).v[(i) + 1], (p).v[(i) + 2], (p).v[(i) + 3]
#define PASS(p)                                                                \
    (p).format, PASS_FOUR_(p, 0), PASS_FOUR_(p, 4), PASS_FOUR_(p, 8),          \
        PASS_FOUR_(p, 12), PASS_FOUR_(p, 16), PASS_FOUR_(p, 20),               \
        PASS_FOUR_(p, 24), PASS_FOUR_(p, 28)

/* Makes the call that `request` says; the result goes into *reply. */
void loopback_serve(struct loopback *l, struct wire *request,
                    struct wire *reply);
/* Those of the extensions. */
void loopback_serve_http(struct service *s, enum loopback_call call);
void loopback_serve_jobs(struct service *s, enum loopback_call call);
void loopback_serve_identity(struct service *s, enum loopback_call call);
void loopback_serve_services(struct service *s, enum loopback_call call);

/* Forgets the rows that plugins have registered. */
void loopback_http_reset(void);
void loopback_jobs_reset(void);
void loopback_services_reset(void);

/* X(p0) to X(pf): for functions that know their number. */
#define LOOPBACK_SIXTEEN(X, p)                                                 \
    X(p##0)                                                                    \
    X(p##1)                                                                    \
    X(p##2)                                                                    \
    X(p##3)                                                                    \
    X(p##4) X(p##5) X(p##6) X(p##7) X(p##8) X(p##9) X(p##a) X(p##b) X(p##c)    \
        X(p##d) X(p##e) X(p##f)

#endif
