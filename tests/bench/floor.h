/* SPDX-License-Identifier: MIT */
/*
 * The floor: the least a server can do on Linux and still serve the load
 * client. One epoll, one recv and one send a wake-up, fixed answers.
 *
 * A connection says the same message again and again. The first of its kind
 * is read properly, by floor_wire.c, and becomes a unit: how its frame
 * begins, how long it is, and its answer, many copies in a row. From then on
 * the floor only finds where messages end and sends as many answers as
 * messages came. It never unmasks or parses, which is what makes it a floor,
 * and why it can only serve a client whose messages of a run are all alike.
 *
 * What has a WebSocket gets its pings, as often as the handshake says; what it
 * answers to them is not waited for.
 */
#ifndef MORTISE_BENCH_FLOOR_H
#define MORTISE_BENCH_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"
#include "mem.h"

#define FLOOR_UNITS_MAX     64
/* Milliseconds between pings, and how much too early one may be. */
#define FLOOR_PING_INTERVAL 25000
#define FLOOR_PING_EARLY    500
/* The longest request or frame that is put together from pieces. */
#define FLOOR_COLD_MAX ((size_t)4 << 20)

enum unit_kind {
    UNIT_ECHO, /* its answer goes back to the sender */
    UNIT_CAST, /* its answer goes to everyone who joined */
    UNIT_GET,  /* a poll: asks for what is ready, or waits for it */
    UNIT_POST  /* answered "ok"; its answer goes to the session's poll */
};

/* One kind of message. Lives as long as the program. */
struct unit {
    enum unit_kind kind;
    uint8_t head[FRAME_HEAD_MAX]; /* how its first frame or request begins */
    size_t head_len;
    uint8_t *body; /* of a POST, whose first bytes tell too little */
    size_t body_len;
    size_t length;    /* bytes of one message on the wire */
    uint8_t *answers; /* copies of the answer, one after the other */
    size_t answer_len;
    size_t copies;
};

/* One TCP connection, found by its descriptor. */
struct conn {
    struct unit *unit;  /* what it said last */
    struct unit *reply; /* whose answers it is owed, or has ready */
    struct bytes cold;  /* the beginning of something not yet a unit */
    int32_t peer;       /* of a POST: the session's polling connection */
    uint32_t rest;      /* bytes of the present message still to come */
    uint32_t owed;      /* answers not yet sent */
    uint32_t sent;      /* bytes of the first of them already sent */
    uint32_t member;    /* place in the room, plus one; 0 is outside */
    int32_t sooner;     /* descriptors of those that are pinged before */
    int32_t later;      /* and after it; 0 is nobody */
    uint64_t due;       /* when it is pinged, in nanoseconds; 0: never */
    bool open;
    bool websocket;
    bool polling; /* a session that polls; its sid holds the descriptor */
    bool held;    /* a poll waits for an answer */
    bool ready;   /* an answer waits for a poll */
    bool writing; /* waits to become writable, and reads nothing */
};

struct floor {
    int epoll;
    int listener;
    struct conn *conns; /* by descriptor */
    unsigned conn_max;
    int *room; /* descriptors of those who joined */
    unsigned room_size;
    int timer;     /* a timerfd: when the next ping is due */
    int32_t first; /* who gets it, or 0 */
    int32_t last;  /* and whose turn is after all others' */
    struct unit *units[FLOOR_UNITS_MAX];
    unsigned unit_count;
};

/* floor.c: */

/* Gives conn's message its answer, or counts it as owed until the flush. */
void floor_answer(struct floor *floor, struct conn *conn);
/* Puts conn into the room that UNIT_CAST reaches. */
void floor_join(struct floor *floor, struct conn *conn);
/* Has conn pinged after an interval, and again and again. */
void floor_beat(struct floor *floor, struct conn *conn);
/* Sends a few bytes at once; a connection that cannot take them is ended. */
void floor_send(struct floor *floor, struct conn *conn, const void *data,
                size_t len);

/* floor_wire.c: */

/* Reads what begins at data and is no known unit: a request, a packet of the
 * handshake, the first message of its kind. Returns the bytes it took, 0 when
 * some are missing, -1 when conn is to be closed. */
ssize_t wire_take(struct floor *floor, struct conn *conn, const uint8_t *data,
                  size_t len);

#endif
