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

#include <mortise/state.h>
#include <stdarg.h>

#include "host/host.h"
#include "wire.h"

/*
 * One of the headers beside mortise/plugin.h: a file loopback_NOUN.c each, and
 * a line in loopback_extensions.c. What crosses first is the id, then the
 * number of the call, which is known to that file alone.
 */
struct service;
struct loopback_extension {
    const char *id;
    const void *table; /* what plugins are given: the near side */
    /* The far side: makes a call of s->extension, and writes its result. */
    void (*serve)(struct service *s, uint64_t call);
    /* Forgets the rows that plugins have registered; NULL: there are none. */
    void (*reset)(void);
};

extern const struct loopback_extension loopback_commands;
extern const struct loopback_extension loopback_contract;
extern const struct loopback_extension loopback_http;
extern const struct loopback_extension loopback_identity;
extern const struct loopback_extension loopback_jobs;
extern const struct loopback_extension loopback_log;
extern const struct loopback_extension loopback_memory;
extern const struct loopback_extension loopback_metrics;
extern const struct loopback_extension loopback_services;
extern const struct loopback_extension loopback_settings;
extern const struct loopback_extension loopback_sockets;
extern const struct loopback_extension loopback_state;
extern const struct loopback_extension loopback_values;

/* All of them; the last is NULL. */
extern const struct loopback_extension *const loopback_extensions[];
/* NULL: there is none of that id. */
const struct loopback_extension *loopback_extension_find(const char *id);
void loopback_extensions_reset(void);

/* The calls of the host's own table that cross; the others read what is near
 * already. */
enum loopback_call {
    HOST_CALL_LOG,
    HOST_CALL_NOW,
    HOST_CALL_EMIT,
    HOST_CALL_EMIT_ACK,
    HOST_CALL_ACK,
    HOST_CALL_ACK_LATER,
    HOST_CALL_REPLY,
    HOST_CALL_REFUSE,
    HOST_CALL_JOIN,
    HOST_CALL_LEAVE,
    HOST_CALL_IS_IN,
    HOST_CALL_ROOM_SIZE,
    HOST_CALL_DISCONNECT,
    HOST_CALL_SID,
    HOST_CALL_HANDSHAKE,
    HOST_CALL_AFTER,
    HOST_CALL_CANCEL,
    HOST_CALL_REWRITE,
};

/* Generations of plugins in the life of a kit. */
#define LOOPBACK_PLUGINS_MAX 32

/* One plugin, both sides of it. */
struct loopback {
    struct generation near; /* what the plugin holds: its table is first */
    struct host near_host;  /* where its values and lists are */
    struct generation *far; /* what the host knows the plugin as */
    const mortise_plugin *plugin; /* as it describes itself */
    mortise_plugin shown;         /* as it is described to the host */
    struct arena kept; /* rows it has registered, as they are there */
    /* While its init runs: the settings, here and there; NULL: none. */
    const struct json *settings, *far_settings;
    mortise_state state;         /* as it is described to the host */
    struct near_writer *writers; /* see loopback_values.c */
    int number;
};

/* Stands in for the entry of every plugin: struct host, `bridge`. */
const mortise_plugin *
loopback_bridge(struct generation *g,
                const mortise_plugin *(*entry)(mortise_host));
/* Forgets all plugins: the kit is over. */
void loopback_reset(void);

/* --- loopback_plugins.c --- */

/* One whose side of the host this is. */
struct loopback *loopback_plugin_new(struct generation *g);
struct loopback *loopback_plugin(int number);
/* All of them. */
void loopback_plugins_free(void);
/* How often something has crossed in this process. */
long loopback_crossings(void);
void loopback_count(void);

/* Around code of the plugin that the host calls. */
void loopback_enter(struct loopback *l, struct host_call *call);
void loopback_leave(struct loopback *l);
/* The next text, a copy that lives until the callback returns. */
const char *loopback_get_text(struct loopback *l, struct wire *w);

/* --- loopback_state.c --- */

