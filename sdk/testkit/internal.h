/* SPDX-License-Identifier: MIT */
/*
 * What the files of the testkit share.
 *
 *   kit -> connections -> clients, each in one namespace -> what it received
 *
 * A call to the kit arms the failing allocation if one was asked for, lets the
 * server act (kit_enter, kit_leave), and then hands what was sent to the
 * clients. The kit's own memory is malloc()'s; when that fails, so be it.
 */
#ifndef MORTISE_TESTKIT_INTERNAL_H
#define MORTISE_TESTKIT_INTERNAL_H

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <mortise/testkit.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/timer.h"
#include "config/config.h"
#include "host/host.h"
#include "socketio/socketio.h"

#include "engine.h"
#include "received.h"

/* Where in a test a call stands. */
struct kit_place {
    const char *file;
    int line;
};

struct kit_line {
    TAILQ_ENTRY(kit_line) link;
    enum log_level level;
    bool expected;
    char text[];
};

enum client_state {
    CLIENT_ASKING,      /* the server has not said anything yet */
    CLIENT_JOINED,      /* and is in its namespace */
    CLIENT_REFUSED,     /* the server has said no */
    CLIENT_TURNED_AWAY, /* a row of MORTISE_HTTP_ALLOW has; no connection */
    CLIENT_LEFT,        /* by itself */
    CLIENT_PUT_OUT,     /* by the server, or its connection has ended */
};

struct testkit_client {
    TAILQ_ENTRY(testkit_client) link; /* of its connection, or the kit */
    struct testkit *kit;
    struct kit_connection *connection; /* NULL: it was turned away */
    int number;                        /* from 1: how messages call it */
    char *name_space;
    enum client_state state;
    char *sid;
    int calls; /* ids of the acknowledgements asked for: 1 to this */
    struct received_list events, acks; /* not expected yet */
    struct received *refusal;
    char *words;           /* with which it was turned away; NULL */
    struct received *last; /* what was last expected */
};

TAILQ_HEAD(client_list, testkit_client);

struct kit_connection {
    TAILQ_ENTRY(kit_connection) link;
    struct eio_session *session;
    struct received *open; /* a packet whose attachments are to come */
    struct client_list clients;
};

struct testkit {
    struct config *config;
    struct timers timers;
    struct host *host;
    struct sio_server *sio;
    TAILQ_HEAD(, kit_connection) connections;
    struct client_list turned_away;
    TAILQ_HEAD(, kit_exchange) exchanges; /* see http.c */
    int requests;                         /* how many there ever were */
    TAILQ_HEAD(, kit_order) orders;       /* see command.c */
    int orders_given;                     /* how many there ever were */
    TAILQ_HEAD(, kit_line) log;
    int lines;              /* that the log has */
    int clients;            /* how many there ever were */
    int fail_next;          /* the allocation to fail, from 1; 0: none */
    bool failed;            /* it did */
    struct arena texts;     /* of testkit_json() */
    struct buf shown;       /* of testkit_log() */
    struct buf handed_over; /* at the next reload; empty: what is saved */
    int spoil;              /* how that is spoilt; 0: not at all */
};

/* --- memory.c --- */

/* realloc() that does not return on failure. */
void *kit_realloc(void *p, size_t size);
char *kit_dup(const char *z);

/* Turns failing allocations off, for what the kit itself needs; and on again
 * with what was returned. They nest. */
long kit_memory_pause(void);
void kit_memory_resume(long left);

/* clock.c: both clocks, ms since the kit began. */
void kit_clock_set(int64_t ms);

/* --- kit.c --- */

struct testkit *kit_new(void); /* nothing has been started */
/* Ends the server, in the order in which it does so itself; then the rest. */
void kit_stop(struct testkit *kit);
void kit_forget(struct testkit *kit);

/* --- turn.c --- */

/* The server acts between these two; afterwards what it has sent is with the
 * clients, and what it has closed is closed. */
void kit_enter(struct testkit *kit);
void kit_leave(struct testkit *kit);
/* The same in between. */
void kit_settle(struct testkit *kit);

/* --- log.c --- */

void kit_log_begin(struct testkit *kit);
void kit_log_end(struct testkit *kit);

/* --- deliver.c --- */

/* Hands what has left the server to the clients. */
void kit_deliver(struct kit_connection *connection);
void kit_client_free(struct testkit_client *client);

/* --- http.c --- */

/* A request as text: "GET /path", and lines "name: value" or NULL. */
void kit_put_head(struct buf *out, const char *request, const char *lines,
                  size_t body_size);
/* What of it the host is shown, which points into the text. */
void kit_read_head(struct kit_place at, const struct buf *text,
                   struct http_head *ret_head);
#define KIT_HEAD_MAX ((size_t)1 << 20)

/* Those who wait go away, and all are forgotten. */
void kit_end_requests(struct testkit *kit);

/* --- command.c --- */

/* Nobody waits for what is under way, and all are forgotten. */
void kit_end_orders(struct testkit *kit);

/* --- door.c --- */

/* Asks the rows of MORTISE_HTTP_ALLOW about a connection: false when one of
 * them refuses it, with its words in *refusal. */
bool kit_may_connect(struct kit_place at, struct testkit *kit,
                     const struct testkit_who *who, struct buf *refusal);

/* --- fail.c: the end of a test --- */

__attribute__((noreturn, format(printf, 2, 3))) void
kit_fail(struct kit_place at, const char *format, ...);
/* The same about a client: adds what it has received, and the log. */
__attribute__((noreturn, format(printf, 3, 4))) void
kit_fail_client(struct kit_place at, const struct testkit_client *client,
                const char *format, ...);
/* The lines of the log, all or those that tests must expect. */
void kit_log_print(struct buf *out, const struct testkit *kit,
                   bool only_unexpected);
/* Those from a number on, the first being 0. */
void kit_log_print_from(struct buf *out, const struct testkit *kit, int first);

/* --- build.c: values written as formats; the test fails on what is none --- */

/* Appends the values as JSON text; how many there were. */
uint32_t kit_build_json(struct kit_place at, struct buf *out,
                        const char *format, va_list args);
/* An EVENT; id: NULL for one without acknowledgement. The caller's. */
struct sio_packet *kit_build_event(struct kit_place at, const char *name_space,
                                   const uint64_t *id, const char *event,
                                   const char *format, va_list args);
/* An ACK. */
struct sio_packet *kit_build_ack(struct kit_place at, const char *name_space,
                                 uint64_t id, const char *format, va_list args);

#endif
