/* SPDX-License-Identifier: MIT */
/*
 * A Socket.IO server over the fake engine and a fake clock, with an upper
 * floor that writes down what it is told and lets a test act from inside the
 * callbacks. It asserts that no callback ever runs inside another. A socket
 * is of the user whom its value "user" names.
 */
#ifndef MORTISE_TESTS_SOCKETIO_WORLD_H
#define MORTISE_TESTS_SOCKETIO_WORLD_H

#include "fake_engine.h"

#define WORLD_CONNECT_TIMEOUT 45000
#define WORLD_ROOMS_MAX       3
#define WORLD_ACKS_MAX        2
#define WORLD_NAMESPACES_MAX  4
#define WORLD_VALUES_MAX      200
#define WORLD_SEND_BUFFER     10000

struct world {
    struct timers timers;
    struct sio_server *sio;
    struct sio_namespace *main, *game; /* "/" and "/game" */
    enum sio_decision decision;        /* what `connecting` says */
    /* Names that begin so are wanted, with the world as data; NULL: none. */
    const char *wanted;
    struct sio_socket *socket; /* the one that was told of last */
    uint64_t handle;           /* and its handle */
    uint64_t ack_id;           /* of the last event */
    bool inside;               /* a callback */
    /*
     * One line a callback, in the order in which they came:
     *   connecting NSP AUTH         connect NSP AUTH
     *   event NSP NAME [ID] ARGS    answer NSP COOKIE STATUS [ARGS]
     *   disconnecting NSP REASON    disconnect NSP REASON
     *   drain NSP
     *   answers NSP COOKIE STATUS, and for each receiver a line
     *     SLOT STATUS|ARGS        with the low half of its handle
     */
    bool brief; /* answers to surveys without their text */
    char journal[16384];
    size_t journal_length;
    /* Done from inside the callbacks of this kind, after the line. */
    void (*on_connecting)(struct sio_socket *s);
    void (*on_connect)(struct sio_socket *s);
    void (*on_event)(struct sio_socket *s, const struct sio_event *event);
    void (*on_answer)(struct sio_socket *s, int status);
    void (*on_answers)(struct sio_namespace *n, int status);
    void (*on_disconnecting)(struct sio_socket *s);
    void (*on_disconnect)(struct sio_socket *s);
    void (*on_drain)(struct sio_socket *s);
};
extern struct world world;

/* With the limits above; json_depth 16, 10 attachments. */
void world_start(void);
/* With notices, which the other tests do without. */
void world_start_with_notices(void);
/* As world_start(), step by step; false when memory ran out, and nothing is
 * left. */
bool world_try_start(void);
/* Ends all sessions and asserts that no memory is left. */
void world_stop(void);

/* Asserts what the journal says, lines ending in "\n", and empties it. */
void world_expect(const char *journal);
void world_forget(void);
/* The clock goes on by so many milliseconds. */
void world_advance(int64_t ms);

/* A session that has joined "/"; its socket. Journal and packets are seen. */
struct sio_socket *world_join(struct eio_session **ret_session);
/* One more namespace for it: "40/game," and the like. */
struct sio_socket *world_join_more(struct eio_session *session,
                                   const char *packet);
/* A packet: EVENT `name` with one string. NULL when memory ran out. */
struct sio_packet *world_packet(struct sio_namespace *n, const char *name,
                                const char *text);
/* The same with an attachment. */
struct sio_packet *world_binary_packet(struct sio_namespace *n,
                                       const char *name, const char *text);
/* Sends world_packet(): results of sio_socket_send(). */
int world_send(struct sio_socket *s, const char *name, const char *text);
int world_send_volatile(struct sio_socket *s, const char *name,
                        const char *text);

#endif