/* The functions of a plugin's state as the host is shown them; NULL: none. */
const mortise_state *loopback_show_state(struct loopback *l,
                                         const mortise_state *from);

/* --- the near side --- */

/* The table that plugins hold. */
extern const struct mortise_host_table loopback_table;

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

/* extension: NULL for the host's own table. */
void crossing_begin(struct crossing *c, mortise_host table,
                    const struct loopback_extension *extension, uint64_t call);
void crossing_put_target(struct crossing *c, const mortise_target *to);
/* Whether it is the event that is being handled; there is no other. */
void crossing_put_event(struct crossing *c, const mortise_event *event);
/* Makes the call; the reply is to be read, and the crossing to be ended. */
void crossing_make(struct crossing *c, struct wire *reply);
void crossing_end(struct crossing *c, struct wire *reply);
/* All of that, for a call that gives a number, a text or a value. */
uint64_t crossing_number(struct crossing *c);
const char *crossing_text(struct crossing *c);
mortise_value crossing_value(struct crossing *c);
/* Reads bytes of a reply: a copy that lives until the callback returns. */
mortise_str crossing_get_bytes(const struct crossing *c, struct wire *reply);
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
    mortise_host table;    /* the host's own */
    const void *extension; /* or one of those beside it */
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
void service_get_target(struct service *s, mortise_target *ret);
/* The event that is being handled; NULL when the plugin meant another. */
const mortise_event *service_get_event(struct service *s);
void service_put_value(struct service *s, mortise_value value);

#define PASS_FOUR_(p, i)                                                       \
    (p).v[i], (p).v[(i) + 1], (p).v[(i) + 2], (p).v[(i) + 3]
#define PASS(p)                                                                \
    (p).format, PASS_FOUR_(p, 0), PASS_FOUR_(p, 4), PASS_FOUR_(p, 8),          \
        PASS_FOUR_(p, 12), PASS_FOUR_(p, 16), PASS_FOUR_(p, 20),               \
        PASS_FOUR_(p, 24), PASS_FOUR_(p, 28)

/* Makes the call that `request` says; the result goes into *reply. */
void loopback_serve(struct loopback *l, struct wire *request,
                    struct wire *reply);

/* X(p0) to X(pf), and X(p00) to X(pff): for functions that know their number,
 * as many as a plugin can have in all the builds that a test reloads. */
#define LOOPBACK_16(X, p)                                                      \
    X(p##0)                                                                    \
    X(p##1)                                                                    \
    X(p##2)                                                                    \
    X(p##3)                                                                    \
    X(p##4)                                                                    \
    X(p##5)                                                                    \
    X(p##6)                                                                    \
    X(p##7)                                                                    \
    X(p##8)                                                                    \
    X(p##9)                                                                    \
    X(p##a)                                                                    \
    X(p##b)                                                                    \
    X(p##c)                                                                    \
    X(p##d)                                                                    \
    X(p##e)                                                                    \
    X(p##f)
#define LOOPBACK_64(X, p)                                                      \
    LOOPBACK_16(X, p##0)                                                       \
    LOOPBACK_16(X, p##1)                                                       \
    LOOPBACK_16(X, p##2)                                                       \
    LOOPBACK_16(X, p##3)
#define LOOPBACK_256(X, p)                                                     \
    LOOPBACK_64(X, p)                                                          \
    LOOPBACK_16(X, p##4)                                                       \
    LOOPBACK_16(X, p##5)                                                       \
    LOOPBACK_16(X, p##6)                                                       \
    LOOPBACK_16(X, p##7)                                                       \
    LOOPBACK_16(X, p##8)                                                       \
    LOOPBACK_16(X, p##9)                                                       \
    LOOPBACK_16(X, p##a)                                                       \
    LOOPBACK_16(X, p##b)                                                       \
    LOOPBACK_16(X, p##c)                                                       \
    LOOPBACK_16(X, p##d)                                                       \
    LOOPBACK_16(X, p##e)                                                       \
    LOOPBACK_16(X, p##f)

#endif
